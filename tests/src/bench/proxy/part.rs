//! A part of the benchmark, seen from the process that measures.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use clap::ValueEnum;

use super::Role;
use crate::bench::process::Process;

/// This program, started again in a role. It ends when this is dropped.
pub(super) struct Part {
    role: Role,
    child: Child,
    port: u16,
}

impl Part {
    /// Starts the part and waits until it serves.
    pub(super) fn start(role: Role, dropbox: Option<u16>) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", role.name());
        let value = role.to_possible_value().ok_or("every role can be named")?;
        let mut command = Command::new(env::current_exe().map_err(|error| failed(&error))?);
        command.args(["serve", value.get_name()]).args(dropbox.map(|port| port.to_string()));
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(|error| failed(&error))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(|error| failed(&error))?;
        }
        let port = line.trim().parse().map_err(|_| failed(&"it did not start"))?;
        Ok(Self { role, child, port })
    }

    pub(super) fn role(&self) -> Role {
        self.role
    }

    /// Returns the port on which it serves.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Returns the process, for its CPU time and memory.
    pub(super) fn process(&self) -> Process {
        Process::of(self.child.id())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // The part ends when its standard input does.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
