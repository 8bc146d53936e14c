//! W6: burn's encoder with a causal mask.

use burn::module::Module;
use burn::nn::attention::generate_autoregressive_mask;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::transformer::{TransformerEncoder, TransformerEncoderConfig, TransformerEncoderInput};
use burn::nn::{Embedding, EmbeddingConfig, LayerNorm, LayerNormConfig, Linear, LinearConfig};
use burn::prelude::*;
use burn::tensor::{Bool, Int};
use peers_common::Report;

use crate::{Devices, infer, labels, train};

#[derive(Module, Debug)]
struct Transformer {
    symbols: Embedding,
    places: Embedding,
    blocks: TransformerEncoder,
    norm: LayerNorm,
    head: Linear,
}

impl Transformer {
    fn new(device: &Device) -> Self {
        Self {
            symbols: EmbeddingConfig::new(64, 64).init(device),
            places: EmbeddingConfig::new(32, 64).init(device),
            blocks: TransformerEncoderConfig::new(64, 256, 4, 2).with_norm_first(true).with_dropout(0.0).init(device),
            norm: LayerNormConfig::new(64).init(device),
            head: LinearConfig::new(64, 64).init(device),
        }
    }

    fn forward(&self, batch: &Batch) -> Tensor<2> {
        let h = self.symbols.forward(batch.symbols.clone()) + self.places.forward(batch.places.clone());
        let h = self.blocks.forward(TransformerEncoderInput::new(h).mask_attn(batch.mask.clone()));
        let z: Tensor<3> = self.head.forward(self.norm.forward(h));
        z.flatten(0, 1)
    }
}

struct Batch {
    symbols: Tensor<2, Int>,
    places: Tensor<2, Int>,
    mask: Tensor<3, Bool>,
}

impl Batch {
    fn new(device: &Device) -> Self {
        Self {
            symbols: labels(256, 64, device).reshape([8, 32]),
            places: Tensor::<1, Int>::arange(0..32, device).reshape([1, 32]),
            mask: generate_autoregressive_mask(8, 32, device),
        }
    }
}

pub(crate) fn run(report: &mut Report, devices: &Devices) {
    let device = &devices.traced;
    let (batch, y) = (Batch::new(device), labels(256, 64, device));
    let cross_entropy = CrossEntropyLossConfig::new().init(device);
    train(report, Transformer::new(device), |net| cross_entropy.forward(net.forward(&batch), y.clone()));
    let (net, batch) = (Transformer::new(&devices.plain), Batch::new(&devices.plain));
    infer(report, || net.forward(&batch));
}
