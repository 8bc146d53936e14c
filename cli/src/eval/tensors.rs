//! Tensors in safetensors files.

use std::collections::BTreeMap;
use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

use crate::{Failure, Outcome};

/// A tensor, row-major. Whole numbers are exact up to 2⁵³.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<f64>,
    /// The elements are integers.
    pub(crate) whole: bool,
}

impl Array {
    /// Of reals.
    pub(crate) fn new(shape: Vec<usize>, values: Vec<f64>) -> Array {
        Array { shape, values, whole: false }
    }
}

/// All tensors of a file by name.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<String, Array>, Failure> {
    let told = |why: String| Failure::Usage(format!("cannot read `{}`: {why}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| told(error.to_string()))?;
    let file = SafeTensors::deserialize(&bytes).map_err(|error| told(error.to_string()))?;
    let mut out = BTreeMap::new();
    for (name, view) in file.iter() {
        let array = array(&view).map_err(|dtype| told(format!("`{name}` holds {dtype:?}; F32, F64, I64, I32 and U32 can be read")))?;
        out.insert(name.to_owned(), array);
    }
    Ok(out)
}

fn array(view: &TensorView<'_>) -> Result<Array, Dtype> {
    let bytes = view.data();
    let (whole, values) = match view.dtype() {
        Dtype::F32 => (false, bytes.as_chunks().0.iter().map(|&word| f64::from(f32::from_le_bytes(word))).collect()),
        Dtype::F64 => (false, bytes.as_chunks().0.iter().map(|&word| f64::from_le_bytes(word)).collect()),
        Dtype::I64 => (true, bytes.as_chunks().0.iter().map(|&word| i64::from_le_bytes(word) as f64).collect()),
        Dtype::I32 => (true, bytes.as_chunks().0.iter().map(|&word| f64::from(i32::from_le_bytes(word))).collect()),
        Dtype::U32 => (true, bytes.as_chunks().0.iter().map(|&word| f64::from(u32::from_le_bytes(word))).collect()),
        other => return Err(other),
    };
    Ok(Array { shape: view.shape().to_vec(), values, whole })
}

/// Writes tensors as F64 (`wide`) or F32.
pub(crate) fn write(path: &Path, tensors: &[(String, Array)], wide: bool) -> Outcome {
    let told = |why: String| Failure::Usage(format!("cannot write `{}`: {why}", path.display()));
    let dtype = if wide { Dtype::F64 } else { Dtype::F32 };
    let bytes: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(_, array)| match wide {
            true => array.values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            false => array.values.iter().flat_map(|&value| (value as f32).to_le_bytes()).collect(),
        })
        .collect();
    let mut views: Vec<(&str, TensorView<'_>)> = Vec::new();
    for ((name, array), bytes) in tensors.iter().zip(&bytes) {
        let view = TensorView::new(dtype, array.shape.clone(), bytes).map_err(|error| told(format!("`{name}`: {error}")))?;
        views.push((name, view));
    }
    let file = serialize(views, None).map_err(|error| told(error.to_string()))?;
    std::fs::write(path, file).map_err(|error| told(error.to_string()))
}
