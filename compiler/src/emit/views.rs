//! Parameters by name: fields for the generated passes, methods for people.

use std::collections::BTreeMap;

use super::doc::{Code, call, structure, text};
use super::names::{Scope, camel_case, identifier, snake_case};
use super::types;
use crate::network::Parameter;

/// Where a parameter lies in the flat storage.
#[derive(Clone, Debug)]
pub(crate) struct Placed<'a> {
    pub(crate) parameter: &'a Parameter,
    pub(crate) offset: usize,
    pub(crate) len: usize,
}

/// Parameters one after another.
pub(crate) fn place(parameters: &[Parameter]) -> Vec<Placed<'_>> {
    let mut offset = 0;
    parameters
        .iter()
        .map(|parameter| {
            let len = parameter.shape.iter().product();
            let placed = Placed { parameter, offset, len };
            offset += len;
            placed
        })
        .collect()
}

/// Names of the parameters as fields: `fc1_weight`.
pub(crate) fn field_names(parameters: &[Parameter]) -> Vec<String> {
    let mut scope = Scope::new(&["of"]);
    parameters.iter().map(|parameter| scope.unique(&parameter.path.replace('.', "_"))).collect()
}

/// How passes see a parameter: rows of the last axis.
fn pass_type(shape: &[usize]) -> String {
    match shape {
        [] => "[T; 1]".into(),
        [n] => format!("[T; {n}]"),
        _ => {
            let columns = shape[shape.len() - 1];
            format!("[[T; {columns}]; {}]", shape.iter().product::<usize>() / columns)
        }
    }
}

/// What the structs of [`pass_structs`] are called.
pub(crate) struct PassStructs {
    pub(crate) read: &'static str,
    pub(crate) written: &'static str,
    pub(crate) len: &'static str,
    pub(crate) what: &'static str,
}

/// The structs with views of parameters (or buffers), with the fields that the passes read and write.
pub(crate) fn pass_structs(code: &mut Code, structs: &PassStructs, parameters: &[Parameter], names: &[String], used: (&[bool], &[bool])) {
    let (read, written) = used;
    let placed = place(parameters);
    let len = structs.len;
    if read.contains(&true) {
        code.line("");
        code.line(format!("/// Each {} by name.", structs.what));
        code.open(format!("struct {}<'a, T> {{", structs.read));
        for ((placed, name), _) in placed.iter().zip(names).zip(read).filter(|(_, read)| **read) {
            code.line(format!("{name}: &'a {},", pass_type(&placed.parameter.shape)));
        }
        code.close("}");
        code.line("");
        code.open(format!("impl<'a, T> {}<'a, T> {{", structs.read));
        code.line("#[inline(always)]");
        code.open(format!("fn of(array: &'a [T; {len}]) -> Self {{"));
        let field = |(placed, name): (&Placed<'_>, &String)| {
            let view = format!("rt::view::<_, {}, {len}, {}>(array)", placed.len, placed.offset);
            if placed.parameter.shape.len() >= 2 { format!("{name}: rt::rows({view})") } else { format!("{name}: {view}") }
        };
        let fields: Vec<String> = placed.iter().zip(names).zip(read).filter(|(_, read)| **read).map(|(one, _)| field(one)).collect();
        code.statement("", &structure(structs.read, &fields), "");
        code.close("}");
        code.close("}");
    }
    if written.contains(&true) {
        code.line("");
        code.line(format!("/// The gradient of each {} by name.", structs.what));
        code.open(format!("struct {}<'a, T> {{", structs.written));
        for ((placed, name), _) in placed.iter().zip(names).zip(written).filter(|(_, written)| **written) {
            code.line(format!("{name}: &'a mut {},", pass_type(&placed.parameter.shape)));
        }
        code.close("}");
        code.line("");
        code.open(format!("impl<'a, T> {}<'a, T> {{", structs.written));
        code.line("#[inline(always)]");
        code.open(format!("fn of(array: &'a mut [T; {len}]) -> Self {{"));
        let last = written.iter().rposition(|written| *written).unwrap_or(0);
        let mut at = 0;
        let mut rest = "array".to_owned();
        for (i, (placed, name)) in placed.iter().zip(names).enumerate().filter(|(i, _)| written[*i]) {
            let skip = placed.offset - at;
            if skip > 0 {
                code.line(format!("let (_, rest) = {rest}.split_at_mut({skip});"));
                rest = "rest".into();
            }
            let tail = if i == last { "_" } else { "rest" };
            code.line(format!("let ({name}, {tail}) = {rest}.split_at_mut({});", placed.len));
            rest = "rest".into();
            at = placed.offset + placed.len;
        }
        let field = |(placed, name): (&Placed<'_>, &String)| {
            let head = if placed.parameter.shape.len() >= 2 { "rows_mut" } else { "row_mut" };
            format!("{name}: rt::{head}({name})")
        };
        let fields: Vec<String> =
            placed.iter().zip(names).zip(written).filter(|(_, written)| **written).map(|(one, _)| field(one)).collect();
        code.statement("", &structure(structs.written, &fields), "");
        code.close("}");
        code.close("}");
    }
}

