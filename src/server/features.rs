//! What the client can do and wants, read tolerantly from the raw parameters of `initialize`.

use serde_json::Value;

use crate::text::Encoding;

/// What matters of `initialize`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Features {
    /// How columns count on this connection.
    pub(super) encoding: Encoding,
    /// Diagnostics are asked for by the client instead of pushed to it.
    pub(super) pull: bool,
    /// Diagnostics may carry `relatedInformation`.
    pub(super) related_information: bool,
    /// Diagnostics may carry `codeDescription`.
    pub(super) code_description: bool,
    /// Diagnostics may carry these `tags`.
    pub(super) tags: Vec<u64>,
    /// Diagnostics may carry `data`.
    pub(super) diagnostic_data: bool,
    /// Code actions are literals, not commands.
    pub(super) code_action_literals: bool,
    /// The `edit` of a code action may be left to `codeAction/resolve`.
    pub(super) lazy_edits: bool,
    /// Code actions may be marked as preferred.
    pub(super) preferred_actions: bool,
    /// Workspace edits may carry versions.
    pub(super) document_changes: bool,
    /// Workspace edits may create files.
    pub(super) create_files: bool,
    /// Workspace edits may ask for confirmation.
    pub(super) change_annotations: bool,
    /// File watchers may be registered.
    pub(super) watchers: bool,
    /// Hovers may be Markdown.
    pub(super) markdown: bool,
    /// The process that started the server.
    pub(super) parent: Option<u32>,
    /// The URIs of the workspace's folders.
    pub(super) roots: Vec<String>,
}

impl Features {
    /// Reads the parameters of `initialize`; what is missing or of another type counts as not there.
    pub(super) fn read(params: &Value) -> Self {
        let client = params.get("capabilities").unwrap_or(&Value::Null);
        let has = |path: &str| client.pointer(path).and_then(Value::as_bool).unwrap_or(false);
        let strings = |path: &str| -> Vec<&str> {
            let list = client.pointer(path).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str).collect()
        };
        let tags = client.pointer("/textDocument/publishDiagnostics/tagSupport/valueSet").and_then(Value::as_array);
        Self {
            encoding: encoding(&strings("/general/positionEncodings")),
            pull: client.pointer("/textDocument/diagnostic").is_some_and(Value::is_object)
                && has("/workspace/diagnostics/refreshSupport"),
            related_information: has("/textDocument/publishDiagnostics/relatedInformation")
                || has("/textDocument/diagnostic/relatedInformation"),
            code_description: has("/textDocument/publishDiagnostics/codeDescriptionSupport")
                || has("/textDocument/diagnostic/codeDescriptionSupport"),
            tags: tags.into_iter().flatten().filter_map(Value::as_u64).collect(),
            diagnostic_data: has("/textDocument/publishDiagnostics/dataSupport")
                || has("/textDocument/diagnostic/dataSupport"),
            code_action_literals: client
                .pointer("/textDocument/codeAction/codeActionLiteralSupport")
                .is_some_and(Value::is_object),
            lazy_edits: strings("/textDocument/codeAction/resolveSupport/properties").contains(&"edit")
                && has("/textDocument/codeAction/dataSupport"),
            preferred_actions: has("/textDocument/codeAction/isPreferredSupport"),
            document_changes: has("/workspace/workspaceEdit/documentChanges"),
            create_files: has("/workspace/workspaceEdit/documentChanges")
                && strings("/workspace/workspaceEdit/resourceOperations").contains(&"create"),
            change_annotations: client
                .pointer("/workspace/workspaceEdit/changeAnnotationSupport")
                .is_some_and(Value::is_object),
            watchers: has("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            markdown: strings("/textDocument/hover/contentFormat").contains(&"markdown"),
            parent: params.get("processId").and_then(Value::as_u64).and_then(|it| u32::try_from(it).ok()),
            roots: roots(params),
        }
    }
}

fn encoding(offered: &[&str]) -> Encoding {
    if offered.contains(&"utf-8") {
        Encoding::Utf8
    } else if offered.contains(&"utf-32") {
        Encoding::Utf32
    } else {
        Encoding::Utf16
    }
}

/// The workspace folders, else the one root of older clients.
fn roots(params: &Value) -> Vec<String> {
    let folders = params.get("workspaceFolders").and_then(Value::as_array);
    let folders: Vec<String> =
        folders.into_iter().flatten().filter_map(|it| it.get("uri")?.as_str().map(str::to_owned)).collect();
    if !folders.is_empty() {
        return folders;
    }
    if let Some(uri) = params.get("rootUri").and_then(Value::as_str) {
        return vec![uri.to_owned()];
    }
    let path = params.get("rootPath").and_then(Value::as_str);
    path.and_then(|it| super::protocol::Url::from_directory_path(it).ok()).map(String::from).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn encodings() {
        for (offered, want) in [
            (json!(["utf-16", "utf-32", "utf-8"]), Encoding::Utf8),
            (json!(["utf-16", "utf-32"]), Encoding::Utf32),
            (json!(["utf-16"]), Encoding::Utf16),
            (json!(["latin-1"]), Encoding::Utf16),
            (json!([]), Encoding::Utf16),
            (json!("utf-8"), Encoding::Utf16),
            (Value::Null, Encoding::Utf16),
        ] {
            let params = json!({ "capabilities": { "general": { "positionEncodings": offered } } });
            assert_eq!(Features::read(&params).encoding, want, "{offered}");
        }
    }

    #[test]
    fn pull_needs_refresh() {
        for (document, refresh, want) in [
            (json!({}), json!(true), true),
            (json!({}), json!(false), false),
            (json!({}), Value::Null, false),
            (Value::Null, json!(true), false),
        ] {
            let params = json!({ "capabilities": {
                "textDocument": { "diagnostic": document },
                "workspace": { "diagnostics": { "refreshSupport": refresh } },
            } });
            assert_eq!(Features::read(&params).pull, want, "{params}");
        }
    }

    #[test]
    fn roots_in_every_form() {
        for (params, want) in [
            (json!({ "workspaceFolders": [{ "uri": "file:///a", "name": "a" }, { "uri": "file:///b" }] }), 2),
            (json!({ "workspaceFolders": null, "rootUri": "file:///a" }), 1),
            (json!({ "workspaceFolders": [], "rootUri": null, "rootPath": null }), 0),
            (Value::Null, 0),
            (json!([1, 2]), 0),
        ] {
            assert_eq!(Features::read(&params).roots.len(), want, "{params}");
        }
    }
}
