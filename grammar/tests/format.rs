//! The formatter keeps the tree and every comment, and is done after one go.

mod support;

use support::{comments, program, right_programs, tree};
use tapeless_grammar::format;

#[test]
fn every_program_keeps_its_tree_and_its_comments() {
    let programs = right_programs();
    assert!(programs.len() >= 15);
    for (name, text) in programs {
        let before = tree(&text).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        let formatted = format(&text).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        let after = tree(&formatted).unwrap_or_else(|errors| panic!("{name}: {errors:?}\n{formatted}"));
        assert_eq!(program(&before), program(&after), "{name}\n{formatted}");
        assert_eq!(comments(&text), comments(&formatted), "{name}\n{formatted}");
        assert_eq!(format(&formatted).unwrap(), formatted, "{name}: formatting again changes it");
        let long = formatted.lines().find(|line| line.chars().count() > 100 && !line.contains("//"));
        assert_eq!(long, None, "{name}");
    }
}

#[test]
fn the_style() {
    let rows = [
        ("", ""),
        ("\n\n// a comment\n\n\n\n", "// a comment\n"),
        ("fn f(x)=x+1*-2 ;", "fn f(x) = x + 1 * -2;\n"),
        ("fn f ( x : [ .. , n ] , k = 3 , ) -> [ n ] { x [ 0 .. 2 , .. ] }", "fn f(x: [.., n], k = 3) -> [n] {\n    x[0..2, ..]\n}\n"),
        (
            "network N{input x:[2];let h=x|>fc1:dense(16)|>relu;\n\n\n\nif a{let b=1;}}",
            "network N {\n    input x: [2];\n    let h = x |> fc1: dense(16) |> relu;\n\n    if a {\n        let b = 1;\n    }\n}\n",
        ),
        (
            // One column too long for a line of its own.
            "fn f(x)=(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa+bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)[0];",
            "fn f(x) = (\n    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n        + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n)[0];\n",
        ),
        ("fn f(x) = if x{1}else{2};", "fn f(x) = if x { 1 } else { 2 };\n"),
        ("const A = (1,);const B = [1,2,];", "const A = (1,);\nconst B = [1, 2];\n"),
        ("\u{feff}const A = 1_000.0; // thousand  ", "const A = 1_000.0; // thousand\n"),
    ];
    for (text, expected) in rows {
        assert_eq!(format(text).unwrap(), expected, "{text}");
    }
    assert_eq!(format("const A = ;").unwrap_err()[0].code, "E0001");
}

#[test]
fn long_lines_break_at_their_loosest_operators() {
    let text = "network N {
    let h = image |> c1: conv2d(8, 3, pad = \"same\") |> relu |> max_pool2d(2) |> c2: conv2d(16, 3) |> relu |> flatten;
    let u = some_function_with_a_long_name(x, first_argument = 1.0, second_argument = 2.0, third_argument = table);
    let s = aaaaaaaaaaaaaaaaaaaaaaaa * bbbbbbbbbbbbbbbbbbbbbbbbbbb + cccccccccccccccccccccccc * dddddddddddddddddddddddd;
}
";
    let expected = "network N {
    let h = image
        |> c1: conv2d(8, 3, pad = \"same\")
        |> relu
        |> max_pool2d(2)
        |> c2: conv2d(16, 3)
        |> relu
        |> flatten;
    let u = some_function_with_a_long_name(
        x,
        first_argument = 1.0,
        second_argument = 2.0,
        third_argument = table,
    );
    let s = aaaaaaaaaaaaaaaaaaaaaaaa * bbbbbbbbbbbbbbbbbbbbbbbbbbb
        + cccccccccccccccccccccccc * dddddddddddddddddddddddd;
}
";
    assert_eq!(format(text).unwrap(), expected);
}

#[test]
fn comments_stay_at_their_places() {
    let expected = "\
network N { // behind a brace
    // first in the body

    input x: [2]; // behind a statement
    /* before */ let a = x; /* behind */ // and behind that
    let b = f(
        x, // the first
        // before the second
        y,
        z, // the last
    );
    let d = x
        // the first layer
        |> fc1: dense(3) // behind the first layer
        |> fc2: dense(4);
    // last in the body
}
// last in the file
";
    assert_eq!(format(expected).unwrap(), expected);
}
