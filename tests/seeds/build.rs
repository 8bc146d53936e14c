//! Makes a program of each precision and form, compiles it, and also writes it as the body of a macro call. The larger networks are
//! in few of them: what is compared is what a network gives, and the doors give the same code.

use std::path::PathBuf;
use std::{env, fs};

use tapeless_build::Config;

fn main() {
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let read = |name: &str| {
        println!("cargo::rerun-if-changed={name}");
        fs::read_to_string(name).expect("a program")
    };
    let (small, moons, circles) = (read("networks.nn"), read("moons.nn"), read("circles.nn"));
    for precision in ["f64", "f32"] {
        for form in ["unrolled", "kernels"] {
            let program = |large: &[&str]| variant(&[&[small.as_str()], large].concat().join("\n"), precision, form);
            let (by_build, by_macro) = match (precision, form) {
                ("f64", "unrolled") => (program(&[&moons]), program(&[&moons, &circles])),
                ("f64", _) => (program(&[&moons, &circles]), program(&[&moons])),
                _ => (program(&[]), program(&[])),
            };
            let name = format!("{precision}_{form}");
            fs::write(folder.join(format!("{name}.nn")), by_build).expect("a program");
            Config::new().base(&folder).tests(false).compile_or_exit(format!("{name}.nn"));
            fs::write(folder.join(format!("{name}_macro.rs")), format!("tapeless::nn! {{\n{by_macro}\n}}\n")).expect("a macro call");
        }
    }
}

/// The networks with two more statements each.
fn variant(networks: &str, precision: &str, form: &str) -> String {
    let more = |line: &str| match line.strip_prefix("network ") {
        Some(_) => format!("{line}\n    precision {precision};\n    emit {form};\n"),
        None => format!("{line}\n"),
    };
    networks.lines().map(more).collect()
}
