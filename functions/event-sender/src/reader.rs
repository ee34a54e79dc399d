//! Reads a stream in the order of delivery, and groups what the filter wants.

use std::collections::VecDeque;

use shared::{
    delivery::{Matcher, Notice, Position, Stream},
    model::{Connection, Event, Timestamp},
    store::{DatedChange, DatedHistory},
};

use crate::{Failure, Sender};

/// Number of changes and of notices that are read at a time.
const PAGE: usize = 200;

/// Events for one request, and the part of the stream that is done with once they are delivered.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// The position before the first event, and before those that the filter left out.
    pub(crate) from: Position,
    /// The position of the last event.
    pub(crate) to: Position,
    /// The events, with the times at which they happened. Empty if the filter left out all that there was.
    pub(crate) events: Vec<(Event, Timestamp)>,
}

/// A stream from some position on.
pub(crate) struct Reader<'a> {
    sender: &'a Sender,
    stream: Stream,
    connection: Option<&'a Connection>,
    matcher: &'a Matcher,
    position: Position,
    changes: VecDeque<DatedChange>,
    notices: VecDeque<Notice>,
    /// Whether nothing comes after the changes that were read.
    at_last_change: bool,
    /// Whether nothing comes after the notices that were read.
    at_last_notice: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        sender: &'a Sender,
        (stream, connection): (Stream, Option<&'a Connection>),
        matcher: &'a Matcher,
        position: Position,
    ) -> Self {
        Self {
            sender,
            stream,
            connection,
            matcher,
            position,
            changes: VecDeque::new(),
            notices: VecDeque::new(),
            at_last_change: connection.is_none(),
            at_last_notice: false,
        }
    }

    /// Returns the next events, at most `most`; `None` at the end of the stream.
    pub(crate) async fn group(&mut self, most: usize) -> Result<Option<Group>, Failure> {
        let from = self.position;
        let mut events = Vec::new();
        while events.len() < most {
            let Some((event, at)) = self.next().await? else { break };
            if self.matcher.wants(&event) {
                events.push((event, at));
            }
        }
        Ok((self.position != from).then_some(Group { from, to: self.position, events }))
    }

    /// Returns the events of a part of the stream that the filter wants, as far as they are still kept.
    pub(crate) async fn part(&mut self, to: Position) -> Result<Vec<(Event, Timestamp)>, Failure> {
        let mut events = Vec::new();
        while self.position.change < to.change || self.position.notice < to.notice {
            let before = self.position;
            let Some((event, at)) = self.next().await? else { break };
            // A notice that was recorded since may come before a change of this part: it is left out.
            let is_change = self.position.change != before.change;
            let is_within =
                if is_change { self.position.change <= to.change } else { self.position.notice <= to.notice };
            if is_within && self.matcher.wants(&event) {
                events.push((event, at));
            }
        }
        Ok(events)
    }

    /// Returns the next event, and moves on behind it.
    async fn next(&mut self) -> Result<Option<(Event, Timestamp)>, Failure> {
        self.fill().await?;
        let notice_first = match (self.notices.front(), self.changes.front()) {
            (Some(notice), Some(_)) => notice.after <= self.position.change,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if notice_first {
            let Some(Notice { number, at, event, .. }) = self.notices.pop_front() else { return Ok(None) };
            self.position.notice = number;
            return Ok(Some((event, at)));
        }
        let (Some(dated), Some(connection)) = (self.changes.pop_front(), self.connection) else {
            return Ok(None);
        };
        self.position.change = dated.change.number;
        Ok(Some((Event::change(connection, dated.change), dated.at)))
    }

    /// Reads on where nothing is left. Notices are read before changes: the changes that precede a notice are in
    /// the log when the notice is recorded, so they are found.
    async fn fill(&mut self) -> Result<(), Failure> {
        if self.notices.is_empty() && !self.at_last_notice {
            let read = self.sender.notices.notices(self.stream, self.position.notice, PAGE).await?;
            self.at_last_notice = read.is_empty();
            self.notices = read.into();
            self.at_last_change = self.connection.is_none();
        }
        if self.changes.is_empty() && !self.at_last_change {
            self.read_changes().await?;
        }
        Ok(())
    }

    async fn read_changes(&mut self) -> Result<(), Failure> {
        let Some(connection) = self.connection else { return Ok(()) };
        let log = &self.sender.log;
        let mut history = log.dated_changes(connection.id, self.position.change, PAGE).await?;
        if let DatedHistory::Expired { .. } = history {
            // Older than 90 days: nobody has them any more. It goes on with the oldest that is still kept.
            let (number, oldest) =
                (self.position.change, log.last_change_before(connection.id, Timestamp(0)).await?);
            tracing::warn!(connection = %connection.id, number, oldest, "changes expired undelivered");
            self.position.change = oldest;
            history = log.dated_changes(connection.id, oldest, PAGE).await?;
        }
        let read = match history {
            DatedHistory::Changes(read) => read,
            DatedHistory::Expired { .. } => Vec::new(),
        };
        self.at_last_change = read.is_empty();
        self.changes = read.into();
        Ok(())
    }
}
