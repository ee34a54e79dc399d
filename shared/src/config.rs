//! Settings of a function, from its environment. Missing ones are named at start.

use std::sync::Arc;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::{
    dropbox::{AppTerms, OauthApp},
    egress::{Destinations, NamedOrigin},
    metrics::{EmfMetrics, Metrics},
    model::{AppKey, AppSecret, Clock},
};

/// Returns the value of a required environment variable.
///
/// # Errors
/// Names the variable.
pub fn required(name: &str) -> anyhow::Result<String> {
    optional(name).with_context(|| format!("the environment variable {name} is missing"))
}

/// Returns the value of an optional environment variable; `None` if it is absent or empty.
pub(crate) fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Returns the metrics sink of a function, on standard output.
///
/// `AWS_LAMBDA_FUNCTION_NAME` names the function, `STACK_NAME` the stack. If `METRICS_BY_PROJECT` is
/// `disabled`, projects have no metrics of their own.
///
/// # Errors
/// Fails if one of the first two is missing, or the third has another value.
pub fn metrics(clock: Arc<dyn Clock>) -> anyhow::Result<Arc<dyn Metrics>> {
    let (stack, function) = (required("STACK_NAME")?, required("AWS_LAMBDA_FUNCTION_NAME")?);
    let by_project = by_project(optional("METRICS_BY_PROJECT").as_deref())?;
    let metrics = EmfMetrics::new(stack, function, clock, Box::new(std::io::stdout()));
    Ok(Arc::new(metrics.by_project(by_project)))
}

/// Values of `METRICS_BY_PROJECT`, and whether projects then have metrics of their own.
pub const METRICS_BY_PROJECT: [(&str, bool); 2] = [("enabled", true), ("disabled", false)];

fn by_project(setting: Option<&str>) -> anyhow::Result<bool> {
    let Some(setting) = setting else { return Ok(true) };
    let known = METRICS_BY_PROJECT.iter().find(|(value, _)| *value == setting);
    known.map(|(_, by_project)| *by_project).with_context(|| {
        format!("the environment variable METRICS_BY_PROJECT is enabled or disabled, and not {setting:?}")
    })
}

/// Returns the addresses to which deliveries may go: those of the public internet, at the ports in
/// `DELIVERY_PORTS`, separated by commas; at 443, if that is missing.
///
/// Further ones may be named in `DELIVERY_ORIGINS`, as `http://127.0.0.1:4711`, separated by commas: receivers beside an
/// emulator. The template sets no such variable.
///
/// # Errors
/// Fails if one of them is no port, or names no destination.
pub fn destinations() -> anyhow::Result<Destinations> {
    let named =
        origins(optional("DELIVERY_ORIGINS").as_deref(), optional("AWS_LAMBDA_RUNTIME_API").as_deref())?;
    Ok(Destinations::public(&ports(optional("DELIVERY_PORTS").as_deref())?).and(named))
}

fn origins(setting: Option<&str>, runtime_api: Option<&str>) -> anyhow::Result<Vec<NamedOrigin>> {
    let Some(list) = setting else { return Ok(Vec::new()) };
    let named = |text: &str| {
        let named = NamedOrigin::parse(text.trim(), runtime_api);
        named.with_context(|| format!("the environment variable DELIVERY_ORIGINS has {text:?}"))
    };
    list.split(',').map(named).collect()
}

fn ports(setting: Option<&str>) -> anyhow::Result<Vec<u16>> {
    let Some(list) = setting else { return Ok(Vec::new()) };
    let port = |text: &str| match text.trim().parse::<u16>() {
        Ok(port) if port > 0 => Ok(port),
        _ => bail!("the environment variable DELIVERY_PORTS is a list of ports, and not {list:?}"),
    };
    list.split(',').map(port).collect()
}

