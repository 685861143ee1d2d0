//! The catalogue's data held against what is known to be true.

use super::*;

fn catalog() -> &'static Catalog {
    Catalog::embedded()
}

fn today() -> Date {
    Date::parse("2026-11-23").expect("a valid date")
}

#[test]
fn data_is_consistent() {
    let catalog = catalog();
    assert!(catalog.providers().len() > 200, "{}", catalog.providers().len());
    let mut slugs: Vec<&str> = catalog.key_kinds().all().iter().map(|kind| kind.slug.as_str()).collect();
    let count = slugs.len();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), count, "slugs are unique");
    for provider in catalog.providers() {
        for (ignored, instead) in &provider.env_ignored {
            assert!(provider.env.iter().any(|var| var.name == *instead), "{}: {ignored} = {instead}", provider.id);
        }
        for form in &provider.auth {
            assert!(
                !provider.wrong_headers.contains(&form.header),
                "{}: {} is right and wrong",
                provider.id,
                form.header
            );
        }
    }
    for router in catalog.routers() {
        for id in router.providers.values() {
            assert!(catalog.provider(id).is_some(), "{}: {id}", router.package);
        }
    }
    for provider in catalog.models().providers() {
        assert!(catalog.provider(provider).is_some(), "{provider}");
    }
}

#[test]
fn hosts() {
    let cases = [
        ("api.openai.com", "openai"),
        ("API.OpenAI.com:443", "openai"),
        ("eu.api.openai.com", "openai"),
        ("acme.openai.azure.com", "azure_openai"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock"),
        ("aiplatform.googleapis.com", "vertex"),
        ("generativelanguage.googleapis.com", "google"),
        ("localhost:11434", "ollama"),
        ("127.0.0.1:1234", "lmstudio"),
        ("localhost:3000", "local"),
        ("192.168.1.5:8000", "local"),
        ("api.example.com", "local"),
        ("llm.internal", "local"),
        ("gateway", "local"),
        ("api.novita.ai", "novita-ai"),
        ("maps.googleapis.com", "unknown"),
        ("api.openai.com.evil.io", "unknown"),
        ("test.my-company.io", "unknown"),
    ];
    for (host, expected) in cases {
        let found = match catalog().host_kind(host) {
            Host::Provider(provider) => provider.id.as_str(),
            Host::Local => "local",
            Host::Unknown => "unknown",
        };
        assert_eq!(found, expected, "{host}");
    }
}

#[test]
fn environment_names() {
    let cases = [
        ("OPENAI_API_KEY", "openai", EnvRole::ApiKey, None),
        ("OPENAI_ADMIN_KEY", "openai", EnvRole::AdminKey, None),
        ("OPENAI_BASE_URL", "openai", EnvRole::BaseUrl, None),
        ("OPENAI_API_BASE", "openai", EnvRole::BaseUrl, Some("OPENAI_BASE_URL")),
        ("OPENAI_KEY", "openai", EnvRole::ApiKey, Some("OPENAI_API_KEY")),
        ("CLAUDE_API_KEY", "anthropic", EnvRole::ApiKey, Some("ANTHROPIC_API_KEY")),
        ("ANTHROPIC_AUTH_TOKEN", "anthropic", EnvRole::AuthToken, None),
        ("GEMINI_API_KEY", "google", EnvRole::ApiKey, None),
        ("REPLICATE_API_KEY", "replicate", EnvRole::ApiKey, Some("REPLICATE_API_TOKEN")),
        ("FAL_KEY", "fal", EnvRole::ApiKey, None),
        ("GITHUB_TOKEN", "github_models", EnvRole::Other, None),
    ];
    for (name, provider, role, instead) in cases {
        let found = catalog().provider_of_env(name).unwrap_or_else(|| panic!("{name} is known"));
        assert_eq!((found.provider.id.as_str(), found.role, found.instead), (provider, role, instead), "{name}");
    }
    assert!(catalog().provider_of_env("DATABASE_URL").is_none());
}

#[test]
fn headers() {
    let near = |provider: &str, name: &str| {
        let provider = catalog().provider(provider).expect("a provider");
        catalog().header_near(provider, name)
    };
    assert_eq!(near("openai", "Authorisation"), Some("Authorization"));
    assert_eq!(near("openai", "Authorizaton"), Some("Authorization"));
    assert_eq!(near("openai", "ContentType"), Some("Content-Type"));
    assert_eq!(near("openai", "OpenAI-Organisation"), Some("OpenAI-Organization"));
    assert_eq!(near("anthropic", "Anthropic_Version"), Some("anthropic-version"));
    assert_eq!(near("anthropic", "x-apikey"), Some("x-api-key"));
    for known in ["authorization", "X-Request-ID", "Origin", "X-My-Own", "x-api-key"] {
        assert_eq!(near("openai", known), None, "{known}");
    }
}

#[test]
fn authentication() {
    let forms = |provider: &str, path: &'static str| -> Vec<(String, String, Credential)> {
        let provider = catalog().provider(provider).expect("a provider");
        let forms = provider.auth_at(Some(path));
        forms.map(|form| (form.header.to_lowercase(), form.scheme.clone(), form.credential)).collect()
    };
    let key = |header: &str, scheme: &str| (header.to_owned(), scheme.to_owned(), Credential::Key);
    assert!(forms("anthropic", "/v1/messages").contains(&key("authorization", "Bearer")));
    assert!(forms("anthropic", "/v1/messages").contains(&key("x-api-key", "")));
    assert!(!forms("google", "/v1beta/models/x:generateContent").contains(&key("authorization", "Bearer")));
    assert!(forms("google", "/v1beta/openai/chat/completions").contains(&key("authorization", "Bearer")));
    assert!(!forms("azure_openai", "/openai/deployments/x").contains(&key("authorization", "Bearer")));
    assert!(forms("azure_openai", "/openai/v1/responses").contains(&key("authorization", "Bearer")));
    assert_eq!(forms("assemblyai", "/v2"), [key("authorization", "")]);
    assert_eq!(forms("deepgram", "/v1"), [key("authorization", "Token")]);
    assert_eq!(forms("elevenlabs", "/v1"), [key("xi-api-key", "")]);
}

