//! Upgrade of a table from earlier versions: it gets the missing index, its items get their numbers, and its
//! connections their ordinals.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashMap;

use aws_sdk_dynamodb::{
    Client,
    types::{
        AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType,
        Projection, ProjectionType, ScalarAttributeType,
    },
};
use contracts::samples;
use local_adapters::EmbeddedDynamo;
use shared::{
    model::{ConnectionId, Content, ItemKind, Metadata, Segment, SystemClock, Transfer},
    store::{
        Connections, Dynamo, ItemWriter, Ordinals, RecordOrder, RecordPage, Records, TransferWork, Transfers,
        UserConnection, dynamo::create_table,
    },
};

const TABLE: &str = "dropline";

fn key(hash: &str, range: &str) -> Vec<KeySchemaElement> {
    let element = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind);
    [(hash, KeyType::Hash), (range, KeyType::Range)]
        .map(|(name, kind)| element(name, kind).build().unwrap())
        .to_vec()
}

/// Creates the table as that version did.
async fn table_of_before(client: &Client) {
    use ScalarAttributeType::{N, S};
    let attributes = [("pk", S), ("sk", S), ("wake_shard", S), ("wake_at", N)].map(|(name, kind)| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().unwrap()
    });
    let index = GlobalSecondaryIndex::builder()
        .index_name("by_wake")
        .set_key_schema(Some(key("wake_shard", "wake_at")))
        .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build())
        .build()
        .unwrap();
    let request = client.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    let request = request.set_attribute_definitions(Some(attributes.to_vec()));
    request.set_key_schema(Some(key("pk", "sk"))).global_secondary_indexes(index).send().await.unwrap();
}

/// Attributes that that version did not write.
const NEW: [&str; 6] = ["created", "created_in", "created_at", "updated_at", "wake_at", "wake_shard"];

/// Rewrites the rows of items and of their paths as that version wrote them.
async fn forget_what_is_new(client: &Client) {
    let rows = client.scan().table_name(TABLE).send().await.unwrap().items.unwrap_or_default();
    for row in rows.into_iter().filter(|row| ["facts", "path"].iter().any(|name| row.contains_key(*name))) {
        let row: HashMap<String, AttributeValue> =
            row.into_iter().filter(|(name, _)| !NEW.contains(&name.as_str())).collect();
        client.put_item().table_name(TABLE).set_item(Some(row)).send().await.unwrap();
    }
}

fn folder(id: &str) -> Metadata {
    Metadata {
        id: format!("id:{id}").into(),
        kind: ItemKind::Folder,
        name: id.to_owned(),
        path_lower: format!("/{id}"),
        path_display: format!("/{id}"),
        rev: None,
        size: 0,
        content_hash: None,
        export_as: None,
        export_by_name: false,
        symlink_target: None,
        server_modified: None,
    }
}

#[tokio::test]
async fn items_of_before_are_read_and_get_their_numbers() {
    use shared::model::{Change, ChangeKind, Clock};
    let dynamo = EmbeddedDynamo::open(None).unwrap();
    let (client, connection) = (dynamo.client(), ConnectionId::random());
    table_of_before(&client).await;
    let store = Dynamo::new(client.clone(), TABLE);
    let change = |number, id: &str| Change {
        number,
        kind: ChangeKind::Created { content: Content::None },
        item: folder(id),
        drops: None,
        created: None,
    };
    let segment = Segment { changes: vec![change(1, "a"), change(2, "b")] };
    store.apply(connection, &segment, SystemClock.now()).await.unwrap();
    forget_what_is_new(&client).await;

    for _ in 0..2 {
        create_table(&client, TABLE).await.unwrap();
    }
    let items = store.all_items(connection).await.unwrap();
    assert_eq!(items.iter().map(|item| item.created).collect::<Vec<_>>(), [None, None]);
    let page =
        RecordPage { order: RecordOrder::Creation, descending: false, after: None, skip: 0, limit: 10 };
    assert_eq!(store.record_page(connection, page).await.unwrap(), []);
    store.number_items(connection, &items).await.unwrap();
    let listed = store.record_page(connection, page).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.item.created).collect::<Vec<_>>(), [Some(1), Some(2)]);
    let found = store.records_created_by(connection, &[2]).await.unwrap();
    assert_eq!(found.first().map(|one| one.item.metadata.id.as_str()), Some("id:b"));
    let numbers = store.created_at_paths(connection, &["/a".to_owned(), "/b".to_owned()]).await.unwrap();
    assert_eq!(numbers, HashMap::from([("/a".to_owned(), 1), ("/b".to_owned(), 2)]));
}

