//! Kernels as functions: in a large network equal kernels of several passes and of equal blocks are one function that all of them
//! call. Rust, and who reads it, then meets each of them once.

mod alike;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use alike::Alike;

use super::doc::{Code, call, text};
use super::kernels::Writer;
use super::leaf::{Leaf, leaf};
use super::module::clippy_arguments;
use super::names::Scope;
use super::notes::line_of;
use super::words::{is_part, used_words};
use crate::graph::NodeId;
use crate::ops::Value;
use crate::plan::{Kernel, Place};

/// From how many kernels of a training step on they are functions: what is shorter reads best in one piece.
pub(crate) const FROM_KERNELS: usize = 100;

/// The functions of a network.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    inside: RefCell<Known>,
}

#[derive(Debug)]
struct Known {
    /// Their names by what they do, whatever it is called.
    names: BTreeMap<Vec<u8>, String>,
    /// The same of kernels that are alike before they are written.
    alike: BTreeMap<Vec<u8>, Function>,
    scope: Scope,
    code: Code,
}

/// How a function is called.
#[derive(Clone, Debug)]
struct Function {
    name: String,
    /// Whether it takes the tile.
    tile: bool,
    /// Its parameters, by their numbers among the values of kernels that are alike.
    parameters: Vec<usize>,
}

/// Kernels in a function of their own.
struct Written {
    body: String,
    /// Its parameters with their types, the tile among them.
    typed: Vec<String>,
    /// What it does, whatever it is called.
    key: Vec<u8>,
    tile: bool,
    /// Whether the body calls `num`.
    num: bool,
    parameters: Vec<usize>,
}

impl Known {
    /// Kernels that were found to be alike are the function that they call.
    fn expect(&self, function: &Function, written: &Written) {
        let Written { body, typed, key, tile, parameters, .. } = written;
        let same = self.names.get(key) == Some(&function.name) && (*tile, parameters) == (function.tile, &function.parameters);
        let stands = || {
            let text = self.code.clone().into_text();
            let function = text.split("pub(super) fn ").find(|text| text.starts_with(&format!("{}<", function.name)));
            function.unwrap_or_default().to_owned()
        };
        assert!(
            same,
            "kernels that are alike differ.\nThe function {function:?}:\n{}\nThe kernels, of {typed:?} {parameters:?}:\n{body}",
            stands(),
        );
    }
}

impl Default for Known {
    fn default() -> Self {
        Known { names: BTreeMap::new(), alike: BTreeMap::new(), scope: Scope::new(&[]), code: Code::at(2) }
    }
}

impl Functions {
    /// All of them.
    pub(crate) fn into_text(self) -> String {
        self.inside.into_inner().code.into_text()
    }
}

impl<'a> Writer<'a> {
    /// Writes the kernels, which `write` writes, as a call of a function, where kernels are functions and these are made for their network: calls of the
    /// runtime are functions already.
    pub(super) fn as_function(&mut self, kernels: &[Kernel], write: impl Fn(&mut Writer<'a>)) -> bool {
        let Some(functions) = self.functions.filter(|_| kernels.iter().all(|kernel| self.is_own(kernel))) else { return false };
        let stays = |id: &NodeId| self.plan.places[id.index()] != Place::Row;
        let made: Vec<NodeId> = kernels.iter().map(|kernel| kernel.output).filter(stays).collect();
        if made.is_empty() {
            return false;
        }
        let mut inner = Writer { functions: self.functions, ..Writer::new(self.plan, self.sources, self.notes) };
        let reads: BTreeSet<NodeId> = kernels.iter().flat_map(|kernel| self.plan.reads(kernel)).collect();
        let mut values: Vec<NodeId> =
            reads.into_iter().filter(|read| stays(read) && !made.contains(read) && self.names.get(read).is_some()).collect();
        values.extend(&made);
        for &value in &values {
            let name = inner.scope.unique(&self.short_name(value));
            inner.names.insert(value, name);
        }
        let alike = Alike::of(&inner, kernels, &values);
        let written = |mut inner: Writer<'a>| {
            inner.last_line = line_of(self.sources, self.plan.program.graph.node(alike.values[0]).origin.span);
            write(&mut inner);
            self.written(inner, &alike, values.split_at(values.len() - made.len()))
        };
        let known = functions.inside.borrow().alike.get(&alike.key).cloned();
        let function = match known {
            Some(function) => {
                // Tests have the interpreter: there the kernels are written all the same, and must be that function.
                if cfg!(all(debug_assertions, feature = "evaluate")) {
                    let written = written(inner);
                    functions.inside.borrow().expect(&function, &written);
                }
                function
            }
            None => {
                let written = written(inner);
                let known = &mut *functions.inside.borrow_mut();
                let function = self.function(known, written, &alike, made[made.len() - 1]);
                known.alike.insert(alike.key, function.clone());
                function
            }
        };
        let args = std::iter::once(text("simd"))
            .chain(function.tile.then(|| text("tile")))
            .chain(function.parameters.iter().map(|&number| text(self.name(alike.values[number]))));
        let statement = call(format!("kernels::{}", function.name), args.collect());
        self.code.statement("", &statement, ";");
        true
    }

