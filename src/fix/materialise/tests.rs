use super::*;
use crate::fix::Edit;
use crate::language::Language;
use crate::syntax::Syntax;

/// What a fix that replaces `HERE` makes of a document and the files around it.
fn mended(path: &str, text: &str, files: &[(&str, &str)], needs: Vec<Need>) -> Vec<(String, String)> {
    let language = Language::of_path(std::path::Path::new(path)).expect("a path of a known language");
    let source = Source::new(path, language, text);
    let syntax = Syntax::parse(language, text, None, std::time::Duration::from_secs(5)).expect("parsed in time");
    let at = text.find("HERE").map_or(text.len(), |it| it);
    let range = TextRange::from(at..(at + 4).min(text.len()));
    let has_environment = needs.iter().any(|it| matches!(it, Need::Environment { .. }));
    let edit = match has_environment {
        true => Edit { range, text: Replacement::EnvironmentName { before: "env[".to_owned(), after: "]".to_owned() } },
        false => Edit::replace(range, "DONE"),
    };
    let mut fix = Fix::safe("x", vec![edit]);
    fix.needs = needs;
    let Some(made) = materialise(&fix, &source, &syntax.lower(text), &files) else { return Vec::new() };
    let apply = |it: &FileEdit| {
        let old = match &it.path {
            own if own == path => text.to_owned(),
            other => files.read(other).unwrap_or_default(),
        };
        assert_eq!(it.create, it.path != path && files.read(&it.path).is_none(), "{}", it.path);
        (it.path.clone(), it.apply(&old).expect("the edits fit"))
    };
    made.files.iter().map(apply).collect()
}

fn environment(name: &str, value: &str) -> Need {
    Need::Environment { name: name.to_owned(), value: Secret::new(value), fixed: false }
}

fn import(module: &str, name: Option<&str>) -> Need {
    Need::Import { module: module.to_owned(), name: name.map(str::to_owned) }
}

#[test]
fn variables_go_to_the_environment_file() {
    let ignoring = (".gitignore", ".env\n");
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a [(&'a str, &'a str)]);
    let cases: &[Case<'_>] = &[
        (&[], "q7Xw2LmZ", &[("src/a.py", "env[K]"), (".env", "K=q7Xw2LmZ\n"), (".gitignore", ".env\n")]),
        (&[ignoring], "q7Xw2LmZ", &[("src/a.py", "env[K]"), (".env", "K=q7Xw2LmZ\n")]),
        (&[ignoring, (".env", "A=1\r\n")], "q7Xw2LmZ", &[("src/a.py", "env[K]"), (".env", "A=1\r\nK=q7Xw2LmZ\r\n")]),
        (&[ignoring, (".env", "A=1")], "q7Xw2LmZ", &[("src/a.py", "env[K]"), (".env", "A=1\nK=q7Xw2LmZ\n")]),
        (&[ignoring, (".env", "K='q7Xw2LmZ'\n")], "q7Xw2LmZ", &[("src/a.py", "env[K]")]),
        (
            &[ignoring, (".env", "K=h4Tr9VbN\n")],
            "q7Xw2LmZ",
            &[("src/a.py", "env[K_2]"), (".env", "K=h4Tr9VbN\nK_2=q7Xw2LmZ\n")],
        ),
        (&[ignoring, (".env", "K=h4Tr9VbN\nK_2=q7Xw2LmZ\n")], "q7Xw2LmZ", &[("src/a.py", "env[K_2]")]),
        (&[ignoring, (".env", "K=a\nK=b\n")], "b", &[("src/a.py", "env[K_2]"), (".env", "K=a\nK=b\nK_2=b\n")]),
        (&[ignoring, (".env", "K=\nB=1\n")], "q7Xw2LmZ", &[("src/a.py", "env[K]"), (".env", "K=q7Xw2LmZ\nB=1\n")]),
        (&[ignoring, (".env", "K= # todo\n")], "q7Xw2LmZ", &[("src/a.py", "env[K]"), (".env", "K=q7Xw2LmZ # todo\n")]),
        (
            &[ignoring, (".env", "K=\"your-api-key\"\n")],
            "q7Xw2LmZ",
            &[("src/a.py", "env[K]"), (".env", "K=q7Xw2LmZ\n")],
        ),
        (&[ignoring], "a b#$c", &[("src/a.py", "env[K]"), (".env", "K='a b#$c'\n")]),
        (&[ignoring], "it's", &[]),
        (&[ignoring], "two\nlines", &[]),
        (
            &[ignoring, (".env.example", "A=\n")],
            "q7Xw2LmZ",
            &[("src/a.py", "env[K]"), (".env", "K=q7Xw2LmZ\n"), (".env.example", "A=\nK=\n")],
        ),
        (&[ignoring, (".env.example", "K=x\n")], "q7Xw2LmZ", &[("src/a.py", "env[K]"), (".env", "K=q7Xw2LmZ\n")]),
        (&[ignoring, ("src/pyproject.toml", "")], "q7Xw2LmZ", &[("src/a.py", "env[K]"), ("src/.env", "K=q7Xw2LmZ\n")]),
        (
            &[("src/.gitignore", "*.pyc"), ("src/setup.py", "")],
            "q7Xw2LmZ",
            &[("src/a.py", "env[K]"), ("src/.env", "K=q7Xw2LmZ\n"), ("src/.gitignore", "*.pyc\n.env\n")],
        ),
        (
            &[(".gitignore", ".env*\n!.env\n")],
            "q7Xw2LmZ",
            &[("src/a.py", "env[K]"), (".env", "K=q7Xw2LmZ\n"), (".gitignore", ".env*\n!.env\n.env\n")],
        ),
        (&[(".git/info/exclude", ".env")], "q7Xw2LmZ", &[("src/a.py", "env[K]"), (".env", "K=q7Xw2LmZ\n")]),
    ];
    for (files, value, want) in cases {
        let want: Vec<(String, String)> = want.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(mended("src/a.py", "HERE", files, vec![environment("K", value)]), want, "{files:?}");
    }
    assert!(mended("untitled://1.py", "HERE", &[], vec![environment("K", "v")]).is_empty(), "no place in a project");
}

