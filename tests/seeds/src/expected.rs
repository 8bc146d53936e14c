//! What the networks should give.

use std::path::{Path, PathBuf};

use safetensors::SafeTensors;
use serde_json::Value;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

/// A part of `expected.json`.
#[derive(Clone, Debug)]
pub struct Expected(Value);

impl Expected {
    /// What stands there for a document, by the beginning of its name: `"003"`.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn of(document: &str) -> Expected {
        let text = std::fs::read_to_string(data("expected.json")).expect("the file");
        let Ok(Value::Object(all)) = serde_json::from_str(&text) else { panic!("expected.json is not an object") };
        let found = all.into_iter().find(|(name, _)| name.starts_with(document));
        Expected(found.unwrap_or_else(|| panic!("nothing about {document}")).1)
    }

    /// A part of this.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn part(&self, name: &str) -> Expected {
        Expected(self.0.get(name).unwrap_or_else(|| panic!("no {name} in {}", self.0)).clone())
    }

    /// The names and the numbers of all parts that hold numbers: parameters by path.
    #[must_use]
    pub fn tensors(&self) -> Vec<(String, Vec<f64>)> {
        let all = self.0.as_object().expect("an object");
        all.iter().map(|(name, value)| (name.clone(), Expected(value.clone()).numbers())).collect()
    }

    /// The numbers of a part, flat.
    #[must_use]
    pub fn get(&self, name: &str) -> Vec<f64> {
        self.part(name).numbers()
    }

    fn numbers(&self) -> Vec<f64> {
        let mut numbers = Vec::new();
        flatten(&self.0, &mut numbers);
        numbers
    }
}

fn flatten(value: &Value, into: &mut Vec<f64>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| flatten(item, into)),
        other => into.push(other.as_f64().expect("a number")),
    }
}

/// A safetensors file of f64 arrays.
#[derive(Debug)]
pub struct Stored(Vec<u8>);

impl Stored {
    /// `moons.safetensors` or `circles.safetensors`.
    ///
    /// # Panics
    /// Where it cannot be read.
    #[must_use]
    pub fn open(name: &str) -> Stored {
        Stored(std::fs::read(data(name)).expect("the file"))
    }

    /// A tensor, flat.
    ///
    /// # Panics
    /// Where there is none.
    #[must_use]
    pub fn get(&self, name: &str) -> Vec<f64> {
        let file = SafeTensors::deserialize(&self.0).expect("a safetensors file");
        let bytes = file.tensor(name).expect("a tensor of this name");
        assert_eq!(bytes.dtype(), safetensors::Dtype::F64);
        bytes.data().as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()
    }

    /// The names of the tensors that begin so, without that.
    ///
    /// # Panics
    /// Where the file is broken.
    #[must_use]
    pub fn names(&self, prefix: &str) -> Vec<String> {
        let file = SafeTensors::deserialize(&self.0).expect("a safetensors file");
        file.names().iter().filter_map(|name| name.strip_prefix(prefix).map(str::to_owned)).collect()
    }
}
