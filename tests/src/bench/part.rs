//! A part of a benchmark that is a process of its own, seen from the process that measures.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Instant,
};

use reqwest::Client;

use super::{
    process::Process,
    sample::Sample,
    server::{STORE_REQUESTS, loopback},
};

/// This program, started again with other arguments. It ends when this is dropped.
pub(super) struct Part {
    name: &'static str,
    child: Child,
    port: u16,
}

impl Part {
    /// Starts the part and waits until it serves. `name` is its name in the output.
    pub(super) fn start(name: &'static str, arguments: &[String]) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{name}: {error}");
        let mut command = Command::new(env::current_exe().map_err(|error| failed(&error))?);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|error| failed(&error))?;
        }
        let port = line.trim().parse().map_err(|_| failed(&"it did not start"))?;
        Ok(Self { name, child, port })
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the port on which it serves.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Measures the part while `work` has it answer requests.
    pub(super) async fn sample(
        &self,
        client: &Client,
        work: impl Future<Output = Result<(), String>>,
    ) -> Result<Sample, String> {
        let process = Process::of(self.child.id());
        let store_requests = self.store_requests(client).await?;
        process.forget_peak();
        // A part does all its work in its first thread.
        let (cpu, memory_kib) = (process.first_thread_cpu(), process.memory_kib());
        let began = Instant::now();
        work.await?;
        Ok(Sample {
            wall: began.elapsed(),
            cpu: process.first_thread_cpu().saturating_sub(cpu),
            memory_kib,
            // The kernel updates the two counters independently, so the peak can lag behind.
            peak_kib: process.peak_kib().max(memory_kib),
            store_requests: self.store_requests(client).await? - store_requests,
        })
    }

    async fn store_requests(&self, client: &Client) -> Result<u64, String> {
        let told = |error: reqwest::Error| format!("{}: {error}", self.name);
        let answer = client.get(loopback(self.port, STORE_REQUESTS)?).send().await.map_err(told)?;
        let count = answer.text().await.map_err(told)?;
        count.parse().map_err(|_| format!("{count} is no count"))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // The part ends when its standard input does.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
