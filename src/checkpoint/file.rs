//! The file itself: safetensors bytes, read with the format's own crate and its checks, written in an order that depends on nothing but
//! the contents, and put in place whole.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write as _;
use core::sync::atomic::{AtomicU64, Ordering};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use safetensors::{Dtype, SafeTensors};

use super::layout::Kind;

/// A tensor of a file.
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) shape: Vec<usize>,
    pub(super) bytes: Vec<u8>,
}

/// All of a file.
pub(super) struct Contents {
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) tensors: BTreeMap<String, Stored>,
}

impl Contents {
    pub(super) fn read(bytes: &[u8]) -> Result<Contents, String> {
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
pub(super) fn write(metadata: &BTreeMap<String, String>, mut tensors: Vec<Stored>) -> Vec<u8> {
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

/// Puts a file of these bytes at `path`, or leaves all as it was.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
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
