//! `PATCH …/sdk/me`: changes the metadata that the application stores with its user.

use serde_json::{Value, json};
use shared::{answer::ApiError, model::Tags, store::change_user_metadata};

use crate::{
    ParagonApi,
    answer::{Answer, found},
    document::document,
    fields::{Fields, invalid},
    request::AuthorizedRequest,
};

/// Maximum size of a user's metadata as JSON, in bytes.
const MAX_METADATA: usize = 4 * 1024;

/// Replaces members of the same name, removes those that are `null`, and keeps all others, because the SDK
/// sends only the members that its caller gave.
pub(crate) async fn update(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let given = Fields::of(request.body)?.required("meta", document(MAX_METADATA))?;
    let whose = (request.caller.project, &request.caller.user);
    let change = |metadata: &mut Tags| merge(metadata, &given);
    let changed =
        change_user_metadata(api.store.as_ref(), api.store.as_ref(), whose, api.clock.now(), change).await?;
    Ok(found(&json!({"meta": changed})))
}

fn merge(metadata: &mut Tags, given: &Tags) -> Result<(), ApiError> {
    for (name, value) in given {
        match value {
            Value::Null => metadata.remove(name),
            value => metadata.insert(name.clone(), value.clone()),
        };
    }
    let whole = Value::Object(metadata.clone());
    document(MAX_METADATA)(&whole)
        .map(drop)
        .map_err(|must| invalid("meta, with what is kept already,", &must))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Tags {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_is_given_is_merged_and_null_removes() {
        let mut metadata = object(json!({"Name": "Zoë", "plan": "free", "old": 1}));
        merge(&mut metadata, &object(json!({"plan": {"id": 7}, "old": null, "never": null}))).unwrap();
        assert_eq!(metadata, object(json!({"Name": "Zoë", "plan": {"id": 7}})));
    }

    #[test]
    fn the_whole_is_bounded() {
        let mut metadata = object(json!({"a": "x".repeat(3_000)}));
        assert!(merge(&mut metadata.clone(), &object(json!({"b": "x".repeat(3_000)}))).is_err());
        assert!(merge(&mut metadata, &object(json!({"a": "x".repeat(3_000)}))).is_ok());
    }
}
