use crate::support::{Folder, Ran};

#[test]
fn a_code_has_a_page() {
    let folder = Folder::new("explain");
    let ran = folder.run(&["explain", "E0002"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.starts_with("E0002: a statement does not end\n\n") && ran.stdout.contains("Right:"), "{}", ran.stdout);
    let list = folder.run(&["explain", "--list"]);
    assert!(list.stdout.lines().any(|line| line == "E0002  a statement does not end"), "{}", list.stdout);
}

#[test]
fn an_unknown_code_is_guessed() {
    let folder = Folder::new("explain_unknown");
    let cases = [
        ("e002", "error: there is no code `E002`; did you mean `E0002`?\n"),
        ("2", "error: there is no code `2`; did you mean `E0002`?\n"),
        ("what", "error: there is no code `WHAT`; `tapeless explain --list` shows all\n"),
    ];
    for (code, stderr) in cases {
        assert_eq!(folder.run(&["explain", code]), Ran { status: 2, stdout: String::new(), stderr: stderr.into() });
    }
}
