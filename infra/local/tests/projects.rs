//! Commands on projects, on this machine and in a deployment's table.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod emulator;

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    sync::Arc,
};

use emulator::{aws, credentials};
use local::Machine;
use serde_json::{Value, json};
use shared::{
    apps::OwnApps,
    dropbox::{AppTerms, OauthApp, RedirectPath},
    model::{ApiKey, AppKey, AppSecret, ProjectId, SystemClock},
    seal::{Keyring, KmsKey, MasterKey},
    store::{DataKeys, Dynamo, Projects, dynamo::create_table},
};
use tempfile::TempDir;

/// Data folder, store and options of the commands.
struct Site {
    data: TempDir,
    store: Arc<Dynamo>,
    master: Arc<dyn MasterKey>,
    /// Table and KMS key of a deployment.
    deployment: Option<(String, String)>,
}

impl Site {
    async fn machine() -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = Machine::store_at(data.path()).await.unwrap();
        let master = Machine::master_key_at(data.path()).unwrap();
        Self { data, store, master, deployment: None }
    }

    async fn deployment() -> Self {
        let aws = aws();
        let (client, kms) = (aws_sdk_dynamodb::Client::new(&aws), aws_sdk_kms::Client::new(&aws));
        let table = format!("dropline-test-{}", ProjectId::random());
        create_table(&client, &table).await.unwrap();
        let key = kms.create_key().send().await.unwrap().key_metadata.unwrap().arn.unwrap();
        Self {
            data: tempfile::tempdir().unwrap(),
            store: Arc::new(Dynamo::new(client, &table)),
            master: Arc::new(KmsKey::new(kms, &key)),
            deployment: Some((table, key)),
        }
    }

    fn run(&self, command: &str, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_local"));
        child.arg("--data").arg(self.data.path()).args(["project", command]).args(arguments);
        if let Some((table, key)) = &self.deployment {
            child.args(["--table", table, "--kms-key", key]).envs(credentials());
        }
        child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        // A command that has already failed does not read its input.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        child.wait_with_output().unwrap()
    }

    fn done(&self, command: &str, arguments: &[&str], input: &str) -> Value {
        let output = self.run(command, arguments, input);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn refused(&self, command: &str, arguments: &[&str], input: &str) -> String {
        let output = self.run(command, arguments, input);
        assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }

    fn apps(&self) -> OwnApps {
        let keyring = Keyring::new(self.master.clone(), self.store.clone(), Arc::new(SystemClock));
        OwnApps::new(self.store.clone(), Arc::new(keyring))
    }
}

async fn a_project_is_made_and_gets_its_app_and_another_key(site: Site) {
    let made = site.done("create", &["--name", "Notes", "--user", "u"], "");
    let (id, key) = (made["project"].as_str().unwrap(), made["api_key"].as_str().unwrap());
    let project: ProjectId = id.parse().unwrap();
    assert_eq!(site.store.project_of_key(&ApiKey::new(key).hash()).await.unwrap(), Some(project));
    assert_eq!(site.store.project(project).await.unwrap().unwrap().user_keys.len(), 1);
    assert!(made["user_token"].as_str().unwrap().starts_with("eyJ"));

    let app = ["--project", id, "--key", "ownappkey012345", "--secret", "-", "--redirect", "/oauth"];
    for (secret, accepted) in [("first-secret\n", 1), ("second-secret", 2), ("second-secret", 1)] {
        assert_eq!(site.done("app", &app, secret)["webhook_secrets_accepted"], accepted);
    }
    let held = site.apps().with_key(&AppKey::from("ownappkey012345")).await.unwrap();
    let terms = AppTerms { redirect: RedirectPath::Oauth, ..AppTerms::default() };
    assert_eq!(held, OauthApp { terms, ..OauthApp::new("ownappkey012345", AppSecret::new("second-secret")) });

    assert_eq!(site.done("rotate-key", &["--project", id], ""), json!({"project": id, "key_version": 2}));
    assert_eq!(site.store.newest_data_key(project).await.unwrap().unwrap().0, 2);
    assert_eq!(site.apps().with_key(&held.key).await.unwrap(), held);
}

