//! The gateway: its own responses, its settings, and what it writes down.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use template_tests::{
    files::{DEPLOYED, DESCRIPTION},
    routes::{OWN_RESPONSES, routes},
    template::{elements, members, properties, text},
};

/// T30: Dropbox's SDKs raise for them what they raise for Dropbox's errors, and wait as long.
#[test]
fn the_gateways_own_responses_have_our_form_and_dropboxs() {
    for (kind, response) in members(&DESCRIPTION[OWN_RESPONSES]) {
        let template = text(&response["responseTemplates"]["application/json"]);
        let error: Value = serde_json::from_str(template).unwrap();
        let names: BTreeSet<_> = members(&error).keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(["code", "message", "error_summary", "error"]), "{kind}");
        if response["statusCode"] == "429" {
            let wait = &response["responseParameters"]["gatewayresponse.header.Retry-After"];
            assert_eq!(text(wait), format!("'{}'", error["error"]["retry_after"]), "{kind}");
            assert_eq!(error["error"]["reason"], json!({".tag": "too_many_requests"}), "{kind}");
            assert_eq!(error["error_summary"], "too_many_requests/", "{kind}");
        } else {
            assert_eq!(error["error"], json!({".tag": error["code"]}), "{kind}");
            assert_eq!(text(&error["error_summary"]), format!("{}/", text(&error["code"])), "{kind}");
        }
        // A variable could hold what the caller sent.
        assert!(!template.contains('$'), "{kind}");
    }
}

/// T34.
#[test]
fn a_request_that_is_too_large_is_told_how_to_send_it() {
    let template =
        text(&DESCRIPTION[OWN_RESPONSES]["REQUEST_TOO_LARGE"]["responseTemplates"]["application/json"]);
    for part in ["upload session", "4 MiB", "upload link"] {
        assert!(template.contains(part), "{part}: {template}");
    }
}

#[test]
fn the_gateway_has_responses_of_ours_for_every_trouble_of_its_own() {
    let responses = members(&DESCRIPTION[OWN_RESPONSES]);
    assert_eq!(responses["MISSING_AUTHENTICATION_TOKEN"]["statusCode"], "404");
    for kind in ["DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED", "INTEGRATION_TIMEOUT"] {
        assert!(responses.contains_key(kind), "{kind}");
    }
}

/// T56: an imported definition's title can take the place of the name.
#[test]
fn the_apis_name_is_the_one_that_its_metrics_have() {
    assert_eq!(DEPLOYED["info"]["title"], properties("Api")["Name"]);
}

/// T56: the deployment's app, and projects' own apps.
#[test]
fn each_address_for_notifications_has_a_share_of_its_own() {
    let settings = elements(&properties("Api")["MethodSettings"]).iter().filter(|setting| {
        setting["HttpMethod"] == "POST"
            && setting["ThrottlingRateLimit"] == json!({"Ref": "WebhooksPerSecond"})
    });
    let shares: BTreeSet<_> = settings
        .map(|setting| text(&setting["ResourcePath"]).replace("~1", "/").replacen('/', "", 1))
        .collect();
    let routes =
        routes().into_iter().filter(|route| route.method() == "POST").map(|route| route.path.to_owned());
    let of_webhooks = routes.filter(|path| path == "/webhook" || path.starts_with("/webhook/"));
    assert_eq!(shares, of_webhooks.collect());
}

#[test]
fn bytes_pass_unchanged() {
    assert_eq!(DESCRIPTION["x-amazon-apigateway-binary-media-types"], json!(["*/*"]));
}

#[test]
fn the_access_log_names_no_address() {
    let written = text(&properties("Api")["AccessLogSetting"]["Format"]);
    let names: Value = serde_json::from_str(written).unwrap();
    for name in ["trace", "route", "status", "source"] {
        assert!(names[name].is_string(), "{name}");
    }
    for secret in
        ["$context.path", "$context.error.message", "querystring", "header", "$context.requestOverride"]
    {
        assert!(!written.contains(secret), "{secret}");
    }
}

#[test]
fn the_gateway_writes_no_bodies_into_a_log() {
    for setting in elements(&properties("Api")["MethodSettings"]) {
        assert_eq!(setting["DataTraceEnabled"], false, "{setting}");
        assert_eq!(setting["LoggingLevel"], "OFF", "{setting}");
    }
}

/// T56: also at the address that API Gateway gives, which takes TLS 1.0 if nothing is said. A policy of this kind needs
/// a mode.
#[test]
fn every_address_wants_a_tls_that_is_not_old() {
    assert_eq!(properties("Api")["SecurityPolicy"], "SecurityPolicy_TLS13_1_2_2021_06");
    assert_eq!(properties("Api")["EndpointAccessMode"], "BASIC");
    assert_eq!(properties("ApiDomain")["SecurityPolicy"], "TLS_1_2");
}

/// T56.
#[test]
fn a_domain_of_ones_own_is_the_only_door() {
    assert_eq!(
        properties("Api")["DisableExecuteApiEndpoint"],
        json!({"Fn::If": ["MakesDomain", true, false]})
    );
}
