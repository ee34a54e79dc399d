//! State that all files of a data source share.

use std::{collections::HashMap, sync::Arc};

use shared::model::{ConnectionId, Label, ResyncChoice, Target};

use super::{
    origins::Origins,
    sources::{Named, Source},
    status::Work,
};
use crate::{CarbonApi, answer::Refusal, request::AuthorizedRequest};

/// A data source, and what its files say beside what their own records say.
pub(super) struct Context {
    pub(super) source: Arc<Source>,
    pub(super) origins: Origins,
    /// Whether the connection is compared in full by itself.
    pub(super) is_followed: bool,
    /// State of the transfers.
    pub(super) work: Work,
}

/// A context in which the targets of the selections' labels are not looked up yet.
pub(super) struct Unplaced {
    pub(super) source: Arc<Source>,
    pub(super) labels: HashMap<Target, Label>,
    is_followed: bool,
    work: Work,
}

impl Context {
    /// Reads the context; `None` if the connection is disconnected. Where labels' targets are is read after all
    /// else, and at the same time as a caller's second round.
    pub(super) async fn read(
        api: &CarbonApi,
        request: &AuthorizedRequest<'_>,
        named: Named,
    ) -> Result<Option<Self>, Refusal> {
        let Some(mut read) = Unplaced::read(api, request, named).await? else { return Ok(None) };
        let origins = Origins::of(api, named.id, std::mem::take(&mut read.labels)).await?;
        Ok(Some(read.placed(origins)))
    }
}

impl Unplaced {
    /// Reads all of it in one round; `None` if the connection is disconnected.
    pub(super) async fn read(
        api: &CarbonApi,
        request: &AuthorizedRequest<'_>,
        named: Named,
    ) -> Result<Option<Self>, Refusal> {
        let (id, project, user) = (named.id, request.caller.project, request.user()?);
        let rows = async {
            Ok(tokio::try_join!(
                api.store.labels(id),
                api.store.choices(id),
                api.store.user_settings(project, user)
            )?)
        };
        let (source, (labels, choices, settings), work) =
            tokio::try_join!(named.read(api), rows, work(api, id))?;
        let is_followed = choices.or_as_user(settings).resync != Some(ResyncChoice::Off);
        Ok(source.map(|source| Self { source: Arc::new(source), labels, is_followed, work }))
    }

    pub(super) fn placed(self, origins: Origins) -> Context {
        let Self { source, is_followed, work, .. } = self;
        Context { source, origins, is_followed, work }
    }
}

/// Reads the state of a connection's transfers.
async fn work(api: &CarbonApi, id: ConnectionId) -> Result<Work, Refusal> {
    let now = api.clock.now();
    let (schedule, is_under_way) =
        tokio::try_join!(api.store.schedule(id), api.store.is_run_under_way(id, now))?;
    Ok(Work { is_paused: schedule.pause(now).is_some(), is_under_way })
}
