//! ndarray views.

use ndarray::array;
use tapeless::views::{batch_from, batch_view, params_view, params_view_mut, view_of};

use crate::line::{Fit, Line, RIGHT};

#[test]
fn parameters_and_buffers_by_path() {
    let mut net = Fit { params: [2.0, 3.0], ..Fit::new(1) };
    assert_eq!(params_view(&net, "fit.weight").unwrap(), array![[2.0]].into_dyn());
    assert_eq!(params_view(&net, "seen").unwrap().ndim(), 0);
    assert!(params_view(&net, "fit").is_none());
    params_view_mut(&mut net, "fit.bias").unwrap()[[0]] = 7.0;
    assert_eq!(net.params, [2.0, 7.0]);
    assert_eq!(view_of::<Line<RIGHT>, _>(&net.grads, "fit.bias").unwrap().shape(), [1]);
}

#[test]
fn batches_and_back() {
    let batch = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    let matrix = batch_view(&batch);
    assert_eq!(matrix, array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    assert_eq!(batch_from::<_, _, 2>(&matrix).unwrap(), batch);
    assert_eq!(batch_from::<_, _, 3>(&matrix.t()).unwrap(), [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]);
    assert!(batch_from::<_, _, 3>(&matrix).is_none());
    assert_eq!(batch_view::<f32, 4>(&[]).dim(), (0, 4));
}
