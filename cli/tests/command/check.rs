use crate::support::Folder;

const MOONS: &str = "\
network Moons {
    input x: [2];
    target y: [1];
    let h = x |> fc1: dense(4) |> tanh;
    output p = h |> head: dense(1) |> sigmoid;
    loss mse(p, y);
    optimizer adam(lr = 1e-2);
}
";

#[test]
fn a_good_program_is_told_as_a_table() {
    let folder = Folder::new("check");
    folder.write("moons.nn", MOONS);
    let ran = folder.run(&["check", "moons.nn"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    let wanted = [
        "moons.nn: network Moons\n",
        "  input            x [2]\n",
        "  target           y [1]\n",
        "  output           p [1]\n",
        "  parameter        fc1.weight [2, 4]\n                   fc1.bias [4]\n",
        "  parameters       17\n",
        " a sample in a training step, ",
    ];
    for wanted in wanted {
        assert!(ran.stdout.contains(wanted), "{wanted}{}", ran.stdout);
    }
}

#[test]
fn json_is_as_the_contract_says() {
    let folder = Folder::new("check_json");
    folder.write("moons.nn", MOONS);
    folder.write("wrong.nn", "network A {\n    input x: [2];\n    output y = x |> dens(3);\n}\n");
    let ran = folder.run(&["check", "--json", "moons.nn"]);
    assert_eq!(ran.status, 0);
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let network = &found["networks"][0];
    assert_eq!((&found["diagnostics"], &network["name"]), (&serde_json::json!([]), &serde_json::json!("Moons")));
    assert_eq!(network["parameters"][0], serde_json::json!({"path": "fc1.weight", "shape": [2, 4]}));
    assert_eq!(network["outputs"], serde_json::json!([{"name": "p", "shape": [1]}]));
    assert_eq!((&network["states"], &network["memory"]["states"]), (&serde_json::json!([]), &serde_json::json!(0)));
    assert_eq!(network["parameter_count"], 17);
    assert_eq!(network["emit"], "unrolled");
    for count in ["flops_train", "flops_predict", "kernels", "statements", "workspace_bytes", "live_bytes"] {
        assert!(network[count].as_u64().is_some_and(|n| n > 0), "{count}: {}", network[count]);
    }

    let ran = folder.run(&["check", "--json", "wrong.nn"]);
    assert_eq!(ran.status, 1);
    let expected = serde_json::json!({"diagnostics": [{
        "severity": "error", "code": "E0101", "message": "there is no function or layer `dens`", "file": "wrong.nn", "line": 3, "column": 21,
        "start": 50, "end": 54, "help": "did you mean `dense`?",
    }], "networks": []});
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap(), expected);

    let both = folder.run(&["check", "--json", "moons.nn", "wrong.nn"]);
    let both: serde_json::Value = serde_json::from_str(&both.stdout).unwrap();
    assert_eq!(both, serde_json::json!([found, expected]));
}

/// What is carried from step to step, and the bytes of it that a sample has.
#[test]
fn json_tells_states() {
    let folder = Folder::new("check_states");
    folder.write(
        "cell.nn",
        "network Cell {\n    input x: [2];\n    state h: [3] = zeros();\n    state n: [] = 1;\n    h = cell: rnn_cell(x, h);\n    n = n + 1;\n    \
         output p = h / n;\n    precision f64;\n}\n",
    );
    let ran = folder.run(&["check", "--json", "cell.nn"]);
    let found: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let network = &found["networks"][0];
    let states = serde_json::json!([{"name": "h", "path": "h", "shape": [3]}, {"name": "n", "path": "n", "shape": []}]);
    assert_eq!((&network["states"], &network["memory"]["states"]), (&states, &serde_json::json!(32)));
}

#[test]
fn errors_name_their_place() {
    let folder = Folder::new("check_errors");
    folder.write("nets/a.nn", "use \"parts/b.nn\";\nnetwork A {\n    input x: [2];\n    output y = twice(x);\n}\n");
    folder.write("nets/parts/b.nn", "fn twice(x) = 2 * z;\n");
    let ran = folder.run(&["check", "nets/a.nn"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
    // The name is wrong in the file that is used, which is named so that it can be opened.
    assert!(ran.stderr.contains("nets/parts/b.nn:1:19"), "{}", ran.stderr);
    assert_eq!(folder.run(&["check", "none.nn"]).status, 2);
    assert_eq!(folder.run(&["check"]).status, 2);
}

#[test]
fn rust_files_are_checked_too() {
    let folder = Folder::new("check_rust");
    folder.write("main.rs", "fn main() {}\n\nmod nets {\n    tapeless::nn! {\n        network A {\n            input x: [2];\n            output y = dens(x, 3);\n        }\n    }\n}\n");
    let ran = folder.run(&["check", "main.rs"]);
    assert_eq!(ran.status, 1);
    assert!(ran.stderr.contains("--> main.rs:7:"), "{}", ran.stderr);
}