    /// What `inner` has written of kernels that are `alike`: of `read` values and `made` ones.
    fn written(&self, mut inner: Writer<'a>, alike: &Alike, (read, made): (&[NodeId], &[NodeId])) -> Written {
        let body = std::mem::take(&mut inner.code).into_text();
        let bare: Cow<'_, str> = if body.contains("//") { without_comments(&body).into() } else { body.as_str().into() };
        // In the order in which the body names them, so that equal bodies have equal lists.
        let mut parameters: Vec<(usize, NodeId, String)> = Vec::new();
        for &value in read {
            let name = inner.name(value);
            if let Some(at) = first_word(&bare, &name) {
                parameters.push((at, value, name));
            }
        }
        parameters.sort();
        parameters.extend(made.iter().map(|&id| (body.len(), id, inner.name(id))));
        let ty = |value: NodeId| {
            let dims = self.dims(value);
            let row = format!("[T; {}]", dims.columns);
            let array = match dims.rows {
                Some(_) if self.plan.in_place.contains(&value) => format!("[{row}]"),
                Some(rows) => format!("[{row}; {rows}]"),
                None => row,
            };
            if made.contains(&value) { format!("&mut {array}") } else { format!("&{array}") }
        };
        let [tile, num] = used_words(&body, ["tile", "num"]);
        let typed = parameters.iter().map(|(_, value, name)| format!("{name}: {}", ty(*value)));
        let typed: Vec<String> = tile.then(|| format!("tile: rt::Tile<{}>", self.plan.rows)).into_iter().chain(typed).collect();
        let key = without_names(&format!("{}\n{bare}", typed.join(",")));
        let parameters = parameters.iter().map(|(_, value, _)| alike.number_of(*value)).collect();
        Written { body, typed, key, tile, num, parameters }
    }

    /// The function of kernels that are written, the last of which makes `last`. What is equal but for names is one.
    fn function(&self, known: &mut Known, written: Written, alike: &Alike, last: NodeId) -> Function {
        let Written { body, typed, key, tile, num, parameters } = written;
        let name = known.names.entry(key).or_insert_with(|| {
            let function = known.scope.unique(&self.short_name(last));
            let code = &mut known.code;
            code.line("");
            let origin = &self.plan.program.graph.node(alike.values[0]).origin;
            code.line(format!("// {}", line_of(self.sources, origin.span)));
            if let Some(formula) = self.notes.formula(origin) {
                code.line(format!("// {formula}"));
            }
            clippy_arguments(code, typed.len() + 1);
            let list: Vec<String> = std::iter::once("simd: S".to_owned()).chain(typed).collect();
            code.signature(&format!("pub(super) fn {function}<T: rt::Real, S: rt::Simd<T>>"), &list, "");
            if num {
                code.line("let num = |x: f64| simd.splat(T::from_f64(x));");
            }
            code.append_raw(&body);
            code.close("}");
            function
        });
        Function { name: name.clone(), tile, parameters }
    }

