//! Full comparisons: their interval, and requests for one now.

use http::Response;
use lambda_http::Body;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, accepted},
    choosing::Resyncs,
    model::{Choices, Connection, RESYNC_HOURS, ResyncChoice},
};

use crate::{FilesApi, api::queue_walk, body};

const MUST_BE: &str = "{\"every_hours\": 3, 6, 12 or 24}, {\"off\": true} or {\"default\": true}";

/// An object with one of these members, and no other.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum IntervalBody {
    EveryHours(u64),
    Off(bool),
    Default(bool),
}

impl IntervalBody {
    /// Returns the choice; `Some(None)` stands for the project's default.
    fn choice(&self) -> Option<Option<ResyncChoice>> {
        match *self {
            Self::EveryHours(hours) if RESYNC_HOURS.contains(&hours) => {
                Some(Some(ResyncChoice::Every(hours * 60 * 60)))
            }
            Self::Off(true) => Some(Some(ResyncChoice::Off)),
            Self::Default(true) => Some(None),
            _ => None,
        }
    }
}

/// Chooses the interval between comparisons, or none.
pub(crate) async fn choose_interval(
    api: &FilesApi,
    connection: &Connection,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    let asked: IntervalBody = body::read(body, MUST_BE)?;
    let choice = asked.choice().ok_or_else(|| body::malformed(MUST_BE))?;
    let (project, settings) = tokio::try_join!(
        api.store.project(connection.project),
        api.store.user_settings(connection.project, &connection.user),
    )?;
    api.store.choose_resync(connection.id, choice).await?;
    // The walk schedules the next comparison.
    queue_walk(api, connection).await?;
    let usual = project.map(|project| project.settings.resync_seconds).unwrap_or_default();
    let choices = Choices { resync: choice, ..Choices::default() }.or_as_user(settings);
    Ok(accepted(&to_json(interval(choices.resync, usual))))
}

/// Requests a comparison now.
pub(crate) async fn request(api: &FilesApi, connection: &Connection) -> Result<Response<Body>, ApiError> {
    let resyncs = Resyncs {
        schedules: api.store.as_ref(),
        log: api.store.as_ref(),
        requests: &api.requests,
        clock: api.clock.as_ref(),
    };
    let asked_at = resyncs.request(connection).await?;
    Ok(accepted(&json!({"asked_at": asked_at.to_string()})))
}

/// Returns the seconds between comparisons, or `None` if they are off.
pub(crate) fn interval(choice: Option<ResyncChoice>, usual: u64) -> Option<u64> {
    match choice {
        None => Some(usual),
        Some(ResyncChoice::Every(seconds)) => Some(seconds),
        Some(ResyncChoice::Off) => None,
    }
}

/// Returns an interval as JSON.
pub(crate) fn to_json(interval: Option<u64>) -> Value {
    interval.map_or_else(|| json!({"off": true}), |seconds| json!({"every_seconds": seconds}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(body: &str) -> Option<Option<ResyncChoice>> {
        body::read::<IntervalBody>(body.as_bytes(), MUST_BE).ok()?.choice()
    }

    #[test]
    fn exactly_one_choice_is_made() {
        assert_eq!(choice(r#"{"every_hours": 6}"#), Some(Some(ResyncChoice::Every(21_600))));
        assert_eq!(choice(r#"{"off": true}"#), Some(Some(ResyncChoice::Off)));
        assert_eq!(choice(r#"{"default": true}"#), Some(None));
        for body in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"every_hours": 4}"#,
            r#"{"every_hours": 0}"#,
            r#"{"every_hours": -3}"#,
            r#"{"every_hours": "3"}"#,
            r#"{"off": false}"#,
            r#"{"off": true, "default": true}"#,
            r#"{"off": true, "default": null}"#,
            r#"{"off": null}"#,
            r#""off""#,
            r#"{"every_hours": 3, "off": true}"#,
            r#"{"every_hours": 3, "every_days": 1}"#,
        ] {
            assert_eq!(choice(body), None, "{body}");
        }
    }
}
