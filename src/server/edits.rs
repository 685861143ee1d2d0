//! What a code action changes, and its form for a client.

use std::collections::HashMap;
use std::sync::Arc;

use super::convert::View;
use super::features::Features;
use super::protocol::*;
use crate::text::{LineIndex, TextRange};

/// The changes of one action, in one or several files.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Plan {
    /// The files, the action's own document first.
    pub(super) files: Vec<FilePlan>,
}

/// The changes of one file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FilePlan {
    /// The file.
    pub(super) uri: Url,
    /// The version of the text the edits are of; `None` for a file that is not open.
    pub(super) version: Option<i32>,
    /// The text the edits are of; `None` for a file that is made.
    pub(super) text: Option<Arc<str>>,
    /// Replacements that do not overlap.
    pub(super) edits: Vec<(TextRange, String)>,
}

/// The name of the one annotation that an edit may have.
const ANNOTATION: &str = "keylint.create";

impl Plan {
    /// Changes of one open document.
    pub(super) fn of_document(uri: Url, version: i32, text: Arc<str>, edits: Vec<(TextRange, String)>) -> Self {
        Self { files: vec![FilePlan { uri, version: Some(version), text: Some(text), edits }] }
    }

    /// Whether a file is made.
    pub(super) fn creates(&self) -> bool {
        self.files.iter().any(|it| it.text.is_none())
    }

    /// The form for a client; `None` if it cannot carry the plan out.
    pub(super) fn workspace_edit(&self, features: &Features) -> Option<WorkspaceEdit> {
        if self.creates() && !features.create_files {
            return None;
        }
        if !features.document_changes {
            let changes: HashMap<Url, Vec<TextEdit>> =
                self.files.iter().map(|it| (it.uri.clone(), it.text_edits(features))).collect();
            return Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
        }
        if !self.creates() {
            let edits = self.files.iter().map(|it| it.document_edit(features, false)).collect();
            return Some(WorkspaceEdit {
                document_changes: Some(DocumentChanges::Edits(edits)),
                ..WorkspaceEdit::default()
            });
        }
        let annotate = features.change_annotations;
        let operations = self.files.iter().flat_map(|it| it.operations(features, annotate)).collect();
        Some(WorkspaceEdit {
            changes: None,
            document_changes: Some(DocumentChanges::Operations(operations)),
            change_annotations: annotate.then(|| HashMap::from([(ANNOTATION.to_owned(), self.annotation())])),
        })
    }

    fn annotation(&self) -> ChangeAnnotation {
        let made = self.files.iter().filter(|it| it.text.is_none());
        let names: Vec<&str> = made.filter_map(|it| it.uri.path_segments()?.next_back()).collect();
        ChangeAnnotation {
            label: format!("Create {}", names.join(", ")),
            needs_confirmation: Some(true),
            description: None,
        }
    }
}

impl FilePlan {
    fn text_edits(&self, features: &Features) -> Vec<TextEdit> {
        let text = self.text.as_deref().unwrap_or_default();
        let lines = LineIndex::new(text);
        let view = View { text, lines: &lines, encoding: features.encoding };
        let edit = |(range, new): &(TextRange, String)| TextEdit { range: view.range(*range), new_text: new.clone() };
        self.edits.iter().map(edit).collect()
    }

    fn document_edit(&self, features: &Features, annotate: bool) -> TextDocumentEdit {
        let edit = |text_edit| match annotate {
            true => OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: ANNOTATION.to_owned() }),
            false => OneOf::Left(text_edit),
        };
        TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri: self.uri.clone(), version: self.version },
            edits: self.text_edits(features).into_iter().map(edit).collect(),
        }
    }

    /// Making the file, if it is made, and filling it.
    fn operations(&self, features: &Features, annotate: bool) -> Vec<DocumentChangeOperation> {
        let is_made = self.text.is_none();
        let create = is_made.then(|| {
            DocumentChangeOperation::Op(ResourceOp::Create(CreateFile {
                uri: self.uri.clone(),
                options: Some(CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) }),
                annotation_id: annotate.then(|| ANNOTATION.to_owned()),
            }))
        });
        let edit = DocumentChangeOperation::Edit(self.document_edit(features, annotate && is_made));
        create.into_iter().chain([edit]).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn plan() -> Plan {
        let uri = |it: &str| Url::parse(it).expect("a URI");
        let edit = |start, end, text: &str| vec![(TextRange::new(start, end), text.to_owned())];
        Plan {
            files: vec![
                FilePlan {
                    uri: uri("file:///w/a.py"),
                    version: Some(7),
                    text: Some("🙂 = 1".into()),
                    edits: edit(7, 8, "2"),
                },
                FilePlan { uri: uri("file:///w/.env"), version: None, text: None, edits: edit(0, 0, "A=1\n") },
            ],
        }
    }

    fn features(capability: Value) -> Features {
        Features::read(&json!({ "capabilities": { "workspace": { "workspaceEdit": capability } } }))
    }

    #[test]
    fn forms() {
        let range =
            |start, end| json!({ "start": { "line": 0, "character": start }, "end": { "line": 0, "character": end } });
        let own = json!({ "range": range(5, 6), "newText": "2" });
        let own_edit = json!({ "textDocument": { "uri": "file:///w/a.py", "version": 7 }, "edits": [own] });
        let created = json!({ "range": range(0, 0), "newText": "A=1\n" });
        let options = json!({ "overwrite": false, "ignoreIfExists": true });
        let alone = Plan { files: plan().files[..1].to_vec() };
        let env = json!({ "uri": "file:///w/.env", "version": null });
        for (plan, capability, want) in [
            (&alone, json!({}), json!({ "changes": { "file:///w/a.py": [own] } })),
            (&alone, json!({ "documentChanges": true }), json!({ "documentChanges": [own_edit] })),
            (&plan(), json!({ "documentChanges": true }), Value::Null),
            (&plan(), json!({ "resourceOperations": ["create"] }), Value::Null),
            (
                &plan(),
                json!({ "documentChanges": true, "resourceOperations": ["create"] }),
                json!({ "documentChanges": [
                    own_edit,
                    { "kind": "create", "uri": "file:///w/.env", "options": options },
                    { "textDocument": env, "edits": [created] },
                ] }),
            ),
            (
                &plan(),
                json!({ "documentChanges": true, "resourceOperations": ["create"], "changeAnnotationSupport": {} }),
                json!({
                    "documentChanges": [
                        own_edit,
                        { "kind": "create", "uri": "file:///w/.env", "options": options, "annotationId": ANNOTATION },
                        { "textDocument": env, "edits": [
                            { "range": range(0, 0), "newText": "A=1\n", "annotationId": ANNOTATION },
                        ] },
                    ],
                    "changeAnnotations": { ANNOTATION: { "label": "Create .env", "needsConfirmation": true } },
                }),
            ),
        ] {
            let got = plan.workspace_edit(&features(capability.clone()));
            assert_eq!(serde_json::to_value(got).expect("serialisable"), want, "{capability}");
        }
    }
}