#[test]
fn a_fixed_name_keeps_its_value() {
    let need = Need::Environment { name: "K".to_owned(), value: Secret::new("q7Xw2LmZ"), fixed: true };
    let files = [(".env", "K=h4Tr9VbN\n"), (".gitignore", ".env")];
    assert_eq!(mended("a.py", "HERE", &files, vec![need]), [("a.py".to_owned(), "env[K]".to_owned())]);
}

fn own(path: &str, text: &str, needs: &[Need]) -> String {
    mended(path, text, &[], needs.to_vec()).pop().map_or("withdrawn".to_owned(), |it| it.1)
}

#[test]
fn python_imports() {
    let os = [import("os", None)];
    for (text, want) in [
        ("HERE", "import os\nDONE"),
        ("import os\nHERE", "import os\nDONE"),
        ("import os.path\nHERE", "import os.path\nDONE"),
        ("import openai\nHERE", "import openai\nimport os\nDONE"),
        ("import openai\r\nHERE\r\n", "import openai\r\nimport os\r\nDONE\r\n"),
        ("\"\"\"Doc.\"\"\"\nHERE", "\"\"\"Doc.\"\"\"\nimport os\nDONE"),
        ("from __future__ import x\n\nHERE", "from __future__ import x\nimport os\n\nDONE"),
        (
            "#!/usr/bin/python\n# -*- coding: utf-8 -*-\nHERE",
            "#!/usr/bin/python\n# -*- coding: utf-8 -*-\nimport os\nDONE",
        ),
        ("# Licence\n\n# About f\nHERE", "# Licence\n\nimport os\n# About f\nDONE"),
        (
            "import a\nif TYPE_CHECKING:\n    import os\nHERE",
            "import a\nimport os\nif TYPE_CHECKING:\n    import os\nDONE",
        ),
        (
            "import a\nx = 1\nimport b\ny = HERE\nimport c\n",
            "import a\nx = 1\nimport b\nimport os\ny = DONE\nimport c\n",
        ),
        ("import a; HERE", "import os\nimport a; DONE"),
        ("import a\ndef f():\n    import os\n    HERE", "import a\nimport os\ndef f():\n    import os\n    DONE"),
        (
            "import json\nimport sys\nfrom time import sleep\n\nimport openai\nHERE",
            "import json\nimport os\nimport sys\nfrom time import sleep\n\nimport openai\nDONE",
        ),
        ("import re\n\nimport openai\nHERE", "import os\nimport re\n\nimport openai\nDONE"),
        ("import json\n\nimport openai\nHERE", "import json\nimport os\n\nimport openai\nDONE"),
        ("import abc; import re\nHERE", "import abc; import re\nimport os\nDONE"),
        ("os = 1\nHERE", "withdrawn"),
        ("def f(os):\n    HERE", "withdrawn"),
        ("def g(os):\n    pass\nHERE", "import os\ndef g(os):\n    pass\nDONE"),
    ] {
        assert_eq!(own("a.py", text, &os), want, "{text}");
    }
    let two = [import("random", None), import("time", Some("sleep"))];
    assert_eq!(own("a.py", "HERE", &two), "import random\nfrom time import sleep\nDONE");
}

