//! tower-lsp's handlers. Each sends the actor one event before anything else, so events arrive in the client's order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::{Client, LanguageServer, LspService, Server};

use super::actor::{Actor, Event, Outgoing};
use super::capabilities::capabilities;
use super::convert::line_column;
use super::documents::Change;
use super::features::Features;
use super::guard::Guard;
use super::protocol::*;
use super::snapshot::Snapshot;
use super::transport::Input;
use super::{Options, actions, hover, parent};

/// How long a request to the client may stay unanswered before that is logged.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many requests tower-lsp lets be under way; below the limit none of them holds up a cancellation.
const CONCURRENCY: usize = 256;

/// Serves the client on standard input and output; whether it had asked for the shutdown. Once the input has ended, replies
/// have `grace` to be written.
pub(super) async fn serve(options: Options, grace: Duration) -> bool {
    let (input, closed) = match Input::spawn(std::io::stdin()) {
        Ok(input) => input,
        Err(error) => {
            tracing::error!("no thread to read with: {error}");
            return false;
        }
    };
    let (actor, outgoing) = Actor::start(options);
    let initialize = Arc::new(OnceLock::new());
    let (watch, watched) = oneshot::channel();
    let raw = initialize.clone();
    let (service, socket) = LspService::build(|client| {
        tokio::spawn(deliver(client, outgoing));
        Backend { actor, initialize: raw, watch: Mutex::new(Some(watch)) }
    })
    .custom_method("$/setTrace", Backend::set_trace)
    .finish();
    let shut_down = Arc::new(AtomicBool::new(false));
    let keep = move |params| drop(initialize.set(params));
    let guard = Guard::new(service, keep, shut_down.clone());
    let server = Server::new(input, tokio::io::stdout(), socket).concurrency_level(CONCURRENCY);
    // In a task of its own, because tower-lsp panics when the client no longer reads.
    let serving = tokio::spawn(server.serve(guard));
    tokio::select! {
        _ = serving => {}
        () = ended(closed, grace) => {}
        () = orphaned(watched) => tracing::warn!("the process that started the server is gone"),
    }
    shut_down.load(Ordering::SeqCst)
}

async fn ended(closed: oneshot::Receiver<()>, grace: Duration) {
    // An error says that the reading thread is gone, which is the same.
    let _ = closed.await;
    tokio::time::sleep(grace).await;
}

async fn orphaned(watched: oneshot::Receiver<u32>) {
    match watched.await {
        Ok(process) => parent::gone(process).await,
        Err(_) => std::future::pending().await,
    }
}

/// The handlers.
struct Backend {
    /// Where events go.
    actor: mpsc::UnboundedSender<Event>,
    /// The raw parameters of `initialize`, kept by the guard.
    initialize: Arc<OnceLock<Value>>,
    /// Takes the process to watch, once.
    watch: Mutex<Option<oneshot::Sender<u32>>>,
}

impl Backend {
    fn send(&self, event: Event) {
        // The actor is gone only when the process is about to go.
        let _ = self.actor.send(event);
    }

    /// Clients set it unasked; there is nothing to trace.
    async fn set_trace(&self, _: Value) {}

    /// A moment of a document; `None` if it is not open.
    async fn snapshot(&self, uri: Url) -> Result<Option<Snapshot>> {
        let (reply, snapshot) = oneshot::channel();
        self.send(Event::Snapshot(uri, reply));
        snapshot.await.map_err(|_| Error::internal_error())
    }
}

/// Computes on a thread that may block.
async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::internal_error())
}

