//! Shell blocks of `functions/README.md`, run unchanged and in order, in one shell.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdout, Command, Stdio},
};

use local::browser::{Browser, Decision};
use serde_json::Value;
use tests::World;
use tokio::task::block_in_place;

const README: &str = include_str!("../../../functions/README.md");
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
