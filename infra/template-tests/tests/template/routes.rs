//! Routes: each leads to a function, and the gateway answers what no function does.

use std::collections::BTreeSet;

use globset::Glob;
use serde_json::{Value, json};
use template_tests::{
    files::{DEPLOYED, DESCRIPTION},
    routes::{ANY_METHOD, INTEGRATION, OWN_RESPONSES, Route, is_refusal, paths, routes},
    template::{MAPPING, functions, members, of_type, properties, text},
};

const PERMISSION: &str = "AWS::Lambda::Permission";

/// Returns the patterns of the requests with which the gateway may invoke a function, as METHOD/path.
fn permitted(function: &str) -> Vec<&'static str> {
    let permissions = of_type(PERMISSION).map(|(name, _)| properties(name));
    let of_function = permissions.filter(|permission| permission["FunctionName"]["Ref"] == function);
    of_function.map(|given| text(&given["SourceArn"]["Fn::Sub"]).split_once("${Api}/*/").unwrap().1).collect()
}

#[test]
fn every_route_leads_to_a_function_that_the_gateway_may_invoke() {
    let functions: BTreeSet<_> = functions().collect();
    assert!(routes().len() > 100);
    for route in routes() {
        let (name, function, integration) = (route.name(), route.function(), route.integration());
        assert!(functions.contains(function), "{name}");
        assert_eq!(
            (&integration["type"], &integration["httpMethod"]),
            (&json!("aws_proxy"), &json!("POST")),
            "{name}"
        );
        let method = if route.method() == "*" { "GET".to_owned() } else { route.method() };
        let request = format!("{method}{}", route.path);
        let permitted = permitted(function);
        let allows = |pattern: &&str| Glob::new(pattern).unwrap().compile_matcher().is_match(&request);
        assert!(permitted.iter().any(allows), "{request}: {permitted:?}");
    }
}

#[test]
fn a_function_has_routes_or_a_queue_and_never_both() {
    let routed: BTreeSet<_> = routes().iter().map(Route::function).collect();
    let mapped: BTreeSet<_> =
        of_type(MAPPING).map(|(name, _)| text(&properties(name)["FunctionName"]["Ref"])).collect();
    assert_eq!(&routed | &mapped, functions().collect());
    assert!(routed.is_disjoint(&mapped));
}

#[test]
fn what_is_deployed_are_the_routes_with_all_that_answers_them() {
    let include = members(&properties("Api")["DefinitionBody"]);
    let [include] = include.values().collect::<Vec<_>>()[..] else { panic!("one inclusion") };
    assert_eq!(include["Parameters"], json!({"Location": "gateway.yaml"}));
    let deployed: Vec<_> = members(&DEPLOYED["paths"]).keys().map(String::as_str).collect();
    assert_eq!(deployed, paths().map(|(path, _)| path).collect::<Vec<_>>());
    for (path, methods) in paths() {
        let deployed = members(&DEPLOYED["paths"][path]);
        assert_eq!(
            deployed.keys().collect::<Vec<_>>(),
            members(methods).keys().collect::<Vec<_>>(),
            "{path}"
        );
        for (method, operation) in members(methods) {
            for member in ["operationId", INTEGRATION] {
                assert_eq!(deployed[method].get(member), operation.get(member), "{method} {path}");
            }
            if is_refusal(operation) {
                let headers = &deployed[method]["responses"]["405"]["headers"];
                let described = members(&operation["responses"]["405"]["headers"]);
                let schemas = described
                    .iter()
                    .map(|(name, header)| (name.clone(), json!({"schema": header["schema"]})));
                assert_eq!(headers, &Value::Object(schemas.collect()), "{path}");
            }
        }
    }
    let of_gateway = members(&DESCRIPTION).keys().filter(|name| name.starts_with("x-amazon-apigateway-"));
    let of_gateway: Vec<_> = of_gateway.collect();
    assert_eq!(of_gateway.len(), 2);
    for name in of_gateway {
        assert_eq!(DEPLOYED[name], DESCRIPTION[name]);
    }
}

