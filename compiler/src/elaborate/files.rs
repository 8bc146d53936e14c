//! Whose items a body sees: its own file's, then those of the files that it `use`s, then the prelude's.

use std::collections::HashMap;
use std::rc::Rc;

use tapeless_grammar::diagnostic::Diagnostic;
use tapeless_grammar::span::{FileId, Sources, Span};
use tapeless_grammar::tree::{Function, Item, ItemKind, Name};

use super::Loader;
use super::limits::{FILES, NETWORKS};
use super::prelude::Prelude;
use super::value::Value;

/// The prelude's place among the files.
pub(super) const PRELUDE: usize = 0;

/// Name spaces of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Space {
    /// `fn` and `layer`
    Function,
    Const,
    Optimizer,
    Network,
}

/// An item and the file whose names its body sees.
#[derive(Clone, Debug)]
pub(super) struct ItemRef {
    pub(super) item: Rc<Item>,
    pub(super) file: usize,
}

impl ItemRef {
    /// The `fn`, `layer` or `optimizer` that it is.
    pub(super) fn function(&self) -> Option<&Function> {
        match &self.item.kind {
            ItemKind::Fn(function) | ItemKind::Layer(function) | ItemKind::Optimizer(function) => Some(function),
            _ => None,
        }
    }

    pub(super) fn is_layer(&self) -> bool {
        matches!(self.item.kind, ItemKind::Layer(_))
    }

    /// Tells items apart.
    pub(super) fn identity(&self) -> usize {
        Rc::as_ptr(&self.item) as usize
    }
}

#[derive(Debug, Default)]
struct File {
    items: Vec<Rc<Item>>,
    by_name: HashMap<(Space, String), usize>,
    uses: Vec<usize>,
}

/// All files of a compilation.
#[derive(Debug)]
pub(super) struct Files {
    files: Vec<File>,
    by_canonical: HashMap<String, usize>,
    prelude: Prelude,
    /// Values of files' consts; `None` while one is being computed.
    pub(super) consts: HashMap<usize, Option<Value>>,
    /// Every file that was read.
    pub(super) read: Vec<String>,
}

/// What a search among items found.
pub(super) enum Found {
    Item(ItemRef),
    /// Two of the files that are used have it.
    Ambiguous(Span, Span),
    Nothing,
}

impl Files {
    pub(super) fn new() -> Files {
        Files {
            files: vec![File::default()],
            by_canonical: HashMap::new(),
            prelude: Prelude::new(),
            consts: HashMap::new(),
            read: Vec::new(),
        }
    }

    /// Reads a file and those that it uses.
    pub(super) fn add(&mut self, sources: &mut Sources, id: FileId, loader: &mut dyn Loader, out: &mut Vec<Diagnostic>) -> usize {
        let at = self.files.len();
        self.files.push(File::default());
        match tapeless_grammar::parse(sources, id) {
            Ok(program) => {
                let mut networks = program.items.iter().filter(|item| matches!(item.kind, ItemKind::Network(_)));
                if let Some(beyond) = networks.nth(NETWORKS) {
                    let message = format!("a file has at most {NETWORKS} networks");
                    let span = name_of(beyond).map_or(beyond.span, |(_, name)| name.span);
                    out.push(Diagnostic::error("E0174", span, message).help("one network with other arguments is a `layer`"));
                    return at;
                }
                for item in program.items {
                    self.take(at, item, sources, id, loader, out);
                }
            }
            Err(errors) => out.extend(errors),
        }
        at
    }