/// The words of PATTERNS, checked against the table.
#[test]
fn models_stand_as_known() {
    let gone = "davinci curie babbage ada gpt-3.5-turbo gpt-3.5-turbo-0125 gpt-4 gpt-4-turbo gpt-4-1106-preview gpt-4-32k \
        gpt-4.5-preview gpt-4.1-nano gpt-4o-2024-05-13 chatgpt-4o-latest o1 o1-mini o1-preview o1-pro o3-mini o4-mini \
        codex-mini-latest gpt-5-chat-latest gpt-5-codex gpt-5.1-codex gpt-5.1-codex-mini dall-e-2 dall-e-3 gpt-image-1";
    let announced = [
        ("gpt-4o", "2027-01-14"),
        ("gpt-4o-mini", "2027-01-14"),
        ("gpt-4.1", "2027-01-14"),
        ("gpt-4.1-mini", "2027-01-14"),
        ("gpt-5", "2026-12-11"),
        ("gpt-5-mini", "2026-12-11"),
        ("o3", "2026-12-11"),
    ];
    let live = "gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna gpt-6-sol gpt-6-luna gpt-6-astra gpt-6.1-sol gpt-6.1-terra";
    let models = catalog().models();
    for id in gone.split_whitespace() {
        let standing = models.standing("openai", id, today());
        assert!(matches!(standing, Standing::Retired { .. }), "{id}: {standing:?}");
    }
    for (id, date) in announced {
        let Standing::Deprecated { end: Some((end, _)), .. } = models.standing("openai", id, today()) else {
            panic!("{id} is announced");
        };
        assert_eq!(end.to_string(), date, "{id}");
    }
    for id in live.split_whitespace() {
        assert_eq!(models.standing("openai", id, today()), Standing::Active, "{id}");
    }
    for id in ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-fable-5-1"] {
        assert_eq!(models.standing("anthropic", id, today()), Standing::Active, "{id}");
    }
    for id in ["claude-3-5-sonnet-20241022", "claude-opus-4-1", "claude-2.1", "claude-sonnet-4-20250514"] {
        assert!(matches!(models.standing("anthropic", id, today()), Standing::Retired { .. }), "{id}");
    }
    for id in ["gemini-3.5-flash", "gemini-3.5-flash-lite", "gemini-3.8-flash"] {
        assert_eq!(models.standing("google", id, today()), Standing::Active, "{id}");
    }
    for id in ["gemini-1.5-pro", "gemini-1.5-flash", "gemini-2.0-flash"] {
        let standing = models.standing("google", id, today());
        assert!(matches!(standing, Standing::Retired { .. } | Standing::Gone { .. }), "{id}: {standing:?}");
    }
    assert!(matches!(models.standing("openai", "gpt-5.1-mini", today()), Standing::Invalid { .. }));
    assert_eq!(models.standing("openai", "gpt-9", today()), Standing::Unknown);
}

