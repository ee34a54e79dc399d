//! The log line of a request, which identifies the caller: exactly one, without any data of a user.

use runtime_stubs::{Function, GatewayRequest};

const SETTINGS: [&str; 5] = ["APP_PARAMETER", "CHANGES_QUEUE_URL", "KEY_ID", "STACK_NAME", "TABLE_NAME"];
const FORGED: GatewayRequest = GatewayRequest {
    method: "POST",
    path: "/webhook",
    query: &[],
    header: ("X-Dropbox-Signature", "hidden-signature"),
    body: "{\"list_folder\":{\"accounts\":[\"dbid:hidden\"]}}",
};

fn function() -> Function {
    Function::new(env!("CARGO_BIN_EXE_webhook-receiver"), &SETTINGS)
}

#[test]
fn a_notification_leaves_one_line_without_its_accounts() {
    FORGED.leaves_one_line(function(), "receiveNotification", 403, false);
}

#[test]
fn a_challenge_leaves_one_line_without_what_it_asks_to_be_echoed() {
    let query = &[("challenge", "hidden-challenge")];
    GatewayRequest { method: "GET", query, body: "", ..FORGED }.leaves_one_line(
        function(),
        "answerChallenge",
        200,
        false,
    );
}
