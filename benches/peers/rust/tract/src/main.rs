//! tract: predictions of the ONNX graphs, `peers-tract W3b32 FOLDER`; FOLDER holds what `write_onnx.py` wrote.

use std::hint::black_box;

use peers_common::Report;
use tract_onnx::prelude::*;

fn main() -> TractResult<()> {
    let mut report = Report::new("tract");
    let path = std::path::Path::new(&std::env::args().nth(2).unwrap_or_default()).join(format!("{}.onnx", report.case()));
    let model = tract_onnx::onnx().model_for_path(path)?.into_optimized()?;
    let mut inputs: TVec<TValue> = tvec!();
    for i in 0..model.inputs.len() {
        let shape = model.input_fact(i)?.shape.as_concrete().ok_or_else(|| TractError::msg("a shape that is not static"))?.to_vec();
        let values: Vec<f32> = (0..shape.iter().product()).map(|i: usize| (i * 37 % 101) as f32 / 50.0 - 1.0).collect();
        inputs.push(Tensor::from_shape(&shape, &values)?.into());
    }
    let mut state = model.into_runnable()?.spawn()?;
    report.infer(|| {
        black_box(state.run(black_box(inputs.clone())).expect("the inputs have the shapes that the graph says"));
    });
    report.print();
    Ok(())
}
