//! What is told of where paths begin.

use serde::Serialize;

use crate::content::Roots;

/// Where an account's paths begin.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum RootInfo {
    /// In the account's own home.
    User {
        /// The namespace of the root.
        root_namespace_id: String,
        /// The namespace of the home.
        home_namespace_id: String,
    },
    /// In the space of the account's team.
    Team {
        /// The namespace of the root.
        root_namespace_id: String,
        /// The namespace of the home.
        home_namespace_id: String,
        /// Where the home is in the root.
        home_path: String,
    },
}

impl From<&Roots> for RootInfo {
    fn from(roots: &Roots) -> Self {
        let (root_namespace_id, home_namespace_id) = (roots.root.to_string(), roots.home.to_string());
        match roots.home_path.is_root() {
            true => Self::User { root_namespace_id, home_namespace_id },
            false => {
                let home_path = roots.home_path.display.clone();
                Self::Team { root_namespace_id, home_namespace_id, home_path }
            }
        }
    }
}