#[test]
fn a_passed_day_turns_an_announcement_into_a_retirement() {
    let on = |day: &str| {
        let day = Date::parse(day).expect("a valid date");
        catalog().models().standing("openai", "gpt-4o", day)
    };
    assert!(matches!(on("2027-01-13"), Standing::Deprecated { end: Some((_, 1)), .. }));
    assert!(matches!(on("2027-01-14"), Standing::Retired { .. }));
}

#[test]
fn every_row_is_found_and_replacements_are_served() {
    let models = catalog().models();
    let mut count = 0;
    for provider in models.providers() {
        for model in models.of_provider(provider) {
            assert_eq!(models.get(provider, model.id), Some(model), "{provider} {}", model.id);
            for id in models.replacements(&model, today()) {
                let standing = models.standing(provider, id, today());
                assert!(matches!(standing, Standing::Active | Standing::Deprecated { .. }), "{} -> {id}", model.id);
            }
            count += 1;
        }
    }
    assert!(count > 2000, "{count}");
    assert!(models.get("openai", "zzz").is_none() && models.get("zzz", "gpt-4o").is_none());
    assert!(models.find_anywhere("gpt-4o").iter().any(|model| model.provider == "openai"));
}

#[test]
fn suggestions() {
    let cases = [
        ("openai", "gpt-4o-2024-07-18", "gpt-4o"),
        ("openai", "gpt4o", "gpt-4o"),
        ("openai", "GPT-4o-mini", "gpt-4o-mini"),
        ("openai", "gpt-5.6-tera", "gpt-5.6-terra"),
        ("openai", "gpt-6_sol", "gpt-6-sol"),
        ("openai", "gpt-3.5", "gpt-5.6-terra"),
        ("openai", "text-embedding-small-3", "text-embedding-3-small"),
        ("anthropic", "claude-sonnet-5.5", "claude-sonnet-5-5"),
        ("anthropic", "claude-5-5-sonnet", "claude-sonnet-5-5"),
        ("anthropic", "claude-sonnet-4-6-20250514", "claude-sonnet-4-6"),
        ("anthropic", "claude-3.5-sonnet", "claude-sonnet-4-6"),
        ("google", "gemini-3.8-flsh", "gemini-3.8-flash"),
        ("mistral", "mistral-large-lates", "mistral-large-latest"),
    ];
    let models = catalog().models();
    for (provider, typed, expected) in cases {
        let found = models.suggest(provider, typed, today());
        assert_eq!(found.first().copied(), Some(expected), "{typed}: {found:?}");
        assert!(found.len() <= 3);
    }
    assert!(models.suggest("openai", "my-own-model", today()).is_empty());
}

#[test]
fn fine_tunes_end_with_their_base() {
    let openai = catalog().provider("openai").expect("a provider");
    let standing = |id| catalog().standing(openai, id, today());
    assert!(matches!(standing("ft:gpt-3.5-turbo-0125:acme::7p4lURel"), Standing::Retired { .. }));
    assert!(matches!(standing("ft:gpt-4o-mini-2024-07-18:acme::7p4lURel"), Standing::Deprecated { .. }));
    assert!(matches!(standing("davinci:ft-acme-2023-04-01-10-11-12"), Standing::Retired { .. }));
    assert!(catalog().models().is_fine_tunable("openai", "gpt-4o-mini"));
    assert!(!catalog().models().is_fine_tunable("openai", "gpt-6-sol"));
}

#[test]
fn routers_split_model_strings() {
    let router = |call: &str| {
        let mut routers = catalog().routers().iter();
        routers.find(|router| router.calls.iter().any(|other| other == call)).expect("a router")
    };
    assert_eq!(router("litellm.completion").split("gemini/gemini-3.8-flash"), Some(("google", "gemini-3.8-flash")));
    assert_eq!(router("litellm.completion").split("gpt-4o"), None);
    let langchain = router("langchain.chat_models.init_chat_model");
    assert_eq!(langchain.split("anthropic:claude-sonnet-5-5"), Some(("anthropic", "claude-sonnet-5-5")));
}

