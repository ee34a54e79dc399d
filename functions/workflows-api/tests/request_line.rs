//! The log line of a request, which identifies the caller: exactly one, without any data of a project.

use runtime_stubs::{Function, GatewayRequest};

const SETTINGS: [&str; 3] = ["RUNS_QUEUE_URL", "STACK_NAME", "TABLE_NAME"];
const LIST: GatewayRequest = GatewayRequest {
    method: "GET",
    path: "/projects/{project}/workflows",
    query: &[("hidden", "hidden")],
    header: ("Cookie", "hidden=1"),
    body: "",
};

fn function() -> Function {
    Function::new(env!("CARGO_BIN_EXE_workflows-api"), &SETTINGS)
}

#[test]
fn a_servers_request_names_project_and_key() {
    LIST.leaves_one_line(function(), "listWorkflows", 200, true);
}

#[test]
fn a_refused_request_leaves_its_line_too() {
    let (method, body) = ("POST", r#"{"document": {"name": "hidden"}}"#);
    GatewayRequest { method, body, ..LIST }.leaves_one_line(function(), "addWorkflow", 400, true);
    let header = ("authorization", "Basic hidden");
    GatewayRequest { header, ..LIST }.leaves_one_line(function(), "listWorkflows", 401, false);
    GatewayRequest { path: "/hidden", ..LIST }.leaves_one_line(function(), "unknown", 404, false);
}