async fn what_is_no_public_key_is_not_registered(site: Site) {
    let made = site.done("create", &["--name", "Notes"], "");
    let (id, private) = (made["project"].as_str().unwrap(), made["private_key"].as_str().unwrap());
    let body = private.lines().nth(1).unwrap();
    let file = site.data.path().join("key.pem");
    let path = file.to_str().unwrap();
    let add = ["--project", id, "--key-id", "2", "--public-key", path];
    for (text, said) in
        [(private, "holds a private key"), ("", "no single key"), ("\u{fffd}", "no single key")]
    {
        std::fs::write(&file, text).unwrap();
        for (command, arguments) in
            [("add-user-key", &add[..]), ("create", &["--name", "More", "--public-key", path])]
        {
            let output = site.run(command, arguments, "");
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!output.status.success() && output.stdout.is_empty(), "{command} {said}");
            assert!(told.contains(said) && !told.contains(body), "{told}");
        }
    }
    let project: ProjectId = id.parse().unwrap();
    assert_eq!(site.store.project(project).await.unwrap().unwrap().user_keys.len(), 1);
    let said = site.refused("create", &["--name", "More", "--return-origin", "http://app.example.com"], "");
    assert!(said.contains("is no origin"), "{said}");
    for empty in ["", " \n"] {
        let said = site.refused("remove-api-key", &["--project", id, "--key", "-"], empty);
        assert!(said.contains("holds no secret"), "{said}");
    }
    let rules = ["--project", id, "--audience", "https://api.example.com", "--token-hours", "48"];
    assert_eq!(site.done("user-tokens", &rules, "")["user_tokens"]["longest_life_seconds"], 48 * 60 * 60);
    let rules = site.store.project(project).await.unwrap().unwrap().user_tokens;
    assert_eq!(rules.audiences, ["https://api.example.com"]);
}

async fn its_keys_are_replaced(site: Site) {
    let made = site.done("create", &["--name", "Notes"], "");
    let (id, old) = (made["project"].as_str().unwrap(), made["api_key"].as_str().unwrap());
    let project: ProjectId = id.parse().unwrap();
    let added = site.done("add-api-key", &["--project", id], "");
    let new = added["api_key"].as_str().unwrap();
    site.done("remove-api-key", &["--project", id, "--key", "-"], old);
    let opened = async |key: &str| site.store.project_of_key(&ApiKey::new(key).hash()).await.unwrap();
    assert_eq!((opened(old).await, opened(new).await), (None, Some(project)));

    let added = site.done("add-user-key", &["--project", id, "--key-id", "2", "--algorithm", "eddsa"], "");
    assert!(added["private_key"].as_str().unwrap().starts_with("-----BEGIN PRIVATE KEY-----"));
    let left = site.done("remove-user-key", &["--project", id, "--key-id", "1"], "");
    assert_eq!(left["key_ids"], json!(["2"]));
    let keys = site.store.project(project).await.unwrap().unwrap().user_keys;
    assert_eq!(added["public_key"], json!(keys[0].public_key));

    for (command, arguments, said) in [
        ("remove-api-key", &["--project", id, "--key", "-"][..], "has no such API key"),
        ("add-user-key", &["--project", id, "--key-id", "2"], "has a key \"2\" already"),
        ("remove-user-key", &["--project", id, "--key-id", "1"], "has no key \"1\""),
        ("add-api-key", &["--project", &ProjectId::random().to_string()], "there is no project"),
    ] {
        let error = site.refused(command, arguments, old);
        assert!(error.contains(said), "{error}");
    }
}

fn what_cannot_be_done_is_said(site: &Site) {
    let unknown = ProjectId::random().to_string();
    let app = ["--project", &unknown, "--key", "k", "--secret", "-"];
    for (command, arguments, input, said) in [
        ("app", &app[..], "secret", "there is no project"),
        ("app", &app, " \n", "holds no secret"),
        ("app", &[&app[..], &["--scope", "files.content.read"]].concat(), "secret", "account_info.read"),
        ("app", &[&app[..], &["--redirect", "/elsewhere"]].concat(), "secret", "/integrations/dropbox"),
        ("rotate-key", &app[..2], "", "there is no project"),
    ] {
        let error = site.refused(command, arguments, input);
        assert!(error.contains(said), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn projects_on_this_machine() {
    a_project_is_made_and_gets_its_app_and_another_key(Site::machine().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_on_this_machine() {
    its_keys_are_replaced(Site::machine().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_on_this_machine() {
    let site = Site::machine().await;
    what_cannot_be_done_is_said(&site);
    assert!(!Path::new(site.data.path()).join("secrets.json").exists(), "nothing else was made");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"]
async fn projects_in_a_deployment() {
    a_project_is_made_and_gets_its_app_and_another_key(Site::deployment().await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"]
async fn keys_in_a_deployment() {
    its_keys_are_replaced(Site::deployment().await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"]
async fn refusals_in_a_deployment() {
    what_cannot_be_done_is_said(&Site::deployment().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_refused_on_this_machine() {
    what_is_no_public_key_is_not_registered(Site::machine().await).await;
}
