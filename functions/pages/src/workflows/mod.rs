//! The workflows of the application: which of them run for the user, in which account and with which settings, what
//! they do, and what became of their runs. What a step was given and what it gave are the application's, and not
//! shown.

mod act;
mod form;
mod list;
mod outline;
mod run;
mod runs;
mod show;
mod state;

use shared::{
    answer::ApiError,
    workflows::{Enabling, Run, Workflow},
};

pub(crate) use self::{act::act, list::list, run::show as show_run, show::show};
use crate::{
    Pages,
    opened::{Opened, gone},
};

/// Whether the application has workflows.
pub(crate) async fn are_there(opened: &Opened<'_>) -> Result<bool, ApiError> {
    Ok(!opened.pages.store.workflows(opened.session.project).await?.is_empty())
}

/// Returns the workflow of the project that a part of the path names.
pub(crate) async fn named(opened: &Opened<'_>, part: &str) -> Result<Workflow, ApiError> {
    let id = part.parse().map_err(|_| gone())?;
    let found = opened.pages.store.workflow(opened.session.project, id).await?;
    found.ok_or_else(gone)
}

/// Returns the run that a part of the path names, if it is one for the user.
pub(crate) async fn run_named(opened: &Opened<'_>, part: &str) -> Result<Run, ApiError> {
    let id = part.parse().map_err(|_| gone())?;
    let found = opened.pages.store.run(opened.session.project, id).await?;
    found.filter(|run| run.user == opened.session.user).ok_or_else(gone)
}

/// Returns what decisions about users need.
fn enabling(pages: &Pages) -> Enabling<'_> {
    Enabling {
        workflows: pages.store.as_ref(),
        connections: pages.store.as_ref(),
        clock: pages.clock.as_ref(),
    }
}

/// Returns the path of a workflow's page.
fn address(opened: &Opened<'_>, workflow: &Workflow) -> String {
    opened.address(&format!("/workflows/{}", workflow.id))
}