mod keys {
    use super::*;

    fn sample(slug: &str) -> String {
        sample::key(slug, 7).unwrap_or_else(|| panic!("{slug} can be made"))
    }

    #[test]
    fn every_kind_can_be_made_found_and_classified() {
        let kinds = catalog().key_kinds();
        for kind in kinds.all() {
            for seed in 0..20 {
                let key = sample::key(&kind.slug, seed).unwrap_or_else(|| panic!("{} can be made", kind.slug));
                assert!(key.len() >= kind.shortest, "{}: {} < {}", kind.slug, key.len(), kind.shortest);
                let own = kinds.classify(&key, Some(&kind.provider));
                assert!(own.is_some_and(|found| found.kind.fits(&kind.provider)), "{} {seed}", kind.slug);
                let fine = kinds.inspect(&key, Some(&kind.provider));
                assert!(matches!(fine, Inspection::Fine), "{} {seed}: {fine:?}", kind.slug);
                let findable = kind.stands_alone() && (!kind.prefix.is_empty() || !kind.marker.is_empty());
                if findable {
                    let text = format!("client(key=\"{key}\")\n");
                    let found = kinds.find(&text);
                    assert_eq!(found.len(), 1, "{} {seed}", kind.slug);
                    assert_eq!(&text[found[0].range.clone()], key, "{} {seed}", kind.slug);
                    let same = found[0].kind.provider == kind.provider || found[0].kind.shared;
                    assert!(same, "{} {seed} found as {}", kind.slug, found[0].kind.slug);
                }
            }
        }
    }

    #[test]
    fn the_most_specific_kind_wins() {
        for slug in [
            "openai-project-key",
            "openai-service-account-key",
            "openai-admin-key",
            "openai-legacy-user-key",
            "anthropic-api-key",
            "anthropic-admin-key",
            "openrouter-api-key",
            "groq-api-key",
            "google-api-key",
            "xai-api-key",
            "huggingface-user-access-token",
            "azure-openai-resource-key",
            "deepseek-api-key",
        ] {
            let found = catalog().key_kinds().classify(&sample(slug), None);
            assert_eq!(found.map(|found| found.kind.slug.as_str()), Some(slug));
        }
    }

    #[test]
    fn words_are_no_keys() {
        let key = sample("openai-project-key");
        let kinds = catalog().key_kinds();
        for text in [
            format!("ri{key}"),
            format!("x_{key}"),
            format!("{key}x").replace("T3BlbkFJ", "-"),
            "sk-fading-circle sk-learn sk-SK task-123 disk-usage".to_owned(),
            format!("sk-proj-{run}T3BlbkFJ{run}", run = "x".repeat(20)),
            "pa-very-long-kebab-case-slug-of-a-blog-post-on-paris".to_owned(),
            "hf_HubertForSequenceClassificationOutputs".to_owned(),
        ] {
            assert!(kinds.find(&text).is_empty(), "{text}");
        }
        for text in [format!("'{key}'"), format!("a\\n{key}\\n"), format!("?key={key}&x"), format!("Bearer {key}")] {
            assert_eq!(kinds.find(&text).len(), 1, "{text}");
        }
        assert_eq!(kinds.find(&format!("{key} {}", sample("groq-api-key"))).len(), 2);
    }

    #[test]
    fn literals_are_in_every_findable_key() {
        let kinds = catalog().key_kinds();
        let literals: Vec<&str> = kinds.literals().collect();
        for expected in ["sk-proj-", "sk-ant-api03-", "gsk_", "AIza", "hf_", "JQQJ99", "sk-"] {
            assert!(literals.contains(&expected), "{expected}");
        }
        assert!(literals.iter().all(|literal| literal.len() >= 3), "{literals:?}");
    }

