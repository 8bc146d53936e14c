//! What is written where, and what is said.

use std::fs;
use std::path::{Path, PathBuf};

use tapeless_build::Config;

/// A folder of its own for each test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("nets/parts")).unwrap();
    folder
}

fn config(folder: &Path) -> Config {
    Config::new().base(folder).out_dir(folder.join("out")).cargo(false)
}

const LINE: &str = "network Line {\n    input x: [2];\n    target y: [1];\n    output p = x |> fit: dense(1);\n    loss mse(p, y);\n    optimizer sgd(lr = 0.1);\n}\n";

#[test]
fn a_network_becomes_a_file_that_is_left_alone_when_equal() {
    let folder = folder("written");
    fs::write(folder.join("nets/line.nn"), LINE).unwrap();
    let path = config(&folder).compile("nets/line.nn").unwrap();
    assert_eq!(path, folder.join("out/line.rs"));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("pub mod line") && text.contains("pub struct Line") && text.contains("::tapeless::rt"));
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    config(&folder).compile("nets/line.nn").unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
}

#[test]
fn the_dependency_may_have_another_name() {
    let folder = folder("renamed");
    fs::write(folder.join("nets/line.nn"), LINE).unwrap();
    let path = config(&folder).dependency("my-nets").compile("nets/line.nn").unwrap();
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains("::my_nets::rt") && !text.contains("::tapeless"));
    let path = config(&folder).runtime("::tapeless_runtime").compile("nets/line.nn").unwrap();
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains("::tapeless_runtime as rt") && !text.contains("pub struct Line {"));
}

#[test]
fn files_may_use_files_of_other_folders() {
    let folder = folder("using");
    let program = format!("use \"parts/outer.nn\";\n{}", LINE.replace("dense(1)", "outer(1)"));
    fs::write(folder.join("nets/line.nn"), program).unwrap();
    fs::write(folder.join("nets/parts/outer.nn"), "use \"../inner.nn\";\nlayer outer(x: [n], units) { x |> inner(units) }\n").unwrap();
    fs::write(folder.join("nets/inner.nn"), "layer inner(x: [n], units) { x |> dense(units) }\n").unwrap();
    config(&folder).compile("nets/line.nn").unwrap();
    fs::remove_file(folder.join("nets/inner.nn")).unwrap();
    let error = config(&folder).compile("nets/line.nn").unwrap_err().to_string();
    assert!(error.contains("../inner.nn") && error.contains("nets/parts/outer.nn"), "{error}");
}

#[test]
fn errors_are_rendered_and_nothing_is_written() {
    let folder = folder("wrong");
    fs::write(folder.join("nets/line.nn"), LINE.replace("mse(p, y)", "mse(p, z)")).unwrap();
    let error = config(&folder).compile("nets/line.nn").unwrap_err();
    let text = error.to_string();
    assert!(text.contains("error[E") && text.contains("nets/line.nn:5") && text.contains("loss mse(p, z);"), "{text}");
    assert_eq!(format!("{error:?}"), format!("\n{text}"));
    assert!(!folder.join("out/line.rs").exists());
    let error = config(&folder).compile("nets/none.nn").unwrap_err().to_string();
    assert!(error.starts_with("error: cannot read `nets/none.nn`: "), "{error}");
}
