//! Assembles files, as clients see them, from the rows of items.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use shared::model::{Connection, ConnectionId, Record, ResyncChoice};

use super::{Source, file::File, origins::Origins, status::Work};
use crate::{CarbonApi, answer::Refusal};

/// Assembles the files of a data source's records, each with its folder and the client's label. A record
/// without a number is left out until the next resync. What all records share is read in parallel with them.
pub(super) async fn files(
    api: &CarbonApi,
    source: &Arc<Source>,
    records: impl Future<Output = Result<Vec<Record>, Refusal>>,
) -> Result<Vec<File>, Refusal> {
    let Connection { id, project, user, .. } = &source.connection;
    let labels = async { Ok(api.labels.labels(*id).await?) };
    let choices = async { Ok(api.choices.choices(*id).await?) };
    let settings = async { Ok(api.users.user_settings(*project, user).await?) };
    let (records, labels, choices, settings, work) =
        tokio::try_join!(records, labels, choices, settings, work(api, *id))?;
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let (origins, parents) = tokio::try_join!(Origins::of(api, *id, labels), parents(api, source, &records))?;
    let is_followed = choices.or_as_user(settings).resync != Some(ResyncChoice::Off);
    let file = |record: Record| {
        let path = &record.item.facts.path_lower;
        let label = origins.label(path);
        let own = record.tags.as_ref().map(|stored| stored.tags.clone());
        let tags = own.or_else(|| label.map(|label| label.tags.clone()));
        Some(File {
            source: source.clone(),
            number: source.number(record.item.created?)?,
            parent: folder_of(path).and_then(|folder| parents.get(folder)).copied(),
            request_id: label.and_then(|label| label.request_id.clone()),
            tags: tags.unwrap_or_default(),
            is_followed,
            work,
            record,
        })
    };
    Ok(records.into_iter().filter_map(file).collect())
}

/// Reads the state of a connection's transfers.
async fn work(api: &CarbonApi, id: ConnectionId) -> Result<Work, Refusal> {
    let now = api.clock.now();
    let (schedule, is_under_way) =
        tokio::try_join!(api.schedules.schedule(id), api.transfers.is_run_under_way(id, now))?;
    Ok(Work { is_paused: schedule.pause(now).is_some(), is_under_way })
}

/// Returns the integers of the records' parent folders, by path.
async fn parents(
    api: &CarbonApi,
    source: &Source,
    records: &[Record],
) -> Result<HashMap<String, u64>, Refusal> {
    let id = source.connection.id;
    let folders: BTreeSet<&str> =
        records.iter().filter_map(|record| folder_of(&record.item.facts.path_lower)).collect();
    let folders: Vec<String> = folders.into_iter().map(str::to_owned).collect();
    let at = api.items.at_paths(id, &folders).await?;
    let ids: Vec<_> = at.values().cloned().collect();
    let held = api.items.items(id, &ids).await?;
    let number = |(path, item)| Some((path, source.number(held.get(&item)?.created?)?));
    Ok(at.into_iter().filter_map(number).collect())
}

fn folder_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder).filter(|folder| !folder.is_empty())
}
