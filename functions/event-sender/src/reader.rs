//! Reads a stream in the order of delivery, and groups what the filter wants.

use std::{collections::VecDeque, time::Duration};

use shared::{
    delivery::{Notice, Position, Stream},
    model::{ConnectionId, ConnectionOwner, Event, Timestamp},
    store::{Bookmark, DatedChange, DatedHistory, Piece},
};
use tokio::time::Instant;

use crate::{Failure, Sender, event_filter::EventFilter};

/// Number of changes and of notices that are read at a time.
const PAGE: usize = 200;
/// Time after which the end of the stream is looked for once more. Whatever comes before that is owed a message anyway,
/// and another read costs as much as that message.
const AGAIN: Duration = Duration::from_secs(1);

/// An event of a stream.
#[derive(Debug, Clone)]
pub(crate) struct Happened {
    pub(crate) event: Event,
    /// Time at which it happened.
    pub(crate) at: Timestamp,
    /// Whether it may come once more with another time: a notice that was recorded twice does, a change does not.
    pub(crate) may_be_double: bool,
    /// Time from which the duration of its delivery counts: Dropbox's announcement, if there was one.
    pub(crate) since: Timestamp,
}

/// Events for one request, and the part of the stream that is done with once they are delivered.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    /// The position before the first event, and before those that the filter left out.
    pub(crate) from: Position,
    /// The position of the last event.
    pub(crate) to: Position,
    /// Whether rows of the stream are known to end with that position.
    pub(crate) ends_rows: bool,
    /// The events. Empty if the filter left out all that there was.
    pub(crate) events: Vec<Happened>,
}

