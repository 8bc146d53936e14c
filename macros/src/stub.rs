//! What stands for a network that has errors: its type and its methods, so that the rest of the user's program is still understood.
//!
//! Everything of a type that the errors leave unknown is of a type that is itself the first error: rustc says nothing more about such a type.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote;

/// The names after `network` at the top of a program, whether it parses or not.
pub(crate) fn networks(program: TokenStream) -> Vec<String> {
    let trees: Vec<TokenTree> = program.into_iter().collect();
    let network = |window: &[TokenTree]| match window {
        [TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Group(body)] if keyword == "network" => {
            (body.delimiter() == Delimiter::Brace).then(|| name.to_string())
        }
        _ => None,
    };
    trees.windows(3).filter_map(network).collect()
}

/// The types; the first of the modules holds the error.
pub(crate) fn items(networks: &[String], error: &TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut holder: Option<Ident> = None;
    for name in networks {
        let network = Ident::new(name, Span::call_site());
        let module = Ident::new(&snake(name), Span::call_site());
        let unknown = match &holder {
            None => error.clone(),
            Some(first) => quote!(super::#first::Unknown),
        };
        holder.get_or_insert_with(|| module.clone());
        out.extend(quote! {
            /// Stands for what could not be written.
            #[allow(missing_docs, dead_code, reason = "stands for a network that has errors")]
            pub mod #module {
                pub type Unknown = #unknown;
                pub type Params = Unknown;
                pub type Grads = Unknown;
                pub type Buffers = Unknown;
                pub type Losses = Unknown;
                pub type Metrics = Unknown;
                pub type Evaluation = Unknown;
                pub type Output = Unknown;
                pub type Hyper = Unknown;
                pub type Data = Unknown;
                pub type Net = Unknown;
                pub const SOURCE: &str = "";
            }
            /// Stands for a network that has errors.
            #[allow(missing_docs, dead_code, reason = "stands for a network that has errors")]
            pub struct #network;
            #[allow(missing_docs, dead_code, reason = "stands for a network that has errors")]
            impl #network {
                pub fn new(_: u64) -> Self { Self }
                pub fn predict<X>(&mut self, _: X) -> #module::Unknown { loop {} }
                pub fn predict_batch<X>(&mut self, _: X) -> #module::Unknown { loop {} }
                pub fn evaluate<X, Y>(&mut self, _: X, _: Y) -> #module::Unknown { loop {} }
                pub fn gradients<X, Y>(&mut self, _: X, _: Y) -> #module::Unknown { loop {} }
                pub fn train_step<X, Y>(&mut self, _: X, _: Y) -> #module::Unknown { loop {} }
                pub fn apply(&mut self) {}
                pub fn params(&self) -> #module::Unknown { loop {} }
                pub fn params_mut(&mut self) -> #module::Unknown { loop {} }
                pub fn grads(&self) -> #module::Unknown { loop {} }
                pub fn grads_mut(&mut self) -> #module::Unknown { loop {} }
                pub fn buffers(&self) -> #module::Unknown { loop {} }
                pub fn buffers_mut(&mut self) -> #module::Unknown { loop {} }
                pub fn hyper(&mut self) -> #module::Unknown { loop {} }
                pub fn steps(&self) -> u64 { 0 }
            }
        });
    }
    out
}

/// `TwoLayers` as the name of a module: `two_layers`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut before = '_';
    for c in name.chars() {
        if c.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
        before = c;
    }
    out
}
