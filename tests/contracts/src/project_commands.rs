//! Contract of the commands on projects: they do the same on a deployment's table and on that of one machine.

use std::{
    collections::BTreeSet,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    sync::Arc,
};

use async_trait::async_trait;
use serde_json::{Value, json};
use shared::{
    apps::OwnApps,
    dropbox::{AppTerms, OauthApp, RedirectPath},
    model::{ApiKey, AppKey, AppSecret, Project, ProjectId, SystemClock},
    seal::{Keyring, MasterKey},
    store::{DataKeys, Dynamo, Projects},
};

use crate::{
    Harness,
    public_keys::{P384, RSA_1024, SECP256K1, X25519},
};

/// Command line, and the table and key on which it works.
#[async_trait]
pub trait ProjectCommandsHarness: Harness {
    /// Returns the command `project` of a binary, with options that select the table.
    fn command(&self) -> Command;

    /// Returns the store on that table.
    fn store(&self) -> &Arc<Dynamo>;

    /// Returns the keys of all rows of that table.
    async fn row_keys(&self) -> BTreeSet<(String, String)>;

    /// Returns the master key of that table.
    fn master(&self) -> Arc<dyn MasterKey>;

    /// Returns a folder for files that commands read.
    fn folder(&self) -> &Path;
}

fn run(harness: &impl ProjectCommandsHarness, command: &str, arguments: &[&str], input: &str) -> Output {
    let mut child = harness.command();
    child.arg(command).args(arguments);
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().expect("the binary starts");
    // A command that has already failed does not read its input.
    drop(child.stdin.take().expect("it has an input").write_all(input.as_bytes()));
    child.wait_with_output().expect("it ends")
}

fn done(harness: &impl ProjectCommandsHarness, command: &str, arguments: &[&str], input: &str) -> Value {
    let output = run(harness, command, arguments, input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("it prints JSON")
}

fn refused(harness: &impl ProjectCommandsHarness, command: &str, arguments: &[&str], input: &str) -> String {
    let output = run(harness, command, arguments, input);
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).expect("an error is text")
}

fn text<'a>(made: &'a Value, name: &str) -> &'a str {
    made[name].as_str().unwrap_or_else(|| panic!("no {name}: {made}"))
}

/// Creates a project. Returns what was printed, and its id.
fn create(harness: &impl ProjectCommandsHarness, more: &[&str]) -> (Value, ProjectId) {
    let made = done(harness, "create", &[&["--name", "Notes"], more].concat(), "");
    let id = text(&made, "project").parse().expect("it is an id");
    (made, id)
}

async fn stored(harness: &impl ProjectCommandsHarness, id: ProjectId) -> Project {
    harness.store().project(id).await.expect("the store answers").expect("the project is stored")
}

/// Returns the project that an API key opens.
async fn opened(harness: &impl ProjectCommandsHarness, key: &str) -> Option<ProjectId> {
    harness.store().project_of_key(&ApiKey::new(key).hash()).await.expect("the store answers")
}

async fn app(harness: &impl ProjectCommandsHarness, key: &AppKey) -> OauthApp {
    let keyring = Keyring::new(harness.master(), harness.store().clone(), Arc::new(SystemClock));
    OwnApps::new(harness.store().clone(), Arc::new(keyring)).with_key(key).await.expect("the app opens")
}

/// A project is created with an API key, a user key and a test token.
pub async fn a_project_is_made(harness: &impl ProjectCommandsHarness) {
    let (made, project) = create(harness, &["--user", "u"]);
    assert_eq!(opened(harness, text(&made, "api_key")).await, Some(project));
    assert_eq!(stored(harness, project).await.user_keys.len(), 1);
    assert!(text(&made, "user_token").starts_with("eyJ"));
}

