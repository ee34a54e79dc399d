//! Binary of a function.

use std::{
    collections::BTreeMap,
    io::Read,
    process::{Child, Command, Stdio},
};

use crate::{Lambda, Sent};

/// A function's binary and its environment: only what Lambda sets, and the function's own settings.
#[derive(Debug, Clone)]
pub struct Function {
    binary: &'static str,
    settings: BTreeMap<&'static str, String>,
}

/// A running process, which is killed when this is dropped.
#[derive(Debug)]
pub struct Running(Child);

impl Function {
    /// Creates a function from the binary at this path, with a value for each of these settings.
    #[must_use]
    pub fn new(binary: &'static str, own: &[&'static str]) -> Self {
        let of_lambda = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
        let of_lambda = of_lambda.into_iter().map(|name| (name, "test".to_owned()));
        let own = own.iter().map(|name| (*name, format!("http://127.0.0.1:1/{name}")));
        let function = Self { binary, settings: of_lambda.chain(own).collect() };
        let sized = function.set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256");
        let named = sized.set("AWS_LAMBDA_FUNCTION_NAME", "f").set("AWS_LAMBDA_FUNCTION_VERSION", "1");
        named.set("AWS_REGION", "eu-west-1")
    }

    /// Sets a setting.
    #[must_use]
    pub fn set(mut self, name: &'static str, value: &str) -> Self {
        self.settings.insert(name, value.to_owned());
        self
    }

    /// Removes a setting.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.settings.remove(name);
        self
    }

    /// Starts the process.
    #[must_use]
    pub fn start(&self, lambda: &Lambda) -> Running {
        let address = lambda.url.trim_start_matches("http://");
        let mut command = Command::new(self.binary);
        command.env_clear().envs(&self.settings).env("AWS_LAMBDA_RUNTIME_API", address);
        Running(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Starts the process, and asserts that it polls for an event.
    pub fn comes_up(&self) {
        let lambda = Lambda::with(None);
        let _running = self.start(&lambda);
        assert!(matches!(lambda.next(), Some(Sent::Poll)), "it asks for an event");
    }

    /// Starts the process, asserts that it exits with an error before it polls for an event, and returns its
    /// standard error.
    #[must_use]
    pub fn gives_up(&self) -> String {
        let lambda = Lambda::with(None);
        let mut running = self.start(&lambda);
        let mut said = String::new();
        running.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(!running.0.wait().unwrap().success(), "it fails");
        assert!(!lambda.told().any(|sent| matches!(sent, Sent::Poll)), "it asks for no event");
        said
    }
}

impl Running {
    /// Kills the process, and returns its standard output: its log.
    #[must_use]
    pub fn log(mut self) -> String {
        self.0.kill().ok();
        let mut log = String::new();
        self.0.stdout.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
