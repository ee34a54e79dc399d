//! The log line of a request (T56): exactly one, without any data of a user. The cookie says whose page it is, and
//! the line does not.

use runtime_stubs::{Function, GatewayRequest};

const SETTINGS: [&str; 6] =
    ["APP_PARAMETER", "BULK_QUEUE_URL", "CHANGES_QUEUE_URL", "KEY_ID", "STACK_NAME", "TABLE_NAME"];
const CHOOSE: GatewayRequest = GatewayRequest {
    method: "GET",
    path: "/pages/hidden-session/connections/hidden-connection/choose",
    query: &[("q", "hidden-name")],
    header: ("Cookie", "__Host-dropline-connect=hidden"),
    body: "",
};

fn function() -> Function {
    Function::new(env!("CARGO_BIN_EXE_pages"), &SETTINGS)
}

#[test]
fn neither_session_nor_connection_nor_search_is_in_the_line() {
    CHOOSE.leaves_one_line(function(), "showChoose", 404, false);
    GatewayRequest { path: "/pages/hidden-session", ..CHOOSE }.leaves_one_line(
        function(),
        "showAccounts",
        404,
        false,
    );
}

#[test]
fn a_form_is_not_in_the_line() {
    let body = "do=save&proof=hidden-proof&shown=everything%2Fhidden&pick=hidden-file";
    let form = GatewayRequest { method: "POST", query: &[], body, ..CHOOSE };
    form.leaves_one_line(function(), "choose", 404, false);
    let account = "/pages/hidden-session/connections/hidden-connection";
    GatewayRequest { path: account, ..form }.leaves_one_line(function(), "actOnAccount", 404, false);
}

#[test]
fn what_leads_nowhere_leaves_its_line_too() {
    for (path, route) in [
        ("/pages", "showUnknownPageOfNobody"),
        ("/pages/hidden-session/hidden", "showUnknownPage"),
        ("/assets/hidden.js", "showAsset"),
        ("/hidden", "unknown"),
    ] {
        GatewayRequest { path, ..CHOOSE }.leaves_one_line(function(), route, 404, false);
    }
}