/// A project gets an app of its own, whose secret can be replaced and stays readable under a new data key.
pub async fn a_project_gets_its_app_and_another_data_key(harness: &impl ProjectCommandsHarness) {
    let (made, project) = create(harness, &[]);
    let id = text(&made, "project");
    let options = ["--project", id, "--key", "ownappkey012345", "--secret", "-", "--redirect", "/oauth"];
    for (secret, accepted) in [("first-secret\n", 1), ("second-secret", 2), ("second-secret", 1)] {
        assert_eq!(done(harness, "app", &options, secret)["webhook_secrets_accepted"], accepted);
    }
    let held = app(harness, &AppKey::from("ownappkey012345")).await;
    let terms = AppTerms { redirect: RedirectPath::Oauth, ..AppTerms::default() };
    assert_eq!(held, OauthApp { terms, ..OauthApp::new("ownappkey012345", AppSecret::new("second-secret")) });

    let rotated = done(harness, "rotate-key", &["--project", id], "");
    assert_eq!(rotated, json!({"project": id, "key_version": 2}));
    let newest = harness.store().newest_data_key(project).await.expect("the store answers");
    assert_eq!(newest.map(|(version, _)| version), Some(2));
    assert_eq!(app(harness, &held.key).await, held);
}

/// Returns contents of files with a private key, each with the algorithm of the key.
fn private_keys(harness: &impl ProjectCommandsHarness) -> Vec<(&'static str, String)> {
    let mut files = Vec::new();
    for algorithm in ["rs256", "es256", "eddsa"] {
        let (made, _) = create(harness, &["--algorithm", algorithm]);
        let (public, private) = (text(&made, "public_key"), text(&made, "private_key"));
        let body = private.lines().nth(1).expect("PEM has lines");
        files.extend([
            (algorithm, private.to_owned()),
            (algorithm, private.replace("PRIVATE KEY", "RSA PRIVATE KEY")),
            (algorithm, format!("{public}{private}")),
            (algorithm, format!("{{\"kty\":\"OKP\",\"x\":\"x\",\"d\":\"{body}\"}}")),
        ]);
    }
    files
}

/// Returns contents of files without exactly one public key that their algorithm accepts: the algorithm, the
/// content, and what the refusal says.
fn refused_keys(harness: &impl ProjectCommandsHarness) -> Vec<(&'static str, String, &'static str)> {
    let private = private_keys(harness).into_iter();
    let private = private.map(|(algorithm, content)| (algorithm, content, "holds a private key"));
    let others = [
        ("rs256", RSA_1024.to_owned(), "an RSA key of 1024 bits"),
        ("es256", P384.to_owned(), "a key on P-384"),
        ("es256", SECP256K1.to_owned(), "a key on secp256k1"),
        ("eddsa", X25519.to_owned(), "an X25519 key"),
        ("es256", RSA_1024.to_owned(), "an RSA key of 1024 bits"),
        ("rs256", RSA_1024.repeat(2), "no single key"),
        ("rs256", String::new(), "no single key"),
        ("rs256", "\u{fffd}".to_owned(), "no single key"),
    ];
    private.chain(others).collect()
}

/// Returns whether a text repeats a part of a key that this file holds.
fn repeats(text: &str, content: &str) -> bool {
    let words = content.split(|letter: char| !letter.is_ascii_alphanumeric() && !"+/=".contains(letter));
    words.filter(|word| word.len() >= 20).any(|word| text.contains(word))
}

/// T23: a file without exactly one public key that the algorithm accepts is refused, and nothing of it is
/// printed or stored.
pub async fn what_is_no_public_key_is_not_registered(harness: &impl ProjectCommandsHarness) {
    let (made, project) = create(harness, &[]);
    let files = refused_keys(harness);
    let file = harness.folder().join("key.pem");
    let path = file.to_str().expect("the folder's name is text");
    let before = (harness.row_keys().await, stored(harness, project).await);
    for (algorithm, content, said) in files {
        std::fs::write(&file, &content).expect("the file is written");
        let key = ["--algorithm", algorithm, "--key-id", "2", "--public-key", path];
        for (command, of) in
            [("add-user-key", ["--project", text(&made, "project")]), ("create", ["--name", "More"])]
        {
            let output = run(harness, command, &[&of[..], &key[..]].concat(), "");
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{command} {algorithm} {said}: {told}");
            assert!(output.stdout.is_empty(), "{command} {algorithm} {said}");
            assert!(told.contains(said) && !repeats(&told, &content), "{command} {algorithm}: {told}");
        }
    }
    assert_eq!((harness.row_keys().await, stored(harness, project).await), before);
}

