//! Programs that elaborate: their parameters, outputs, losses and names.

use tapeless_compiler::elaborate::{Loader, NoFiles, documentation, elaborate};
use tapeless_compiler::network::Network;
use tapeless_grammar::span::{FileId, Sources};

/// The networks of a text without errors.
fn networks(text: &str) -> Vec<Network> {
    let mut sources = Sources::new();
    let root = sources.add("test.nn", text);
    let made = elaborate(&mut sources, root, &mut NoFiles);
    let told: Vec<String> = made
        .diagnostics
        .iter()
        .map(|d| {
            let (line, column) = sources.line_column(d.span().file, d.span().start);
            let labels: Vec<String> =
                d.labels.iter().map(|l| format!("    {} {:?} {}", sources.file(l.span.file).name, sources.text(l.span), l.text)).collect();
            format!("{} {}:{line}:{column} {} {:?}\n{}", d.code, sources.file(d.span().file).name, d.message, d.help, labels.join("\n"))
        })
        .collect();
    assert!(!made.has_errors(), "{}", told.join("\n"));
    made.networks
}

/// `path [shape]` of every parameter.
fn parameters(network: &Network) -> Vec<String> {
    network.parameters.iter().map(|p| format!("{} {:?}{}", p.path, p.shape, if p.frozen { " frozen" } else { "" })).collect()
}

/// How many values carry a name of the program: their own, or that of what they are computed for.
fn named(network: &Network) -> f64 {
    let nodes = &network.train.graph.nodes;
    let count = nodes.iter().filter(|node| node.name.is_some() || !node.origin.context.is_empty()).count();
    count as f64 / nodes.len() as f64
}

#[test]
fn parameters_of_the_programs() {
    let programs: &[(&str, &str, &[&str])] = &[
        (
            "moons",
            include_str!("programs/moons.nn"),
            &["fc1.weight [2, 16]", "fc1.bias [16]", "fc2.weight [16, 8]", "fc2.bias [8]", "head.weight [8, 1]", "head.bias [1]"],
        ),
        (
            "mlp_l2",
            include_str!("../../tests/parity/mlp_l2/model.nn"),
            &["fc1.weight [2, 16]", "fc1.bias [16]", "fc2.weight [16, 8]", "fc2.bias [8]", "head.weight [8, 1]", "head.bias [1]"],
        ),
        (
            "cross_entropy_index",
            include_str!("../../tests/parity/cross_entropy_index/model.nn"),
            &["fc1.weight [6, 10]", "fc1.bias [10]", "fc2.weight [10, 4]", "fc2.bias [4]"],
        ),
        ("cross_entropy_smooth", include_str!("../../tests/parity/cross_entropy_smooth/model.nn"), &["fc.weight [6, 3]"]),
        ("activations", include_str!("../../tests/parity/activations/model.nn"), &[]),
        ("losses", include_str!("../../tests/parity/losses/model.nn"), &[]),
        (
            "adam_5_steps",
            include_str!("../../tests/parity/adam_5_steps/model.nn"),
            &["fc1.weight [3, 4]", "fc1.bias [4]", "fc2.weight [4, 2]", "fc2.bias [2]"],
        ),
        (
            "pinn_heat",
            include_str!("../../tests/parity/pinn_heat/model.nn"),
            &["fc1.weight [2, 8]", "fc1.bias [8]", "fc2.weight [8, 8]", "fc2.bias [8]", "fc3.weight [8, 1]", "fc3.bias [1]"],
        ),
        (
            "gru",
            include_str!("../../tests/parity/gru/model.nn"),
            &[
                "rec.w_input [3, 12]",
                "rec.w_hidden [4, 12]",
                "rec.b_input [12]",
                "rec.b_hidden [12]",
                "head.weight [4, 2]",
                "head.bias [2]",
            ],
        ),
        (
            "lstm",
            include_str!("../../tests/parity/lstm/model.nn"),
            &["rec.w_input [3, 20]", "rec.w_hidden [5, 20]", "rec.bias [20]", "head.weight [5, 1]", "head.bias [1]"],
        ),
        (
            "norms",
            include_str!("../../tests/parity/norms/model.nn"),
            &["ln.weight [6]", "ln.bias [6]", "rms.weight [6]", "gn.weight [4]", "gn.bias [4]"],
        ),
        (
            "transformer",
            include_str!("../../tests/parity/transformer/model.nn"),
            &[
                "embed.weight [11, 8]",
                "block.norm1.weight [8]",
                "block.norm1.bias [8]",
                "block.attn.q.weight [8, 8]",
                "block.attn.q.bias [8]",
                "block.attn.k.weight [8, 8]",
                "block.attn.k.bias [8]",
                "block.attn.v.weight [8, 8]",
                "block.attn.v.bias [8]",
                "block.attn.o.weight [8, 8]",
                "block.attn.o.bias [8]",
                "block.norm2.weight [8]",
                "block.norm2.bias [8]",
                "block.ffn1.weight [8, 16]",
                "block.ffn1.bias [16]",
                "block.ffn2.weight [16, 8]",
                "block.ffn2.bias [8]",
                "norm.weight [8]",
                "norm.bias [8]",
                "head.weight [8, 11]",
            ],
        ),
    ];
    for (name, text, wanted) in programs {
        let all = networks(text);
        println!("{name}: {} nodes, {:.2} named", all[0].train.graph.nodes.len(), named(&all[0]));
        let found = parameters(&all[0]);
        assert_eq!(found, *wanted, "{name}");
        assert!(named(&all[0]) >= 0.8, "{name}: {} of the values carry a name", named(&all[0]));
    }
}

