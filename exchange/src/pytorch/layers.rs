//! How PyTorch lays out what the prelude's layers keep: a row for each parameter whose name or form differs. All others, of the prelude and
//! of programs, have the same name and form on both sides (convolutions `[out, in/groups, k…]`, transposed ones `[in, out, k…]`, embeddings,
//! norms with their running statistics).

/// What stands in their file for one of our tensors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The same.
    Same,
    /// `Linear` has `[out, in]`.
    Transposed,
    /// One element `[1]` for our scalar.
    One,
    /// The sum of several: an RNN's or LSTM's two biases.
    Sum,
    /// Of three equal blocks of rows this one, transposed if it is a matrix.
    Third(usize),
}

/// A way in which PyTorch keeps a parameter. Of several, the one that stands earlier is looked for first, and is what is written.
pub(super) struct Kept {
    /// The layer around the one that declares the parameter is one of these; none are named where it does not matter.
    pub(super) around: &'static [&'static str],
    /// The layer that declares the parameter is one of these.
    pub(super) layer: &'static [&'static str],
    /// How our path ends.
    pub(super) ours: &'static str,
    /// What stands there in theirs.
    pub(super) theirs: &'static [&'static str],
    pub(super) form: Form,
    /// Their layers over a sequence number the names: `weight_ih_l0`.
    pub(super) numbered: bool,
}

const fn projection(ours: &'static str, theirs: &'static [&'static str], form: Form) -> Kept {
    Kept { around: &["attention", "cross_attention"], layer: &["dense"], ours, theirs, form, numbered: false }
}

const fn kept(layer: &'static [&'static str], ours: &'static str, theirs: &'static [&'static str], form: Form) -> Kept {
    Kept { around: &[], layer, ours, theirs, form, numbered: false }
}

const fn recurrent(layer: &'static [&'static str], ours: &'static str, theirs: &'static [&'static str], form: Form) -> Kept {
    Kept { around: &[], layer, ours, theirs, form, numbered: true }
}

const ONE_BIAS: &[&str] = &["rnn", "rnn_cell", "lstm", "lstm_cell"];
const TWO_BIASES: &[&str] = &["gru", "gru_cell"];
const RECURRENT: &[&str] = &["rnn", "rnn_cell", "lstm", "lstm_cell", "gru", "gru_cell"];

/// The rows.
pub(super) static KEPT: &[Kept] = &[
    // nn.MultiheadAttention; with keys of another width than the queries it keeps three matrices.
    projection("q.weight", &["in_proj_weight"], Form::Third(0)),
    projection("k.weight", &["in_proj_weight"], Form::Third(1)),
    projection("v.weight", &["in_proj_weight"], Form::Third(2)),
    projection("q.weight", &["q_proj_weight"], Form::Transposed),
    projection("k.weight", &["k_proj_weight"], Form::Transposed),
    projection("v.weight", &["v_proj_weight"], Form::Transposed),
    projection("q.bias", &["in_proj_bias"], Form::Third(0)),
    projection("k.bias", &["in_proj_bias"], Form::Third(1)),
    projection("v.bias", &["in_proj_bias"], Form::Third(2)),
    projection("o.weight", &["out_proj.weight"], Form::Transposed),
    projection("o.bias", &["out_proj.bias"], Form::Same),
    // nn.Linear
    kept(&["dense"], "weight", &["weight"], Form::Transposed),
    kept(&["dense"], "bias", &["bias"], Form::Same),
    // nn.PReLU
    kept(&["prelu"], "alpha", &["weight"], Form::One),
    // nn.RNN, nn.LSTM, nn.GRU and their cells; the order of the gates is the same: i, f, g, o and r, z, n.
    recurrent(RECURRENT, "w_input", &["weight_ih"], Form::Transposed),
    recurrent(RECURRENT, "w_hidden", &["weight_hh"], Form::Transposed),
    recurrent(ONE_BIAS, "bias", &["bias_ih", "bias_hh"], Form::Sum),
    recurrent(TWO_BIASES, "b_input", &["bias_ih"], Form::Same),
    recurrent(TWO_BIASES, "b_hidden", &["bias_hh"], Form::Same),
];

/// Layers inside a layer that PyTorch calls otherwise: of which, ours, theirs. (`nn.TransformerEncoderLayer(norm_first=True, activation="gelu")`.)
pub(super) static INSIDE: &[(&str, &str, &str)] =
    &[("transformer_block", "attn", "self_attn"), ("transformer_block", "ffn1", "linear1"), ("transformer_block", "ffn2", "linear2")];

/// What a batch norm of theirs counts and ours does not.
pub(super) const COUNT: &str = "num_batches_tracked";
