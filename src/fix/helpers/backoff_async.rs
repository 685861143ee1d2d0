/// Gives what `call` gives. After a failure that may pass it waits longer each time and calls again.
async fn retry_with_backoff<T, E, F, Fut>(attempts: u32, mut call: F) -> Result<T, E>
where
    E: std::fmt::Display,
    F: FnMut() -> Fut,
    Fut: std::future::Future<Output = Result<T, E>>,
{
    // Not every error type tells its status; these stand in the messages of failures that another attempt meets again.
    const STAYS: [&str; 9] = [
        "insufficient_quota",
        "invalid_api_key",
        "invalid_request_error",
        "authentication_error",
        "400 Bad Request",
        "401 Unauthorized",
        "403 Forbidden",
        "404 Not Found",
        "422 Unprocessable",
    ];
    let mut attempt = 0;
    loop {
        let error = match call().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        attempt += 1;
        let message = format!("{error:#}");
        if attempt >= attempts || STAYS.iter().any(|it| message.contains(it)) {
            return Err(error);
        }
        let ceiling = (1000u64 << attempt.min(6)).min(60_000);
        let random = std::hash::BuildHasher::hash_one(&std::collections::hash_map::RandomState::new(), attempt);
        tokio::time::sleep(std::time::Duration::from_millis(random % (ceiling + 1))).await;
    }
}
