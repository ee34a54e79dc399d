//! The log line of a request, which identifies the caller: exactly one, without any data of a user.

use runtime_stubs::{Function, GatewayRequest};

const SETTINGS: [&str; 6] =
    ["APP_PARAMETER", "BUCKET_NAME", "DROPBOX_URL", "KEY_ID", "STACK_NAME", "TABLE_NAME"];
const CALL: GatewayRequest = GatewayRequest {
    method: "POST",
    path: "/projects/{project}/sdk/proxy/dropbox/2/files/list_folder",
    query: &[("arg", "hidden")],
    header: ("Dropbox-API-Arg", "{\"path\":\"/hidden.pdf\"}"),
    body: "{\"path\":\"/hidden\"}",
};

fn function() -> Function {
    Function::new(env!("CARGO_BIN_EXE_api-proxy"), &SETTINGS)
}

#[test]
fn a_call_names_project_and_key() {
    CALL.leaves_one_line(function(), "callDropbox", 404, true);
}

#[test]
fn a_call_of_nobody_leaves_its_line_too() {
    GatewayRequest { header: ("authorization", "Basic hidden"), ..CALL }.leaves_one_line(
        function(),
        "callDropbox",
        401,
        false,
    );
}

#[test]
fn a_preflight_is_no_call() {
    GatewayRequest { method: "OPTIONS", ..CALL }.leaves_one_line(function(), "preflight", 204, false);
}

/// T56
#[test]
fn a_call_of_a_page_names_project_and_public_key() {
    CALL.leaves_one_line_of_a_page(function(), "callDropbox", 404);
    let (path, header) =
        ("/projects/{project}/sdk/proxy/dropbox/2/auth/token/revoke", ("Cookie", "hidden=1"));
    GatewayRequest { path, header, query: &[], body: "null", ..CALL }.leaves_one_line_of_a_page(
        function(),
        "callDropbox",
        403,
    );
}