    /// Whether a kernel has a closure, which makes its code one of a kind.
    fn is_own(&self, kernel: &Kernel) -> bool {
        let graph = &self.plan.program.graph;
        let node = graph.node(kernel.output);
        match &node.op.value {
            Value::Each { .. } => kernel.product.is_none_or(|product| matches!(graph.node(product).op.value, Value::Contract)),
            Value::Reduce(_) => true,
            Value::BatchSum => {
                let whole = matches!(graph.node(node.args[0]).op.value, Value::Scatter | Value::Reduce(_));
                self.plan.places[node.args[0].index()] == Place::Inline && !whole
            }
            _ => false,
        }
    }

    /// A value's name without the layer that it is in: equal blocks have equal names.
    pub(super) fn short_name(&self, id: NodeId) -> Rc<str> {
        let node = self.plan.program.graph.node(id);
        if let Some(Leaf::Parameter(_) | Leaf::Buffer(_)) = leaf(node.op, &node.attr) {
            let name = self.name(id);
            let field = name.rsplit('.').next().unwrap_or(&name);
            let last = field.rsplit('_').next().filter(|last| last.starts_with(char::is_alphabetic));
            return last.unwrap_or(field).into();
        }
        self.notes.short_name(id)
    }
}

/// Code without the lines that are comments.
fn without_comments(code: &str) -> String {
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Where `word` first stands in `text` as a name.
fn first_word(text: &str, word: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == '#';
    text.match_indices(word)
        .map(|(at, _)| at)
        .find(|&at| !text[..at].ends_with(part) && !text[..at].ends_with('.') && !text[at + word.len()..].starts_with(part))
}

/// Code in which each name, but those of methods and of paths, is the number of names before it: what is left when it does not matter
/// how things are called nor how the lines are broken.
fn without_names(code: &str) -> Vec<u8> {
    let bytes = code.as_bytes();
    let mut names: Vec<&[u8]> = Vec::new();
    let mut out: Vec<u8> = Vec::with_capacity(code.len());
    let mut last = b' ';
    let mut at = 0;
    while at < bytes.len() {
        let (first, from) = (bytes[at], at);
        while at < bytes.len() && (is_part(bytes[at]) || bytes[at] == b'#') {
            at += 1;
        }
        if at == from {
            at += 1;
            if !matches!(first, b' ' | b'\n') {
                // A list that is broken ends in a comma.
                if last == b',' && matches!(first, b')' | b']' | b'}') {
                    out.pop();
                }
                out.push(first);
                last = first;
            }
            continue;
        }
        let word = &bytes[from..at];
        if !first.is_ascii_digit() && first != b'#' && last != b'.' && last != b':' {
            // Functions have few names.
            let mut number = 0;
            while number < names.len() && names[number] != word {
                number += 1;
            }
            if number == names.len() {
                names.push(word);
            }
            out.push(b'$');
            out.extend_from_slice(&number.to_le_bytes());
        } else {
            out.extend_from_slice(word);
        }
        last = b' ';
        out.push(last);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::without_names;

    #[test]
    fn names_and_lines_do_not_matter() {
        let one = "rt::each(simd, [&a[i]], [&mut b[i]], |[a]| [a.tanh() + num(0.5)]);";
        let other = "rt::each(\n    simd,\n    [&h[row]],\n    [&mut r#fn[row]],\n    |[h]| [h.tanh() + num(0.5)],\n);";
        assert_eq!(without_names(one), without_names(other));
    }

    #[test]
    fn what_is_read_and_called_does() {
        let codes = [
            "f(a, b, a)",
            "f(a, b, b)",
            "f(a, b, c)",
            "f(a.tanh(), b, c)",
            "f(a.exp(), b, c)",
            "f(a, b, 1.0)",
            "f(a, b, 2.0)",
            "rt::f(a, b, c)",
        ];
        let mut keys: Vec<Vec<u8>> = codes.iter().map(|code| without_names(code)).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), codes.len());
    }
}
