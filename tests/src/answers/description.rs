//! The description, read for comparison.

use std::collections::HashMap;

use http::{Method, StatusCode};
use serde_json::{Map, Value};
use shared::caller::parameters;

use super::schema::{Bodies, BodyIndex, Schemas};

const OPENAPI: &str = include_str!("../../../infra/openapi.yaml");
/// Every method that the path does not name.
const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// Operations whose answers are Dropbox's own.
const RELAYED: [&str; 2] = ["callDropbox", "callDropboxByHeader"];

/// All operations, and the gateway's own answers.
pub(super) struct Description {
    operations: Vec<Operation>,
    own: Vec<(StatusCode, Value)>,
    /// Schemas of all bodies.
    pub(super) schemas: Schemas,
}

/// A method of a path.
pub(super) struct Operation {
    template: String,
    /// Absent: every method that no other operation of the path has.
    method: Option<Method>,
    /// Whether its answers are Dropbox's own.
    pub(super) relayed: bool,
    /// By status, by `4XX` and the like, or `default`.
    responses: HashMap<String, Response>,
}

/// Description of a response.
pub(super) struct Response {
    /// Headers that must be there.
    pub(super) headers: Vec<String>,
    /// Schemas by type; empty where there is no body.
    pub(super) content: HashMap<String, BodyIndex>,
}

impl Description {
    /// Reads the description.
    ///
    /// # Panics
    /// If it cannot be read, or a schema in it is none.
    pub(super) fn read() -> Self {
        let api: Value = serde_saphyr::from_str(OPENAPI).expect("openapi.yaml is YAML");
        let mut bodies = Bodies::new(&api["components"]["schemas"]);
        let mut operations = Vec::new();
        for (template, methods) in members(&api["paths"]) {
            for (method, operation) in members(methods) {
                operations.push(Operation::read(template, method, operation, &mut bodies));
            }
        }
        let own = &api["x-amazon-apigateway-gateway-responses"];
        let own = members(own).filter_map(|(_, answer)| own_answer(answer)).collect();
        Self { operations, own, schemas: bodies.compiled() }
    }

    /// Returns the operation of a request. As at the gateway, the template with the fewest parameters decides, and a
    /// slash at the end does not matter.
    pub(super) fn operation(&self, method: &Method, path: &str) -> Option<&Operation> {
        let without_slash = || path.strip_suffix('/').filter(|path| !path.is_empty());
        self.exactly(method, path).or_else(|| self.exactly(method, without_slash()?))
    }

    fn exactly(&self, method: &Method, path: &str) -> Option<&Operation> {
        let all = self.operations.iter();
        let matching: Vec<_> =
            all.filter_map(|each| Some((parameters(&each.template, path)?.len(), each))).collect();
        let fewest = matching.iter().map(|(count, _)| *count).min()?;
        let of_path = || matching.iter().filter(|(count, _)| *count == fewest).map(|(_, each)| *each);
        let named = of_path().find(|each| each.method.as_ref() == Some(method));
        named.or_else(|| of_path().find(|each| each.method.is_none()))
    }

    /// Whether the gateway itself gives this answer.
    pub(super) fn is_own(&self, status: StatusCode, body: &Value) -> bool {
        self.own.iter().any(|(own, text)| *own == status && text == body)
    }
}

impl Operation {
    fn read(template: &str, method: &str, operation: &Value, bodies: &mut Bodies) -> Self {
        let responses = members(&operation["responses"]);
        Self {
            template: template.to_owned(),
            method: (method != ANY_METHOD)
                .then(|| method.to_uppercase().parse().expect("a path has methods only")),
            relayed: operation["operationId"].as_str().is_some_and(|id| RELAYED.contains(&id)),
            responses: responses
                .map(|(status, response)| (status.clone(), Response::read(response, bodies)))
                .collect(),
        }
    }

    /// Returns what is described for a status.
    pub(super) fn response(&self, status: StatusCode) -> Option<&Response> {
        let class = format!("{}XX", status.as_u16() / 100);
        let mut names = [status.as_str(), &class, "default"].into_iter();
        names.find_map(|name| self.responses.get(name))
    }
}

impl Response {
    fn read(response: &Value, bodies: &mut Bodies) -> Self {
        let required = |(name, header): (&String, &Value)| (header["required"] == true).then(|| name.clone());
        Self {
            headers: members(&response["headers"]).filter_map(required).collect(),
            content: members(&response["content"])
                .map(|(kind, body)| (kind.clone(), bodies.add(&body["schema"])))
                .collect(),
        }
    }
}

/// Returns the status and the body of an answer of the gateway's own that has a status.
fn own_answer(answer: &Value) -> Option<(StatusCode, Value)> {
    let status = answer["statusCode"].as_str()?.parse().expect("a status is a number");
    let body = answer["responseTemplates"]["application/json"].as_str().expect("an answer has a body");
    Some((status, serde_json::from_str(body).expect("the body is JSON")))
}

/// Returns the members of an object; none where there is no object.
fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