    fn take(&mut self, at: usize, item: Item, sources: &mut Sources, id: FileId, loader: &mut dyn Loader, out: &mut Vec<Diagnostic>) {
        if let ItemKind::Use { path, path_span } = &item.kind {
            match loader.load(id, path) {
                Ok((canonical, text)) => {
                    let used = match self.by_canonical.get(&canonical) {
                        Some(&known) => known,
                        None if self.files.len() > FILES => {
                            out.push(Diagnostic::error("E0177", *path_span, format!("a program has at most {FILES} files")));
                            return;
                        }
                        None => {
                            self.by_canonical.insert(canonical.clone(), self.files.len());
                            self.read.push(canonical.clone());
                            let file = sources.add(canonical, text);
                            self.add(sources, file, loader, out)
                        }
                    };
                    if used != at && !self.files[at].uses.contains(&used) {
                        self.files[at].uses.push(used);
                    }
                }
                Err(why) => out.push(Diagnostic::error("E0192", *path_span, format!("the file {path:?} cannot be used: {why}"))),
            }
            return;
        }
        let Some((space, name)) = name_of(&item) else { return };
        let key = (space, name.text.clone());
        let span = name.span;
        if let Some(&before) = self.files[at].by_name.get(&key) {
            let first = name_of(&self.files[at].items[before]).map_or(span, |(_, name)| name.span);
            out.push(
                Diagnostic::error("E0103", span, format!("`{}` is declared twice in this file", key.1))
                    .label(first, "first here")
                    .help("give one of them another name"),
            );
            return;
        }
        let file = &mut self.files[at];
        file.by_name.insert(key, file.items.len());
        file.items.push(Rc::new(item));
    }

    /// The item `name` as a body of `file` sees it.
    pub(super) fn find(&mut self, sources: &mut Sources, file: usize, space: Space, name: &str) -> Found {
        if file != PRELUDE {
            let key = (space, name.to_owned());
            if let Some(item) = self.own(file, &key) {
                return Found::Item(item);
            }
            let uses = self.files[file].uses.clone();
            let mut hits = uses.into_iter().filter_map(|used| self.own(used, &key));
            if let Some(first) = hits.next() {
                return match hits.next() {
                    Some(second) => Found::Ambiguous(first.item.span, second.item.span),
                    None => Found::Item(first),
                };
            }
        }
        match self.prelude.find(sources, space, name) {
            Some(item) => Found::Item(ItemRef { item, file: PRELUDE }),
            None => Found::Nothing,
        }
    }

    fn own(&self, file: usize, key: &(Space, String)) -> Option<ItemRef> {
        let known = self.files.get(file)?;
        known.by_name.get(key).map(|&at| ItemRef { item: known.items[at].clone(), file })
    }

    /// The networks of a file in their order.
    pub(super) fn networks(&self, file: usize) -> Vec<Rc<Item>> {
        self.files[file].items.iter().filter(|item| matches!(item.kind, ItemKind::Network(_))).cloned().collect()
    }

    /// The consts, functions and optimizers that a file declares, for checks of what nothing calls.
    pub(super) fn items(&self, file: usize) -> Vec<ItemRef> {
        self.files[file].items.iter().map(|item| ItemRef { item: item.clone(), file }).collect()
    }

    /// Every name of a space that a body of `file` sees, for "did you mean".
    pub(super) fn names(&self, file: usize, space: Space) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        if file != PRELUDE {
            let seen = std::iter::once(file).chain(self.files[file].uses.iter().copied());
            for file in seen {
                names.extend(self.files[file].by_name.keys().filter(|key| key.0 == space).map(|key| key.1.clone()));
            }
        }
        names.extend(self.prelude.names(space));
        names.sort();
        names
    }
}

/// The name space and name of an item; none for `use`.
pub(super) fn name_of(item: &Item) -> Option<(Space, &Name)> {
    match &item.kind {
        ItemKind::Use { .. } => None,
        ItemKind::Const { name, .. } => Some((Space::Const, name)),
        ItemKind::Fn(function) | ItemKind::Layer(function) => Some((Space::Function, &function.name)),
        ItemKind::Optimizer(function) => Some((Space::Optimizer, &function.name)),
        ItemKind::Network(network) => Some((Space::Network, &network.name)),
    }
}
