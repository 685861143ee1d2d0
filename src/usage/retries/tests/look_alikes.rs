use async_openai::{Client, config::OpenAIConfig, types::CreateChatCompletionRequest};
use std::time::Duration;
use tokio::time::sleep;
async fn grows(client: &Client<OpenAIConfig>, req: CreateChatCompletionRequest) -> Result<String, Error> {
    let mut n = 0u32;
    loop {
        match client.chat().create(req.clone()).await {
            Ok(r) => return Ok(r.id),
            Err(e) if n < 5 => {
                sleep(Duration::from_secs(2u64.pow(n))).await;
                n += 1;
            }
            Err(e) => return Err(e),
        }
    }
}
async fn goes_over_items(client: &Client<OpenAIConfig>, reqs: Vec<CreateChatCompletionRequest>) -> Vec<String> {
    let mut out = vec![];
    for req in reqs {
        match client.chat().create(req).await {
            Ok(r) => out.push(r.id),
            Err(_) => continue,
        }
    }
    out
}
async fn carried_delay(client: &Client<OpenAIConfig>, req: CreateChatCompletionRequest) -> Result<String, Error> {
    let mut delay = Duration::from_secs(1);
    loop {
        match client.chat().create(req.clone()).await {
            Ok(r) => return Ok(r.id),
            Err(_) => {
                sleep(delay).await;
                delay *= 2;
            }
        }
    }
}
async fn capped_delay(client: &Client<OpenAIConfig>, req: CreateChatCompletionRequest) -> Result<String, Error> {
    let mut delay = Duration::from_secs(1);
    for _ in 0..5 {
        if let Ok(r) = client.chat().create(req.clone()).await { return Ok(r.id); }
        sleep(delay).await;
        delay = std::cmp::min(delay * 2, Duration::from_secs(60));
    }
    Err(Error)
}
async fn no_retry(client: &Client<OpenAIConfig>, req: CreateChatCompletionRequest) -> Result<String, Error> {
    let r = client.chat().create(req.clone()).await?;
    Ok(r.id)
}
