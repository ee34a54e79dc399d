//! Connect links that versions before 2026-11-28 stored in their project's partition: they are read and
//! finished like any other, and no row is written there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::HashMap;

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use contracts::samples;
use local_adapters::EmbeddedDynamo;
use shared::{
    model::ConnectionId,
    store::{Dynamo, Link, LinkStatus, Links, dynamo::create_table},
};

const TABLE: &str = "table";

type Row = HashMap<String, AttributeValue>;

fn text(text: String) -> AttributeValue {
    AttributeValue::S(text)
}

/// Returns a link's row in the old format.
fn row_before(link: &Link) -> Row {
    Row::from([
        ("pk".to_owned(), text(format!("project#{}", link.project))),
        ("sk".to_owned(), text(format!("link#{}", link.id))),
        ("id".to_owned(), text(link.id.to_string())),
        ("project".to_owned(), text(link.project.to_string())),
        ("user".to_owned(), text(link.user.to_string())),
        ("return_to".to_owned(), AttributeValue::Null(true)),
        (
            "status".to_owned(),
            AttributeValue::M(Row::from([("status".to_owned(), text("pending".to_owned()))])),
        ),
        ("valid_until".to_owned(), AttributeValue::N(link.valid_until.0.to_string())),
    ])
}

async fn rows_of_project(client: &Client, link: &Link) -> Vec<Row> {
    let query = client.query().table_name(TABLE).key_condition_expression("pk = :pk");
    let query = query.expression_attribute_values(":pk", text(format!("project#{}", link.project)));
    query.send().await.unwrap().items.unwrap()
}

#[tokio::test]
async fn a_link_of_the_version_before_ends_without_a_write_to_its_projects_partition() {
    let embedded = EmbeddedDynamo::open(None).unwrap();
    let client = embedded.client();
    create_table(&client, TABLE).await.unwrap();
    let store = Dynamo::new(client.clone(), TABLE);
    let sample = samples::link();
    let link = Link { id: sample.id, ..Link::new(sample.project, sample.user, sample.valid_until).0 };
    let link = Link { valid_until: sample.valid_until, ..link };
    let before = row_before(&link);
    client.put_item().table_name(TABLE).set_item(Some(before.clone())).send().await.unwrap();

    assert_eq!(store.link(link.project, link.id).await.unwrap(), Some(link.clone()));
    let status = LinkStatus::Connected { connection: ConnectionId::random() };
    store.finish_link(link.project, link.id, &status).await.unwrap();
    assert_eq!(store.link(link.project, link.id).await.unwrap(), Some(Link { status, ..link.clone() }));
    assert_eq!(rows_of_project(&client, &link).await, [before]);
}
