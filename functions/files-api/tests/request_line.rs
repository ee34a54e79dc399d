//! The log line of a request, which identifies the caller: exactly one, without any data of a user.

use runtime_stubs::{Function, GatewayRequest};

const SETTINGS: [&str; 6] =
    ["BUCKET_NAME", "BULK_QUEUE_URL", "CHANGES_QUEUE_URL", "STACK_NAME", "TABLE_NAME", "TRANSFERS_QUEUE_URL"];
const LIST: GatewayRequest = GatewayRequest {
    method: "GET",
    path: "/projects/{project}/connections",
    query: &[("cursor", "hidden-cursor")],
    header: ("Cookie", "hidden=1"),
    body: "",
};

fn function() -> Function {
    Function::new(env!("CARGO_BIN_EXE_files-api"), &SETTINGS)
}

#[test]
fn a_servers_request_names_project_and_key() {
    LIST.leaves_one_line(function(), "listConnections", 200, true);
}

#[test]
fn a_refused_request_leaves_its_line_too() {
    let path = "/projects/{project}/connections/hidden-connection/files";
    GatewayRequest { path, ..LIST }.leaves_one_line(function(), "listFiles", 404, true);
    GatewayRequest { header: ("authorization", "Basic hidden"), ..LIST }.leaves_one_line(
        function(),
        "listConnections",
        401,
        false,
    );
    GatewayRequest { method: "OPTIONS", ..LIST }.leaves_one_line(function(), "preflight", 204, false);
    GatewayRequest { path: "/hidden", ..LIST }.leaves_one_line(function(), "unknown", 404, false);
}

/// T56
#[test]
fn a_pages_request_names_project_and_public_key() {
    LIST.leaves_one_line_of_a_page(function(), "listConnections", 200);
    let path = "/projects/{project}/connections/hidden-connection/files";
    GatewayRequest { path, ..LIST }.leaves_one_line_of_a_page(function(), "listFiles", 404);
}
