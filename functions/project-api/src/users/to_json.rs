//! Users as JSON.

use serde_json::{Value, json};
use shared::{
    model::{Connection, ProjectUser},
    users::DeletionReceipt,
};

use super::members;

/// Returns a user without their connections. Null stands for the project's default.
pub(super) fn user(user: &ProjectUser) -> Value {
    let mut json = members::to_json(user.settings);
    json["id"] = json!(user.user);
    json["created_at"] = json!(user.created_at.to_string());
    json["updated_at"] = json!(user.updated_at.to_string());
    json
}

/// Returns the short form of a connection.
pub(super) fn connection(connection: &Connection) -> Value {
    json!({
        "id": connection.id,
        "account": connection.account,
        "email": connection.profile.email,
        "status": connection.status,
        "created_at": connection.created_at.to_string(),
    })
}

/// Returns the progress of a user's deletion.
pub(super) fn deletion(receipt: &DeletionReceipt) -> Value {
    json!({
        "requested_at": receipt.requested_at.to_string(),
        "connections": receipt.connections,
        "items": receipt.items,
        "objects": receipt.objects,
        "finished_at": receipt.finished_at.map(|at| at.to_string()),
    })
}
