//! The content of the log and the form of its lines.

use std::{
    fs, io,
    path::Path,
    sync::{Arc, Mutex},
};

use tracing::{Level, debug, error, info, info_span, warn};

use super::*;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns what is logged by default while `happening` runs.
fn logged(happening: impl FnOnce()) -> String {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = subscriber(filter(None), move || writer.clone());
    tracing::subscriber::with_default(subscriber, happening);
    String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
}

#[test]
fn our_own_crates_inform_and_others_only_warn() {
    let log = logged(|| {
        info!(target: "sync_worker::walk", "ours");
        debug!(target: "sync_worker::walk", "too much");
        info!(target: "hyper::client", "not ours");
        info!(target: "lambda_runtime::runtime", "not ours either");
        warn!(target: "hyper::client", "a warning");
    });
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(
        lines,
        [
            r#"{"level":"INFO","message":"ours","target":"sync_worker::walk"}"#,
            r#"{"level":"WARN","message":"a warning","target":"hyper::client"}"#,
        ]
    );
}

#[test]
fn every_function_informs() {
    let functions = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions")).unwrap();
    let functions = functions.map(|function| function.unwrap());
    for function in functions.filter(|function| function.path().join("Cargo.toml").exists()) {
        let name = function.file_name().into_string().unwrap().replace('-', "_");
        assert!(FILTER.contains(&format!("{name}={}", Level::INFO.as_str().to_lowercase())), "{name}");
    }
}

#[test]
fn a_line_tells_of_which_request_which_trace_and_which_connection_it_is() {
    let log = logged(|| {
        // A span like that of the runtime.
        let invocation = info_span!(
            target: "lambda_runtime::layers::trace",
            "Lambda runtime invoke",
            requestId = "7c1f",
            xrayTraceId = "Root=1-5e6722a7-cc2a4f46db7ae98d0da47ae0;Parent=53995c3f42cd8ad8;Sampled=1"
        );
        let _invocation = invocation.entered();
        let _message = info_span!(target: "sync_worker::handler", "message", connection = "0b9c").entered();
        error!(target: "sync_worker::walk", failures = 2_u32, failure = %"store: not reached", "put off");
    });
    assert_eq!(
        log,
        concat!(
            r#"{"connection":"0b9c","failure":"store: not reached","failures":2,"level":"ERROR","#,
            r#""message":"put off","requestId":"7c1f","target":"sync_worker::walk","#,
            r#""trace":"1-5e6722a7-cc2a4f46db7ae98d0da47ae0"}"#,
            "\n"
        )
    );
}

#[test]
fn an_operator_may_choose_and_a_mistake_changes_nothing() {
    assert!(filter(Some("hyper=debug")).would_enable("hyper", &Level::DEBUG));
    assert_eq!(filter(Some("hyper=loud")), filter(None));
}
