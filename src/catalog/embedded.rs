//! The data files, compiled in.

macro_rules! provider_files {
    ($($id:literal),* $(,)?) => {
        &[$(($id, include_str!(concat!("data/providers/", $id, ".toml")))),*]
    };
}

/// Provider id and text of each file in `data/providers`, by id.
pub(super) const PROVIDERS: &[(&str, &str)] = provider_files![
    "ai21",
    "alibaba",
    "anthropic",
    "anyscale",
    "assemblyai",
    "azure_openai",
    "baseten",
    "bedrock",
    "cartesia",
    "cerebras",
    "clarifai",
    "cohere",
    "cursor",
    "databricks",
    "deepgram",
    "deepseek",
    "e2b",
    "elevenlabs",
    "exa",
    "fal",
    "firecrawl",
    "fireworks",
    "friendli",
    "github_models",
    "gladia",
    "google",
    "groq",
    "huggingface",
    "hume",
    "jina",
    "langfuse",
    "langsmith",
    "litellm_proxy",
    "llamacloud",
    "llamacpp",
    "lmnt",
    "lmstudio",
    "mem0",
    "minimax",
    "mistral",
    "modal",
    "moonshot",
    "nvidia",
    "ollama",
    "openai",
    "openrouter",
    "perplexity",
    "pinecone",
    "replicate",
    "runpod",
    "runway",
    "siliconflow",
    "stability",
    "tavily",
    "together",
    "upstage",
    "vercel",
    "vertex",
    "vllm",
    "volcengine",
    "voyage",
    "wandb",
    "xai",
    "zai",
];

/// Providers known by host and variable alone.
pub(super) const REGISTRY: &str = include_str!("data/registry.tsv");

/// What belongs to no single provider.
pub(super) const COMMON: &str = include_str!("data/common.toml");

/// Libraries that reach many providers through one call.
pub(super) const ROUTERS: &str = include_str!("data/routers.toml");

/// Every model id; its head describes the columns.
pub(super) const MODELS: &str = include_str!("data/models.tsv");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_file_is_listed_in_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalog/data/providers");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder exists")
            .map(|entry| entry.expect("readable").path())
            .map(|path| path.file_stem().expect("a file").to_string_lossy().into_owned())
            .collect();
        files.sort();
        let listed: Vec<&str> = PROVIDERS.iter().map(|(id, _)| *id).collect();
        assert_eq!(listed, files);
    }
}
