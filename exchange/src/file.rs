//! The file itself: safetensors bytes, read with the format's own crate and its checks, written in an order that depends on nothing but
//! the contents, and put in place whole.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use safetensors::{Dtype, SafeTensors};

/// Element types of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// 64 bits.
    F64,
    /// 32 bits.
    F32,
    /// Any that no network's parameters have.
    Other,
}

impl Kind {
    /// As the format calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::F64 => "F64",
            Kind::F32 => "F32",
            Kind::Other => "of another type",
        }
    }
}

/// A tensor of a file.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its name.
    pub name: String,
    /// The type of its elements.
    pub kind: Kind,
    /// Its extents.
    pub shape: Vec<usize>,
    /// Its elements, row-major, little-endian.
    pub bytes: Vec<u8>,
}

impl Stored {
    /// A tensor of these numbers, rounded if `kind` is `F32`; none of a type that is not written.
    #[must_use]
    pub fn of(name: String, kind: Kind, shape: Vec<usize>, numbers: impl IntoIterator<Item = f64>) -> Stored {
        let numbers = numbers.into_iter();
        let bytes = match kind {
            Kind::F64 => numbers.flat_map(f64::to_le_bytes).collect(),
            Kind::F32 => numbers.flat_map(|x| (x as f32).to_le_bytes()).collect(),
            Kind::Other => Vec::new(),
        };
        Stored { name, kind, shape, bytes }
    }

    /// Its numbers; none of a type that is not read.
    pub fn numbers(&self) -> impl Iterator<Item = f64> {
        let (short, _) = self.bytes.as_chunks::<4>();
        let (long, _) = self.bytes.as_chunks::<8>();
        let short = if self.kind == Kind::F32 { short } else { &[] };
        let long = if self.kind == Kind::F64 { long } else { &[] };
        short.iter().map(|&bytes| f64::from(f32::from_le_bytes(bytes))).chain(long.iter().map(|&bytes| f64::from_le_bytes(bytes)))
    }
}

/// All of a file.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The format's own place for texts.
    pub metadata: BTreeMap<String, String>,
    /// By name.
    pub tensors: BTreeMap<String, Stored>,
}

impl Contents {
    /// What the bytes of a file hold.
    ///
    /// # Errors
    /// Why it is not a whole safetensors file. A name that stands twice is an error.
    pub fn read(bytes: &[u8]) -> Result<Contents, String> {
        let (header, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
        let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
        let metadata: BTreeMap<String, String> = metadata.metadata().clone().into_iter().flatten().collect();
        // The reader above keeps the last of two entries with one name; here both are too many.
        let header = bytes.get(8..8 + header).unwrap_or_default();
        if keys(header) != file.len() + metadata.len() + usize::from(has_metadata(header)) {
            return Err("its header has two entries of one name".to_string());
        }
        let stored = |(name, view): (&str, safetensors::tensor::TensorView<'_>)| {
            let kind = match view.dtype() {
                Dtype::F32 => Kind::F32,
                Dtype::F64 => Kind::F64,
                _ => Kind::Other,
            };
            let stored = Stored { name: name.to_string(), kind, shape: view.shape().to_vec(), bytes: view.data().to_vec() };
            (name.to_string(), stored)
        };
        Ok(Contents { metadata, tensors: file.iter().map(stored).collect() })
    }
}

/// The keys of a JSON object that has been read without an error: its own, and those of its `__metadata__`.
fn keys(json: &[u8]) -> usize {
    let (mut count, mut depth, mut in_metadata) = (0, 0, false);
    let (mut at, mut last) = (0, &json[..0]);
    while at < json.len() {
        match json[at] {
            b'"' => {
                let start = at + 1;
                at = start;
                while at < json.len() && json[at] != b'"' {
                    at += if json[at] == b'\\' { 2 } else { 1 };
                }
                last = json.get(start..at).unwrap_or_default();
            }
            b':' => {
                if depth == 1 {
                    in_metadata = last == b"__metadata__";
                }
                count += usize::from(depth == 1 || (depth == 2 && in_metadata));
            }
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    count
}

fn has_metadata(json: &[u8]) -> bool {
    let key = b"\"__metadata__\"";
    json.windows(key.len()).any(|window| window == key)
}

/// The bytes of a file. The widest numbers come first, so that all are aligned; then the order is that of `tensors`.
#[must_use]
pub fn write(metadata: &BTreeMap<String, String>, mut tensors: Vec<Stored>) -> Vec<u8> {
    tensors.sort_by_key(|stored| stored.kind);
    let mut header = String::from("{\"__metadata__\":{");
    for (i, (key, value)) in metadata.iter().enumerate() {
        header.push_str(if i == 0 { "" } else { "," });
        quote(&mut header, key);
        header.push(':');
        quote(&mut header, value);
    }
    header.push('}');
    let mut offset = 0;
    for stored in &tensors {
        header.push(',');
        quote(&mut header, &stored.name);
        let end = offset + stored.bytes.len();
        // Writing to a string does not fail.
        let _ = write!(header, ":{{\"dtype\":\"{}\",\"shape\":{:?},\"data_offsets\":[{offset},{end}]}}", stored.kind.name(), stored.shape);
        offset = end;
    }
    header.push('}');
    while header.len() % 8 != 0 {
        header.push(' ');
    }
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.reserve_exact(header.len() + offset);
    bytes.extend(header.as_bytes());
    tensors.iter().for_each(|stored| bytes.extend(&stored.bytes));
    bytes
}

fn quote(json: &mut String, text: &str) {
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            c if c < ' ' => json.push_str(&format!("\\u{:04x}", c as u32)),
            c => json.push(c),
        }
    }
    json.push('"');
}

/// Puts a file of these bytes at `path`, or leaves all as it was: it is written under another name in the same folder, synced and renamed.
///
/// # Errors
/// What the file system says.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let Some(name) = path.file_name() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not the name of a file"));
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or(PathBuf::from("."), Path::to_path_buf);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let aside = folder.join(format!(".{}.{}-{number}.part", name.to_string_lossy(), std::process::id()));
    let written = write_whole(&aside, bytes).and_then(|()| fs::rename(&aside, path));
    if written.is_err() {
        // What went wrong is told; that a part may be left cannot be helped then.
        let _ = fs::remove_file(&aside);
        return written;
    }
    // The name is safe only when the folder is written too. Elsewhere a folder cannot be opened as a file.
    #[cfg(unix)]
    File::open(&folder)?.sync_all()?;
    Ok(())
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
