//! Rows of notices: each has the notices that were appended together, under the number of the first one.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Dynamo, keys,
    ranges::Rows,
    table::{ABSENT, Row, expiring, failed, row, value},
};
use crate::{
    delivery::{Notice, Stream},
    model::{Event, Timestamp},
    store::{Bookmark, NoticeWriter, Notices, Piece, StoreError},
};

/// Maximum number of bytes of the events in a row. A row has at most 400 KB.
const LARGEST: usize = 300 * 1024;
/// Maximum number of attempts to append while others do.
const ATTEMPTS: usize = 16;

#[derive(Serialize, Deserialize)]
struct NoticesRow {
    /// The events, each as JSON.
    events: Vec<String>,
    /// Number of the last change that precedes them.
    after: u64,
    /// Time at which they were recorded.
    at: Timestamp,
}

impl NoticesRow {
    fn notices(self, first: u64) -> Result<Vec<Notice>, StoreError> {
        let Self { events, after, at } = self;
        let read = |(number, text): (u64, String)| {
            let event =
                serde_json::from_str(&text).map_err(|error| StoreError::Corrupt(error.to_string()))?;
            Ok(Notice { number, after, at, event })
        };
        (first..).zip(events).map(read).collect()
    }
}

impl Dynamo {
    /// Returns the last row of a stream whose first number is at most `limit`.
    async fn last_notices(&self, stream: Stream, limit: u64) -> Result<Option<Row>, StoreError> {
        self.last_row(keys::notice_partition(stream), keys::segment_sort(limit)).await
    }

    /// Returns the number of the next notice. A stream without rows begins with the time in milliseconds:
    /// whatever it contained before has expired or was purged, and had lower numbers.
    async fn next_notice(&self, stream: Stream, now: Timestamp) -> Result<u64, StoreError> {
        match self.last_notices(stream, u64::MAX).await? {
            Some(row) => Ok(first_of(&row)? + value::<NoticesRow>(row)?.events.len() as u64),
            None => Ok(now.0.max(1)),
        }
    }

    async fn append_row(&self, stream: Stream, notices: &NoticesRow) -> Result<u64, StoreError> {
        for _ in 0..ATTEMPTS {
            let first = self.next_notice(stream, notices.at).await?;
            let stored =
                expiring(row(&keys::notices(stream, first), notices)?, notices.at.plus(Stream::KEPT));
            let request = self
                .client
                .put_item()
                .table_name(&self.table)
                .set_item(Some(stored))
                .condition_expression(ABSENT);
            match request.send().await.map_err(failed) {
                Ok(_) => return Ok(first + notices.events.len() as u64 - 1),
                // Others have appended meanwhile.
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Conflict)
    }
}

fn first_of(row: &Row) -> Result<u64, StoreError> {
    let sort = row.get(keys::SK).and_then(|sort| sort.as_s().ok());
    sort.and_then(|sort| sort.parse().ok())
        .ok_or_else(|| StoreError::Corrupt("a notice without a number".to_owned()))
}

/// Returns the events as JSON, in groups that fit into a row each.
fn groups(events: &[Event]) -> Result<Vec<Vec<String>>, StoreError> {
    let mut groups: Vec<Vec<String>> = Vec::new();
    let mut size = usize::MAX;
    for event in events {
        let text = serde_json::to_string(event).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        size = size.saturating_add(text.len());
        match groups.last_mut() {
            Some(group) if size <= LARGEST => group.push(text),
            _ => {
                size = text.len();
                groups.push(vec![text]);
            }
        }
    }
    Ok(groups)
}

#[async_trait]
impl NoticeWriter for Dynamo {
    async fn append_notices(
        &self,
        stream: Stream,
        after: u64,
        events: &[Event],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut last = 0;
        for events in groups(events)? {
            last = self.append_row(stream, &NoticesRow { events, after, at: now }).await?;
        }
        Ok(last)
    }
}

#[async_trait]
impl Notices for Dynamo {
    async fn notices(
        &self,
        stream: Stream,
        after: Bookmark,
        limit: usize,
    ) -> Result<Piece<Notice>, StoreError> {
        let Bookmark { number, ends_row } = after;
        let later = |after: u64| {
            self.rows_after(keys::notice_partition(stream), keys::segment_sort(after), limit.max(1))
        };
        let (holding, Rows { rows, is_end }) = if ends_row {
            (None, later(number).await?)
        } else {
            // The notice after the number may be in a row that begins before it.
            let first = number.saturating_add(1);
            tokio::try_join!(self.last_notices(stream, first), later(first))?
        };
        let mut read: Vec<Notice> = Vec::new();
        for row in holding.into_iter().chain(rows) {
            let first = first_of(&row)?;
            let of_row = value::<NoticesRow>(row)?.notices(first)?;
            read.extend(of_row.into_iter().filter(|notice| notice.number > number));
        }
        Ok(Piece { read, is_end })
    }

    async fn last_notice_before(&self, stream: Stream, at: Timestamp) -> Result<u64, StoreError> {
        let mut limit = u64::MAX;
        // From the end backwards, because the time is usually a short time ago.
        while let Some(row) = self.last_notices(stream, limit).await? {
            let (first, notices) = (first_of(&row)?, value::<NoticesRow>(row)?);
            if notices.at < at {
                return Ok(first + notices.events.len() as u64 - 1);
            }
            limit = first - 1;
        }
        Ok(0)
    }
}
