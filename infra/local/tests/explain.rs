//! T52: what is wrong for a user, in one page.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{process::Command, sync::Arc};

use contracts::samples;
use local::Machine;
use serde_json::Value;
use shared::{
    model::{Connection, Selection, Target, Timestamp, Transfer},
    store::{ChoiceStore, Connections, Dynamo, Schedules, TransferWork, Transfers, Wake},
};
use tempfile::TempDir;

/// A machine's table with a connection in it.
struct Site {
    data: TempDir,
    store: Arc<Dynamo>,
    connection: Connection,
}

impl Site {
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let store = Machine::store_at(data.path()).await.unwrap();
        let mut connection = samples::connection();
        connection.profile.email = Some("Jo.Doe@Example.com".to_owned());
        let all = Some(Target::Everything);
        store.add_connection(&connection, &samples::tokens(1), all).await.unwrap();
        Self { data, store, connection }
    }

    fn explain(&self, arguments: &[&str]) -> Result<String, String> {
        // No gateway listens at this port, so dead letters are not listed.
        let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
        command.args(["--port", "1", "--data"]).arg(self.data.path()).arg("explain").args(arguments);
        let output = command.output().unwrap();
        let [said, wrong] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        if output.status.success() { Ok(said) } else { Err(wrong) }
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let said = self.explain(&[arguments, &["--json"]].concat()).unwrap();
        serde_json::from_str::<Value>(&said).unwrap()["connections"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_a_connection_and_an_address_lead_to_the_same_page() {
    let site = Site::new().await;
    let other = samples::connection();
    site.store.add_connection(&other, &samples::tokens(1), None).await.unwrap();
    let (id, user) = (site.connection.id.to_string(), site.connection.user.to_string());
    let project = site.connection.project.to_string();
    let by_user = site.json(&["--project", &project, "--user", &user]);
    assert_eq!(by_user.as_array().unwrap().len(), 1);
    assert_eq!(by_user[0]["id"], id.as_str());
    assert_eq!(by_user, site.json(&["--connection", &id]));
    assert_eq!(by_user, site.json(&["--email", "jo.doe@example.com"]));
    let page = site.explain(&["--connection", &id]).unwrap();
    for part in [
        &id,
        &user,
        &project,
        "Health: ok",
        "everything wanted",
        "Jo.Doe@Example.com",
        "| filter connection =",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hinders_a_connection_is_on_the_page() {
    let site = Site::new().await;
    let id = site.connection.id;
    let wake = Wake { at: Some(Timestamp(1_900_000_000_000)), failures: 7, ..Wake::default() };
    site.store.wake(id, wake).await.unwrap();
    site.store.pause(id, Timestamp(4_000_000_000_000)).await.unwrap();
    let folder = Target::Item("id:folder".into());
    site.store.select(id, &folder, samples::now()).await.unwrap();
    let transfers = [("id:a".into(), "1".into()), ("id:b".into(), "2".into())];
    site.store.add_transfers(id, &transfers).await.unwrap();
    let stored = site.store.transfers(id, None, 10).await.unwrap();
    let failing = stored.into_iter().find(|one| one.item == "id:b".into()).unwrap();
    site.store.note_transfer(id, Transfer { failures: 3, ..failing }).await.unwrap();
    site.store.list_transfers(id, &[(7, &[("id:c".into(), "3".into())])]).await.unwrap();
    assert!(site.store.refuse(&site.connection).await.unwrap());

    let whole = site.json(&["--connection", &id.to_string()])[0].clone();
    assert_eq!(
        (&whole["pending_transfers"]["pending"], &whole["pending_transfers"]["failing"]),
        (&3.into(), &1.into())
    );
    assert_eq!(whole["health"]["code"], "needs_reauth");
    let selected = Selection::new(folder, samples::now());
    assert_eq!(whole["selections"].as_array().unwrap().len(), 2, "{selected:?} and everything");
    let page = site.explain(&["--connection", &id.to_string()]).unwrap();
    for part in [
        "needs_reauth",
        "What to do:",
        "asked to wait until 2096-",
        "3 pending, 1 of them failed before",
        "id:b at 2: failed 3 times",
        "last resync: none yet",
        "not looked at: nothing answers at",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_names_nobody_or_somebody_unknown_is_told_so() {
    let site = Site::new().await;
    let project = site.connection.project.to_string();
    for (arguments, said) in [
        (&[][..], "say whose"),
        (&["--user", "u"], "--project"),
        (&["--project", &project, "--user", "nobody"], "there is no such connection"),
        (&["--email", "nobody@example.com"], "there is no such connection"),
        (&["--connection", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a"], "there is no such connection"),
    ] {
        let error = site.explain(arguments).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}
