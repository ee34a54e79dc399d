//! Callers of paths that name a project and are about no user in particular.

use http::HeaderMap;

use super::{
    Caller, CallerKind, Credential, Operation, ProjectCaller, api_key_required, credential, nobody,
    owner_of_key,
};
use crate::{answer::ApiError, model::Timestamp, request_log, store::Projects};

impl ProjectCaller {
    /// Checks the caller of an operation of [`Callers::Project`](super::Callers::Project). A user named in
    /// the headers is ignored.
    ///
    /// # Errors
    /// 401 without a known key; 404 if the key belongs to another project, whether `project` exists or not;
    /// 403 for a user token that the project signed, 401 for any other.
    pub async fn of_path(
        projects: &dyn Projects,
        operation: Operation,
        project: &str,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let key = match credential(headers).ok_or_else(nobody)? {
            Credential::Key(key) => key.hash(),
            Credential::Token(_) => {
                // The token is still checked, so that an invalid one gets the answer for invalid tokens.
                Caller::check(projects, operation, project, headers, now).await?;
                return Err(api_key_required());
            }
        };
        let caller = Self {
            project: owner_of_key(projects, project, &key).await?,
            user: None,
            kind: CallerKind::ApiKey,
            key,
            issued_at: None,
        };
        request_log::note(caller.project, caller.kind, &caller.key);
        Ok(caller)
    }
}
