//! Which name of theirs is which of ours: equal ones, and what the user says.

use std::cell::RefCell;

/// Pairs of a name in their file and a path of ours, each a whole parameter or whatever begins with it: `0` and `fc1`. Of several
/// that fit, the longest of ours counts; where none does, both sides have the same name. An empty side is all of a network.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pairs: Vec<(String, String)>,
    used: RefCell<Vec<bool>>,
}

impl Names {
    /// Pairs of theirs and ours.
    ///
    /// # Errors
    /// One of ours stands twice.
    pub fn new<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Names, String> {
        let mut names = Names::default();
        for (theirs, ours) in pairs {
            if let Some((other, _)) = names.pairs.iter().find(|(_, known)| known == ours) {
                return Err(format!("`{ours}` cannot be both `{other}` and `{theirs}`"));
            }
            names.pairs.push((theirs.to_owned(), ours.to_owned()));
        }
        names.used = RefCell::new(vec![false; names.pairs.len()]);
        Ok(names)
    }

    /// Their name of what is `path` here.
    pub(crate) fn theirs(&self, path: &str) -> String {
        let under = |(_, (theirs, ours)): (usize, &(String, String))| below(path, ours).map(|rest| join(theirs, rest));
        match self.longest(path) {
            Some(i) => under((i, &self.pairs[i])).unwrap_or_default(),
            None => path.to_owned(),
        }
    }

    /// Their name, where the user gave one to exactly this path.
    pub(crate) fn given(&self, path: &str) -> Option<&str> {
        let i = self.pairs.iter().position(|(_, ours)| ours == path)?;
        self.used.borrow_mut()[i] = true;
        Some(&self.pairs[i].0)
    }

    /// Whether the user named this path, and not only something around it.
    pub(crate) fn names(&self, path: &str) -> bool {
        self.pairs.iter().any(|(_, ours)| ours == path)
    }

    /// The pairs that no path asked for.
    pub(crate) fn unused(&self) -> impl Iterator<Item = (&str, &str)> {
        let used = self.used.borrow().clone();
        let unused = self.pairs.iter().zip(used).filter(|(_, used)| !used);
        unused.map(|((theirs, ours), _)| (theirs.as_str(), ours.as_str()))
    }

    fn longest(&self, path: &str) -> Option<usize> {
        let fits = self.pairs.iter().enumerate().filter(|(_, (_, ours))| below(path, ours).is_some());
        let (i, _) = fits.max_by_key(|(_, (_, ours))| ours.len())?;
        self.used.borrow_mut()[i] = true;
        Some(i)
    }
}

/// What is left of `path` below `above`, both in whole segments.
pub(crate) fn below<'p>(path: &'p str, above: &str) -> Option<&'p str> {
    if above.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(above)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('.') }
}

/// `a.b`; an empty side adds nothing.
pub(crate) fn join(a: &str, b: &str) -> String {
    match (a, b) {
        ("", one) | (one, "") => one.to_owned(),
        (a, b) => format!("{a}.{b}"),
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn the_longest_of_ours_counts_in_whole_segments() {
        let names = Names::new([("0", "fc"), ("attn.proj", "fc.out"), ("model", "")]).unwrap();
        let theirs: Vec<String> = ["fc.weight", "fc.out.weight", "fc2.weight", "fc"].map(|path| names.theirs(path)).to_vec();
        assert_eq!(theirs, ["0.weight", "attn.proj.weight", "model.fc2.weight", "0"]);
        assert_eq!(names.unused().count(), 0);
        assert_eq!(Names::default().theirs("fc.weight"), "fc.weight");
    }

    #[test]
    fn one_of_ours_has_one_of_theirs() {
        assert_eq!(Names::new([("0", "fc"), ("1", "fc")]).unwrap_err(), "`fc` cannot be both `0` and `1`");
    }
}
