use async_openai::{Client, config::OpenAIConfig, types::CreateChatCompletionRequest};
use std::time::Duration;
use tokio::time::sleep;

async fn unbounded_continue(client: &Client<OpenAIConfig>, req: CreateChatCompletionRequest) -> Result<String, Error> {
    loop {
        match client.chat().create(req.clone()).await {
            Ok(r) => return Ok(r.id),
            Err(_) => continue,  // -> none
        }
    }
}

async fn bounded_if_let(client: &Client<OpenAIConfig>, req: CreateChatCompletionRequest) -> Option<String> {
    for _ in 0..3 {
        if let Ok(r) = client.chat().create(req.clone()).await {  // -> none
            return Some(r.id);
        }
    }
    None
}

async fn counted_constant(client: &Client<OpenAIConfig>, req: CreateChatCompletionRequest) -> Result<String, Error> {
    let mut attempts = 0;
    loop {
        match client.chat().create(req.clone()).await {
            Ok(r) => return Ok(r.id),
            Err(e) => {
                attempts += 1;
                if attempts > 5 {
                    return Err(e);
                }
                sleep(Duration::from_secs(1)).await;  // -> fixed
            }
        }
    }
}

async fn status_continue(http: &reqwest::Client, body: serde_json::Value) -> Result<String, reqwest::Error> {
    loop {
        let res = http.post("https://api.openai.com/v1/responses").json(&body).send().await?;
        if res.status() == 429 {
            continue;  // -> none
        }
        return res.text().await;
    }
}

async fn status_constant(http: &reqwest::Client, body: serde_json::Value) -> Result<String, reqwest::Error> {
    for attempt in 0..5 {
        let res = http.post("https://api.openai.com/v1/responses").json(&body).send().await?;
        if res.status().is_success() {
            return res.text().await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;  // -> fixed
    }
    panic!()
}

fn blocking_constant(body: serde_json::Value) -> Option<String> {
    let client = reqwest::blocking::Client::new();
    while true {
        let r = client.post("https://api.openai.com/v1/responses").json(&body).send();
        match r {
            Ok(r) => return r.text().ok(),
            Err(e) => std::thread::sleep(Duration::from_secs(2)),  // -> fixed
        }
    }
    None
}

async fn recursion(client: &Client<OpenAIConfig>, req: CreateChatCompletionRequest) -> Result<String, Error> {
    match client.chat().create(req.clone()).await {
        Ok(r) => Ok(r.id),
        Err(_) => Box::pin(recursion(client, req)).await,  // -> none
    }
}

async fn with_retry<F, Fut, T>(f: F) -> T where F: Fn() -> Fut {
    loop {
        let Ok(r) = f().await else { continue };  // -> none
        return r;
    }
}
async fn closure(client: &Client<OpenAIConfig>, req: CreateChatCompletionRequest) -> String {
    with_retry(|| async { client.chat().create(req.clone()).await }).await
}
