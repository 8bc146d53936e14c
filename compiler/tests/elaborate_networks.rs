//! Programs that elaborate: their parameters, outputs, losses and names.

use tapeless_compiler::elaborate::{NoFiles, elaborate};
use tapeless_compiler::network::Network;
use tapeless_grammar::span::Sources;

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
            include_str!("programs/mlp_l2.nn"),
            &["fc1.weight [2, 16]", "fc1.bias [16]", "fc2.weight [16, 8]", "fc2.bias [8]", "head.weight [8, 1]", "head.bias [1]"],
        ),
        (
            "cross_entropy_index",
            include_str!("programs/cross_entropy_index.nn"),
            &["fc1.weight [6, 10]", "fc1.bias [10]", "fc2.weight [10, 4]", "fc2.bias [4]"],
        ),
        ("cross_entropy_smooth", include_str!("programs/cross_entropy_smooth.nn"), &["fc.weight [6, 3]"]),
        ("activations", include_str!("programs/activations.nn"), &[]),
        ("losses", include_str!("programs/losses.nn"), &[]),
        (
            "adam_5_steps",
            include_str!("programs/adam_5_steps.nn"),
            &["fc1.weight [3, 4]", "fc1.bias [4]", "fc2.weight [4, 2]", "fc2.bias [2]"],
        ),
        (
            "pinn_heat",
            include_str!("programs/pinn_heat.nn"),
            &["fc1.weight [2, 8]", "fc1.bias [8]", "fc2.weight [8, 8]", "fc2.bias [8]", "fc3.weight [8, 1]", "fc3.bias [1]"],
        ),
        (
            "gru",
            include_str!("programs/gru.nn"),
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
            include_str!("programs/lstm.nn"),
            &["rec.w_input [3, 20]", "rec.w_hidden [5, 20]", "rec.bias [20]", "head.weight [5, 1]", "head.bias [1]"],
        ),
        ("norms", include_str!("programs/norms.nn"), &["ln.weight [6]", "ln.bias [6]", "rms.weight [6]", "gn.weight [4]", "gn.bias [4]"]),
        (
            "transformer",
            include_str!("programs/transformer.nn"),
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
