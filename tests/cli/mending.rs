//! `--fix` and `--diff`.

use crate::tree::Tree;
use crate::{key, leaky};

/// The file with its key moved.
const MENDED: &str =
    "import os\nfrom openai import OpenAI\n\nclient = OpenAI(api_key=os.environ[\"OPENAI_API_KEY\"])\n";

/// Without regard to where the import went.
fn same(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_key_moves_to_the_environment() {
    let tree = Tree::new(&[("a.py", &leaky()), ("pkg/b.py", &leaky()), (".env.example", "PORT=1\n")]);
    let before = tree.run("check --diff --unsafe-fixes").stdout;
    assert!(before.contains("+++ b/.env\n") && before.contains("+OPENAI_API_KEY=sk-proj-…"), "{before}");
    assert_eq!(tree.get("a.py"), leaky(), "a diff changes nothing");
    let safe = tree.run("check --fix --quiet");
    assert_eq!((safe.code, tree.get("a.py")), (1, leaky()), "moving a key is no safe fix");
    let ran = tree.run("check --fix --unsafe-fixes");
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("2 mistakes mended"), "{}", ran.stdout);
    assert_eq!(same(&tree.get("a.py")), same(MENDED));
    assert_eq!(tree.get("a.py"), tree.get("pkg/b.py"));
    assert_eq!(tree.get(".env"), format!("OPENAI_API_KEY={}\n", key()));
    assert_eq!(tree.get(".env.example"), "PORT=1\nOPENAI_API_KEY=\n");
    assert_eq!(tree.get(".gitignore"), ".env\n");
    let files = ["a.py", ".env", ".env.example", ".gitignore"];
    let after = files.map(|it| tree.get(it));
    let again = tree.run("check --fix --unsafe-fixes");
    assert!(again.stdout.contains("0 mistakes mended"), "{}", again.stdout);
    assert_eq!(files.map(|it| tree.get(it)), after);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_stays_whole() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::new(&[("a.py", &leaky()), (".env", "OTHER=1\n")]);
    std::fs::set_permissions(tree.path(".env"), std::fs::Permissions::from_mode(0o400)).unwrap();
    let ran = tree.run("check --fix --unsafe-fixes --format concise");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains(".env: not judged in full: cannot be mended: permission denied"), "{}", ran.stdout);
    assert_eq!((tree.get("a.py"), tree.get(".env")), (leaky(), "OTHER=1\n".to_owned()));
}

#[test]
fn encodings_and_line_ends_are_kept() {
    let tree = Tree::new(&[]);
    let text = "A=1 # keylint: ignore\r\nB='é'\r\n";
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    tree.put(".env", &utf16);
    tree.put("b.env", b"\xEF\xBB\xBFA=1 # keylint: ignore\r\n");
    tree.put("c.env", b"A=1 # keylint: ignore\rB=\xE9\r");
    let ran = tree.run("check --fix");
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let want: Vec<u8> =
        [0xFEFF].into_iter().chain("A=1\r\nB='é'\r\n".encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(std::fs::read(tree.path(".env")).unwrap(), want);
    assert_eq!(std::fs::read(tree.path("b.env")).unwrap(), b"\xEF\xBB\xBFA=1\r\n");
    assert_eq!(std::fs::read(tree.path("c.env")).unwrap(), b"A=1\rB=\xE9\r");
}
