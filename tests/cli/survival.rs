//! Hostile trees, and what must never be printed.

use std::io::Read;

use crate::tree::Tree;
use crate::{key, leaky};

/// The beginning of the key's secret part.
fn canary() -> String {
    key()[12..28].to_owned()
}

#[test]
fn no_key_is_printed() {
    let (key, leaky) = (key(), leaky());
    let named = format!("{key}.py");
    let twice = format!("a = \"{key}\"; b = \"{key}\"  # keylint: ignore[{key}]\n");
    let env = format!("OPENAI_API_KEY={key} # keylint: ignore\n");
    let tree = Tree::new(&[("a.py", &leaky), (&named, &leaky), ("twice.py", &twice), (".env.example", &env)]);
    for arguments in [
        "check --format full".to_owned(),
        "check --format concise".to_owned(),
        "check --format json".to_owned(),
        "check --diff --unsafe-fixes".to_owned(),
        format!("check {key}"),
        format!("check --select {key}"),
        format!("check --today {key}"),
        format!("rules {key}"),
        key.to_string(),
        "check --fix --unsafe-fixes".to_owned(),
    ] {
        let ran = tree.run(&arguments);
        for text in [&ran.stdout, &ran.stderr] {
            assert!(!text.contains(&canary()), "{arguments}\n{text}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_hostile_tree() {
    let leaky = leaky();
    let tree = Tree::new(&[
        ("a.py", &leaky),
        ("b\u{1b}]0;x\u{7}.py", &leaky),
        ("c\n::warning::x.py", &leaky),
        ("deep.py", &["x = ", &"[".repeat(50_000), &"]".repeat(50_000)].concat()),
        ("deep.js", &["import OpenAI from 'openai';x = ", &"[".repeat(50_000), &"]".repeat(50_000)].concat()),
        ("nul.py", &["x = 0 \0\0\n", &leaky].concat()),
    ]);
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(leaky.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    tree.put("utf16.py", &utf16);
    tree.put("latin1.py", &[b"# caf\xE9\n", leaky.as_bytes()].concat());
    tree.put("random.js", &(0..=255).cycle().take(5000).collect::<Vec<u8>>());
    let mut made = std::process::Command::new("mkfifo");
    assert!(made.arg(tree.path("fifo.py")).status().unwrap().success());
    std::os::unix::fs::symlink(".", tree.path("loop")).unwrap();
    std::os::unix::fs::symlink("gone.py", tree.path("dangling.py")).unwrap();
    let ran = tree.run("check --format concise");
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().filter_map(|it| it.split(" error[").next()).collect();
    assert_eq!(
        lines,
        [
            "a.py:3:26:",
            "b\\x1b]0;x\\x07.py:3:26:",
            "c\\n::warning::x.py:3:26:",
            "latin1.py:4:26:",
            "nul.py:4:26:",
            "utf16.py:3:26:",
            "Found 6 errors in 9 files",
        ]
    );
    let shown = tree.run("check --format full").stdout + &tree.run("check --format json").stdout;
    assert!(!shown.contains(['\u{1b}', '\u{7}']) && !shown.contains("\n::warning"), "{shown}");
}

#[test]
fn large_files_are_searched() {
    let key = key();
    let filler = "x = 1  # filler\n".repeat(150_000);
    let line = format!("{filler}\nk = \"{key}\"\n{filler}");
    // The key lies across the first border between two pieces.
    let long = format!("s = \"{}\"; k = \"{key}\" # {}", "a".repeat((1 << 20) - 60), "b".repeat(3 << 20));
    let tree = Tree::new(&[("lines.py", &line), ("long.py", &long)]);
    let ran = tree.run("check --format concise");
    assert_eq!(ran.code, 1);
    let column = long.find("sk-").unwrap() + 1;
    for said in [
        "lines.py:150002:6: error[hardcoded-key]".to_owned(),
        format!("long.py:1:{column}: error[hardcoded-key]"),
        "long.py: not judged in full: larger than the size cap".to_owned(),
        "Found 2 errors in 2 files; 2 files could not be judged in full".to_owned(),
    ] {
        assert!(ran.stdout.contains(&said), "{said}\n{}", ran.stdout);
    }
    assert!(tree.run("check --format full").stdout.len() < 5000, "long lines are trimmed");
}

#[test]
fn threads_do_not_change_the_output() {
    let files: Vec<(String, String)> = (0..60).map(|it| (format!("d{}/f{it}.py", it % 7), leaky())).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = Tree::new(&files);
    let ran = |threads: u32| tree.run(&format!("check --format json --threads {threads}")).stdout;
    let one = ran(1);
    assert_eq!(one.matches("\"rule\": \"hardcoded-key\"").count(), 60);
    assert!([2, 7].into_iter().all(|it| ran(it) == one));
}

#[test]
fn the_exit_code_does_not_depend_on_the_reader() {
    let tree = Tree::new(&[("a.py", &leaky().repeat(2000))]);
    let mut child = tree.command("check").spawn().unwrap();
    let mut some = [0; 64];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
}
