//! Makes a program of each precision and form, compiles it, and also writes it as the body of a macro call.

use std::path::PathBuf;
use std::{env, fs};

use tapeless_build::Config;

fn main() {
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=networks.nn");
    let networks = fs::read_to_string("networks.nn").expect("the networks");
    for precision in ["f64", "f32"] {
        for form in ["unrolled", "kernels"] {
            let name = format!("{precision}_{form}");
            let program = variant(&networks, precision, form);
            let call = format!("tapeless::nn! {{\n{program}\n}}\n");
            fs::write(folder.join(format!("{name}.nn")), program).expect("a program");
            fs::write(folder.join(format!("{name}_macro.rs")), call).expect("a macro call");
            Config::new().base(&folder).tests(false).compile_or_exit(format!("{name}.nn"));
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
