//! Rows of attempts: each has attempts that were added together, under the time of the latest.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Dynamo, keys,
    table::{expiring, failed, row, text, value},
};
use crate::{
    model::{EndpointId, Timestamp},
    store::{Attempt, Attempts, StoreError},
};

/// Lifetime of an attempt.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Longest time from the first attempt in a row to the last.
const SPAN: Duration = Duration::from_secs(60);
/// Maximum number of bytes of the attempts in a row. A row has at most 400 KB.
const LARGEST: usize = 300 * 1024;

#[derive(Serialize, Deserialize)]
struct AttemptsRow {
    /// The attempts as JSON, which is half the size of DynamoDB's own form, from the first on.
    attempts: String,
}

/// Attempts of a row, each as JSON.
struct Group {
    first: Timestamp,
    last: Timestamp,
    bytes: usize,
    attempts: Vec<String>,
}

impl Group {
    fn takes(&self, attempt: &Attempt, text: &str) -> bool {
        attempt.at.since(self.first) <= SPAN && self.bytes + text.len() < LARGEST
    }

    fn row(&self) -> AttemptsRow {
        AttemptsRow { attempts: format!("[{}]", self.attempts.join(",")) }
    }
}

/// Returns the attempts in groups that fit into a row each.
fn groups(attempts: &[Attempt]) -> Result<Vec<Group>, StoreError> {
    let mut sorted: Vec<&Attempt> = attempts.iter().collect();
    sorted.sort_by_key(|attempt| attempt.at);
    let mut groups: Vec<Group> = Vec::new();
    for attempt in sorted {
        let text = serde_json::to_string(attempt).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let bytes = text.len() + 1;
        match groups.last_mut() {
            Some(group) if group.takes(attempt, &text) => {
                group.last = attempt.at;
                group.bytes += bytes;
                group.attempts.push(text);
            }
            _ => groups.push(Group { first: attempt.at, last: attempt.at, bytes, attempts: vec![text] }),
        }
    }
    Ok(groups)
}

#[async_trait]
impl Attempts for Dynamo {
    async fn add_attempts(&self, endpoint: EndpointId, attempts: &[Attempt]) -> Result<(), StoreError> {
        for group in groups(attempts)? {
            // Several rows may end in the same millisecond.
            let key = keys::attempt(endpoint, group.last, Uuid::new_v4().as_fields().0);
            let row = expiring(row(&key, &group.row())?, group.last.plus(KEPT));
            let request = self.client.put_item().table_name(&self.table).set_item(Some(row));
            request.send().await.map_err(failed)?;
        }
        Ok(())
    }

    async fn attempts(
        &self,
        endpoint: EndpointId,
        before: Timestamp,
        limit: u16,
    ) -> Result<Vec<Attempt>, StoreError> {
        let mut found: Vec<Attempt> = Vec::new();
        // A row that ends later may have attempts from before.
        let mut end = keys::attempt_sort(Timestamp(before.0.saturating_add(SPAN.as_millis() as u64)));
        loop {
            let (rows, is_end) = self.attempt_rows(endpoint, &end, limit).await?;
            let mut reached = Timestamp(0);
            for (sort, attempts) in rows {
                reached = attempts.iter().map(|attempt| attempt.at).max().unwrap_or(reached);
                found.extend(attempts.into_iter().filter(|attempt| attempt.at < before));
                end = sort;
            }
            found.sort_by_key(|attempt| std::cmp::Reverse(attempt.at));
            // The rows that were not read end at this time at the latest.
            let certain = found.iter().filter(|attempt| attempt.at >= reached).count();
            if is_end || certain >= usize::from(limit) {
                found.truncate(usize::from(limit));
                return Ok(found);
            }
        }
    }
}

impl Dynamo {
    /// Returns rows before a sort key, the latest first, each with its own sort key; and whether there are no others.
    async fn attempt_rows(
        &self,
        endpoint: EndpointId,
        before: &str,
        limit: u16,
    ) -> Result<(Vec<(String, Vec<Attempt>)>, bool), StoreError> {
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk < :sk")
            .expression_attribute_values(":pk", text(keys::attempts(endpoint)))
            .expression_attribute_values(":sk", text(before))
            .scan_index_forward(false)
            .limit(i32::from(limit.max(1)));
        let answer = request.send().await.map_err(failed)?;
        let is_end = answer.last_evaluated_key.is_none();
        let read = |row: super::table::Row| {
            let sort = row.get(keys::SK).and_then(|sort| sort.as_s().ok()).cloned().unwrap_or_default();
            let text = value::<AttemptsRow>(row)?.attempts;
            let attempts =
                serde_json::from_str(&text).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            Ok((sort, attempts))
        };
        let rows = answer.items.unwrap_or_default().into_iter().map(read).collect::<Result<_, _>>()?;
        Ok((rows, is_end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{delivery::Stream, model::ProjectId};

    fn attempt(second: u64, answer: &str) -> Attempt {
        Attempt {
            at: Timestamp(second * 1000),
            stream: Stream::Project(ProjectId::random()),
            id: String::new(),
            events: 1,
            failures: 0,
            status: Some(200),
            error: None,
            code: None,
            ms: 1,
            answer: answer.to_owned(),
            last: false,
        }
    }

    fn sizes(attempts: &[Attempt]) -> Vec<usize> {
        groups(attempts).unwrap().iter().map(|group| group.attempts.len()).collect()
    }

    #[test]
    fn a_row_has_the_attempts_of_a_minute() {
        let attempts =
            |seconds: &[u64]| -> Vec<Attempt> { seconds.iter().map(|second| attempt(*second, "")).collect() };
        assert_eq!(sizes(&[]), [0; 0]);
        assert_eq!(sizes(&attempts(&[0, 60])), [2]);
        assert_eq!(sizes(&attempts(&[61, 0, 30])), [2, 1]);
        assert_eq!(sizes(&attempts(&[0, 59, 118, 119])), [2, 2]);
    }

    #[test]
    fn a_row_has_no_more_attempts_than_it_has_room_for() {
        let large = "x".repeat(1024);
        let all: Vec<Attempt> = (0..1000).map(|_| attempt(7, &large)).collect();
        let groups = groups(&all).unwrap();
        assert!(groups.len() > 3 && groups.iter().all(|group| group.row().attempts.len() <= LARGEST + 1));
        assert_eq!(groups.iter().map(|group| group.attempts.len()).sum::<usize>(), 1000);
    }
}
