//! Changes of projects' settings, and the rows of their logos.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    primitives::Blob,
    types::{AttributeValue, TransactWriteItem, Update},
};
use serde::Serialize;

use super::{
    Dynamo, keys,
    table::{PRESENT, Row, attribute, failed, row, value},
};
use crate::{
    model::{LogoPicture, ProjectId, SettingsChange},
    store::{Logos, SettingsStore, StoreError},
};

/// Attribute of a logo's picture.
const PICTURE: &str = "picture";

/// The attributes that a change sets, each as its path in the row and its value.
#[derive(Default)]
struct Assignments {
    set: Vec<(&'static [&'static str], AttributeValue)>,
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
        let logo = change.logo.as_ref().map(|logo| logo.as_ref().map(|picture| &picture.logo));
        let mut all = Self::default();
        all.add(&["name"], change.name.as_ref())?;
        all.add(&["return_origins"], change.return_origins.as_ref())?;
        all.add(&["settings", "accent"], change.accent.as_ref())?;
        all.add(&["settings", "logo"], logo.as_ref())?;
        all.add(&["settings", "inputs"], change.inputs.as_ref())?;
        all.add(&["settings", "max_file_bytes"], change.max_file_bytes.as_ref())?;
        all.add(&["settings", "formats"], change.formats.as_ref())?;
        all.add(&["settings", "select_everything"], change.select_everything.as_ref())?;
        all.add(&["settings", "brake"], change.brake.as_ref())?;
        all.add(&["settings", "resync_seconds"], change.resync_seconds.as_ref())?;
        all.add(&["settings", "concurrent_steps"], change.concurrent_steps.as_ref())?;
        all.add(&["settings", "concurrent_transfers"], change.concurrent_transfers.as_ref())?;
        Ok(all)
    }
}

/// The update of a project's row, as expressions.
struct Settings {
    /// `None` changes nothing.
    update: Option<String>,
    names: Option<HashMap<String, String>>,
    values: Option<Row>,
}

impl Settings {
    /// Names are placeholders, because some of them are reserved words of DynamoDB.
    fn of(assignments: Assignments) -> Self {
        let (mut expressions, mut names, mut values) = (Vec::new(), HashMap::new(), HashMap::new());
        for (index, (path, value)) in assignments.set.into_iter().enumerate() {
            let path: Vec<String> = path.iter().map(|name| format!("#{name}")).collect();
            names.extend(path.iter().map(|name| (name.clone(), name[1..].to_owned())));
            expressions.push(format!("{} = :v{index}", path.join(".")));
            values.insert(format!(":v{index}"), value);
        }
        let changes = !expressions.is_empty();
        Self {
            update: changes.then(|| format!("SET {}", expressions.join(", "))),
            names: changes.then_some(names),
            values: changes.then_some(values),
        }
    }
}

impl Dynamo {
    fn settings_write(
        &self,
        project: ProjectId,
        settings: Settings,
    ) -> Result<TransactWriteItem, StoreError> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(keys::project(project).attributes()))
            .condition_expression(PRESENT)
            .set_update_expression(settings.update)
            .set_expression_attribute_names(settings.names)
            .set_expression_attribute_values(settings.values)
            .build()
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(TransactWriteItem::builder().update(update).build())
    }

    /// Returns the write that stores or removes a project's logo.
    fn logo_write(
        &self,
        project: ProjectId,
        logo: Option<&LogoPicture>,
    ) -> Result<TransactWriteItem, StoreError> {
        let key = keys::logo(project);
        let Some(picture) = logo else { return self.delete(&key, None) };
        let mut row = row(&key, &picture.logo)?;
        row.insert(PICTURE.to_owned(), AttributeValue::B(Blob::new(picture.data.clone())));
        self.put(row, None)
    }
}

#[async_trait]
impl SettingsStore for Dynamo {
    async fn change_settings(&self, project: ProjectId, change: &SettingsChange) -> Result<(), StoreError> {
        let settings = Settings::of(Assignments::of(change)?);
        if let Some(logo) = &change.logo {
            let logo = self.logo_write(project, logo.as_ref())?;
            return self.transact(vec![self.settings_write(project, settings)?, logo]).await;
        }
        // Not a transaction, because concurrent ones of other settings would collide with it.
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::project(project).attributes()))
            .condition_expression(PRESENT)
            .set_update_expression(settings.update)
            .set_expression_attribute_names(settings.names)
            .set_expression_attribute_values(settings.values);
        request.send().await.map(drop).map_err(failed)
    }
}

#[async_trait]
impl Logos for Dynamo {
    async fn logo(&self, project: ProjectId) -> Result<Option<LogoPicture>, StoreError> {
        let Some(mut row) = self.get(&keys::logo(project)).await? else { return Ok(None) };
        let picture = row.remove(PICTURE).and_then(|picture| match picture {
            AttributeValue::B(picture) => Some(picture.into_inner()),
            _ => None,
        });
        let data = picture.ok_or_else(|| StoreError::Corrupt("the logo has no picture".to_owned()))?;
        Ok(Some(LogoPicture { logo: value(row)?, data }))
    }
}
