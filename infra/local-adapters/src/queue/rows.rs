//! Rows of the queues, and all statements on them.
//!
//! `next` marks the messages that may be delivered once they are visible: all of a standard queue, and the
//! oldest of each group of a FIFO queue. The index contains only these. So a group of a FIFO queue is blocked
//! while its other messages are not marked, and a message that becomes visible again keeps its place. A
//! standard queue is fair between groups: the group with the fewest messages in flight is next, and among
//! equals the one that was served longest ago.

use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction, params};
use shared::queue::{Delivery, Outgoing};

use super::settings::QueueSettings;

/// Time for which a FIFO queue remembers a deduplication id, in milliseconds.
const DEDUPLICATION_WINDOW: u64 = 5 * 60 * 1000;

/// Tables of the queues. A position is never reused, so that an old receipt cannot match a newer message.
pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS message (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        queue TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        group_id TEXT,
        next INTEGER NOT NULL,
        visible_at INTEGER NOT NULL,
        receives INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX IF NOT EXISTS message_due ON message (queue, visible_at) WHERE next = 1;
    CREATE INDEX IF NOT EXISTS message_group ON message (queue, group_id) WHERE group_id IS NOT NULL;
    CREATE TABLE IF NOT EXISTS given_up (
        position INTEGER PRIMARY KEY,
        reason TEXT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS served (
        queue TEXT NOT NULL,
        group_id TEXT NOT NULL,
        turn INTEGER NOT NULL,
        PRIMARY KEY (queue, group_id)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS deduplication (
        queue TEXT NOT NULL,
        id TEXT NOT NULL,
        until INTEGER NOT NULL,
        PRIMARY KEY (queue, id)
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS deduplication_until ON deduplication (until);
";

/// Numbers of messages of a queue, by state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Waiting to be received, or behind another message of their group.
    pub visible: u64,
    /// Delivered, but neither acknowledged nor visible again.
    pub in_flight: u64,
    /// Sent with a delay that is not over.
    pub delayed: u64,
    /// In the dead-letter queue.
    pub dead: u64,
}

/// A dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Id, the same as before.
    pub id: String,
    /// Text.
    pub body: String,
    /// Group, if it has one.
    pub group: Option<String>,
    /// Number of deliveries.
    pub receive_count: u32,
    /// Reason, if it is known.
    pub reason: Option<String>,
}

/// A message that may be delivered now.
struct Due {
    position: i64,
    receives: u32,
    group: Option<String>,
}

/// Makes all messages in flight visible.
pub(super) fn abandon_deliveries(transaction: &Transaction<'_>, now: u64) -> Result<()> {
    transaction
        .execute("UPDATE message SET visible_at = ?1 WHERE receives > 0 AND visible_at > ?1", [now])
        .map(drop)
}

/// Stores messages, except those with a repeated deduplication id.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    queue: &QueueSettings,
    messages: &[Outgoing],
    now: u64,
) -> Result<()> {
    transaction.prepare_cached("DELETE FROM deduplication WHERE until <= ?1")?.execute([now])?;
    let mut remember = transaction
        .prepare_cached("INSERT OR IGNORE INTO deduplication (queue, id, until) VALUES (?1, ?2, ?3)")?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO message (queue, id, body, group_id, visible_at, next)
         VALUES (?1, ?2, ?3, ?4, ?5, NOT (?6 AND EXISTS (SELECT 1 FROM message WHERE queue = ?1 AND group_id = ?4)))",
    )?;
    for message in messages {
        let fresh = match &message.deduplication {
            Some(id) => remember.execute(params![queue.name, id, now + DEDUPLICATION_WINDOW])? == 1,
            None => true,
        };
        if fresh {
            let visible_at = now + u64::try_from(message.delay.as_millis()).unwrap_or_default();
            let id = uuid::Uuid::new_v4().to_string();
            insert.execute(params![queue.name, id, message.body, message.group, visible_at, queue.fifo])?;
            note_reason(transaction, message.reason.as_deref())?;
        }
    }
    Ok(())
}

/// Stores the reason of the dead letter that was just inserted.
fn note_reason(transaction: &Transaction<'_>, reason: Option<&str>) -> Result<()> {
    let Some(reason) = reason else { return Ok(()) };
    let position = transaction.last_insert_rowid();
    transaction
        .execute("INSERT INTO given_up (position, reason) VALUES (?1, ?2)", params![position, reason])
        .map(drop)
}

