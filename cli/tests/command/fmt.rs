use crate::support::{Folder, Ran};

const ODD: &str = "network A{input x:[2];output y=x*2;}";
const GOOD: &str = "network A {\n    input x: [2];\n    output y = x * 2;\n}\n";

#[test]
fn files_are_formatted_in_place() {
    let folder = Folder::new("fmt");
    folder.write("odd.nn", ODD);
    folder.write("good.nn", GOOD);
    let listed = Ran { status: 1, stdout: "odd.nn\n".into(), stderr: String::new() };
    assert_eq!(folder.run(&["fmt", "--check", "good.nn", "odd.nn"]), listed);
    assert_eq!(folder.read("odd.nn"), ODD);
    assert_eq!(folder.run(&["fmt", "good.nn", "odd.nn"]), Ran { status: 0, stdout: String::new(), stderr: String::new() });
    assert_eq!((folder.read("odd.nn").as_str(), folder.read("good.nn").as_str()), (GOOD, GOOD));
    assert_eq!(folder.run(&["fmt", "--check", "good.nn", "odd.nn"]).status, 0);
}

#[test]
fn stdin_goes_to_stdout() {
    let folder = Folder::new("fmt_stdin");
    assert_eq!(folder.run_with(&["fmt", "-"], ODD, &[]), Ran { status: 0, stdout: GOOD.into(), stderr: String::new() });
    assert_eq!(folder.run_with(&["fmt", "--check", "-"], ODD, &[]).status, 1);
}

#[test]
fn a_wrong_file_stays_and_the_others_are_formatted() {
    let folder = Folder::new("fmt_wrong");
    folder.write("wrong.nn", "network A { let a = ; }");
    folder.write("odd.nn", ODD);
    let ran = folder.run(&["fmt", "wrong.nn", "odd.nn"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("--> wrong.nn:1:21"), "{}", ran.stderr);
    assert_eq!((folder.read("wrong.nn").as_str(), folder.read("odd.nn").as_str()), ("network A { let a = ; }", GOOD));
    assert_eq!(folder.run(&["fmt", "none.nn"]).status, 2);
}
