//! Resources of a stack, as CloudFormation lists them.

use std::{collections::HashMap, fs, path::Path};

use anyhow::Context;
use serde::Deserialize;

/// Physical names of a stack's resources.
pub(super) struct Resources(HashMap<String, String>);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    stack_resources: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource {
    logical_resource_id: String,
    physical_resource_id: String,
}

impl Resources {
    /// Reads the output of `aws cloudformation describe-stack-resources`.
    pub(super) fn read(file: &Path) -> anyhow::Result<Self> {
        let text = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let listed: Listed = serde_json::from_slice(&text)
            .with_context(|| format!("{} is no list of a stack's resources", file.display()))?;
        let named = |resource: Resource| (resource.logical_resource_id, resource.physical_resource_id);
        Ok(Self(listed.stack_resources.into_iter().map(named).collect()))
    }

    /// Returns the physical name of a resource of the template.
    pub(super) fn name(&self, logical_id: &str) -> anyhow::Result<&str> {
        let name = self.0.get(logical_id).map(String::as_str);
        name.with_context(|| format!("the stack has no resource {logical_id}"))
    }
}