/// Moves all messages of a dead-letter queue back to their queue, as new ones. Returns their number.
pub(super) fn put_back(
    transaction: &Transaction<'_>,
    queue: &QueueSettings,
    dead: &str,
    now: u64,
) -> Result<usize> {
    let messages = dead_letters(transaction, dead)?.into_iter().map(|letter| Outgoing {
        body: letter.body,
        group: letter.group,
        deduplication: None,
        delay: std::time::Duration::ZERO,
        reason: None,
    });
    let messages: Vec<Outgoing> = messages.collect();
    insert(transaction, queue, &messages, now)?;
    transaction.execute(
        "DELETE FROM given_up WHERE position IN (SELECT position FROM message WHERE queue = ?1)",
        [dead],
    )?;
    transaction.execute("DELETE FROM message WHERE queue = ?1", [dead])?;
    Ok(messages.len())
}

/// Delivers up to `limit` messages, and returns whether any became dead letters.
pub(super) fn take(
    transaction: &Transaction<'_>,
    queue: &QueueSettings,
    limit: u32,
    now: u64,
) -> Result<(Vec<Delivery>, bool)> {
    let mut buried = false;
    loop {
        let (spent, due): (Vec<_>, Vec<_>) = due(transaction, queue, limit, now)?
            .into_iter()
            .partition(|message| queue.is_spent(message.receives));
        if spent.is_empty() {
            let deliveries = due.iter().map(|message| deliver(transaction, queue, message, now));
            return Ok((deliveries.collect::<Result<_>>()?, buried));
        }
        // Each one makes room for another, so the query is repeated.
        for message in spent {
            bury(transaction, queue, &message, now)?;
            buried = true;
        }
    }
}

/// Selects the next messages of a FIFO queue, oldest first.
const IN_ORDER: &str = "
    SELECT position, receives, group_id FROM message
    WHERE queue = ?1 AND next = 1 AND visible_at <= ?2 ORDER BY visible_at, position LIMIT ?3";

/// Selects the next messages of a standard queue, one per group in turn. A message without a group counts as
/// a group of its own.
const FAIR: &str = "
    WITH due AS (
        SELECT position, receives, group_id, visible_at,
            row_number() OVER (PARTITION BY coalesce(group_id, position) ORDER BY visible_at, position) AS place
        FROM message WHERE queue = ?1 AND next = 1 AND visible_at <= ?2
    ), flying AS (
        SELECT group_id, count(*) AS count FROM message
        WHERE queue = ?1 AND next = 1 AND visible_at > ?2 AND receives > 0 GROUP BY group_id
    )
    SELECT position, receives, due.group_id FROM due
        LEFT JOIN flying ON flying.group_id = due.group_id
        LEFT JOIN served ON served.queue = ?1 AND served.group_id = due.group_id
    ORDER BY place + coalesce(flying.count, 0), coalesce(served.turn, 0), visible_at, position LIMIT ?3";

fn due(transaction: &Transaction<'_>, queue: &QueueSettings, limit: u32, now: u64) -> Result<Vec<Due>> {
    let mut query = transaction.prepare_cached(if queue.fifo { IN_ORDER } else { FAIR })?;
    let message =
        |row: &Row<'_>| Ok(Due { position: row.get(0)?, receives: row.get(1)?, group: row.get(2)? });
    query.query_map(params![queue.name, now, limit], message)?.collect()
}

/// Records that a group was served.
fn serve(transaction: &Transaction<'_>, queue: &QueueSettings, group: Option<&str>) -> Result<()> {
    let Some(group) = group.filter(|_| !queue.fifo) else { return Ok(()) };
    let mut note = transaction.prepare_cached(
        "INSERT INTO served (queue, group_id, turn)
         VALUES (?1, ?2, (SELECT coalesce(max(turn), 0) + 1 FROM served WHERE queue = ?1))
         ON CONFLICT DO UPDATE SET turn = excluded.turn",
    )?;
    note.execute(params![queue.name, group]).map(drop)
}

fn deliver(transaction: &Transaction<'_>, queue: &QueueSettings, due: &Due, now: u64) -> Result<Delivery> {
    serve(transaction, queue, due.group.as_deref())?;
    let visible_at = now + u64::try_from(queue.visibility.as_millis()).unwrap_or_default();
    let mut update = transaction.prepare_cached(
        "UPDATE message SET visible_at = ?2, receives = receives + 1 WHERE position = ?1
         RETURNING id, body, group_id, receives, (SELECT reason FROM given_up WHERE position = ?1)",
    )?;
    update.query_row(params![due.position, visible_at], |row| {
        let receive_count = row.get(3)?;
        Ok(Delivery {
            id: row.get(0)?,
            body: row.get(1)?,
            group: row.get(2)?,
            receive_count,
            reason: row.get(4)?,
            receipt: Receipt { position: due.position, receives: receive_count }.to_string(),
        })
    })
}

