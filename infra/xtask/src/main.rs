//! One front for the repository's commands: `cargo xtask` lists them, `cargo xtask NAME …` runs one.

mod commands;

use std::{
    env,
    io::{self, Write},
    path::Path,
    process::{self, ExitCode},
};

use commands::{COMMANDS, Command};

/// Path from this crate to the repository's root.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(name) = arguments.next().filter(|name| !matches!(name.as_str(), "-h" | "--help" | "help"))
    else {
        return list(&mut io::stdout(), ExitCode::SUCCESS);
    };
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => run(command, arguments),
        None => list(&mut io::stderr(), ExitCode::FAILURE),
    }
}

/// Prints every command with its sentence.
fn list(out: &mut dyn Write, code: ExitCode) -> ExitCode {
    let text: String = COMMANDS.iter().map(line).collect();
    match write!(out, "Usage: cargo xtask NAME [ARGUMENT…]\n\n{text}") {
        Ok(()) => code,
        Err(_) => ExitCode::FAILURE,
    }
}

fn line(command: &Command) -> String {
    format!("  {:<14}{}\n  {:<14}  {}\n", command.name, command.about, "", command.words.join(" "))
}

/// Runs a command in the repository's root. Its status becomes this process's own.
fn run(command: &Command, arguments: impl Iterator<Item = String>) -> ExitCode {
    let [program, fixed @ ..] = command.words else { return ExitCode::FAILURE };
    let root = Path::new(ROOT);
    let script = root.join(program);
    // A script by its path; else what the shell would find by that name.
    let program = if script.is_file() { script } else { program.into() };
    match process::Command::new(&program).args(fixed).args(arguments).current_dir(root).status() {
        Ok(status) => {
            status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "{} cannot be started: {error}", program.display());
            ExitCode::FAILURE
        }
    }
}
