//! Successful responses.

use bytes::Bytes;
use fastrand::Rng;
use futures_util::stream;
use reqwest::{Body, Response};
use serde_json::{Value, json};

use super::{
    Account, HOME,
    cursors::Scope,
    garbled::garbled,
    refusals::{answer, refusal, refused_cursor},
    routes::Call,
    tokens::LIFE,
    tree::NodeKind,
};
use crate::simulation::faults::Fault;

impl Account {
    /// Returns the response to a call that was not refused.
    pub(super) fn answer(&mut self, call: &Call, fault: Option<Fault>, now: u64, rng: &mut Rng) -> Response {
        let json = match call.route {
            "token" => return self.token(call, fault, now),
            "download" => return self.download(call, fault),
            "list_folder" => self.list(call, fault, rng),
            "list_folder/continue" => self.go_on(call, fault, rng),
            "get_latest_cursor" => self.scope(call).map(|scope| {
                let cursor = self.latest(scope);
                json!({"cursor": self.cursors.give(cursor)})
            }),
            "get_metadata" => self.metadata(&call.argument),
            "get_current_account" => Ok(self.owner()),
            _ => Err(Box::new(answer(404, &[], ""))),
        };
        match json {
            Ok(json) if fault == Some(Fault::EntryUnreadable) => sent(garbled(json, rng)),
            Ok(json) => success(&json, fault),
            Err(refusal) => *refusal,
        }
    }

    fn token(&mut self, call: &Call, fault: Option<Fault>, now: u64) -> Response {
        match self.tokens.refresh(&call.token, now) {
            Some(access) => {
                let json = json!({"access_token": access, "token_type": "bearer", "expires_in": LIFE / 1000});
                success(&json, fault)
            }
            None => {
                let json = json!({"error": "invalid_grant", "error_description": "refresh token is invalid or revoked"});
                answer(400, &[("content-type", "application/json")], json.to_string())
            }
        }
    }

    fn list(&mut self, call: &Call, fault: Option<Fault>, rng: &mut Rng) -> Result<Value, Box<Response>> {
        let cursor = self.begin_listing(self.scope(call)?, rng);
        Ok(self.page(cursor, fault == Some(Fault::EmptyPage), rng))
    }

    fn go_on(&mut self, call: &Call, fault: Option<Fault>, rng: &mut Rng) -> Result<Value, Box<Response>> {
        let name = call.argument["cursor"].as_str().unwrap_or_default();
        if !name.starts_with("cursor-") || call.argument.as_object().is_none_or(|fields| fields.len() != 1) {
            return Err(Box::new(refused_cursor()));
        }
        let cursor = self.cursors.find(name).ok_or_else(|| Box::new(refusal(409, "reset")))?;
        if cursor.scope.namespace != call.root {
            return Err(Box::new(refused_cursor()));
        }
        if cursor.left.is_empty() && fault == Some(Fault::LateListing) {
            return Ok(self.nothing_yet(cursor));
        }
        let is_behind = cursor.since < self.journal.len() || !cursor.left.is_empty();
        Ok(self.page(cursor, is_behind && fault == Some(Fault::EmptyPage), rng))
    }

    fn scope(&self, call: &Call) -> Result<Scope, Box<Response>> {
        let recursive = call.argument["recursive"].as_bool().unwrap_or_default();
        let root = match call.argument["path"].as_str() {
            Some("") => String::new(),
            _ => self.locate(&call.argument)?,
        };
        let limit = call.argument["limit"].as_u64().unwrap_or(2000);
        Ok(Scope { root, recursive, limit, namespace: call.root.clone() })
    }

    fn owner(&self) -> Value {
        json!({"account_id": "dbid:simulated", "root_info": self.root_info(), "email": "user@example.com"})
    }

    /// Returns the account's root: the home namespace, or a team's while its owner is in a team.
    pub(super) fn root_info(&self) -> Value {
        let tag = if self.root == HOME { "user" } else { "team" };
        json!({
            ".tag": tag, "root_namespace_id": self.root.to_string(), "home_namespace_id": HOME.to_string(),
        })
    }

    /// Whether a call requests a page that takes longer than an invocation.
    pub(super) fn is_slow(&self, call: &Call) -> bool {
        let limit = match call.route {
            "list_folder" => call.argument["limit"].as_u64(),
            "list_folder/continue" => {
                let name = call.argument["cursor"].as_str().unwrap_or_default();
                self.cursors.find(name).map(|cursor| cursor.scope.limit)
            }
            _ => None,
        };
        limit.zip(self.manners.slow_above).is_some_and(|(limit, most)| limit > most)
    }

