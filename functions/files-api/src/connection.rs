//! Connections as their project sees them.

use futures_util::{StreamExt, TryStreamExt, stream};
use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, found},
    caller::Caller,
    model::{
        Choices, Connection, ConnectionId, ConnectionStatus, Head, Health, Project, ResyncReport, Schedule,
        Timestamp, TransferCounts,
    },
    representation,
    store::{ChoiceStore, HealthStore, Log, Projects, Schedules, StoreError, Users},
};

use crate::{
    FilesApi, health, progress,
    resync::{self, interval},
    routes::disconnected,
    selections,
};

/// Maximum number of connections that are read in parallel.
const PARALLEL_READS: usize = 8;

/// Stores from which a connection is described.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// Projects, for their settings.
    pub projects: &'a dyn Projects,
    /// Change logs.
    pub log: &'a dyn Log,
    /// Times at which connections are next worked on.
    pub schedules: &'a dyn Schedules,
    /// Health of connections.
    pub health: &'a dyn HealthStore,
    /// Choices about connections.
    pub choices: &'a dyn ChoiceStore,
    /// Settings of their users.
    pub users: &'a dyn Users,
}

/// Describes a connection for its project: the body of `GET …/connections/{connection}`.
///
/// # Errors
/// If the store cannot be reached.
pub async fn describe(
    sources: &Sources<'_>,
    connection: &Connection,
    now: Timestamp,
) -> Result<Value, StoreError> {
    let id = connection.id;
    if let Some(receipt) = &connection.receipt {
        let mut gone = to_json(connection);
        gone["receipt"] = representation::receipt(receipt);
        return Ok(gone);
    }
    let (project, head, schedule, health, transfers, choices, report, settings) = tokio::try_join!(
        sources.projects.project(connection.project),
        sources.log.head(id),
        sources.schedules.schedule(id),
        sources.health.health(id),
        sources.health.transfer_counts(id),
        sources.choices.choices(id),
        sources.log.report(id),
        sources.users.user_settings(connection.project, &connection.user),
    )?;
    let choices = choices.or_as_user(settings);
    let connection = connection.clone();
    let details = Details { connection, project, head, schedule, health, transfers, choices, report };
    Ok(details.to_json(now))
}

/// Data of a connection's description.
struct Details {
    connection: Connection,
    project: Option<Project>,
    head: Head,
    schedule: Schedule,
    health: Health,
    transfers: TransferCounts,
    choices: Choices,
    report: Option<ResyncReport>,
}

/// Reads the connection with this name, an id or an integer, if it is the caller's.
pub(crate) async fn read(api: &FilesApi, caller: &Caller, name: &str) -> Result<Connection, ApiError> {
    let id = id_named(api, caller, name).await?;
    connection_of(api, caller, id).await
}

async fn connection_of(api: &FilesApi, caller: &Caller, id: ConnectionId) -> Result<Connection, ApiError> {
    let found = api.store.connection(id).await?;
    found
        .filter(|connection| connection.project == caller.project && connection.user == caller.user)
        .ok_or_else(missing)
}

async fn id_named(api: &FilesApi, caller: &Caller, name: &str) -> Result<ConnectionId, ApiError> {
    let name = name.parse().map_err(|_| missing())?;
    api.store.connection_named(caller.project, name).await?.ok_or_else(missing)
}

/// Reads a connection that is not disconnected, and its HEAD in parallel.
pub(crate) async fn read_with_head(
    api: &FilesApi,
    caller: &Caller,
    name: &str,
) -> Result<(Connection, Head), ApiError> {
    let id = id_named(api, caller, name).await?;
    let head = async { Ok(api.store.head(id).await?) };
    let (connection, head) = tokio::try_join!(connection_of(api, caller, id), head)?;
    if connection.status == ConnectionStatus::Disconnected {
        return Err(disconnected());
    }
    Ok((connection, head))
}

/// Lists the user's connections, oldest first. Their rows and their health are read in parallel.
pub(crate) async fn list(api: &FilesApi, caller: &Caller) -> Result<Response<Body>, ApiError> {
    let ids = api.store.connection_ids_of_user(caller.project, &caller.user).await?;
    let read = |id| async move { tokio::try_join!(api.store.connection(id), api.store.health(id)) };
    let all = stream::iter(ids).map(read).buffered(PARALLEL_READS).try_collect::<Vec<_>>().await?;
    let mut all: Vec<(Connection, Health)> =
        all.into_iter().filter_map(|(connection, health)| Some((connection?, health))).collect();
    all.sort_by_key(|(connection, _)| connection.created_at);
    let listed = all.iter().map(|(connection, health)| {
        let mut listed = to_json(connection);
        listed["health"] = health::brief(connection, health);
        listed
    });
    Ok(found(&json!({"connections": listed.collect::<Vec<Value>>()})))
}

/// Shows a connection, with its status, its progress and what was chosen.
pub(crate) async fn show(api: &FilesApi, connection: &Connection) -> Result<Response<Body>, ApiError> {
    let sources = Sources {
        projects: api.store.as_ref(),
        log: api.store.as_ref(),
        schedules: api.store.as_ref(),
        health: api.store.as_ref(),
        choices: api.store.as_ref(),
        users: api.store.as_ref(),
    };
    Ok(found(&describe(&sources, connection, api.clock.now()).await?))
}

fn missing() -> ApiError {
    ApiError::not_found("connection_not_found", "This user of the project has no such connection.")
}

fn to_json(connection: &Connection) -> Value {
    json!({
        "id": connection.id,
        "account": connection.account,
        "email": connection.profile.email,
        "display_name": connection.profile.display_name,
        "country": connection.profile.country,
        "team": connection.profile.team,
        "scopes": connection.scopes,
        "status": connection.status,
        "created_at": connection.created_at.to_string(),
    })
}

impl Details {
    fn to_json(&self, now: Timestamp) -> Value {
        let Self { connection, project, head, schedule, health, transfers, choices, report } = self;
        let usual = project.as_ref().map(|project| project.settings.resync_seconds).unwrap_or_default();
        let mut resync = resync::to_json(interval(choices.resync, usual));
        resync["next_at"] = json!(schedule.next_resync().map(|at| at.to_string()));
        let mut json = to_json(connection);
        json["log"] = json!({"head": head.head, "applied": head.applied, "live": head.is_live()});
        json["health"] = health::to_json(connection, health, head);
        json["progress"] = progress::to_json(head, choices, transfers);
        json["items"] = json!(head.items);
        json["selections"] = choices.selections.iter().map(selections::to_json).collect();
        json["resync"] = resync;
        json["paused_until"] = json!(schedule.pause(now).map(|until| until.to_string()));
        let writes_paused_until = schedule.writes_paused_until.filter(|until| *until > now);
        json["writes_paused_until"] = json!(writes_paused_until.map(|until| until.to_string()));
        json["deletions_held"] = json!(head.held.map(representation::held_deletions));
        json["last_resync"] = json!(report.as_ref().map(representation::resync_report));
        json
    }
}
