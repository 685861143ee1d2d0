#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use crate::facts::Facts;
use crate::language::Language;
use crate::syntax::Syntax;

fn lower(text: &str) -> Facts {
    Syntax::parse(Language::Python, text, None, Duration::from_secs(60)).unwrap().lower(text)
}

#[test]
fn a_client_and_its_call() {
    let facts = lower("client = OpenAI(api_key=key, **more)\nclient.chat.create(model=\"m\")\n");
    assert_eq!(facts.dump(), "client = OpenAI(api_key=key, ...more)\nclient.chat.create(model=\"m\")\n");
}
