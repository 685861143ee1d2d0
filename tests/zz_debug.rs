use keylint::{catalog::Catalog, facts::*, language::Language, syntax::Syntax, usage::Usage};
#[test]
fn dbg() {
    let path = std::env::var("DBG").unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let language = Language::of_path(std::path::Path::new(&path)).unwrap();
    let facts = Syntax::parse(language, &text, None, std::time::Duration::from_secs(5)).unwrap().lower(&text);
    if std::env::var("DUMP").is_ok() {
        println!("{}", facts.dump());
    }
    let usage = Usage::new(&facts, Catalog::embedded());
    for (id, v) in facts.values() {
        if matches!(v.kind, ValueKind::Member { .. } | ValueKind::Name(_)) {
            let r = facts.range(id).of(&text);
            let o = usage.resolver().origins(id);
            let shown: Vec<String> = o
                .all
                .iter()
                .map(|o| match o {
                    keylint::usage::resolve::Origin::Value(v) => facts.range(*v).of(&text).chars().take(40).collect(),
                    other => format!("{other:?}"),
                })
                .collect();
            println!("{r:40} path={:?} complete={} {shown:?}", usage.resolver().path(id), o.complete);
        }
    }
    for r in usage.requests() {
        println!(
            "REQ {:?} {:?} {:?} body={:?} headers={:?}",
            facts.range(r.call).of(&text).chars().take(50).collect::<String>(),
            r.endpoint.provider().map(|p| &p.id),
            r.path,
            r.body.is_some(),
            r.headers.iter().map(|h| h.key.clone()).collect::<Vec<_>>()
        );
    }
    for c in usage.llm_calls() {
        println!(
            "LLM {:?} {:?} {:?} model={:?}",
            facts.range(c.call).of(&text).chars().take(50).collect::<String>(),
            c.kind,
            c.endpoint.provider().map(|p| &p.id),
            c.model.map(|m| facts.range(m).of(&text))
        );
    }
    for c in usage.clients() {
        println!(
            "CLIENT {:?} {:?}",
            facts.range(c.call).of(&text).chars().take(50).collect::<String>(),
            c.endpoint.provider().map(|p| &p.id)
        );
    }
    for c in usage.models() {
        println!("MODEL {:?} {:?}", c.id, c.provider.id);
    }
}