#[test]
fn ecmascript_imports() {
    let sleep = [import("node:timers/promises", Some("setTimeout as sleep"))];
    for (path, text, want) in [
        (
            "a.mjs",
            "import x from 'x'\n\nHERE\n",
            "import x from 'x'\nimport { setTimeout as sleep } from 'node:timers/promises'\n\nDONE\n",
        ),
        ("a.ts", "HERE;\n", "import { setTimeout as sleep } from \"node:timers/promises\";\nDONE;\n"),
        (
            "a.js",
            "const x = require(\"x\");\nHERE;\n",
            "const x = require(\"x\");\nconst { setTimeout: sleep } = require(\"node:timers/promises\");\nDONE;\n",
        ),
        (
            "a.js",
            "#!/usr/bin/env node\n'use strict';\nHERE;\n",
            "#!/usr/bin/env node\n'use strict';\nconst { setTimeout: sleep } = require('node:timers/promises');\nDONE;\n",
        ),
        (
            "a.js",
            "import { setTimeout as sleep } from \"timers/promises\";\nHERE;\n",
            "import { setTimeout as sleep } from \"timers/promises\";\nDONE;\n",
        ),
        ("a.js", "const sleep = 1;\nHERE;\n", "withdrawn"),
    ] {
        assert_eq!(own(path, text, &sleep), want, "{text}");
    }
    let files = [("package.json", "{\"type\": \"module\"}")];
    let made = mended("src/a.js", "HERE;", &files, vec![import("node:fs", None)]);
    assert_eq!(made[0].1, "import fs from \"node:fs\";\nDONE;");
}

fn helper(source: &str) -> Need {
    Need::Helper { name: "helper".to_owned(), source: source.to_owned(), imports: vec![("time".to_owned(), None)] }
}

#[test]
fn helpers_are_pasted_once() {
    let python = helper("def helper():\n    if x:\n        time.sleep(1)");
    for (text, want) in [
        (
            "import a\n\nHERE\n",
            "import a\nimport time\n\n\ndef helper():\n    if x:\n        time.sleep(1)\n\n\nDONE\n",
        ),
        (
            "import a\n\n\nif y:\n\tHERE\n",
            "import a\nimport time\n\n\ndef helper():\n\tif x:\n\t\ttime.sleep(1)\n\n\nif y:\n\tDONE\n",
        ),
        ("def f():\n  HERE\n", "import time\n\n\ndef helper():\n  if x:\n    time.sleep(1)\n\n\ndef f():\n  DONE\n"),
        (
            "import time\ndef helper():\n    if x:\n        time.sleep(1)\nHERE\n",
            "import time\ndef helper():\n    if x:\n        time.sleep(1)\nDONE\n",
        ),
        ("def helper():\n    pass\nHERE", "withdrawn"),
    ] {
        assert_eq!(own("a.py", text, std::slice::from_ref(&python)), want, "{text}");
    }
    let mut javascript = helper("async function helper() {\n  return 1;\n}");
    if let Need::Helper { imports, .. } = &mut javascript {
        imports.clear();
    }
    assert_eq!(
        own("a.ts", "import a from 'a';\r\nHERE;\r\n", &[javascript]),
        "import a from 'a';\r\n\r\nasync function helper() {\r\n  return 1;\r\n}\r\n\r\nDONE;\r\n"
    );
    let rust = helper("fn helper() {\n    1\n}");
    for (text, want) in [
        ("fn f() { HERE }\n", "fn f() { DONE }\n\nfn helper() {\n    1\n}\n"),
        (
            "fn f() { HERE }\n\n#[cfg(test)]\nmod tests {}\n",
            "fn f() { DONE }\n\nfn helper() {\n    1\n}\n\n#[cfg(test)]\nmod tests {}\n",
        ),
    ] {
        assert_eq!(own("a.rs", text, std::slice::from_ref(&rust)), want);
    }
}