    /// Whether a call names an existing file or folder; only such lookups can be refused.
    pub(super) fn names_something(&self, call: &Call) -> bool {
        call.argument["path"].as_str().is_some_and(|path| !path.is_empty())
            && self.locate(&call.argument).is_ok()
    }

    /// Resolves the path or id of an argument to a path.
    fn locate(&self, argument: &Value) -> Result<String, Box<Response>> {
        let path = argument["path"].as_str().unwrap_or_default();
        let found = if path.starts_with("id:") {
            self.tree.path_of(path).map(str::to_owned)
        } else {
            Some(path.to_lowercase()).filter(|path| self.tree.get(path).is_some())
        };
        found.ok_or_else(|| Box::new(refusal(409, "path/not_found")))
    }

    fn metadata(&self, argument: &Value) -> Result<Value, Box<Response>> {
        match self.twins.find(argument["path"].as_str().unwrap_or_default()) {
            Some((path, twin)) => Ok(self.twin_entry(path, twin)),
            None => self.locate(argument).map(|path| self.entry(&path)),
        }
    }

    fn download(&self, call: &Call, fault: Option<Fault>) -> Response {
        let argument = call.argument["path"].as_str().unwrap_or_default();
        let found = match argument.strip_prefix("rev:") {
            Some(rev) => self.revision(rev),
            None if self.twins.find(argument).is_some() => None,
            None => {
                self.locate(&call.argument).ok().and_then(|path| Some((path.clone(), self.bytes(&path)?)))
            }
        };
        let Some((path, bytes)) = found else { return refusal(409, "path/not_found") };
        let is_twin = argument.strip_prefix("rev:").is_some_and(|rev| self.is_of_twin(rev));
        if !is_twin && self.tree.get(&path).is_some_and(|node| node.restricted) {
            return refusal(409, "path/restricted_content");
        }
        send(bytes, call.range, &self.file_header(&path), fault)
    }

    fn is_of_twin(&self, rev: &str) -> bool {
        self.tree.revisions.get(rev).is_some_and(|(id, _)| self.twins.find(id).is_some())
    }

    fn bytes(&self, path: &str) -> Option<Bytes> {
        match &self.tree.get(path)?.kind {
            NodeKind::File { bytes, .. } => Some(bytes.clone()),
            NodeKind::Folder => None,
        }
    }

    /// Returns the path of a revision's file, and the revision's bytes.
    fn revision(&self, rev: &str) -> Option<(String, Bytes)> {
        let (id, bytes) = self.tree.revisions.get(rev)?;
        if let Some((path, twin)) = self.twins.find(id) {
            let is_newest = matches!(&twin.kind, NodeKind::File { rev: newest, .. } if newest == rev);
            return is_newest.then(|| (path.clone(), bytes.clone()));
        }
        let path = self.tree.path_of(id)?.to_owned();
        let newest =
            matches!(&self.tree.get(&path)?.kind, NodeKind::File { rev: newest, .. } if newest == rev);
        (newest || self.manners.keeps_revisions).then(|| (path, bytes.clone()))
    }
}

fn success(json: &Value, fault: Option<Fault>) -> Response {
    let text = json.to_string();
    sent(if fault == Some(Fault::BodyCut) { cut(&text.into()) } else { Body::from(text) })
}

fn sent(body: impl Into<Body>) -> Response {
    answer(200, &[("content-type", "application/json")], body)
}

fn send(
    mut bytes: Bytes,
    range: Option<(usize, Option<usize>)>,
    header: &str,
    fault: Option<Fault>,
) -> Response {
    let status = if range.is_some() { 206 } else { 200 };
    if let Some((first, last)) = range {
        let end = last.map_or(bytes.len(), |last| bytes.len().min(last + 1));
        bytes = bytes.slice(first.min(end)..end);
    }
    let body = match fault {
        Some(Fault::BodyCut) => cut(&bytes),
        Some(Fault::BodyShort) => Body::from(bytes.slice(..bytes.len().saturating_sub(1))),
        Some(Fault::WrongBytes) => Body::from(bytes.iter().map(|byte| byte ^ 1).collect::<Vec<u8>>()),
        _ => Body::from(bytes),
    };
    answer(status, &[("dropbox-api-result", header)], body)
}

/// Returns a body that breaks off in the middle.
fn cut(bytes: &Bytes) -> Body {
    let half = bytes.slice(..bytes.len() / 2);
    Body::wrap_stream(stream::iter([Ok(half), Err(std::io::Error::other("the connection broke"))]))
}
