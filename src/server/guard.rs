//! Stands around tower-lsp's service and takes from it what it cannot bear.
//!
//! Every message is polled once, here and now, in the order of arrival: that one poll is all a notification needs and is
//! where a request asks the actor for its snapshot. What is not done by then goes on in a task of its own, so that a slow
//! request delays nothing. A panic becomes an error reply.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_service::Service;

/// The guarded service.
pub(super) struct Guard<S, F> {
    inner: S,
    on_initialize: F,
    shut_down: Arc<AtomicBool>,
}

impl<S, F: FnMut(Value)> Guard<S, F> {
    /// Guards `inner`. `on_initialize` gets the raw parameters of `initialize`, of which lsp-types knows only a part;
    /// `shut_down` is set when the client has asked for it.
    pub(super) fn new(inner: S, on_initialize: F, shut_down: Arc<AtomicBool>) -> Self {
        Self { inner, on_initialize, shut_down }
    }

    /// A message with parameters that the inner service accepts.
    fn tolerable(&mut self, request: Request) -> Request {
        let (method, id, params) = request.into_parts();
        let params = match method.as_ref() {
            "initialize" => {
                (self.on_initialize)(params.unwrap_or_default());
                Some(json!({ "capabilities": {} }))
            }
            "initialized" => Some(json!({})),
            // Some clients send `null` or `{}`.
            "shutdown" => {
                self.shut_down.store(true, Ordering::SeqCst);
                None
            }
            _ => params,
        };
        let mut request = Request::build(method);
        if let Some(id) = id {
            request = request.id(id);
        }
        if let Some(params) = params {
            request = request.params(params);
        }
        request.finish()
    }
}

type Reply<E> = Result<Option<Response>, E>;
type Work<E> = Pin<Box<dyn Future<Output = Reply<E>> + Send>>;

impl<S, F> Service<Request> for Guard<S, F>
where
    S: Service<Request, Response = Option<Response>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    F: FnMut(Value),
{
    type Response = Option<Response>;
    type Error = S::Error;
    type Future = Work<S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let id = request.id().cloned();
        let request = self.tolerable(request);
        let Ok(work) = catch_unwind(AssertUnwindSafe(|| self.inner.call(request))) else {
            return Box::pin(std::future::ready(Ok(failure(id))));
        };
        let mut work = Contained { work: Box::pin(work) };
        if let Poll::Ready(reply) = Pin::new(&mut work).poll(&mut Context::from_waker(Waker::noop())) {
            return Box::pin(std::future::ready(settle(reply, id)));
        }
        let task = tokio::spawn(work);
        Box::pin(async move { settle(task.await.unwrap_or_else(|error| Err(Box::new(error))), id) })
    }
}

/// A future whose panics are values.
struct Contained<E> {
    work: Work<E>,
}

impl<E> Future for Contained<E> {
    type Output = Result<Reply<E>, Box<dyn Any + Send>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match catch_unwind(AssertUnwindSafe(|| self.work.as_mut().poll(context))) {
            Ok(Poll::Ready(reply)) => Poll::Ready(Ok(reply)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

fn settle<E>(reply: Result<Reply<E>, Box<dyn Any + Send>>, id: Option<Id>) -> Reply<E> {
    match reply {
        Ok(reply) => Ok(reply?.map(without_content)),
        Err(_) => Ok(failure(id)),
    }
}

fn failure(id: Option<Id>) -> Option<Response> {
    tracing::error!("a handler panicked");
    Some(Response::from_error(id?, Error::internal_error()))
}

/// The reply without what tower-lsp quotes of a message that it cannot handle: it may hold a key.
fn without_content(reply: Response) -> Response {
    let code = match reply.error().map(|it| &it.code) {
        Some(ErrorCode::InvalidParams) => ErrorCode::InvalidParams,
        Some(ErrorCode::MethodNotFound) => ErrorCode::MethodNotFound,
        _ => return reply,
    };
    Response::from_error(reply.id().clone(), Error::new(code))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;

    /// Panics, stalls or answers, as its method says, and keeps what it was sent.
    struct Inner(Log);

    /// Methods and parameters.
    type Log = Arc<Mutex<Vec<(String, Option<Value>)>>>;

    impl Service<Request> for Inner {
        type Response = Option<Response>;
        type Error = Infallible;
        type Future = Work<Infallible>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: Request) -> Self::Future {
            let (method, id, params) = request.into_parts();
            let log = self.0.clone();
            assert_ne!(method, "panic at once");
            Box::pin(async move {
                log.lock().expect("no panic holds it").push((method.to_string(), params));
                assert_ne!(method, "panic");
                if method.starts_with("slow") {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    assert_ne!(method, "slow panic");
                }
                if method == "bad" {
                    return Ok(id.map(|it| Response::from_error(it, Error::invalid_params("got sk-…"))));
                }
                Ok(id.map(|it| Response::from_ok(it, json!("done"))))
            })
        }
    }

    #[tokio::test(flavor = "current_thread")]
    async fn replies() {
        let log = Log::default();
        let shut_down = Arc::new(AtomicBool::new(false));
        let mut raw = None;
        let mut guard = Guard::new(Inner(Arc::clone(&log)), |it| raw = Some(it), shut_down.clone());
        for (method, want) in [
            ("initialize", "done"),
            ("initialized", "done"),
            ("shutdown", "done"),
            ("panic at once", "Internal error"),
            ("panic", "Internal error"),
            ("slow panic", "Internal error"),
            ("slow", "done"),
            ("bad", "Invalid params"),
        ] {
            let request = Request::build(method).id(1).params(json!({ "x": 1 })).finish();
            let reply = guard.call(request).await.expect("infallible").expect("a request has a reply");
            let got = match reply.into_parts().1 {
                Ok(value) => value.as_str().unwrap_or_default().to_owned(),
                Err(error) => error.message.into_owned(),
            };
            assert_eq!(got, want, "{method}");
            assert_eq!(guard.call(Request::build("panic").finish()).await, Ok(None), "a notification after {method}");
        }
        drop(guard);
        assert_eq!(raw, Some(json!({ "x": 1 })));
        assert!(shut_down.load(Ordering::SeqCst));
        let log = log.lock().expect("no panic holds it");
        assert_eq!(log[0], ("initialize".to_owned(), Some(json!({ "capabilities": {} }))));
        assert_eq!(log.iter().find(|it| it.0 == "shutdown"), Some(&("shutdown".to_owned(), None)));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn first_polls_keep_the_order_of_arrival() {
        let log = Log::default();
        let mut guard = Guard::new(Inner(Arc::clone(&log)), |_| (), Arc::default());
        let replies: Vec<_> =
            (0..9).map(|it| guard.call(Request::build(format!("slow {it}")).id(it).finish())).collect();
        let order: Vec<_> = log.lock().expect("no panic holds it").iter().map(|it| it.0.clone()).collect();
        assert_eq!(order, (0..9).map(|it| format!("slow {it}")).collect::<Vec<_>>());
        drop(replies);
    }
}
