//! The log line of a request, which identifies the caller: exactly one, without any data of a user.

use runtime_stubs::{Function, GatewayRequest};

const SETTINGS: [&str; 11] = [
    "APP_PARAMETER",
    "BUCKET_NAME",
    "BULK_QUEUE_URL",
    "BUS_NAME",
    "CHANGES_QUEUE_URL",
    "DELIVERIES_QUEUE_URL",
    "KEY_ID",
    "RUNS_QUEUE_URL",
    "STACK_NAME",
    "TABLE_NAME",
    "TRANSFERS_QUEUE_URL",
];
const SHOW: GatewayRequest = GatewayRequest {
    method: "GET",
    path: "/auth/v1/white_labeling",
    query: &[("cursor", "hidden-cursor")],
    header: ("Cookie", "hidden=1"),
    body: "",
};

fn function() -> Function {
    Function::new(env!("CARGO_BIN_EXE_carbon-api"), &SETTINGS)
}

#[test]
fn a_servers_request_names_project_and_key() {
    SHOW.leaves_one_line(function(), "carbonGetWhiteLabeling", 200, true);
}

#[test]
fn a_refused_request_leaves_its_line_too() {
    let header = ("authorization", "Token dlt_hidden.1.AAAA");
    GatewayRequest { header, ..SHOW }.leaves_one_line(function(), "carbonGetWhiteLabeling", 401, false);
    GatewayRequest { method: "OPTIONS", ..SHOW }.leaves_one_line(function(), "preflight", 204, false);
    GatewayRequest { path: "/hidden", ..SHOW }.leaves_one_line(function(), "unknown", 404, false);
}