    fn fault(value: &str, provider: Option<&str>) -> &'static str {
        match catalog().key_kinds().inspect(value, provider) {
            Inspection::Fine => "fine",
            Inspection::Empty => "empty",
            Inspection::Reference => "reference",
            Inspection::Placeholder => "placeholder",
            Inspection::Masked => "masked",
            Inspection::Whitespace { at_ends: true, .. } => "blank at an end",
            Inspection::Whitespace { .. } => "blank inside",
            Inspection::LineBreak { .. } => "line break",
            Inspection::BearerPrefix => "bearer",
            Inspection::InnerQuotes { .. } => "quotes",
            Inspection::DoubledPrefix { .. } => "doubled",
            Inspection::TwoKeys { .. } => "two keys",
            Inspection::NotAKey(_) => "not a key",
            Inspection::Alphabet { .. } => "alphabet",
            Inspection::Truncated { .. } => "truncated",
            Inspection::OtherProvider { .. } => "other provider",
        }
    }

    #[test]
    fn faults_of_values() {
        let key = sample("openai-project-key");
        let anthropic = sample("anthropic-api-key");
        let groq = sample("groq-api-key");
        let deepseek = sample("deepseek-api-key");
        let cases = [
            (key.clone(), "openai", "fine"),
            (sample("openai-service-account-key"), "openai", "fine"),
            (String::new(), "openai", "empty"),
            ("your-key-here".to_owned(), "openai", "placeholder"),
            ("sk-...".to_owned(), "openai", "placeholder"),
            ("op://vault/openai/key".to_owned(), "openai", "reference"),
            ("${OPENAI_API_KEY}".to_owned(), "openai", "reference"),
            (format!("{key} "), "openai", "blank at an end"),
            (format!("\u{200b}{key}"), "openai", "blank at an end"),
            (format!("{} {}", &key[..30], &key[30..]), "openai", "blank inside"),
            (format!("{}\n{}", &key[..30], &key[30..]), "openai", "line break"),
            (format!("Bearer {key}"), "openai", "bearer"),
            (format!("\"{key}\""), "openai", "quotes"),
            (format!("“{key}”"), "openai", "quotes"),
            (format!("sk-{key}"), "openai", "doubled"),
            (format!("sk-proj-{key}"), "openai", "doubled"),
            (format!("{key}{key}"), "openai", "two keys"),
            (format!("{}…{}", &key[..10], &key[key.len() - 4..]), "openai", "masked"),
            ("sk-***".to_owned(), "openai", "masked"),
            (key[..31].to_owned(), "openai", "truncated"),
            (anthropic[..60].to_owned(), "anthropic", "truncated"),
            (groq[..40].to_owned(), "groq", "truncated"),
            (format!("{}!{}", &key[..30], &key[31..]), "openai", "alphabet"),
            (anthropic.clone(), "openai", "other provider"),
            (key.clone(), "anthropic", "other provider"),
            (groq, "openai", "other provider"),
            (deepseek, "openai", "fine"),
            (sample("google-api-key"), "vertex", "fine"),
            (key.clone(), "ollama", "fine"),
            ("https://api.openai.com/v1".to_owned(), "openai", "not a key"),
            ("please write me a poem".to_owned(), "openai", "not a key"),
        ];
        for (value, provider, expected) in cases {
            assert_eq!(fault(&value, Some(provider)), expected, "{value} for {provider}");
        }
        assert_eq!(fault(&anthropic[..60], None), "truncated");
        assert_eq!(fault(&key, None), "fine");
    }

    #[test]
    fn a_configuration_adds_providers_keys_and_models() {
        let text = "id = 'acme'\ntitle = 'Acme'\nhosts = ['llm.acme.io']\n\
            [[key]]\nslug = 'acme-key'\nkind = 'key'\nprefix = 'acme_'\nregex = 'acme_[a-z0-9]{24}'\n\
            shortest = 29\nclass = 'secret'\nconfidence = 'high'\n";
        let (provider, keys) = read_provider(text).expect("well formed");
        let extension = Extension {
            providers: vec![provider],
            keys,
            hosts: vec![("openai".to_owned(), "gateway.acme.io".to_owned())],
            env: vec![("openai".to_owned(), "OPENAI_KEY".to_owned())],
            models: vec![("openai".to_owned(), "acme-*".to_owned())],
        };
        let extended = catalog().extend(extension);
        assert_eq!(extended.provider_of_host("llm.acme.io").map(|p| p.id.as_str()), Some("acme"));
        assert_eq!(extended.provider_of_host("gateway.acme.io").map(|p| p.id.as_str()), Some("openai"));
        assert!(extended.provider_of_env("OPENAI_KEY").is_some_and(|env| env.instead.is_none()));
        assert_eq!(extended.models().standing("openai", "acme-7", today()), Standing::Active);
        let key = ["acme_", "q7w2k9x4z1b8n5m3v6c0l2p8"].concat();
        assert_eq!(extended.key_kinds().find(&key).len(), 1);
    }
}
