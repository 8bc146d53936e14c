//! What stands for a network that has errors: its type and its methods, so that the rest of the user's program is still understood.
//!
//! Everything of a type that the errors leave unknown is of a type that is itself the first error: rustc says nothing more about such a type.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote;

/// What can be seen of a network whether its program parses or not.
pub(crate) struct Stub {
    /// `Moons`
    pub(crate) name: String,
    inputs: usize,
    targets: usize,
}

/// The networks of a program, each name once.
pub(crate) fn networks(program: TokenStream) -> Vec<Stub> {
    let trees: Vec<TokenTree> = program.into_iter().collect();
    let network = |window: &[TokenTree]| match window {
        [TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Group(body)] if keyword == "network" => {
            let count = |word| body.stream().into_iter().filter(|tree| matches!(tree, TokenTree::Ident(ident) if ident == word)).count();
            (body.delimiter() == Delimiter::Brace).then(|| Stub {
                name: name.to_string(),
                inputs: count("input"),
                targets: count("target"),
            })
        }
        _ => None,
    };
    let mut found: Vec<Stub> = Vec::new();
    for stub in trees.windows(3).filter_map(network) {
        if found.iter().all(|before| before.name != stub.name) {
            found.push(stub);
        }
    }
    found
}

/// Types and methods; the first module holds the error. `taken` are names of modules that are there already.
pub(crate) fn items(networks: &[Stub], mut taken: Vec<String>, error: &TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut holder: Option<Ident> = None;
    for stub in networks {
        let network = Ident::new(&stub.name, Span::call_site());
        let mut module = snake(&stub.name);
        while taken.contains(&module) {
            module.push('_');
        }
        taken.push(module.clone());
        let module = Ident::new(&module, Span::call_site());
        // A type computed from an array of erroneous length is an error of which nothing more is said.
        let unknown = match &holder {
            None => quote!(<[(); #error] as OfAnError>::Type),
            Some(first) => quote!(super::#first::Unknown),
        };
        holder.get_or_insert_with(|| module.clone());
        let generics: Vec<Ident> = (0..stub.inputs + stub.targets).map(|i| Ident::new(&format!("X{i}"), Span::call_site())).collect();
        let inputs = &generics[..stub.inputs];
        let on_inputs: TokenStream =
            ["predict", "predict_batch", "predict_sequence"].map(|name| method(name, inputs, &module)).into_iter().collect();
        let on_all: TokenStream =
            ["evaluate", "gradients", "train_step"].map(|name| method(name, &generics, &module)).into_iter().collect();
        let with_states: Vec<Ident> = std::iter::once(Ident::new("States", Span::call_site())).chain(generics.iter().cloned()).collect();
        let on_states: TokenStream =
            ["evaluate_from", "gradients_from", "train_step_from"].map(|name| method(name, &with_states, &module)).into_iter().collect();
        out.extend(quote! {
            #[doc(hidden)]
            #[allow(dead_code, reason = "stands for a network that has errors")]
            pub mod #module {
                pub trait OfAnError { type Type; }
                pub type Unknown = #unknown;
                pub type Params = Unknown;
                pub type Grads = Unknown;
                pub type Buffers = Unknown;
                pub type State = Unknown;
                pub type Losses = Unknown;
                pub type Metrics = Unknown;
                pub type Evaluation = Unknown;
                pub type Output = Unknown;
                pub type Hyper = Unknown;
                pub type Data = Unknown;
                pub type Net = Unknown;
                pub const SOURCE: &str = "";
                pub const PARAMETERS: usize = 0;
                pub const BUFFERS: usize = 0;
                pub const OPTIMIZER_STATE: usize = 0;
                pub const SCALARS: usize = 0;
                pub const STATE: usize = 0;
                pub const UNROLL: usize = 0;
                pub const TRAIN_WORKSPACE: usize = 0;
                pub const EVALUATE_WORKSPACE: usize = 0;
                pub const PREDICT_WORKSPACE: usize = 0;
                pub const TILE: usize = 0;
                pub fn gradient_check() -> Unknown { loop {} }
            }
            #[doc(hidden)]
            #[allow(dead_code, reason = "stands for a network that has errors")]
            #[derive(Clone)]
            pub struct #network;
            #[allow(dead_code, reason = "stands for a network that has errors")]
            impl #network {
                pub fn new(_: u64) -> Self { Self }
                #on_inputs
                #on_all
                #on_states
                pub fn state(&self) -> #module::Unknown { loop {} }
                pub fn state_mut(&mut self) -> #module::Unknown { loop {} }
                pub fn reset(&mut self) {}
                pub fn apply(&mut self) {}
                pub fn params(&self) -> #module::Unknown { loop {} }
                pub fn params_mut(&mut self) -> #module::Unknown { loop {} }
                pub fn grads(&self) -> #module::Unknown { loop {} }
                pub fn grads_mut(&mut self) -> #module::Unknown { loop {} }
                pub fn buffers(&self) -> #module::Unknown { loop {} }
                pub fn buffers_mut(&mut self) -> #module::Unknown { loop {} }
                pub fn hyper(&mut self) -> #module::Unknown { loop {} }
                pub fn steps(&self) -> u64 { 0 }
                pub fn set_threads(&mut self, _: usize) {}
                pub fn with_threads(self, _: usize) -> Self { self }
                pub fn threads(&self) -> #module::Unknown { loop {} }
            }
        });
        if cfg!(feature = "alloc") {
            out.extend(trainable(&network, &module));
        }
    }
    out
}

fn method(name: &str, generics: &[Ident], module: &Ident) -> TokenStream {
    let name = Ident::new(name, Span::call_site());
    quote! { pub fn #name<#(#generics),*>(&mut self, #(_: #generics),*) -> #module::Unknown { loop {} } }
}

fn trainable(network: &Ident, module: &Ident) -> TokenStream {
    quote! {
        impl ::tapeless::Trainable for #network {
            type Net = #module::Unknown;
            type Real = #module::Unknown;
            type Data = #module::Unknown;
            fn train_on(&mut self, _: &Self::Data, _: &mut [f64]) -> ::core::result::Result<f64, ::tapeless::DataError> { loop {} }
            fn evaluate_on(&mut self, _: &Self::Data, _: &mut [f64], _: &mut [f64]) -> ::core::result::Result<f64, ::tapeless::DataError> { loop {} }
            fn parts(&self) -> ::tapeless::Parts<'_, Self::Real> { loop {} }
            fn parts_mut(&mut self) -> ::tapeless::PartsMut<'_, Self::Real> { loop {} }
            fn read_hyper(&self, _: &mut [f64]) {}
            fn write_hyper(&mut self, _: &[f64]) {}
        }
    }
}

/// `TwoLayers` as the name of a module, as the compiler has it: `two_layers`.
fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let before = if i == 0 { '_' } else { chars[i - 1] };
        let next_is_lower = chars.get(i + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && before != '_' && (!before.is_uppercase() || next_is_lower) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}