/// The deployment's Dropbox app, as stored in the parameter.
#[derive(Deserialize)]
struct AppParameter {
    key: AppKey,
    secret: AppSecret,
    previous_secret: Option<AppSecret>,
    #[serde(flatten)]
    terms: AppTerms,
}

/// Parses a Dropbox app: the value of the parameter, or a file with the same content.
///
/// # Errors
/// Says what is wrong with the text, without quoting it.
pub fn app_of(value: &str) -> anyhow::Result<OauthApp> {
    // The parser's error would quote the value.
    let Ok(AppParameter { key, secret, previous_secret, terms }) = serde_json::from_str(value) else {
        bail!("it must be {{\"key\":\"…\",\"secret\":\"…\"}}");
    };
    let missing = terms.missing_scopes();
    if !missing.is_empty() {
        bail!("its scopes lack {}", missing.join(", "));
    }
    Ok(OauthApp { key, secret, previous_secret, terms })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dropbox::RedirectPath;

    #[test]
    fn an_app_is_a_key_a_secret_and_what_is_not_usual() {
        let app = app_of(r#"{"key":"k","secret":"s"}"#).unwrap();
        assert_eq!(app, OauthApp::new("k", AppSecret::new("s")));
        let app = app_of(r#"{"key":"k","secret":"s","previous_secret":"p","redirect":"/oauth"}"#).unwrap();
        assert_eq!(
            (app.previous_secret, app.terms.redirect),
            (Some(AppSecret::new("p")), RedirectPath::Oauth)
        );
    }

    /// T55: accepts two values, and the absence of the variable.
    #[test]
    fn metrics_by_project_are_enabled_or_disabled_and_nothing_else() {
        assert!(by_project(None).unwrap() && by_project(Some("enabled")).unwrap());
        assert!(!by_project(Some("disabled")).unwrap());
        for wrong in ["off", "Disabled", "disabled "] {
            let error = by_project(Some(wrong)).unwrap_err().to_string();
            assert!(error.contains("METRICS_BY_PROJECT") && error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn deliveries_go_to_the_listed_ports_and_without_a_list_to_that_of_https() {
        assert_eq!(ports(None).unwrap(), Vec::<u16>::new());
        assert_eq!(ports(Some("443")).unwrap(), [443]);
        assert_eq!(ports(Some("443, 8443")).unwrap(), [443, 8443]);
        for wrong in ["https", "0", "65536", "443,", "443;8443", "-1"] {
            let error = ports(Some(wrong)).unwrap_err().to_string();
            assert!(error.contains("DELIVERY_PORTS") && error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn further_destinations_are_named_one_by_one() {
        assert_eq!(origins(None, None).unwrap(), []);
        let two = origins(Some("http://127.0.0.1:4711, https://10.0.0.7"), None).unwrap();
        let named = |text| NamedOrigin::parse(text, None).unwrap();
        assert_eq!(two, [named("http://127.0.0.1:4711"), named("https://10.0.0.7")]);
        let error = format!("{:#}", origins(Some("http://*"), None).unwrap_err());
        assert!(error.contains("DELIVERY_ORIGINS") && error.contains("http://*"), "{error}");
        let error =
            format!("{:#}", origins(Some("http://127.0.0.1:9001"), Some("127.0.0.1:9001")).unwrap_err());
        assert!(error.contains("Runtime API"), "{error}");
    }

    #[test]
    fn what_is_wrong_with_an_app_is_said_without_its_secret() {
        for (value, wrong) in [
            (r#"{"key":"k","secret":["hidden"]}"#, "it must be"),
            (r#"{"key":"k","secret":"hidden","redirect":"/elsewhere"}"#, "it must be"),
            (r#"{"key":"k","secret":"hidden","scopes":["account_info.read"]}"#, "files.metadata.read"),
        ] {
            let error = format!("{:#}", app_of(value).unwrap_err());
            assert!(error.contains(wrong) && !error.contains("hidden"), "{error}");
        }
    }
}
