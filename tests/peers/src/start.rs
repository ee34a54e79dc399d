//! What every function must do when it starts: come up with its settings, and without one of them name it.

use serde_json::json;

use crate::{
    Function,
    aws::{aws, no_parameter, parameter},
};

const APP: &str = r#"{"key":"key","secret":"hidden"}"#;

/// What Lambda sets, and nothing else would be asked for.
const OF_LAMBDA: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_SECRET_ACCESS_KEY"];

/// With all of its settings it waits for events.
pub fn it_comes_up(binary: &'static str, settings: &[&'static str]) {
    Function::new(binary, settings).set("AWS_ENDPOINT_URL", &aws(|_| parameter(APP))).comes_up();
}

/// Without one of them it gives up, and names that one.
pub fn it_names_what_is_missing(binary: &'static str, settings: &[&'static str]) {
    let whole = Function::new(binary, settings).set("AWS_ENDPOINT_URL", &aws(|_| parameter(APP)));
    for name in settings.iter().chain(&OF_LAMBDA) {
        for function in [whole.clone().without(name), whole.clone().set(name, "")] {
            let said = function.gives_up();
            assert!(said.contains(&format!("the environment variable {name} is missing")), "{said}");
        }
    }
}

/// Without the app's parameter, or with one that is none, it gives up, and names the parameter; never its value.
pub fn it_names_the_parameter(binary: &'static str, settings: &[&'static str]) {
    let function = Function::new(binary, settings).set("APP_PARAMETER", "/dropline/app");
    let missing = aws(|_| no_parameter());
    let refused = aws(|_| (400, json!({ "__type": "AccessDeniedException", "message": "no" })));
    let wrong = aws(|_| parameter(r#"{"key":"key","secret":["hidden"]}"#));
    for (service, what) in
        [(missing, "ParameterNotFound"), (refused, "AccessDenied"), (wrong, "is no Dropbox app")]
    {
        let said = function.clone().set("AWS_ENDPOINT_URL", &service).gives_up();
        assert!(said.contains("the parameter /dropline/app") && said.contains(what), "{said}");
        assert!(!said.contains("hidden"), "{said}");
    }
}

/// The suite for a binary and the settings that it must have. `app`: it reads the app's parameter.
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
    };
}