/// A project's rules for user tokens are replaced.
pub async fn rules_for_user_tokens_are_set(harness: &impl ProjectCommandsHarness) {
    let (made, project) = create(harness, &[]);
    let rules = ["--project", text(&made, "project"), "--audience", "https://api.example.com"];
    let set = done(harness, "user-tokens", &[&rules[..], &["--token-hours", "48"]].concat(), "");
    assert_eq!(set["user_tokens"]["longest_life_seconds"], 48 * 60 * 60);
    assert_eq!(stored(harness, project).await.user_tokens.audiences, ["https://api.example.com"]);
}

/// API keys and user keys are replaced without an interruption.
pub async fn its_keys_are_replaced(harness: &impl ProjectCommandsHarness) {
    let (made, project) = create(harness, &[]);
    let (id, old) = (text(&made, "project"), text(&made, "api_key"));
    let added = done(harness, "add-api-key", &["--project", id], "");
    let new = text(&added, "api_key");
    done(harness, "remove-api-key", &["--project", id, "--key", "-"], old);
    assert_eq!((opened(harness, old).await, opened(harness, new).await), (None, Some(project)));

    let add = ["--project", id, "--key-id", "2", "--algorithm", "eddsa"];
    let added = done(harness, "add-user-key", &add, "");
    assert!(text(&added, "private_key").starts_with("-----BEGIN PRIVATE KEY-----"));
    let left = done(harness, "remove-user-key", &["--project", id, "--key-id", "1"], "");
    assert_eq!(left["key_ids"], json!(["2"]));
    assert_eq!(added["public_key"], json!(stored(harness, project).await.user_keys[0].public_key));

    for (command, arguments, said) in [
        ("remove-api-key", &["--project", id, "--key", "-"][..], "has no such API key"),
        ("add-user-key", &["--project", id, "--key-id", "2"], "has a key \"2\" already"),
        ("remove-user-key", &["--project", id, "--key-id", "1"], "has no key \"1\""),
        ("add-api-key", &["--project", &ProjectId::random().to_string()], "there is no project"),
    ] {
        let error = refused(harness, command, arguments, old);
        assert!(error.contains(said), "{error}");
    }
}

/// Commands that cannot be done are refused with the reason.
pub async fn what_cannot_be_done_is_said(harness: &impl ProjectCommandsHarness) {
    let unknown = ProjectId::random().to_string();
    let app = ["--project", &unknown, "--key", "k", "--secret", "-"];
    for (command, arguments, input, said) in [
        ("app", &app[..], "secret", "there is no project"),
        ("app", &app, " \n", "holds no secret"),
        ("app", &[&app[..], &["--scope", "files.content.read"]].concat(), "secret", "account_info.read"),
        ("app", &[&app[..], &["--redirect", "/elsewhere"]].concat(), "secret", "/integrations/dropbox"),
        ("rotate-key", &app[..2], "", "there is no project"),
        ("create", &["--name", "More", "--return-origin", "http://app.example.com"], "", "is no origin"),
        ("remove-api-key", &["--project", &unknown, "--key", "-"], "", "holds no secret"),
        ("remove-api-key", &["--project", &unknown, "--key", "-"], " \n", "holds no secret"),
    ] {
        let error = refused(harness, command, arguments, input);
        assert!(error.contains(said), "{error}");
    }
}

/// Runs every case of [`project_commands`](crate::project_commands) as a separate test.
#[macro_export]
macro_rules! project_commands_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::project_commands:
            a_project_is_made
            a_project_gets_its_app_and_another_data_key
            what_is_no_public_key_is_not_registered
            rules_for_user_tokens_are_set
            its_keys_are_replaced
            what_cannot_be_done_is_said
        }
    };
}