#[test]
fn paths() {
    let found = parameters(&networks(include_str!("programs/paths.nn"))[0]);
    let wanted = [
        "fc.weight [3, 3] frozen",
        "fc2.weight [3, 3]",
        "named.weight [3, 3]",
        "pair.0.weight [3, 3]",
        "pair.1.weight [3, 3]",
        "h.weight [3, 2]",
        "dense.weight [3, 1]",
        "r.up.weight [3, 5]",
        "r.up.bias [5]",
        "r.down.weight [5, 3]",
        "r.down.bias [3]",
        "dw.weight [3, 2]",
        "unlabelled.weight [3, 2]",
        "t.a.weight [3, 2]",
        "t.dense.0.weight [2, 2]",
        "t.dense.1.weight [2, 2]",
        "o.w.0 [3]",
        "o.w.1 [3]",
        "o.scale [3]",
        "tower.block.0.up.weight [3, 7]",
        "tower.block.0.up.bias [7]",
        "tower.block.0.down.weight [7, 3]",
        "tower.block.0.down.bias [3]",
        "tower.block.1.up.weight [3, 7]",
        "tower.block.1.up.bias [7]",
        "tower.block.1.down.weight [7, 3]",
        "tower.block.1.down.bias [3]",
        "g.2.weight [3, 3]",
        "inner.2.0.weight [3, 3]",
        "inner.2.1.weight [3, 3]",
        "g.3.weight [3, 3]",
        "inner.3.0.weight [3, 3]",
        "inner.3.1.weight [3, 3]",
        "enc.weight [3, 2]",
        "step.weight [3, 2]",
        "plain.dense.weight [3, 3]",
        "applied2.dense.weight [3, 3]",
        "p.weight [3, 1]",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn checked_by_their_own_assertions() {
    for text in
        [include_str!("programs/static_world.nn"), include_str!("programs/tensor_world.nn"), include_str!("programs/losses_and_metrics.nn")]
    {
        assert_eq!(networks(text).len(), 1);
    }
}

#[test]
fn layers_of_the_prelude() {
    let all = networks(include_str!("programs/layers.nn"));
    let shapes: Vec<String> =
        all[0].predict.outputs.iter().map(|o| format!("{} {:?}", o.name, all[0].predict.graph.ty(o.node).shape)).collect();
    let wanted = [
        "a [3]",
        "b [5, 4]",
        "c [5, 4]",
        "d [4, 2, 2]",
        "f [5, 4]",
        "g [5, 4]",
        "h [5, 4]",
        "i [5, 4]",
        "j [5, 3]",
        "k [5, 3]",
        "m [5, 3]",
        "n [2]",
        "gru_state [2]",
        "noise [3]",
    ];
    assert_eq!(shapes, wanted);
    assert!(all[0].train.graph.nodes.len() > all[0].predict.graph.nodes.len(), "dropout is in the training pass only");
    assert_eq!(all[0].buffers.len(), 1);
    assert_eq!(all[0].predict.buffer_updates.len(), 1);
    assert!(named(&all[0]) >= 0.8);
}

#[test]
fn optimizers_share_the_parameters() {
    let all = networks(include_str!("programs/optimizers.nn"));
    let shares: Vec<String> = all[0]
        .optimizers
        .iter()
        .map(|o| {
            let paths: Vec<&str> = o.parameters.iter().map(|&i| all[0].parameters[i].path.as_str()).collect();
            let hyper: Vec<String> = o
                .hyper
                .iter()
                .map(|h| format!("{} = {}{}", h.name, h.value, if h.schedule.is_some() { " at first" } else { "" }))
                .collect();
            format!("{}: {} ({})", o.name, paths.join(" "), hyper.join(", "))
        })
        .collect();
    let wanted = [
        "adamw: fc1.weight fc2.weight (lr = 0.00030000000000000003 at first, beta1 = 0.9, beta2 = 0.999, eps = 0.00000001, weight_decay = 0.01)",
        "sgd: fc1.bias (lr = 0.1 at first, weight_decay = 0)",
        "signum: head.weight (lr = 0.001)",
        "momentum: head.bias (lr = 0.01, beta = 0.9 at first, weight_decay = 0)",
    ];
    assert_eq!(shares, wanted);
    assert_eq!(all.len(), 8);
    let slots: Vec<String> = all
        .iter()
        .map(|n| format!("{} {} {}", n.optimizers[0].name, n.optimizers[0].slots.len(), n.optimizers[0].scalar_slots.len()))
        .collect();
    assert_eq!(slots, ["adamw 2 0", "nesterov 1 0", "adagrad 1 0", "rmsprop 1 0", "adadelta 2 0", "nadam 2 1", "radam 2 0", "lion 1 0"]);
}

#[test]
fn a_pass_that_never_asks_is_reused() {
    let all = networks(include_str!("programs/moons.nn"));
    assert_eq!(all[0].predict.graph.nodes.len(), all[0].train.graph.nodes.len());
    let losses: Vec<&str> = all[0].predict.losses.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(losses, ["data", "decay"]);
}

/// Files by name, for `use`.
struct Shelf(&'static [(&'static str, &'static str)]);

impl Loader for Shelf {
    fn load(&mut self, _: FileId, path: &str) -> Result<(String, String), String> {
        let found = self.0.iter().find(|(name, _)| *name == path).ok_or("it is not on the shelf")?;
        Ok((found.0.to_owned(), found.1.to_owned()))
    }
}

/// The outcome of a text that uses files of a shelf: its parameters, or its diagnostics' codes and lines.
fn with_files(text: &str, shelf: &'static [(&'static str, &'static str)]) -> Vec<String> {
    let mut sources = Sources::new();
    let root = sources.add("root.nn", text);
    let made = elaborate(&mut sources, root, &mut Shelf(shelf));
    if !made.diagnostics.is_empty() {
        let place = |d: &tapeless_grammar::diagnostic::Diagnostic| {
            let span = d.span();
            format!("{} {}:{}", d.code, sources.file(span.file).name, sources.line_column(span.file, span.start).0)
        };
        return made.diagnostics.iter().map(place).collect();
    }
    let files = made.files.iter().map(|f| format!("read {}", f.display()));
    files.chain(made.networks.iter().flat_map(parameters)).collect()
}

#[test]
fn items_of_other_files() {
    let shelf: &[(&str, &str)] = &[
        ("a.nn", "use \"b.nn\";\nconst W = 5;\nlayer wide(x) { x |> dense(W * K) }\nfn relu(x) = x;\n"),
        ("b.nn", "use \"a.nn\";\nconst K = 2;\nfn same(x) = x;\n"),
        ("c.nn", "fn same(x) = x + 1;\n"),
        ("broken.nn", "fn f(x) = x[9];\n"),
        ("unparsed.nn", "fn f(x) =\n"),
    ];
    let used = "use \"a.nn\";\nnetwork A { input x: [3]; output p = x |> l: wide |> relu; }";
    assert_eq!(with_files(used, shelf), ["read a.nn", "read b.nn", "l.weight [3, 10]", "l.bias [10]"]);
    // `use` is not passed on.
    assert_eq!(with_files("use \"a.nn\";\nnetwork A { let k = K; }", shelf), ["E0100 root.nn:2"]);
    assert_eq!(with_files("use \"b.nn\";\nuse \"c.nn\";\nnetwork A { input x: [3];\n let k = same(x); }", shelf), ["E0193 root.nn:4"]);
    assert_eq!(
        with_files("use \"b.nn\";\nuse \"c.nn\";\nfn same(x) = x;\nnetwork A { input x: [3];\n let k = same(x); }", shelf),
        ["read b.nn", "read a.nn", "read c.nn"]
    );
    assert_eq!(with_files("use \"nowhere.nn\";", shelf), ["E0192 root.nn:1"]);
    assert_eq!(with_files("use \"broken.nn\";\nnetwork A { input x: [3];\n let k = f(x); }", shelf), ["E0124 broken.nn:1"]);
    assert!(with_files("use \"unparsed.nn\";", shelf)[0].starts_with("E00"));
}

#[test]
fn a_users_name_does_not_change_the_prelude() {
    let text = "fn sigmoid(x) = x * 0.0;\nfn exp(x) = x;\nnetwork A { input x: [3]; output a = sigmoid(x); output b = silu(x); output c = softmax(x); }";
    let graph = networks(text)[0].predict.graph.clone();
    let count = |name: &str| graph.nodes.iter().filter(|node| node.op.name == name).count();
    assert_eq!((count("sigmoid"), count("exp")), (1, 1));
}

#[test]
fn derivatives_of_the_prelude() {
    let warned = |text: &str| -> Vec<String> {
        let mut sources = Sources::new();
        let root = sources.add("test.nn", text);
        elaborate(&mut sources, root, &mut NoFiles).diagnostics.iter().map(|d| d.code.to_owned()).collect()
    };
    let net = |line: &str| format!("network A {{ input x: [3]; {line} }}");
    assert_eq!(warned(&net("let u = sum(relu(x)); let l = laplacian(u, x);")), ["W0001"]);
    assert_eq!(warned(&net("let u = sum(tanh(x)); let l = laplacian(u, x); let h = hessian(u, x);")), [""; 0]);
    assert_eq!(warned(&net("let u = x[0] ^ 2 + x[1]; let l = laplacian(u, x);")), [""; 0]);
    assert_eq!(warned(&net("let y = x; let u = sum(x); let l = laplacian(u, y);")), ["E0172"]);
    assert_eq!(warned(&net("let v = stack([x[0] ^ 2, 1.0, x[2]]); let d = divergence(v, x);")), [""; 0]);
    assert_eq!(warned(&net("let y = x; let d = divergence(x * 2, y);")), ["E0172"]);
    // A training pass alone that names a group before all parameters are declared.
    assert_eq!(warned(&net("let early = if training { l2(weights) } else { 0.0 }; let h = x |> fc: dense(2); loss early;")), [""; 0]);
}

#[test]
fn lessons() {
    let all = networks(include_str!("programs/seeds.nn"));
    let found: Vec<String> = all.iter().map(|n| format!("{}: {}", n.name, parameters(n).join(", "))).collect();
    assert_eq!(found, ["Xor3: w1 [2, 4], w2 [3]", "FixedBias: w1 [2, 2], w2 [2, 2]", "FirstNeuron: w [3, 1], b [1]", "ChainRule: "]);
}

#[test]
fn an_error_shows_where_shapes_were_made() {
    let mut sources = Sources::new();
    let text = "network A {\n    input x: [3];\n    target y: [2];\n    let h = x |> fc: dense(3) |> relu;\n    loss mse(h, y);\n}";
    let root = sources.add("test.nn", text);
    let made = elaborate(&mut sources, root, &mut NoFiles);
    let [diagnostic] = &made.diagnostics[..] else { panic!("{:?}", made.diagnostics) };
    assert_eq!(diagnostic.message, "mse needs equal shapes, found [3] and [2]");
    assert_eq!(diagnostic.help.as_deref(), Some("`fc` gives [3]: `dense(2)` would fit `y`"));
    let labels: Vec<String> = diagnostic.labels.iter().map(|l| format!("{} | {}", sources.text(l.span), l.text)).collect();
    let wanted = ["mse(h, y) | in this call of `mse`", "relu | this is [3]", "y | this is [2]", "shape(p) == shape(y) | asserted here"];
    assert_eq!(labels, wanted);
}

#[test]
fn every_item_of_the_prelude_parses_and_is_documented() {
    let mut names = Vec::new();
    for (name, text) in documentation() {
        let mut sources = Sources::new();
        let file = sources.add(*name, *text);
        let program = tapeless_grammar::parse(&sources, file).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        for item in &program.items {
            assert!(!item.doc.is_empty(), "{name}: {} has no documentation", sources.text(item.span));
            names.push(sources.text(item.span).split(['(', '=']).next().unwrap().trim().to_owned());
        }
        text.parse::<proc_macro2::TokenStream>().unwrap_or_else(|error| panic!("{name} does not lex as Rust: {error}"));
    }
    // Each is found by its name: a call of it says anything but that there is none.
    for name in names.iter().filter_map(|name| name.strip_prefix("fn ").or(name.strip_prefix("layer "))) {
        let mut sources = Sources::new();
        let root = sources.add("call.nn", format!("network A {{ let a = {name}(); }}"));
        let told = elaborate(&mut sources, root, &mut NoFiles).diagnostics;
        assert!(told.iter().all(|d| d.code == "E0110"), "{name}: {told:?}");
    }
    assert!(names.len() > 90, "{} items", names.len());
}

/// `BLESS=1 cargo test -p tapeless-compiler --test elaborate_networks` writes the formatted files.
#[test]
fn the_prelude_is_formatted() {
    for (name, text) in documentation() {
        let formatted = tapeless_grammar::format(text).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name), &formatted).unwrap();
        } else {
            assert_eq!(formatted, *text, "{name}: BLESS=1 cargo test -p tapeless-compiler --test elaborate_networks");
        }
    }
}
