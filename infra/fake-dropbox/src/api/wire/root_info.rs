//! Information about an account's root.

use serde::Serialize;

use crate::content::Roots;

/// Root of an account's paths.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub(crate) enum RootInfo {
    /// The account's own home.
    User {
        /// Namespace of the root.
        root_namespace_id: String,
        /// Namespace of the home.
        home_namespace_id: String,
    },
    /// The space of the account's team.
    Team {
        /// Namespace of the root.
        root_namespace_id: String,
        /// Namespace of the home.
        home_namespace_id: String,
        /// Path of the home in the root.
        home_path: String,
    },
}

impl From<&Roots> for RootInfo {
    fn from(roots: &Roots) -> Self {
        let (root_namespace_id, home_namespace_id) = (roots.root.to_string(), roots.home.to_string());
        if roots.home_path.is_root() {
            Self::User { root_namespace_id, home_namespace_id }
        } else {
            let home_path = roots.home_path.display.clone();
            Self::Team { root_namespace_id, home_namespace_id, home_path }
        }
    }
}
