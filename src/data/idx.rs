//! IDX files of bytes, plain or compressed with gzip: the form of the MNIST data.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt::{self, Display, Formatter};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use crate::rt::Real;

/// An array of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    /// Its extents; the first counts samples.
    pub shape: Vec<usize>,
    /// Row-major.
    pub bytes: Vec<u8>,
}

/// Why an IDX file was refused.
#[derive(Debug)]
#[non_exhaustive]
pub enum IdxError {
    /// The file could not be read or unpacked.
    Io(PathBuf, io::Error),
    /// What it holds is not an IDX array of bytes.
    Format(PathBuf, String),
}

impl Display for IdxError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            IdxError::Io(path, error) => write!(f, "{}: {error}", path.display()),
            IdxError::Format(path, what) => write!(f, "{}: {what}", path.display()),
        }
    }
}

impl core::error::Error for IdxError {}

/// Reads a file; gzip is recognised by its first bytes, whatever the name.
///
/// # Errors
/// Where the file cannot be read, is cut short or longer than it says, or is no IDX array of bytes.
pub fn read(path: impl AsRef<Path>) -> Result<Idx, IdxError> {
    let path = path.as_ref();
    let io = |error| IdxError::Io(path.to_path_buf(), error);
    let mut bytes = std::fs::read(path).map_err(io)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).map_err(io)?;
        bytes = unpacked;
    }
    parse(&bytes).map_err(|what| IdxError::Format(path.to_path_buf(), what))
}

/// Reads what a file holds, unpacked.
///
/// # Errors
/// What is wrong with it.
pub fn parse(bytes: &[u8]) -> Result<Idx, String> {
    let Some((&[zero, zero_too, kind, rank], rest)) = bytes.split_first_chunk() else {
        return Err(format!("an IDX file begins with 4 bytes, this one has only {}", bytes.len()));
    };
    if (zero, zero_too) != (0, 0) {
        return Err(format!("not an IDX file: it begins with {zero:#04x} {zero_too:#04x}, an IDX file with 0x00 0x00"));
    }
    match kind {
        0x08 => {}
        0x09 | 0x0b..=0x0e => return Err(format!("elements of kind {kind:#04x}: only bytes, 0x08, can be read")),
        _ => return Err(format!("not an IDX file: {kind:#04x} is no kind of element")),
    }
    if rank == 0 {
        return Err(String::from("an array without axes"));
    }
    let (extents, _) = rest.as_chunks::<4>();
    let Some(extents) = extents.get(..usize::from(rank)) else {
        return Err(format!("cut short in its header: it says {rank} axes and has only {} bytes after that", rest.len()));
    };
    let shape: Vec<usize> = extents.iter().map(|&extent| u32::from_be_bytes(extent) as usize).collect();
    let data = &rest[4 * usize::from(rank)..];
    let Some(size) = shape.iter().try_fold(1_usize, |size, &extent| size.checked_mul(extent)) else {
        return Err(format!("the shape {shape:?} has too many elements"));
    };
    if data.len() != size {
        let how = if data.len() < size { "cut short" } else { "too long" };
        return Err(format!("{how}: the shape {shape:?} needs {size} bytes, found {}", data.len()));
    }
    Ok(Idx { shape, bytes: data.to_vec() })
}

impl Idx {
    /// The number of samples.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each sample as `N` reals, its bytes divided by 255: for `input x: [784];`.
    ///
    /// # Errors
    /// Where a sample has not `N` bytes.
    pub fn rows<T: Real, const N: usize>(&self) -> Result<Vec<[T; N]>, String> {
        let size: usize = self.shape.iter().skip(1).product();
        if size != N {
            return Err(format!("a sample has {size} bytes (shape {:?}), {N} were asked for", &self.shape[1..]));
        }
        let scaled: Vec<T> = (0..=255).map(|byte| T::from_f64(f64::from(byte) / 255.0)).collect();
        let (rows, _) = self.bytes.as_chunks::<N>();
        Ok(rows.iter().map(|row| row.map(|byte| scaled[usize::from(byte)])).collect())
    }

    /// Each sample as an index: for `target label: [] in 0..10;`.
    ///
    /// # Errors
    /// Where a sample is not one byte, or one is not below `classes`.
    pub fn labels(&self, classes: u32) -> Result<Vec<u32>, String> {
        if self.bytes.len() != self.len() {
            return Err(format!("labels are one byte a sample, this array has the shape {:?}", self.shape));
        }
        match self.bytes.iter().position(|&label| u32::from(label) >= classes) {
            Some(at) => Err(format!("label {at} is {}, outside 0..{classes}", self.bytes[at])),
            None => Ok(self.bytes.iter().map(|&label| u32::from(label)).collect()),
        }
    }
}

/// An IDX file of bytes as it is stored, not compressed.
#[must_use]
pub fn to_bytes(idx: &Idx) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0x08, idx.shape.len() as u8];
    idx.shape.iter().for_each(|&extent| bytes.extend((extent as u32).to_be_bytes()));
    bytes.extend(&idx.bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn small() -> Idx {
        Idx { shape: vec![3, 2], bytes: vec![0, 255, 51, 102, 1, 2] }
    }

    #[test]
    fn reads_what_it_writes() {
        assert_eq!(parse(&to_bytes(&small())), Ok(small()));
        assert_eq!(small().rows::<f64, 2>().map(|rows| rows[1]), Ok([0.2, 0.4]));
        assert_eq!(small().rows::<f32, 3>(), Err("a sample has 2 bytes (shape [2]), 3 were asked for".into()));
        let labels = Idx { shape: vec![3], bytes: vec![0, 9, 3] };
        assert_eq!(labels.labels(10), Ok(vec![0, 9, 3]));
        assert_eq!(labels.labels(9), Err("label 1 is 9, outside 0..9".into()));
        assert_eq!(small().labels(9), Err("labels are one byte a sample, this array has the shape [3, 2]".into()));
    }

    #[test]
    fn refuses_what_is_wrong() {
        let whole = to_bytes(&small());
        for len in 0..whole.len() {
            assert!(parse(&whole[..len]).is_err(), "{len}");
        }
        assert_eq!(parse(&whole[..15]), Err("cut short: the shape [3, 2] needs 6 bytes, found 3".into()));
        assert_eq!(parse(&[&whole[..], &[0]].concat()), Err("too long: the shape [3, 2] needs 6 bytes, found 7".into()));
        assert_eq!(parse(b"PNG."), Err("not an IDX file: it begins with 0x50 0x4e, an IDX file with 0x00 0x00".into()));
        assert_eq!(parse(&[0, 0, 0x0d, 1]), Err("elements of kind 0x0d: only bytes, 0x08, can be read".into()));
        assert_eq!(
            parse(&[0, 0, 0x08, 3, 0, 0, 0, 1]),
            Err("cut short in its header: it says 3 axes and has only 4 bytes after that".into())
        );
        let huge = [&[0, 0, 8, 3][..], &[0xff; 12]].concat();
        assert!(parse(&huge).is_err_and(|what| what.contains("too many elements")));
        let missing = read("no/such/file").map_err(|error| error.to_string());
        assert!(missing.is_err_and(|what| what.starts_with("no/such/file: ")));
    }
}