#[tower_lsp::async_trait]
impl LanguageServer for Backend {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        let features = Features::read(self.initialize.get().unwrap_or(&Value::Null));
        let result = InitializeResult {
            capabilities: capabilities(&features),
            server_info: Some(ServerInfo {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        };
        if let Some(parent) = features.parent
            && let Some(watch) = self.watch.lock().ok().and_then(|mut it| it.take())
        {
            // The watcher is gone only when the process is about to go.
            let _ = watch.send(parent);
        }
        self.send(Event::Initialize(features));
        Ok(result)
    }

    async fn initialized(&self, _: InitializedParams) {
        self.send(Event::Initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        let TextDocumentItem { uri, language_id, version, text } = params.text_document;
        self.send(Event::Opened { uri, language_id, version, text });
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        let VersionedTextDocumentIdentifier { uri, version } = params.text_document;
        let changes = params.content_changes.into_iter().map(change).collect();
        self.send(Event::Changed { uri, version, changes });
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.send(Event::Closed(params.text_document.uri));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.send(Event::Files(vec![params.text_document.uri]));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.send(Event::Files(params.changes.into_iter().map(|it| it.uri).collect()));
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let uris = |folders: Vec<WorkspaceFolder>| folders.into_iter().map(|it| it.uri.into()).collect();
        self.send(Event::Folders { added: uris(params.event.added), removed: uris(params.event.removed) });
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        let (reply, diagnostics) = oneshot::channel();
        self.send(Event::Pull(params.text_document.uri, reply));
        // A document that is closed meanwhile drops its end: nothing is wrong with it.
        let items = diagnostics.await.unwrap_or_default();
        let full = FullDocumentDiagnosticReport { result_id: None, items };
        let report =
            RelatedFullDocumentDiagnosticReport { related_documents: None, full_document_diagnostic_report: full };
        Ok(DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(report)))
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let Some(snapshot) = self.snapshot(params.text_document.uri).await? else { return Ok(None) };
        let actions =
            compute(move || actions::actions(&snapshot, params.range, params.context.only.as_deref())).await?;
        Ok(Some(actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()))
    }

    async fn code_action_resolve(&self, mut action: CodeAction) -> Result<CodeAction> {
        let name: Option<actions::Name> = action.data.clone().and_then(|it| serde_json::from_value(it).ok());
        let Some(name) = name else { return Ok(action) };
        let Some(snapshot) = self.snapshot(name.uri.clone()).await? else { return Err(Error::content_modified()) };
        let edit = compute(move || actions::resolve(&snapshot, &name)).await?;
        action.edit = Some(edit.ok_or_else(Error::content_modified)?);
        Ok(action)
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        let TextDocumentPositionParams { text_document, position } = params.text_document_position_params;
        let Some(snapshot) = self.snapshot(text_document.uri).await? else { return Ok(None) };
        compute(move || hover::hover(&snapshot, position)).await
    }
}

fn change(event: TextDocumentContentChangeEvent) -> Change {
    let range = event.range.map(|it| (line_column(it.start), line_column(it.end)));
    Change { range, text: event.text }
}

/// Brings what the actor wants to the client. Requests are made in tasks of their own: tower-lsp panics when the answer
/// comes to one that nobody waits for any more, so they are waited for, however long it takes.
async fn deliver(client: Client, mut outgoing: mpsc::UnboundedReceiver<Outgoing>) {
    while let Some(message) = outgoing.recv().await {
        match message {
            Outgoing::Publish { uri, diagnostics, version } => {
                client.publish_diagnostics(uri, diagnostics, version).await;
            }
            Outgoing::Refresh => {
                let client = client.clone();
                request("workspace/diagnostic/refresh", async move { client.workspace_diagnostic_refresh().await });
            }
            Outgoing::Watch(globs) => {
                let client = client.clone();
                let registration = watchers(&globs);
                request("client/registerCapability", async move { client.register_capability(registration).await });
            }
        }
    }
}

fn request(name: &'static str, request: impl Future<Output = Result<()>> + Send + 'static) {
    let task = tokio::spawn(request);
    tokio::spawn(async move {
        match tokio::time::timeout(PATIENCE, task).await {
            Ok(Ok(Ok(()))) => {}
            Ok(_) => tracing::warn!("{name}: the client refused"),
            Err(_) => tracing::warn!("{name}: the client does not answer"),
        }
    });
}

fn watchers(globs: &[&str]) -> Vec<Registration> {
    let watchers: Vec<Value> = globs.iter().map(|it| serde_json::json!({ "globPattern": it })).collect();
    vec![Registration {
        id: "keylint.files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(serde_json::json!({ "watchers": watchers })),
    }]
}
