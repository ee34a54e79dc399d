//! Projects of this machine, their API keys, and the Dropbox app: created once, then kept in a file.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use shared::{
    dropbox::OauthApp,
    model::{ApiKey, AppSecret, Clock, Project, ProjectId, ProjectSettings, UserTokenRules},
    store::{Projects, StoreError},
};
use uuid::Uuid;

/// A project, with the API key that its server would use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoProject {
    /// Project.
    pub project: Project,
    /// API key of the project.
    pub key: ApiKey,
}

/// Values that the operator of a deployment would set.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Secrets {
    pub(crate) app_key: String,
    app_secret: AppSecret,
    pub(crate) projects: Vec<DemoProject>,
}

impl Secrets {
    /// Reads the file, or creates it with two projects.
    pub(crate) fn open(file: &Path, settings: &ProjectSettings, clock: &dyn Clock) -> anyhow::Result<Self> {
        match fs::read(file) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).with_context(|| format!("{} is not readable", file.display()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let secrets = Self::new(settings, clock);
                secrets.write(file).with_context(|| format!("{} cannot be written", file.display()))?;
                Ok(secrets)
            }
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
        }
    }

    fn new(settings: &ProjectSettings, clock: &dyn Clock) -> Self {
        let project = |name: &str| {
            let project = Project {
                id: ProjectId::random(),
                name: name.to_owned(),
                return_origins: Vec::new(),
                user_keys: Vec::new(),
                user_tokens: UserTokenRules::default(),
                app: None,
                settings: settings.clone(),
                created_at: clock.now(),
            };
            DemoProject { key: ApiKey::of_project(project.id), project }
        };
        Self {
            app_key: Uuid::new_v4().simple().to_string()[..15].to_owned(),
            app_secret: AppSecret::new(&Uuid::new_v4().simple().to_string()[..15]),
            projects: vec![project("First project"), project("Second project")],
        }
    }

    /// Writes the file atomically, readable only by its owner.
    fn write(&self, file: &Path) -> anyhow::Result<()> {
        let draft = file.with_extension("draft");
        let mut options = fs::OpenOptions::new();
        let mut out = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        out.write_all(&serde_json::to_vec_pretty(self)?)?;
        Ok(fs::rename(&draft, file)?)
    }

    pub(crate) fn app(&self) -> OauthApp {
        OauthApp::new(self.app_key.as_str(), self.app_secret.clone())
    }

    /// Adds the projects to the store, unless they exist.
    pub(crate) async fn add_to(&self, store: &dyn Projects) -> Result<(), StoreError> {
        for DemoProject { project, key } in &self.projects {
            match store.add_project(project, &key.hash()).await {
                Ok(()) | Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
