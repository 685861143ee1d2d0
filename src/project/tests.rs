use super::*;

#[test]
fn packages_come_from_the_nearest_manifest() {
    let project = Project::from_files([
        ("package.json", r#"{"dependencies": {"openai": "^4.1.0", "left": "1"}, "devDependencies": {"ai": "*"}}"#),
        ("package-lock.json", r#"{"packages": {"node_modules/openai": {"version": "4.77.3"}}}"#),
        ("web/package.json", r#"{"dependencies": {"openai": ">=5"}}"#),
        (
            "requirements.txt",
            "OpenAI[x]==1.2.3 # why\n-r other.txt\nlang_chain.core~=0.3 ; python_version > '3'\nhttpx\n./local",
        ),
        (
            "py/pyproject.toml",
            "[project]\ndependencies = ['anthropic>=1,<2']\n[tool.poetry.dependencies]\nopenai = '^2.0'\n",
        ),
        ("py/uv.lock", "[[package]]\nname = 'anthropic'\nversion = '1.4.0'\n"),
        (
            "Cargo.toml",
            "[dependencies]\nasync-openai = { version = '0.43', features = [] }\nai = { package = 'genai', version = '1' }\n[target.'cfg(unix)'.dependencies]\nlibc = '0.2'",
        ),
        ("broken/package.json", "{"),
    ]);
    for (path, language, name, want) in [
        ("src/a.ts", Language::TypeScript, "openai", Some(("4.77.3", Some(4)))),
        ("web/a.ts", Language::TypeScript, "openai", Some((">=5", None))),
        ("web/a.ts", Language::JavaScript, "left", Some(("1", Some(1)))),
        ("broken/a.js", Language::JavaScript, "ai", Some(("*", None))),
        ("a.js", Language::JavaScript, "httpx", None),
        ("a.py", Language::Python, "openai", Some(("==1.2.3", Some(1)))),
        ("a.py", Language::Python, "lang-chain-core", Some(("~=0.3", Some(0)))),
        ("a.py", Language::Python, "local", None),
        ("py/x/a.py", Language::Python, "anthropic", Some(("1.4.0", Some(1)))),
        ("py/x/a.py", Language::Python, "openai", Some(("^2.0", Some(2)))),
        ("src/main.rs", Language::Rust, "async_openai", Some(("0.43", Some(0)))),
        ("src/main.rs", Language::Rust, "genai", Some(("1", Some(1)))),
        ("src/main.rs", Language::Rust, "libc", Some(("0.2", Some(0)))),
    ] {
        let found = project.package(path, language, name);
        let shown = found.as_ref().map(|it| (it.version.as_deref().unwrap_or_default(), it.major()));
        assert_eq!(shown, want, "{name} in {path}");
    }
    assert_eq!(Project::unknown().package("a.py", Language::Python, "openai"), None);
}

#[test]
fn constants_of_other_modules() {
    let project = Project::from_files([
        (
            "src/config.ts",
            "export const MODEL = 'gpt-x' as const;\nexport let other = 'a';\nother = 'b';\nexport const F = `a${1}`;",
        ),
        ("src/lib/index.js", "export const URL = \"https://x\";"),
        ("app/config.py", "MODEL = \"gpt-\" \"x\"\nTWICE = 'a'\nTWICE = 'b'\nclass C:\n    INNER = 'c'\n"),
        ("app/__init__.py", "ROOT = 'r'"),
        ("src/main.rs", "mod config; pub const TOP: &str = \"t\";"),
        ("src/config.rs", "pub const MODEL: &str = \"gpt-x\";"),
        ("src/api/mod.rs", "pub static URL: &str = \"u\";"),
    ]);
    for (from, module, name, want) in [
        ("src/a.ts", "./config", "MODEL", Some("gpt-x")),
        ("src/a.ts", "./config.js", "MODEL", Some("gpt-x")),
        ("src/deep/a.ts", "../config", "MODEL", Some("gpt-x")),
        ("src/deep/a.ts", "../lib", "URL", Some("https://x")),
        ("src/a.ts", "./config", "other", None),
        ("src/a.ts", "./config", "F", None),
        ("src/a.ts", "config", "MODEL", None),
        ("a.ts", "../../../etc/config", "MODEL", None),
        ("app/a.py", ".config", "MODEL", Some("gpt-x")),
        ("app/sub/a.py", "..config", "MODEL", Some("gpt-x")),
        ("tests/a.py", "app.config", "MODEL", Some("gpt-x")),
        ("app/a.py", ".", "ROOT", Some("r")),
        ("app/a.py", ".config", "TWICE", None),
        ("app/a.py", ".config", "INNER", None),
        ("src/main.rs", "config", "MODEL", Some("gpt-x")),
        ("src/api/x.rs", "crate::config", "MODEL", Some("gpt-x")),
        ("src/api/x.rs", "crate", "TOP", Some("t")),
        ("src/config.rs", "super::api", "URL", Some("u")),
        ("src/config.rs", "super", "TOP", Some("t")),
        ("src/api/x.rs", "super", "URL", Some("u")),
        ("src/api/x.rs", "super::super::config", "MODEL", Some("gpt-x")),
    ] {
        let language = Language::of_path(std::path::Path::new(from)).expect("a path of a known language");
        let found = project.exported_text(from, language, module, name);
        assert_eq!(found.map(|it| it.text).as_deref(), want, "{module} {name} in {from}");
    }
}

#[test]
fn tracked_files() {
    assert_eq!(Project::unknown().is_tracked(".env"), None);
    assert_eq!(Project::from_files([(".env", "")]).is_tracked(".env"), None);
    assert_eq!(Project::tracking([".env"]).is_tracked(".env"), Some(true));
    assert_eq!(Project::tracking([".env"]).is_tracked("a/.env"), Some(false));
}
