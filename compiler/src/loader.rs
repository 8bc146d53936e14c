//! Files on disk for the doors: what `use` reads. All names are relative to one base folder, so that no path of the machine gets into
//! what the compiler writes.

use std::path::{Path, PathBuf};

use tapeless_grammar::span::FileId;

use crate::elaborate::Loader;

/// Reads files below, or beside, a base folder.
#[derive(Clone, Debug)]
pub struct Disk {
    base: PathBuf,
    /// The name of each file that was handed out, in order; files get their numbers in this order.
    names: Vec<(FileId, String)>,
    read: Vec<String>,
}

impl Disk {
    /// For the program `root`, which is called `name` (`nets/moons.nn`; a macro's body has no folder of its own: `nn!`) and stands in
    /// the folder `base` or below it.
    #[must_use]
    pub fn new(base: impl Into<PathBuf>, root: FileId, name: &str) -> Disk {
        Disk { base: base.into(), names: vec![(root, name.to_owned())], read: Vec::new() }
    }

    /// Reads a file as the program that a door was given.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn text(base: &Path, name: &str) -> Result<String, String> {
        let bytes = std::fs::read(base.join(name)).map_err(|error| error.to_string())?;
        String::from_utf8(bytes).map_err(|error| format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to()))
    }

    /// The names of the files read so far, each once, relative to the base folder; the program itself is not among them.
    #[must_use]
    pub fn files(&self) -> &[String] {
        &self.read
    }
}

impl Loader for Disk {
    fn load(&mut self, from: FileId, path: &str) -> Result<(String, String), String> {
        let known = self.names.iter().find(|(id, _)| *id == from);
        let (_, name) = known.ok_or("the file that says this is not known")?;
        let name = beside(name, path)?;
        let text = Disk::text(&self.base, &name)?;
        if !self.read.contains(&name) {
            self.read.push(name.clone());
            // A file that is new becomes the next of the compilation.
            let last = self.names.last().map_or(0, |(id, _)| id.0);
            self.names.push((FileId(last + 1), name.clone()));
        }
        Ok((name, text))
    }
}

/// `path`, written in the file `name`, seen from the base folder: `a/b.nn` and `../c.nn` give `c.nn`.
fn beside(name: &str, path: &str) -> Result<String, String> {
    if path.starts_with('/') || Path::new(path).is_absolute() {
        return Err("the path is relative to the file that says it".to_owned());
    }
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file_that_says_them() {
        let cases = [
            ("nets/moons.nn", "blocks.nn", "nets/blocks.nn"),
            ("nets/moons.nn", "../blocks.nn", "blocks.nn"),
            ("nets/moons.nn", "./deep/./a.nn", "nets/deep/a.nn"),
            ("nn!", "nets/a.nn", "nets/a.nn"),
            ("moons.nn", "../../a.nn", "../../a.nn"),
            ("../a/b.nn", "../../c.nn", "../../c.nn"),
        ];
        for (name, path, expected) in cases {
            assert_eq!(beside(name, path).as_deref(), Ok(expected), "{path} in {name}");
        }
        assert!(beside("a.nn", "/etc/a.nn").is_err());
    }

    #[test]
    fn files_are_found_from_files() {
        let base = std::env::temp_dir().join(format!("tapeless-loader-{}", std::process::id()));
        std::fs::create_dir_all(base.join("nets/parts")).unwrap();
        std::fs::write(base.join("nets/parts/a.nn"), "// a").unwrap();
        std::fs::write(base.join("nets/b.nn"), "// b").unwrap();
        let mut disk = Disk::new(&base, FileId(3), "nets/moons.nn");
        assert_eq!(disk.load(FileId(3), "parts/a.nn"), Ok(("nets/parts/a.nn".to_owned(), "// a".to_owned())));
        assert_eq!(disk.load(FileId(4), "../b.nn"), Ok(("nets/b.nn".to_owned(), "// b".to_owned())));
        assert_eq!(disk.load(FileId(5), "parts/a.nn").map(|(name, _)| name), Ok("nets/parts/a.nn".to_owned()));
        assert!(disk.load(FileId(3), "none.nn").is_err() && disk.load(FileId(6), "b.nn").is_err());
        assert_eq!(disk.files(), ["nets/parts/a.nn", "nets/b.nn"]);
        std::fs::remove_dir_all(&base).unwrap();
    }
}