/// Moves a message to the dead-letter queue, and unblocks its group.
fn bury(transaction: &Transaction<'_>, queue: &QueueSettings, spent: &Due, now: u64) -> Result<()> {
    let dead = queue.dead_letters.as_ref().map(|dead| dead.queue.as_str());
    let mut update = transaction.prepare_cached(
        "UPDATE message SET queue = ?2, visible_at = ?3,
             next = NOT (?5 AND EXISTS (SELECT 1 FROM message WHERE queue = ?2 AND group_id = ?4))
         WHERE position = ?1",
    )?;
    update.execute(params![spent.position, dead, now, spent.group, queue.fifo])?;
    free_group(transaction, &queue.name, spent.group.as_deref())
}

/// Receipt: a message and its delivery. Only the latest delivery is valid.
pub(super) struct Receipt {
    position: i64,
    receives: u32,
}

impl Receipt {
    /// Parses a receipt. Other texts match no message.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (position, receives) = text.split_once('.')?;
        Some(Self { position: position.parse().ok()?, receives: receives.parse().ok()? })
    }
}

impl std::fmt::Display for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.position, self.receives)
    }
}

/// Removes a delivered message, and unblocks its group.
pub(super) fn remove(transaction: &Transaction<'_>, queue: &str, receipt: &Receipt) -> Result<()> {
    let mut delete = transaction.prepare_cached(
        "DELETE FROM message WHERE position = ?1 AND receives = ?2 AND queue = ?3 RETURNING group_id",
    )?;
    let removed: Option<Option<String>> =
        delete.query_row(params![receipt.position, receipt.receives, queue], |row| row.get(0)).optional()?;
    free_group(transaction, queue, removed.flatten().as_deref())
}

/// Marks the oldest message of the group as next.
fn free_group(transaction: &Transaction<'_>, queue: &str, group: Option<&str>) -> Result<()> {
    let mut update = transaction.prepare_cached(
        "UPDATE message SET next = 1
         WHERE position = (SELECT min(position) FROM message WHERE queue = ?1 AND group_id = ?2)",
    )?;
    update.execute(params![queue, group]).map(drop)
}

/// Changes the time at which a message in flight becomes visible again.
pub(super) fn postpone(
    transaction: &Transaction<'_>,
    queue: &str,
    receipt: &Receipt,
    now: u64,
    visible_at: u64,
) -> Result<()> {
    let mut update = transaction.prepare_cached(
        "UPDATE message SET visible_at = ?5 WHERE position = ?1 AND receives = ?2 AND queue = ?3 AND visible_at > ?4",
    )?;
    update.execute(params![receipt.position, receipt.receives, queue, now, visible_at]).map(drop)
}

/// Returns the time at which the next message is due, if there is one.
pub(super) fn next_due(connection: &Connection, queue: &str) -> Result<Option<u64>> {
    let mut query =
        connection.prepare_cached("SELECT min(visible_at) FROM message WHERE queue = ?1 AND next = 1")?;
    query.query_row([queue], |row| row.get(0))
}

/// Counts the messages of a queue.
pub(super) fn depth(connection: &Connection, queue: &str, dead: Option<&str>, now: u64) -> Result<Depth> {
    let mut query = connection.prepare_cached(
        "SELECT count(*) FILTER (WHERE queue = ?1 AND visible_at <= ?3),
                count(*) FILTER (WHERE queue = ?1 AND visible_at > ?3 AND receives > 0),
                count(*) FILTER (WHERE queue = ?1 AND visible_at > ?3 AND receives = 0),
                count(*) FILTER (WHERE queue = ?2)
         FROM message WHERE queue IN (?1, ?2)",
    )?;
    query.query_row(params![queue, dead, now], |row| {
        Ok(Depth { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)?, dead: row.get(3)? })
    })
}

/// Returns the messages of a dead-letter queue, oldest first.
pub(super) fn dead_letters(connection: &Connection, dead: &str) -> Result<Vec<DeadLetter>> {
    let mut query = connection.prepare_cached(
        "SELECT id, body, group_id, receives, reason FROM message LEFT JOIN given_up USING (position)
         WHERE queue = ?1 ORDER BY position",
    )?;
    let letter = |row: &Row<'_>| {
        Ok(DeadLetter {
            id: row.get(0)?,
            body: row.get(1)?,
            group: row.get(2)?,
            receive_count: row.get(3)?,
            reason: row.get(4)?,
        })
    };
    query.query_map([dead], letter)?.collect()
}
