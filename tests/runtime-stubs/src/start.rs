//! Tests of every function's start: it starts with its settings, and names a missing one.

use serde_json::json;

use crate::{
    Function,
    aws::{Answer, aws, no_parameter, parameter},
};

const APP: &str = r#"{"key":"key","secret":"hidden"}"#;

/// Variables that Lambda sets, and that the AWS SDK needs.
const OF_LAMBDA: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_SECRET_ACCESS_KEY"];

/// With all of its settings the function polls for events.
pub fn it_comes_up(binary: &'static str, settings: &[&'static str]) {
    Function::new(binary, settings).set("AWS_ENDPOINT_URL", &aws(|_| parameter(APP))).comes_up();
}

/// Without one of its settings the function exits and names the setting.
pub fn it_names_what_is_missing(binary: &'static str, settings: &[&'static str]) {
    let whole = Function::new(binary, settings).set("AWS_ENDPOINT_URL", &aws(|_| parameter(APP)));
    for name in settings.iter().chain(&OF_LAMBDA) {
        for function in [whole.clone().without(name), whole.clone().set(name, "")] {
            let said = function.gives_up();
            assert!(said.contains(&format!("the environment variable {name} is missing")), "{said}");
        }
    }
}

/// T50: the function exits if its table was superseded, naming both tables, or if it cannot read the table.
pub fn it_refuses_a_table_that_is_not_in_use(binary: &'static str, settings: &[&'static str]) {
    let function = Function::new(binary, settings).set("TABLE_NAME", "the-old-table");
    let marked = json!({ "Item": { "pk": { "S": "table" }, "superseded_by": { "S": "the-new-table" } } });
    for (answer, said) in [
        ((200, marked), "the table the-old-table was superseded by the-new-table"),
        ((400, json!({ "__type": "ResourceNotFoundException" })), "the table the-old-table cannot be read"),
        ((400, json!({ "__type": "AccessDeniedException" })), "the table the-old-table cannot be read"),
    ] {
        let service =
            aws(move |operation| if operation == "getitem" { answer.clone() } else { parameter(APP) });
        let error = function.clone().set("AWS_ENDPOINT_URL", &service).gives_up();
        assert!(error.contains(said), "{error}");
    }
}

/// Starts AWS with an empty table and this response of the Parameter Store.
fn with_parameter(answer: Answer) -> String {
    aws(move |operation| if operation == "getitem" { (200, json!({})) } else { answer.clone() })
}

/// If the app's parameter is missing or invalid, the function exits and names the parameter, but never its
/// value.
pub fn it_names_the_parameter(binary: &'static str, settings: &[&'static str]) {
    let function = Function::new(binary, settings).set("APP_PARAMETER", "/dropline/app");
    let missing = with_parameter(no_parameter());
    let refused = with_parameter((400, json!({ "__type": "AccessDeniedException", "message": "no" })));
    let wrong = with_parameter(parameter(r#"{"key":"key","secret":["hidden"]}"#));
    for (service, what) in
        [(missing, "ParameterNotFound"), (refused, "AccessDenied"), (wrong, "is no Dropbox app")]
    {
        let said = function.clone().set("AWS_ENDPOINT_URL", &service).gives_up();
        assert!(said.contains("the parameter /dropline/app") && said.contains(what), "{said}");
        assert!(!said.contains("hidden"), "{said}");
    }
}

/// Defines the tests for a binary and its required settings. With `app`, the function reads the app's
/// parameter.
#[macro_export]
macro_rules! start_suite {
    ($binary:expr, app, $settings:expr) => {
        $crate::start_suite!($binary, $settings);

        #[test]
        fn it_names_the_parameter() {
            $crate::start::it_names_the_parameter($binary, &$settings);
        }
    };
    ($binary:expr, $settings:expr) => {
        #[test]
        fn it_comes_up() {
            $crate::start::it_comes_up($binary, &$settings);
        }

        #[test]
        fn it_names_what_is_missing() {
            $crate::start::it_names_what_is_missing($binary, &$settings);
        }

        #[test]
        fn it_refuses_a_table_that_is_not_in_use() {
            $crate::start::it_refuses_a_table_that_is_not_in_use($binary, &$settings);
        }
    };
}
