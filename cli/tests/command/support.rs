//! Running the command in a folder of its own.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};

/// What a run gives.
#[derive(Debug, PartialEq)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A folder for one test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(test: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("folders").join(test);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// `tapeless args` in the folder.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "", &[])
    }

    pub(crate) fn run_with(&self, args: &[&str], stdin: &str, env: &[(&str, &str)]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tapeless"));
        command.args(args).current_dir(&self.0).env("TAPELESS_CACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
        command.envs(env.iter().copied()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { status: done.status.code().unwrap(), stdout: text(done.stdout), stderr: text(done.stderr) }
    }

    /// Writes reals as F64 and, by names that end in `#`, indices as I64.
    pub(crate) fn write_tensors(&self, name: &str, tensors: &[(&str, &[usize], &[f64])]) {
        let bytes: Vec<Vec<u8>> = tensors
            .iter()
            .map(|(name, _, values)| match name.ends_with('#') {
                true => values.iter().flat_map(|&value| (value as i64).to_le_bytes()).collect(),
                false => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            })
            .collect();
        let views = tensors.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
            let dtype = if name.ends_with('#') { Dtype::I64 } else { Dtype::F64 };
            (name.trim_end_matches('#'), TensorView::new(dtype, shape.to_vec(), bytes).unwrap())
        });
        std::fs::write(self.path(name), serialize(views, None).unwrap()).unwrap();
    }

    pub(crate) fn tensors(&self, name: &str) -> Tensors {
        tensors(&self.path(name))
    }
}

/// Tensors by name: shape and elements.
pub(crate) type Tensors = BTreeMap<String, (Vec<usize>, Vec<f64>)>;

pub(crate) fn tensors(path: &Path) -> Tensors {
    let bytes = std::fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let values = |view: &TensorView<'_>| match view.dtype() {
        Dtype::F32 => view.data().as_chunks().0.iter().map(|&word| f64::from(f32::from_le_bytes(word))).collect(),
        Dtype::F64 => view.data().as_chunks().0.iter().map(|&word| f64::from_le_bytes(word)).collect(),
        other => panic!("{other:?}"),
    };
    file.iter().map(|(name, view)| (name.to_owned(), (view.shape().to_vec(), values(&view)))).collect()
}