/// A stream from some position on.
pub(crate) struct Reader<'a> {
    sender: &'a Sender,
    stream: Stream,
    /// The connection whose stream it is, and whose that is.
    owned: Option<(ConnectionId, &'a ConnectionOwner)>,
    event_filter: &'a EventFilter<'a>,
    position: Position,
    /// An event that was read and is in the next group, and its position.
    ahead: Option<(Happened, Position)>,
    changes: VecDeque<DatedChange>,
    notices: VecDeque<Notice>,
    /// Whether a row of each stream is known to end before what was not read yet.
    changes_end_row: bool,
    notices_end_row: bool,
    /// Whether nothing came after the changes that were read.
    at_last_change: bool,
    /// Whether nothing came after the notices that were read.
    at_last_notice: bool,
    /// Time at which the end was last looked for.
    looked_at: Instant,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        sender: &'a Sender,
        (stream, owner): (Stream, Option<&'a ConnectionOwner>),
        event_filter: &'a EventFilter<'a>,
        (position, ends_rows): (Position, bool),
    ) -> Self {
        let owned = stream.connection().zip(owner);
        Self {
            sender,
            stream,
            owned,
            event_filter,
            position,
            ahead: None,
            changes: VecDeque::new(),
            notices: VecDeque::new(),
            changes_end_row: ends_rows || owned.is_none(),
            notices_end_row: ends_rows,
            at_last_change: owned.is_none(),
            at_last_notice: false,
            looked_at: Instant::now(),
        }
    }

    /// Whether nothing is left of what was read, and nothing came after it then.
    pub(crate) fn is_at_end(&self) -> bool {
        self.is_drained() && self.at_last_change && self.at_last_notice
    }

    /// Whether rows of the stream are known to end with the position.
    pub(crate) fn ends_rows(&self) -> bool {
        self.is_drained() && self.changes_end_row && self.notices_end_row
    }

    /// Whether nothing is left of what was read.
    fn is_drained(&self) -> bool {
        self.ahead.is_none() && self.changes.is_empty() && self.notices.is_empty()
    }

    /// Returns the next events that may be in one request, at most `limit`; `None` at the end of the stream.
    pub(crate) async fn group(&mut self, limit: usize) -> Result<Option<Group>, Failure> {
        let from = self.position;
        let mut events: Vec<Happened> = Vec::new();
        while events.len() < limit {
            let before = self.position;
            let Some(happened) = self.next().await? else { break };
            if !self.event_filter.includes(&happened.event) {
                continue;
            }
            if events.last().is_some_and(|last| !self.event_filter.joins(&last.event, &happened.event)) {
                self.ahead = Some((happened, self.position));
                self.position = before;
                break;
            }
            events.push(happened);
        }
        let group = Group { from, to: self.position, ends_rows: self.ends_rows(), events };
        Ok((self.position != from).then_some(group))
    }

    /// Returns the events of a part of the stream that the filter wants, as far as they are still kept.
    pub(crate) async fn part(&mut self, to: Position) -> Result<Vec<Happened>, Failure> {
        let mut events = Vec::new();
        while self.position.change < to.change || self.position.notice < to.notice {
            let before = self.position;
            let Some(happened) = self.next().await? else { break };
            // A notice that was recorded since may come before a change of this part: it is left out.
            let is_change = self.position.change != before.change;
            let is_within =
                if is_change { self.position.change <= to.change } else { self.position.notice <= to.notice };
            if is_within && self.event_filter.includes(&happened.event) {
                events.push(happened);
            }
        }
        Ok(events)
    }

    /// Returns the next event, and moves on behind it.
    async fn next(&mut self) -> Result<Option<Happened>, Failure> {
        if let Some((happened, position)) = self.ahead.take() {
            self.position = position;
            return Ok(Some(happened));
        }
        self.fill().await?;
        let notice_first = match (self.notices.front(), self.changes.front()) {
            (Some(notice), Some(_)) => notice.after <= self.position.change,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if notice_first {
            let Some(Notice { number, at, event, .. }) = self.notices.pop_front() else { return Ok(None) };
            self.position.notice = number;
            return Ok(Some(Happened { event, at, may_be_double: true, since: at }));
        }
        let (Some(dated), Some((connection, owner))) = (self.changes.pop_front(), self.owned) else {
            return Ok(None);
        };
        let DatedChange { change, at, announced_at } = dated;
        self.position.change = change.number;
        let event = Event::change_of(connection, owner.clone(), change);
        Ok(Some(Happened { event, at, may_be_double: false, since: announced_at.unwrap_or(at) }))
    }

    /// Reads on where nothing is left. Notices are read before changes: the changes that precede a notice are in
    /// the log when the notice is recorded, so they are found.
    async fn fill(&mut self) -> Result<(), Failure> {
        if self.is_drained() && self.looked_at.elapsed() >= AGAIN {
            (self.at_last_notice, self.at_last_change) = (false, self.owned.is_none());
        }
        if self.notices.is_empty() && !self.at_last_notice {
            let after = Bookmark { number: self.position.notice, ends_row: self.notices_end_row };
            let piece = self.sender.store.notices(self.stream, after, PAGE).await?;
            (self.at_last_notice, self.notices_end_row) = (piece.is_end, true);
            self.looked_at = Instant::now();
            if !piece.read.is_empty() {
                self.at_last_change = self.owned.is_none();
            }
            self.notices = piece.read.into();
        }
        if self.changes.is_empty() && !self.at_last_change {
            self.read_changes().await?;
        }
        Ok(())
    }

    async fn read_changes(&mut self) -> Result<(), Failure> {
        let Some((connection, _)) = self.owned else { return Ok(()) };
        let log = &self.sender.store;
        let after = Bookmark { number: self.position.change, ends_row: self.changes_end_row };
        let mut history = log.dated_changes(connection, after, PAGE).await?;
        if let DatedHistory::Expired { .. } = history {
            // Older than 90 days: nobody has them any more. It goes on with the oldest that is still kept.
            let (number, oldest) =
                (self.position.change, log.last_change_before(connection, Timestamp(0)).await?);
            tracing::warn!(%connection, number, oldest, "changes expired undelivered");
            self.position.change = oldest;
            history = log.dated_changes(connection, oldest.into(), PAGE).await?;
        }
        let Piece { read, is_end } = match history {
            DatedHistory::Changes(piece) => piece,
            DatedHistory::Expired { .. } => Piece { read: Vec::new(), is_end: true },
        };
        (self.at_last_change, self.changes_end_row) = (is_end, true);
        self.changes = read.into();
        Ok(())
    }
}