#[test]
fn every_path_refuses_the_methods_that_it_does_not_have() {
    for (path, methods) in paths() {
        let operation = &methods[ANY_METHOD];
        if is_refusal(operation) {
            refuses_other_methods(path, methods, operation);
        } else {
            assert!(operation.is_object(), "{path} says nothing of other methods");
        }
    }
    let unusual = &DESCRIPTION[OWN_RESPONSES]["UNSUPPORTED_MEDIA_TYPE"];
    assert_eq!(unusual["statusCode"], "405");
}

fn refuses_other_methods(path: &str, methods: &Value, operation: &Value) {
    let (integration, described) = (&operation[INTEGRATION], &operation["responses"]["405"]);
    let answer = &integration["responses"]["default"];
    let header = |name: &str| {
        let value = text(&answer["responseParameters"][format!("method.response.header.{name}")]);
        value.trim_matches('\'')
    };
    let names = members(&answer["responseParameters"]).keys();
    let names: BTreeSet<_> = names.map(|name| name.trim_start_matches("method.response.header.")).collect();
    assert_eq!(names, members(&described["headers"]).keys().map(String::as_str).collect(), "{path}");
    let allowed: BTreeSet<_> = header("Allow").split(", ").map(str::to_owned).collect();
    let own = members(methods).keys().filter(|method| *method != ANY_METHOD);
    assert_eq!(allowed, own.map(|method| method.to_uppercase()).collect(), "{path}");
    assert_eq!(
        (header("X-Content-Type-Options"), header("Cache-Control")),
        ("nosniff", "no-store"),
        "{path}"
    );
    assert_eq!(answer["statusCode"], "405", "{path}");
    let body: Value = serde_json::from_str(text(&answer["responseTemplates"]["application/json"])).unwrap();
    assert_eq!(body, described["content"]["application/json"]["example"], "{path}");
    // Else a body of another type passes unchanged, and the gateway fails. Every type counts as binary.
    assert_eq!(integration["passthroughBehavior"], "never", "{path}");
    for handling in [&integration["contentHandling"], &answer["contentHandling"]] {
        assert_eq!(handling, "CONVERT_TO_TEXT", "{path}");
    }
    for template in members(&integration["requestTemplates"]).values() {
        let template: Value = serde_json::from_str(text(template)).unwrap();
        assert_eq!(template["statusCode"], 405, "{path}");
    }
}

#[test]
fn the_proxy_streams_and_no_other_function_does() {
    for route in routes() {
        let (name, integration) = (route.name(), route.integration());
        let streams = integration["responseTransferMode"] == "STREAM";
        let uri = text(&integration["uri"]["Fn::Sub"]);
        assert_eq!(streams, route.function() == "ApiProxyFunction", "{name}");
        assert_eq!(streams, uri.ends_with("/response-streaming-invocations"), "{name}");
        assert_eq!(streams, uri.contains(":lambda:path/2021-11-15/functions/"), "{name}");
    }
}

#[test]
fn a_function_ends_before_the_gateway_stops_waiting_for_it() {
    for route in routes() {
        // 29 s is API Gateway's, where nothing streams.
        let limit = route.integration()["timeoutInMillis"].as_u64().unwrap_or(29_000);
        let timeout = properties(route.function())["Timeout"].as_u64().unwrap();
        assert!(timeout * 1_000 <= limit, "{}", route.name());
    }
}

#[test]
fn browsers_may_call_what_a_user_may_and_nothing_else() {
    const OF_USERS: [&str; 4] =
        ["ApiProxyFunction", "FilesApiFunction", "CarbonApiFunction", "ParagonApiFunction"];
    let user_token = json!({"userToken": []});
    for (path, _) in paths() {
        if ["/ui", "/integrations/dropbox.svg"].contains(&path) {
            continue;
        }
        let of_path: Vec<_> = routes().into_iter().filter(|route| route.path == path).collect();
        // One of the others has routes for users' pages beside those for browsers.
        let open_to_pages = of_path.iter().any(|route| {
            let takes_user_tokens =
                route.operation["security"].as_array().is_some_and(|any| any.contains(&user_token));
            OF_USERS.contains(&route.function()) || takes_user_tokens
        });
        let answers = of_path.iter().any(|route| ["*", "OPTIONS"].contains(&route.method().as_str()));
        assert_eq!(answers, open_to_pages, "{path}");
    }
    for (kind, answer) in members(&DESCRIPTION[OWN_RESPONSES]) {
        let origin = &answer["responseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"];
        assert_eq!(origin, "'*'", "{kind}");
    }
}