/// Rewrites the rows of connections as versions before 2026-11-30 wrote them.
async fn forget_ordinals(client: &Client) {
    let rows = client.scan().table_name(TABLE).send().await.unwrap().items.unwrap_or_default();
    for mut row in rows {
        if row["pk"].as_s().unwrap().starts_with("ordinal#") {
            row.retain(|name, _| ["pk", "sk"].contains(&name.as_str()));
            client.delete_item().table_name(TABLE).set_key(Some(row)).send().await.unwrap();
        } else if row.remove("ordinal").is_some() {
            client.put_item().table_name(TABLE).set_item(Some(row)).send().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_connection_of_before_gets_its_ordinal_when_it_is_asked_for() {
    let dynamo = EmbeddedDynamo::open(None).unwrap();
    let client = dynamo.client();
    create_table(&client, TABLE).await.unwrap();
    let (store, connection) = (Dynamo::new(client.clone(), TABLE), samples::connection());
    store.add_connection(&connection, &samples::tokens(1), None).await.unwrap();
    forget_ordinals(&client).await;

    let (project, user) = (connection.project, &connection.user);
    let listed = store.connections_with_ordinals(project, user).await.unwrap();
    assert_eq!(listed, [UserConnection { id: connection.id, ordinal: None }]);
    assert_eq!(store.numbered_connections(project, 1).await.unwrap(), Some(HashMap::new()));
    let assigned = store.ordinals(project, &[connection.id]).await.unwrap();
    assert_eq!(store.numbered_connections(project, 1).await.unwrap(), Some(assigned));
}

/// A transfer of before has no stamp, and can be noted, ended and added again.
#[tokio::test]
async fn transfers_of_before_are_done() {
    let dynamo = EmbeddedDynamo::open(None).unwrap();
    let (client, connection) = (dynamo.client(), ConnectionId::random());
    create_table(&client, TABLE).await.unwrap();
    let store = Dynamo::new(client.clone(), TABLE);
    let file = || ("id:a".into(), "1".into());
    let add_as_before = async || {
        store.add_transfers(connection, &[file()]).await.unwrap();
        for mut row in client.scan().table_name(TABLE).send().await.unwrap().items.unwrap_or_default() {
            assert!(row.remove("stamp").is_some());
            client.put_item().table_name(TABLE).set_item(Some(row)).send().await.unwrap();
        }
        store.transfers(connection, None, 10).await.unwrap().remove(0)
    };
    let before = add_as_before().await;
    let noted = Transfer { failures: 1, ..before.clone() };
    store.note_transfer(connection, noted.clone()).await.unwrap();
    assert_eq!(store.transfers(connection, None, 10).await.unwrap(), std::slice::from_ref(&noted));
    store.end_transfer(connection, &noted).await.unwrap();
    assert_eq!(store.transfers(connection, None, 10).await.unwrap(), []);
    store.note_transfer(connection, noted).await.unwrap();
    assert_eq!(store.transfers(connection, None, 10).await.unwrap(), [], "it does not come back");
    let before = add_as_before().await;
    store.add_transfers(connection, &[file()]).await.unwrap();
    store.end_transfer(connection, &before).await.unwrap();
    assert_eq!(store.transfers(connection, None, 10).await.unwrap().len(), 1, "it was added again");
}
