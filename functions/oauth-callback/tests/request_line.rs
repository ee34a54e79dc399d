//! The log line of a request, which identifies the caller: exactly one, without any data of a user.

use runtime_stubs::{Function, GatewayRequest};

const SETTINGS: [&str; 7] = [
    "APP_PARAMETER",
    "BULK_QUEUE_URL",
    "BUS_NAME",
    "DELIVERIES_QUEUE_URL",
    "KEY_ID",
    "STACK_NAME",
    "TABLE_NAME",
];
const LINK: GatewayRequest = GatewayRequest {
    method: "POST",
    path: "/projects/{project}/connect/links",
    query: &[],
    header: ("Cookie", "hidden=1"),
    body: "{}",
};

fn function() -> Function {
    Function::new(env!("CARGO_BIN_EXE_oauth-callback"), &SETTINGS)
}

#[test]
fn a_link_that_a_server_asks_for_names_project_and_key() {
    LINK.leaves_one_line(function(), "createConnectLink", 201, true);
}

#[test]
fn neither_ticket_nor_code_nor_state_is_in_the_line() {
    let browser = GatewayRequest { method: "GET", body: "", ..LINK };
    GatewayRequest { path: "/connect/start", query: &[], ..browser }.leaves_one_line(
        function(),
        "showConnectStart",
        400,
        false,
    );
    let back = &[("code", "hidden-code"), ("state", "hidden-state")];
    GatewayRequest { path: "/oauth/callback", query: back, ..browser }.leaves_one_line(
        function(),
        "finishConnect",
        400,
        false,
    );
}

/// T56
#[test]
fn a_page_that_is_refused_a_link_is_named_all_the_same() {
    LINK.leaves_one_line_of_a_page(function(), "createConnectLink", 403);
}
