//! Changes of projects' settings.

use async_trait::async_trait;
use serde::Serialize;

use super::{
    Dynamo, keys,
    table::{PRESENT, attribute, failed},
};
use crate::{
    model::{ProjectId, SettingsChange},
    store::{SettingsStore, StoreError},
};

/// The attributes that a change sets, each as its path in the row and its value.
#[derive(Default)]
struct Assignments {
    set: Vec<(&'static [&'static str], aws_sdk_dynamodb::types::AttributeValue)>,
}

impl Assignments {
    fn add(
        &mut self,
        path: &'static [&'static str],
        value: Option<&impl Serialize>,
    ) -> Result<(), StoreError> {
        if let Some(value) = value {
            self.set.push((path, attribute(value)?));
        }
        Ok(())
    }

    fn of(change: &SettingsChange) -> Result<Self, StoreError> {
        let mut all = Self::default();
        all.add(&["name"], change.name.as_ref())?;
        all.add(&["return_origins"], change.return_origins.as_ref())?;
        all.add(&["settings", "accent"], change.accent.as_ref())?;
        all.add(&["settings", "max_file_bytes"], change.max_file_bytes.as_ref())?;
        all.add(&["settings", "formats"], change.formats.as_ref())?;
        all.add(&["settings", "select_everything"], change.select_everything.as_ref())?;
        all.add(&["settings", "brake"], change.brake.as_ref())?;
        all.add(&["settings", "resync_seconds"], change.resync_seconds.as_ref())?;
        Ok(all)
    }
}

#[async_trait]
impl SettingsStore for Dynamo {
    async fn change_settings(&self, project: ProjectId, change: &SettingsChange) -> Result<(), StoreError> {
        let assignments = Assignments::of(change)?.set;
        let mut request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::project(project).attributes()))
            .condition_expression(PRESENT);
        if assignments.is_empty() {
            return request.send().await.map(drop).map_err(failed);
        }
        let mut expressions = Vec::new();
        for (index, (path, value)) in assignments.into_iter().enumerate() {
            // Named by placeholders, because some of the names are reserved words of DynamoDB.
            let path: Vec<String> = path.iter().map(|name| format!("#{name}")).collect();
            for name in &path {
                request = request.expression_attribute_names(name, &name[1..]);
            }
            expressions.push(format!("{} = :v{index}", path.join(".")));
            request = request.expression_attribute_values(format!(":v{index}"), value);
        }
        let request = request.update_expression(format!("SET {}", expressions.join(", ")));
        request.send().await.map(drop).map_err(failed)
    }
}
