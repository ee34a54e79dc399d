//! The log line of a request, which identifies the caller: exactly one, without any data of a user.

use runtime_stubs::{Function, GatewayRequest};

const SETTINGS: [&str; 6] =
    ["BUS_NAME", "CHANGES_QUEUE_URL", "DELIVERIES_QUEUE_URL", "RUNS_QUEUE_URL", "STACK_NAME", "TABLE_NAME"];
const LIST: GatewayRequest = GatewayRequest {
    method: "GET",
    path: "/projects/{project}/users",
    query: &[("after", "hidden-user")],
    header: ("Cookie", "hidden=1"),
    body: "",
};

fn function() -> Function {
    Function::new(env!("CARGO_BIN_EXE_project-api"), &SETTINGS)
}

#[test]
fn a_servers_request_names_project_and_key() {
    LIST.leaves_one_line(function(), "listUsers", 200, true);
}

#[test]
fn a_refused_request_leaves_its_line_too() {
    let (method, path, body) = ("PATCH", "/projects/{project}/settings", "hidden");
    GatewayRequest { method, path, body, ..LIST }.leaves_one_line(function(), "changeSettings", 400, true);
    let header = ("authorization", "Basic hidden");
    GatewayRequest { header, ..LIST }.leaves_one_line(function(), "listUsers", 401, false);
    GatewayRequest { path: "/hidden", ..LIST }.leaves_one_line(function(), "unknown", 404, false);
}
