//! T50: choice of a deployment's table after a restore.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod emulator;

use std::process::{Command, Output};

use aws_sdk_dynamodb::Client;
use emulator::{aws, credentials};
use shared::store::{Dynamo, dynamo::create_table};
use uuid::Uuid;

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dropline"));
    command.arg("table").args(arguments).envs(credentials()).output().unwrap()
}

fn refused(arguments: &[&str], said: &str) {
    let output = run(arguments);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains(said), "{error}");
}

#[tokio::test]
#[ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"]
async fn a_deployments_table_is_marked_and_reinstated() {
    let client = Client::new(&aws());
    let [old, new, third] = ["old", "new", "third"].map(|name| format!("dropline-{name}-{}", Uuid::new_v4()));
    for table in [&old, &new, &third] {
        create_table(&client, table).await.unwrap();
    }
    let marked = async || Dynamo::new(client.clone(), &old).superseded_by().await.unwrap();
    assert!(run(&["supersede", "--table", &old, "--by", &new]).status.success());
    assert_eq!(marked().await.as_ref(), Some(&new));

    refused(&["supersede", "--table", &third, "--by", &old], "is superseded itself");
    refused(&["supersede", "--table", &third, "--by", &third], "its own place");
    refused(&["supersede", "--table", &third, "--by", "dropline-nowhere"], "dropline-nowhere cannot be read");
    refused(&["supersede", "--table", "dropline-nowhere", "--by", &new], "dropline-nowhere cannot be read");
    refused(&["reinstate", "--table", "dropline-nowhere"], "dropline-nowhere cannot be read");

    assert!(run(&["reinstate", "--table", &old]).status.success());
    assert_eq!(marked().await, None);
}