/// A node of the tree of paths: `fc1` with `weight` and `bias`.
#[derive(Default)]
struct Tree<'a> {
    leaf: Option<Placed<'a>>,
    children: Vec<(String, Tree<'a>)>,
}

impl<'a> Tree<'a> {
    fn insert(&mut self, path: &[&str], placed: Placed<'a>) {
        let Some((first, rest)) = path.split_first() else {
            self.leaf = Some(placed);
            return;
        };
        // `block.0` is one step: `block_0`.
        let digits = rest.iter().take_while(|part| part.bytes().all(|b| b.is_ascii_digit())).count();
        let mut name = (*first).to_owned();
        for part in &rest[..digits] {
            name = format!("{name}_{part}");
        }
        let at = match self.children.iter().position(|child| child.0 == name) {
            Some(at) => at,
            None => {
                self.children.push((name, Tree::default()));
                self.children.len() - 1
            }
        };
        self.children[at].1.insert(&rest[digits..], placed);
    }
}

/// Names of methods that a storage struct has anyway.
const METHODS: &[&str] =
    &["new", "as_array", "as_array_mut", "from_storage", "into_storage", "from_bytes", "copy_from", "clone", "default"];

/// The public struct that holds parameters (or buffers) in any storage, with named views.
pub(crate) fn storage_struct(
    code: &mut Code,
    what: &str,
    len: &str,
    parameters: &[Parameter],
    real: &str,
    default_box: Option<&str>,
    doc: &str,
) {
    let mut tree = Tree::default();
    for placed in place(parameters) {
        let path: Vec<&str> = placed.parameter.path.split('.').collect();
        tree.insert(&path, placed);
    }
    let default = match default_box {
        Some(boxed) => format!("{boxed}<{real}, {{ {len} }}>"),
        None => format!("[{real}; {len}]"),
    };
    code.line("");
    code.line(format!("/// {doc}"));
    code.line("#[derive(Clone, Copy, Debug, Default, PartialEq)]");
    code.line(format!("pub struct {what}<S = {default}>(S);"));
    code.line("");
    code.open(format!("impl<S: rt::Storage<{len}>> {what}<S> {{"));
    code.line("/// Takes storage over as it is.");
    code.open("pub fn from_storage(storage: S) -> Self {");
    code.line(format!("{what}(storage)"));
    code.close("}");
    code.line("");
    code.line("/// Gives the storage back.");
    code.open("pub fn into_storage(self) -> S {");
    code.line("self.0");
    code.close("}");
    code.line("");
    code.line("/// All elements, in the order of the layout.");
    code.open(format!("pub fn as_array(&self) -> &[S::Elem; {len}] {{"));
    code.line("self.0.array()");
    code.close("}");
    let mut structs = Vec::new();
    accessors(code, what, len, &tree, "S::Elem", "self.0.array()", false, &mut structs);
    code.close("}");
    code.line("");
    code.open(format!("impl {what}<[{real}; {len}]> {{"));
    code.line("/// From the bytes of a file, little endian: for a `static` in flash.");
    let (bytes, from) = if real == "f32" { (4, "f32_from_bytes") } else { (8, "f64_from_bytes") };
    code.open(format!("pub const fn from_bytes(bytes: &[u8; {bytes} * {len}]) -> Self {{"));
    code.line(format!("{what}(rt::{from}(bytes))"));
    code.close("}");
    code.close("}");
    code.line("");
    code.open(format!("impl<S: rt::StorageMut<{len}>> {what}<S> {{"));
    code.line("/// All elements, to write.");
    code.open(format!("pub fn as_array_mut(&mut self) -> &mut [S::Elem; {len}] {{"));
    code.line("self.0.array_mut()");
    code.close("}");
    let layout = match what {
        "Buffers" => "BUFFER_LAYOUT",
        "State" => "STATE_LAYOUT",
        _ => "LAYOUT",
    };
    code.line("");
    code.line("/// Copies the elements under a path of the layout; false where path or number do not fit.");
    code.open("pub fn copy_from(&mut self, path: &str, values: &[S::Elem]) -> bool {");
    code.line(format!("rt::copy_by_path({layout}, path, values, self.0.array_mut())"));
    code.close("}");
    accessors(code, what, len, &tree, "S::Elem", "self.0.array_mut()", true, &mut Vec::new());
    code.close("}");
    let mut at = 0;
    while at < structs.len() {
        let (name, path, tree): (String, String, &Tree<'_>) = (structs[at].0.clone(), structs[at].1.clone(), structs[at].2);
        let mut more = Vec::new();
        for (suffix, borrow) in [("", "&'a "), ("Mut", "&'a mut ")] {
            code.line("");
            code.line(format!("/// `{path}`{}.", if suffix.is_empty() { "" } else { ", to write" }));
            code.line("#[derive(Debug)]");
            code.line(format!("pub struct {name}{suffix}<'a, T>({borrow}[T; {len}]);"));
            code.line("");
            if suffix.is_empty() {
                code.open(format!("impl<'a, T> {name}<'a, T> {{"));
                accessors(code, &name, len, tree, "T", "self.0", false, &mut more);
            } else {
                code.open(format!("impl<T> {name}Mut<'_, T> {{"));
                accessors(code, &name, len, tree, "T", "self.0", true, &mut Vec::new());
            }
            code.close("}");
        }
        structs.extend(more);
        at += 1;
    }
}

/// Methods for the children of a node; for inner nodes the struct that they return is remembered.
#[expect(clippy::too_many_arguments, reason = "what differs between the reading and the writing methods")]
fn accessors<'t, 'a>(
    code: &mut Code,
    owner: &str,
    len: &str,
    tree: &'t Tree<'a>,
    elem: &str,
    array: &str,
    mutable: bool,
    structs: &mut Vec<(String, String, &'t Tree<'a>)>,
) {
    let mut taken: BTreeMap<String, ()> = METHODS.iter().map(|name| ((*name).to_owned(), ())).collect();
    if owner == "State" {
        taken.extend(["initial", "reset"].map(|name| (name.to_owned(), ())));
    }
    let outer = matches!(owner, "Params" | "Buffers" | "State");
    let life = if mutable || outer { "" } else { "'a " };
    for (i, (name, child)) in tree.children.iter().enumerate() {
        let mut method = identifier(&snake_case(name));
        while taken.insert(method.clone(), ()).is_some() {
            method.push('_');
        }
        let (suffix, borrow, me) = if mutable { ("_mut", "&mut ", "&mut self") } else { ("", "&", "&self") };
        let method = if mutable { format!("{}{suffix}", method.trim_start_matches("r#")) } else { method };
        if i > 0 || outer {
            code.line("");
        }
        if let Some(placed) = &child.leaf {
            let shape = &placed.parameter.shape;
            code.line(format!("/// `{}`, {shape:?}.", placed.parameter.path));
            code.open(format!("pub fn {method}({me}) -> {borrow}{life}{} {{", types::array(shape, elem)));
            nested_view(code, array, placed, len, mutable);
            code.close("}");
        } else {
            let prefix = if outer { String::new() } else { owner.to_owned() };
            let group = if owner == "Buffers" { "Buffer" } else { "" };
            let struct_name = format!("{prefix}{group}{}View", camel_case(name)).replace("ViewView", "View");
            let path = first_leaf(child).map_or_else(|| name.clone(), |leaf| parent_path(&leaf.parameter.path, name));
            let (kind, args) = if mutable {
                ("Mut", "'_, ")
            } else if outer {
                ("", "'_, ")
            } else {
                ("", "'a, ")
            };
            code.line(format!("/// `{path}`."));
            code.open(format!("pub fn {method}({me}) -> {struct_name}{kind}<{args}{elem}> {{"));
            code.line(format!("{struct_name}{kind}({array})"));
            code.close("}");
            structs.push((struct_name, path, child));
        }
    }
}

fn first_leaf<'t, 'a>(tree: &'t Tree<'a>) -> Option<&'t Placed<'a>> {
    tree.leaf.as_ref().or_else(|| tree.children.iter().find_map(|child| first_leaf(&child.1)))
}

/// The part of `path` that ends with the step `name` (`block_0` is `block.0`).
fn parent_path(path: &str, name: &str) -> String {
    let parts: Vec<&str> = path.split('.').collect();
    (1..=parts.len())
        .map(|n| parts[..n].join("."))
        .find(|prefix| prefix.replace('.', "_").ends_with(name) && *prefix != path)
        .unwrap_or_else(|| name.to_owned())
}

/// A parameter as nested arrays, from the inside out.
fn nested_view(code: &mut Code, array: &str, placed: &Placed<'_>, total: &str, mutable: bool) {
    let (suffix, borrow) = if mutable { ("_mut", "&mut ") } else { ("", "&") };
    let view = format!("rt::view{suffix}::<_, {}, {total}, {}>({array})", placed.len, placed.offset);
    match placed.parameter.shape.as_slice() {
        [] => code.statement("", &text(format!("{borrow}{view}[0]")), ""),
        [_] => code.statement("", &text(view), ""),
        [_, _] => code.statement("", &call(format!("rt::rows{suffix}"), vec![text(view)]), ""),
        [_, inner @ ..] => {
            code.line(format!("let view = {view};"));
            let mut count = placed.len;
            for (i, extent) in inner.iter().enumerate().rev() {
                count /= extent;
                let rows = format!("rt::rows{suffix}::<_, {extent}, {count}>(view)");
                code.line(if i == 0 { rows } else { format!("let view = {rows};") });
            }
        }
    }
}
