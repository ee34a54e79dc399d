//! Shell blocks of `functions/README.md`, run unchanged and in order, in one shell; and what no README may show.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdout, Command, Stdio},
};

use local::browser::{Browser, Decision};
use serde_json::Value;
use tests::World;
use tokio::task::block_in_place;

const README: &str = include_str!("../../../functions/README.md");
/// READMEs with commands.
const READMES: [(&str, &str); 3] = [
    ("README.md", include_str!("../../../README.md")),
    ("functions/README.md", README),
    ("infra/README.md", include_str!("../../../infra/README.md")),
];
/// Options whose values are secrets, in lower case.
const SECRETS: [&str; 4] = ["--secret ", "--value ", "--private-key ", "remove-api-key --project id --key "];
/// Beginnings of values that say where the secret is: a file, or standard input.
const PLACES: [&str; 2] = ["file", "- "];
/// Address of the stack in the document.
const ADDRESS: &str = "http://localhost:8080/";
/// Seconds until the shell is killed, in case a command never ends.
const PATIENCE: &str = "120";
/// Line that the shell prints after a successful block.
const END: &str = "-- end of the block --";

/// Returns the shell blocks of a document, in order.
fn blocks(document: &str) -> Vec<&str> {
    let begun = document.split("\n```sh\n").skip(1);
    begun.map(|rest| rest.split_once("\n```").expect("a block has an end").0).collect()
}

/// Shell that exits at the first command that fails.
struct Shell {
    process: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Shell {
    fn new(project: &str, key: &str) -> Self {
        let mut process = Command::new("timeout")
            .args([PATIENCE, "bash", "-e", "-o", "pipefail"])
            .envs([("PROJECT", project), ("DROPLINE_KEY", key)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a shell");
        let lines = BufReader::new(process.stdout.take().expect("it has an output")).lines();
        Self { process, lines }
    }

    /// Runs a block, and returns the lines that it printed.
    fn run(&mut self, block: &str) -> Vec<String> {
        let input = self.process.stdin.as_mut().expect("the shell reads");
        writeln!(input, "{block}\necho; echo '{END}'").expect("the shell reads");
        let mut printed = Vec::new();
        for line in self.lines.by_ref().map_while(Result::ok) {
            if line == END {
                return printed;
            }
            printed.push(line);
        }
        panic!("a command failed in\n{block}\nafter it had printed\n{}", printed.join("\n"));
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn member(lines: &[String], name: &str) -> Option<String> {
    let found =
        |line: &String| serde_json::from_str::<Value>(line).ok()?.get(name)?.as_str().map(str::to_owned);
    lines.iter().find_map(found)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_readme_work_as_they_stand() {
    let world = World::new().await;
    world.write("first@example.com", "Welcome.md", b"welcome");
    let project = &world.stack.projects[0];
    let mut shell = Shell::new(&project.project.id.to_string(), project.key.expose());
    let mut printed = Vec::new();
    for block in blocks(README) {
        let block = block.replace(ADDRESS, world.stack.url().as_str());
        let lines = block_in_place(|| shell.run(&block));
        if block.contains("ask connect/links") {
            let url = member(&lines, "url").expect("a link was made");
            let browser = Browser::of_a_program().unwrap();
            let back = browser.decide(&url, "first@example.com", Decision::Approve).await.unwrap();
            browser.get(back).await.unwrap();
        }
        printed.extend(lines);
    }
    // The saved bytes, fetched with their link.
    assert!(printed.iter().any(|line| line == "hello"), "{printed:#?}");
    let changes = printed.iter().find(|line| line.contains("\"changes\"")).expect("changes were listed");
    assert!(changes.contains("hello.txt"), "{changes}");
    let last = printed.iter().rfind(|line| !line.is_empty());
    assert!(last.is_some_and(|line| line.contains("\"deletion\"")), "the user was deleted");
}

/// Returns what follows an option, each time that it is given.
fn values<'a>(line: &'a str, option: &'a str) -> impl Iterator<Item = &'a str> {
    line.split(option).skip(1).map(|rest| rest.trim_start_matches(['\'', '"']))
}

/// Whether a line shows a command with a secret in its arguments. Those of `echo` and `printf` are none: the shell
/// does these itself.
fn shows_a_secret(line: &str) -> bool {
    let line = line.to_lowercase();
    let is_credential = |header: &str| header.starts_with("authorization") || header.starts_with("cookie");
    let is_elsewhere = |value: &str| PLACES.iter().any(|place| value.starts_with(place));
    ["-h ", "--header "].iter().any(|option| values(&line, option).any(is_credential))
        || (line.contains("curl ") && line.contains(" -u "))
        || SECRETS.iter().any(|option| !values(&line, option).all(is_elsewhere))
}

/// T56: everybody on a machine can read the arguments of its processes.
#[test]
fn no_readme_shows_a_secret_in_the_arguments_of_a_command() {
    for shown in [
        "curl -sS -H \"Authorization: Bearer $DROPLINE_KEY\" http://localhost:8080/",
        "curl --header 'authorization: Basic a2V5' https://dropline.example.com/",
        "  -H 'Cookie: __Host-dropline-connect=x' \\",
        "curl -X POST -u key:secret https://api.dropboxapi.com/oauth2/token",
        "aws ssm put-parameter --name /dropline/app --value '{\"key\": \"k\", \"secret\": \"s\"}'",
        "`project app --project ID --key KEY --secret s3cret --table TABLE`",
        "`project remove-api-key --project ID --key dl_1 --table TABLE`",
    ] {
        assert!(shows_a_secret(shown), "{shown}");
    }
    for (name, readme) in READMES {
        let shown: Vec<_> = readme.lines().filter(|line| shows_a_secret(line)).collect();
        assert!(shown.is_empty(), "{name}: {shown:#?}");
    }
}
