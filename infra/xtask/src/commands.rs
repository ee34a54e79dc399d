//! The repository's commands.

/// A command.
pub(crate) struct Command {
    /// Name on the command line.
    pub(crate) name: &'static str,
    /// Sentence that says what it does.
    pub(crate) about: &'static str,
    /// A script of the repository or a program, and its first arguments; those of the caller follow.
    pub(crate) words: &'static [&'static str],
}

const fn command(name: &'static str, words: &'static [&'static str], about: &'static str) -> Command {
    Command { name, about, words }
}

/// All of them: what one runs every day first, what needs AWS last.
#[rustfmt::skip]
pub(crate) const COMMANDS: &[Command] = &[
    command("serve", &["cargo", "run", "-p", "local", "--"], "Serves everything on this machine, with a demo."),
    command("tour", &["cargo", "run", "-p", "local", "--", "tour"], "Does the main job once, with a line for each step."),
    command("dropline", &["cargo", "run", "-p", "admin", "--"], "Works on a deployment: projects, keys, what is wrong for a user, replays."),
    command("test", &["cargo", "test"], "Runs the unit, property, contract, simulation and end-to-end tests."),
    command("ci", &[".ci/run"], "Runs everything that must hold before a change lands."),
    command("docs", &[".ci/docs"], "Checks the links between the documents."),
    command("spelling", &[".ci/spelling"], "Checks the spelling of code and documents."),
    command("libraries", &[".ci/advisories"], "Checks licences, second versions, sources and advisories of the libraries."),
    command("arm64", &[".ci/arm64"], "Builds a function for arm64, as it is deployed."),
    command("describe", &["infra/openapi/write"], "Writes the description of the API from the small files."),
    command("validate", &["infra/validate"], "Checks the template, the roles and the routes, without AWS."),
    command("simulate", &["cargo", "run", "--release", "-p", "tests", "--bin", "simulate", "--"], "Runs simulations from seeds, on all cores."),
    command("fuzz", &["tests/fuzz/run"], "Fuzzes the functions that are reachable from outside."),
    command("requests", &["tests/schemathesis/run"], "Makes requests from the description of the API, to every route."),
    command("clients", &["tests/clients/run"], "Runs the SDKs of Dropbox, Paragon and Carbon, and the pages in a browser."),
    command("receivers", &["tests/clients/webhooks/run"], "Verifies signed deliveries by the examples and libraries of receivers."),
    command("weigh", &["tests/clients/weigh"], "Measures what a browser loads of the pages."),
    command("api-tour", &["tests/tour"], "Takes the tour of `prove` on this machine, through the API alone."),
    command("contracts", &["tests/emulator"], "Runs the contract suites of the AWS adapters on an emulator."),
    command("emulate", &["infra/emulate"], "Deploys the template with the real binaries to an emulator, and takes the tour."),
    command("watch", &["infra/watch"], "Starts everything but the functions, for `cargo lambda watch`."),
    command("watch-test", &["tests/watch"], "Follows the instructions of `watch`, and takes the tour."),
    command("bench", &["cargo", "run", "--release", "-p", "tests", "--bin", "bench", "--"], "Measures sync, proxy, webhooks, lists and deliveries."),
    command("contest", &["tests/contest/run"], "Measures Dropline beside what people would use instead."),
    command("measure", &["infra/measure/run"], "Measures the functions' size and start, as they are deployed."),
    command("cost", &["infra/cost"], "Prints what Dropline costs on AWS, from requests counted here."),
    command("deploy", &["infra/deploy"], "Builds and deploys to AWS; `--back` goes back to the previous version."),
    command("set", &["infra/set"], "Changes parameters of a deployment, without a build."),
    command("restore", &["infra/restore"], "Restores a deployment's table to a point in time, and brings it into use."),
    command("prove", &["infra/prove"], "Proves a deployment in a real AWS account with a real Dropbox app, in an hour."),
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt, path::Path};

    use super::*;
    use crate::ROOT;

    /// Scripts that are parts of others.
    const PARTS: [&str; 4] =
        ["infra/emulator/build", "infra/emulator/roles", "infra/proof/tour.py", "tests/fuzz/instrument"];

    /// Adds the executable files below a folder, by their paths.
    fn add_scripts(folder: &str, scripts: &mut BTreeSet<String>) {
        for entry in fs::read_dir(Path::new(ROOT).join(folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() && !path.ends_with("node_modules") && !path.contains("/.") {
                add_scripts(&path, scripts);
            } else if metadata.is_file() && metadata.permissions().mode() & 0o111 != 0 {
                scripts.insert(path);
            }
        }
    }

    #[test]
    fn every_script_of_the_repository_is_a_command_or_a_part_of_one() {
        let mut scripts = BTreeSet::new();
        for folder in [".ci", "infra", "tests"] {
            add_scripts(folder, &mut scripts);
        }
        let named = COMMANDS.iter().map(|command| command.words[0]).filter(|word| *word != "cargo");
        let known: BTreeSet<String> = named.chain(PARTS).map(str::to_owned).collect();
        assert_eq!(known, scripts);
    }

    #[test]
    fn each_command_has_a_name_of_its_own_and_a_sentence_that_fits_a_line() {
        let names: BTreeSet<&str> = COMMANDS.iter().map(|command| command.name).collect();
        assert_eq!(names.len(), COMMANDS.len());
        for Command { name, about, .. } in COMMANDS {
            assert!(about.ends_with('.') && about.len() <= 84 && name.len() < 14, "{name}: {about}");
        }
    }

    #[test]
    fn contributors_read_of_every_script() {
        let text = fs::read_to_string(Path::new(ROOT).join(".github/CONTRIBUTING.md")).unwrap();
        for script in COMMANDS.iter().map(|command| command.words[0]).filter(|word| *word != "cargo") {
            assert!(text.contains(&format!("`{script}")), "CONTRIBUTING.md does not name {script}");
        }
    }
}
