//! Keys of all rows, and so all access patterns.
//!
//! | row | partition key | sort key |
//! |---|---|---|
//! | project | `project#<project>` | `project` |
//! | data key | `project#<project>` | `key#<version>` |
//! | link | `link#<project>` | `<link>` |
//! | link, as versions before 2026-11-28 stored it | `project#<project>` | `link#<link>` |
//! | long poll under way | `poll#<project>` | `own#<slot>`, `stranger#<slot>` |
//! | long poll without credentials, of any project | `poll#strangers` | `stranger#<slot>` |
//! | a project's Dropbox app | `app#<app>` | `app` |
//! | API key | `apikey#<hash>` | `apikey` |
//! | API key, for the list of a project's keys | `apikey-list#<project>` | `<hash>` |
//! | ticket, state | `ticket#<hash>`, `state#<hash>` | `ticket`, `state` |
//! | popup of a browser, with the hash of its cookie | `popup#<hash>` | `window#<hash of its ticket>` |
//! | last call of a page for a popup, with the hash of its token | `popup#<hash>` | `call` |
//! | connection | `connection#<connection>` | `connection` |
//! | tokens, schedules | `connection#<connection>` | `tokens`, `schedule`, `transfers` |
//! | HEAD, report, health, counts of transfers | `connection#<connection>` | `head`, `report`, `health`, `counts` |
//! | lease of a refresh | `connection#<connection>` | `refresh` |
//! | marks of a drain | `connection#<connection>` | `mark#<row, 10 digits>` |
//! | tags from its project | `connection#<connection>` | `tags` |
//! | settings of Paragon's clients | `connection#<connection>` | `settings` |
//! | choices | `connection#<connection>` | `choice#selection#<what>`, `choice#resync`, `choice#confirmed` |
//! | excluded file | `connection#<connection>` | `excluded#<item>` |
//! | labels of selections | `connection#<connection>` | `label#<what>` |
//! | claim on the next message of a lane | `work#<connection>` | `changes`, `bulk`, `transfers` |
//! | lease of a run of transfers | `work#<connection>` | `transfers-lease` |
//! | a project's user | `user#<project>` | `<user>` |
//! | a project's logo, with its picture | `logo#<project>` | `logo` |
//! | defaults for a project's users | `defaults#<project>` | `users` |
//! | a user's connection | `user#<project>#<user>` | `<app>#<account>` |
//! | version of the list of a user's connections | `user#list#<project>#<user>` | `version` |
//! | an account's connection | `account#<app>#<account>` | `<connection>` |
//! | segment | `log#<connection>` | number of its first change, 20 digits |
//! | item | `item#<connection>#<shard of 16>` | `<item>` |
//! | transfer that has a row of its own | `transfer#<connection>#<shard of 4>` | `<item>#<revision>` |
//! | list of transfers | `transfer#<connection>#lists` | number of the first change of which it has a file, 20 digits |
//! | content index | `bytes#<connection>#<shard of 16>` | `<content hash>` |
//! | ordinal of a connection, and the last one assigned | `ordinal#<project>` | `connection#<connection>`, `last` |
//! | connection with an ordinal | `ordinal#<project>` | `ordinal#<ordinal, 10 digits>` |
//! | path | `path#<connection>#<hash of the parent's path>` | the path's last component |
//! | notices | `notices#<connection or project>` | number of the first one, 20 digits |
//! | endpoint, and how it answers | `endpoints#<project>` | `<endpoint>`, `<endpoint>#health` |
//! | trigger subscription, and how it answers | `endpoints#<connection>` | `<endpoint>`, `<endpoint>#health` |
//! | connection of a trigger subscription | `endpoints#<endpoint>` | `home` |
//! | delivery of a stream to an endpoint | `delivery#<endpoint>` | `<connection>`, `project#<project>` |
//! | attempt at a delivery | `attempts#<endpoint>` | time in milliseconds, 16 digits, and a random number |
//! | workflow | `workflows#<project>` | `<workflow>` |
//! | document of a version, and the time of the schedule | `workflow#<project>#<workflow>` | `version#<10 digits>`, `schedule` |
//! | whether a workflow runs for a user | `enabled#<project>#<workflow>` | `<user>` |
//! | the same, by user | `enabled-by#<project>#<user>` | `<workflow>` |
//! | run: its state | `runs#<project>` | `<run>` |
//! | run: what started it, and records of its steps | `run#<run>` | `given`, `step#<position>` |
//! | run, for the list of a user's | `run-list#<project>#<user>` | `<run>` |
//! | step of a workflow under way | `steps#<project>` | `<slot>` |
//! | mark of a replaced table | `table` | `superseded` |
//!
//! A path can be longer than a key may be (1,024 bytes), so the row of a path is found by the hash of its
//! parent and by its last component, which has at most 255 characters. The same key lists a folder's
//! children, and so a subtree.
//!
//! There are two indexes. `by_wake` finds what is due (16 shards, `wake_at`), and also orders a connection's
//! items by the time at which their bytes last came (`synced#<connection>`, `wake_at`), because
//! CloudFormation adds only one index to a table at a time. `by_creation` orders a connection's items by the
//! number of the change that created them (`created#<connection>`, `created`).

mod delivery;
mod workflows;

use std::collections::HashMap;

use aws_lc_rs::digest;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

pub(super) use delivery::{
    ENDPOINT_HEALTH, attempt, attempt_sort, attempts, deliveries, delivery, delivery_of, delivery_wake_shard,
    endpoint, endpoint_health, endpoint_home, endpoints, notice_partition, notices,
};
pub(super) use workflows::{
    STEP_RECORDS, document, enablement, enablement_of_user, enablements, enablements_of_user, first_came,
    given, listed_run, listed_runs, run, run_of, run_partition, run_wake_shard, runs, step_lease,
    step_record, workflow, workflow_of, workflow_schedule, workflow_wake_shard, workflows,
};

use crate::model::{
    AccountId, AppKey, ConnectionId, ItemId, Lane, ProjectId, Rev, SecretHash, Target, UserId,
};

/// Attribute of the partition key.
pub const PK: &str = "pk";
/// Attribute of the sort key.
pub const SK: &str = "sk";
/// Attribute of the time from which DynamoDB may remove the row, in seconds since 1970.
pub const EXPIRES: &str = "expires_at";
/// Index by `wake_at`: its name, partition attribute and sort attribute.
pub const BY_WAKE: (&str, &str, &str) = ("by_wake", "wake_shard", "wake_at");
/// Index of items by the number of the change that created them: its name, partition attribute and sort
/// attribute.
pub const BY_CREATION: (&str, &str, &str) = ("by_creation", "created_in", "created");
/// Partition key of the row that marks a table as replaced by another one.
pub const SUPERSEDED: &str = "table";
/// Number of partitions over which items and wake-ups are spread.
pub(super) const SHARDS: u8 = 16;
/// Number of partitions over which transfers are spread.
pub(super) const TRANSFER_SHARDS: u8 = 4;

/// The primary key of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) pk: String,
    pub(super) sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    /// Returns the key of a row.
    pub(super) fn of(row: &HashMap<String, AttributeValue>) -> Option<Self> {
        let part = |name: &str| row.get(name)?.as_s().ok().cloned();
        Some(Self { pk: part(PK)?, sk: part(SK)? })
    }

    /// Returns the key as attributes.
    pub(super) fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            (PK.to_owned(), AttributeValue::S(self.pk.clone())),
            (SK.to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

pub(super) fn project(id: ProjectId) -> Key {
    Key::new(format!("project#{id}"), "project")
}

/// Prefix of the sort keys of data keys.
pub(super) const DATA_KEYS: &str = "key#";

pub(super) fn data_key(project: ProjectId, version: u32) -> Key {
    Key::new(format!("project#{project}"), format!("{DATA_KEYS}{version:010}"))
}

pub(super) fn link(project: ProjectId, id: Uuid) -> Key {
    Key::new(format!("link#{project}"), id.to_string())
}

/// Key of a link as versions before 2026-11-28 stored it. It is read and never written: no function may write
/// there.
pub(super) fn link_before(project: ProjectId, id: Uuid) -> Key {
    Key::new(format!("project#{project}"), format!("link#{id}"))
}

pub(super) fn poll(project: ProjectId, slot: u8) -> Key {
    Key::new(format!("poll#{project}"), format!("own#{slot:02}"))
}

pub(super) fn poll_without_credentials(project: ProjectId, slot: u8) -> Key {
    Key::new(format!("poll#{project}"), format!("stranger#{slot:02}"))
}

pub(super) fn any_poll_without_credentials(slot: u8) -> Key {
    Key::new("poll#strangers".to_owned(), format!("stranger#{slot:02}"))
}

pub(super) fn app(key: &AppKey) -> Key {
    Key::new(format!("app#{key}"), "app")
}

pub(super) fn api_key(hash: &SecretHash) -> Key {
    Key::new(format!("apikey#{}", hash.as_str()), "apikey")
}

/// Partition that lists a project's API keys.
pub(super) fn listed_api_keys(project: ProjectId) -> String {
    format!("apikey-list#{project}")
}

pub(super) fn listed_api_key(project: ProjectId, hash: &SecretHash) -> Key {
    Key::new(listed_api_keys(project), hash.as_str())
}

pub(super) fn ticket(hash: &SecretHash) -> Key {
    Key::new(format!("ticket#{}", hash.as_str()), "ticket")
}

pub(super) fn page_session(id: Uuid) -> Key {
    Key::new(format!("page#{id}"), "session")
}

/// Row of what a page session has ticked of a connection.
pub(super) fn draft(connection: ConnectionId, session: Uuid) -> Key {
    Key::new(own_partition(connection), format!("draft#{session}"))
}

pub(super) fn state(hash: &SecretHash) -> Key {
    Key::new(format!("state#{}", hash.as_str()), "state")
}

/// Partition of a browser's popups.
pub(super) fn popups(browser: &SecretHash) -> String {
    format!("popup#{}", browser.as_str())
}

/// Prefix of the sort keys of popups.
pub(super) const POPUPS: &str = "window#";

pub(super) fn popup(browser: &SecretHash, ticket: &SecretHash) -> Key {
    Key::new(popups(browser), format!("{POPUPS}{}", ticket.as_str()))
}

/// The last call of a page that asked for a popup's address with a token.
pub(super) fn popup_call(token: &SecretHash) -> Key {
    Key::new(format!("popup#{}", token.as_str()), "call")
}

/// Lease on the refresh of the tokens.
pub(super) fn refresh(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), "refresh")
}

pub(super) fn connection(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), "connection")
}

pub(super) fn tokens(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), "tokens")
}

/// Row of the tags that its project gives to a connection.
pub(super) fn source_tags(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), "tags")
}

/// Row of the settings that Paragon's clients keep with a connection.
pub(super) fn credential_settings(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), "settings")
}

pub(super) fn schedule(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), "schedule")
}

pub(super) fn head(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), "head")
}

pub(super) fn report(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), "report")
}

pub(super) fn health(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), "health")
}

pub(super) fn transfer_counts(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), "counts")
}

pub(super) fn transfer_schedule(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), TRANSFER_SCHEDULE)
}

/// The sort key of the schedule of a connection's transfers.
pub(super) const TRANSFER_SCHEDULE: &str = "transfers";

/// Prefix of the partition keys of claims. They are apart from the connection's own rows, so that the webhook
/// receiver may write claims and nothing else.
pub(super) const WORK: &str = "work#";

pub(super) fn claim(id: ConnectionId, lane: Lane) -> Key {
    Key::new(work_partition(id), lane.as_str())
}

/// Lease of the run that processes a connection's transfers.
pub(super) fn transfers_lease(id: ConnectionId) -> Key {
    Key::new(work_partition(id), "transfers-lease")
}

pub(super) fn work_partition(id: ConnectionId) -> String {
    format!("{WORK}{id}")
}

/// Prefix of the sort keys of marks.
pub(super) const MARKS: &str = "mark#";

pub(super) fn marks(id: ConnectionId, row: u64) -> Key {
    Key::new(format!("connection#{id}"), format!("{MARKS}{row:010}"))
}

/// Prefix of the sort keys of choices.
pub(super) const CHOICES: &str = "choice#";
/// First and last sort key of the rows that a walk begins with: choices, connection, exclusions and health. HEAD, counts of
/// transfers, and drafts of page sessions lie between them, too; rows that may be large must not.
pub(super) const WALK_ROWS: (&str, &str) = (CHOICES, "health");
/// Prefix of the sort keys of selections.
pub(super) const SELECTIONS: &str = "choice#selection#";

pub(super) fn selection(id: ConnectionId, target: &Target) -> Key {
    Key::new(format!("connection#{id}"), format!("{SELECTIONS}{}", name_of(target)))
}

/// Prefix of the sort keys of exclusions.
pub(super) const EXCLUSIONS: &str = "excluded#";

pub(super) fn exclusion(id: ConnectionId, item: &ItemId) -> Key {
    Key::new(format!("connection#{id}"), format!("{EXCLUSIONS}{item}"))
}

/// Prefix of the sort keys of labels.
pub(super) const LABELS: &str = "label#";

pub(super) fn label(id: ConnectionId, target: &Target) -> Key {
    Key::new(format!("connection#{id}"), format!("{LABELS}{}", name_of(target)))
}

fn name_of(target: &Target) -> &str {
    target.item().map_or("everything", ItemId::as_str)
}

pub(super) fn resync_choice(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), format!("{CHOICES}resync"))
}

pub(super) fn confirmation(id: ConnectionId) -> Key {
    Key::new(format!("connection#{id}"), format!("{CHOICES}confirmed"))
}

pub(super) fn transfer(connection: ConnectionId, item: &ItemId, rev: &Rev) -> Key {
    Key::new(transfer_partition(connection, transfer_shard(item)), format!("{item}#{rev}"))
}

pub(super) fn transfer_partition(connection: ConnectionId, shard: u8) -> String {
    format!("transfer#{connection}#{shard}")
}

pub(super) fn transfer_list(connection: ConnectionId, number: u64) -> Key {
    Key::new(transfer_list_partition(connection), segment_sort(number))
}

pub(super) fn transfer_list_partition(connection: ConnectionId) -> String {
    format!("transfer#{connection}#lists")
}

pub(super) fn transfer_shard(item: &ItemId) -> u8 {
    hash(item) % TRANSFER_SHARDS
}

pub(super) fn content_index(connection: ConnectionId, content_hash: &str) -> Key {
    let shard = digest::digest(&digest::SHA256, content_hash.as_bytes()).as_ref()[0] % SHARDS;
    Key::new(content_index_partition(connection, shard), content_hash)
}

pub(super) fn content_index_partition(connection: ConnectionId, shard: u8) -> String {
    format!("bytes#{connection}#{shard:02}")
}

/// The partition of the connection's own rows.
pub(super) fn own_partition(id: ConnectionId) -> String {
    format!("connection#{id}")
}

pub(super) fn user_connection(project: ProjectId, user: &UserId, app: &AppKey, account: &AccountId) -> Key {
    Key::new(user_partition(project, user), format!("{app}#{account}"))
}

/// Settings for those users of a project who have none of their own. The row is not in the project's
/// partition, because no function may write there.
pub(super) fn user_defaults(project: ProjectId) -> Key {
    Key::new(format!("defaults#{project}"), "users")
}

/// Row of a project's logo. It is apart from the project's own, which every request reads.
pub(super) fn logo(project: ProjectId) -> Key {
    Key::new(format!("logo#{project}"), "logo")
}

/// Partition of a project's users. Its key is the beginning of the keys of their connections' partitions.
pub(super) fn project_users(project: ProjectId) -> String {
    format!("user#{project}")
}

pub(super) fn project_user(project: ProjectId, user: &UserId) -> Key {
    Key::new(project_users(project), user.as_str())
}

pub(super) fn user_partition(project: ProjectId, user: &UserId) -> String {
    format!("user#{project}#{user}")
}

/// Row of the version of the list that is a user's partition. It is in another one, because versions before 2026-11-30
/// take each row of that for a connection; it begins alike, so that whoever may write the list may write the version. No
/// project has the id `list`.
pub(super) fn list_version(project: ProjectId, user: &UserId) -> Key {
    Key::new(format!("user#list#{project}#{user}"), "version")
}

pub(super) fn account_connection(app: &AppKey, account: &AccountId, id: ConnectionId) -> Key {
    Key::new(account_partition(app, account), id.to_string())
}

pub(super) fn account_partition(app: &AppKey, account: &AccountId) -> String {
    format!("account#{app}#{account}")
}

pub(super) fn segment(connection: ConnectionId, first: u64) -> Key {
    Key::new(log_partition(connection), segment_sort(first))
}

pub(super) fn log_partition(connection: ConnectionId) -> String {
    format!("log#{connection}")
}

pub(super) fn segment_sort(first: u64) -> String {
    format!("{first:020}")
}

pub(super) fn item(connection: ConnectionId, id: &ItemId) -> Key {
    Key::new(item_partition(connection, item_shard(id)), id.as_str())
}

pub(super) fn item_shard(id: &ItemId) -> u8 {
    hash(id) % SHARDS
}

fn hash(id: &ItemId) -> u8 {
    digest::digest(&digest::SHA256, id.as_str().as_bytes()).as_ref()[0]
}

pub(super) fn item_partition(connection: ConnectionId, shard: u8) -> String {
    format!("item#{connection}#{shard:02}")
}

/// The partition of a connection's items in the index by their creation.
pub(super) fn creation_partition(connection: ConnectionId) -> String {
    format!("created#{connection}")
}

/// The partition of a connection's items in the index by `wake_at`, ordered by the time at which their bytes
/// last came.
pub(super) fn sync_partition(connection: ConnectionId) -> String {
    format!("synced#{connection}")
}

/// Row of the ordinal that was assigned last.
pub(super) fn last_ordinal(project: ProjectId) -> Key {
    Key::new(format!("ordinal#{project}"), "last")
}

pub(super) fn ordinal(project: ProjectId, connection: ConnectionId) -> Key {
    let (partition, prefix) = ordinals(project);
    Key::new(partition, format!("{prefix}{connection}"))
}

/// Partition of a project's ordinals, and the prefix of the sort keys of those rows that have one for each
/// connection.
pub(super) fn ordinals(project: ProjectId) -> (String, &'static str) {
    (format!("ordinal#{project}"), "connection#")
}

/// Row of the connection that has an ordinal.
pub(super) fn ordinal_holder(project: ProjectId, ordinal: u32) -> Key {
    Key::new(format!("ordinal#{project}"), format!("ordinal#{ordinal:010}"))
}

/// The row of a lower-cased path other than the root.
pub(super) fn path(connection: ConnectionId, path: &str) -> Key {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    Key::new(children_partition(connection, parent), name)
}

/// The partition that lists the children of a lower-cased path; the root is the empty path.
pub(super) fn children_partition(connection: ConnectionId, parent: &str) -> String {
    let hash = digest::digest(&digest::SHA256, parent.as_bytes());
    format!("path#{connection}#{}", URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]))
}

/// The shard of a connection in the index by `wake_at`.
pub(super) fn wake_shard(id: ConnectionId) -> String {
    wake_shard_name(id.0.as_bytes()[0] % SHARDS)
}

pub(super) fn wake_shard_name(shard: u8) -> String {
    format!("wake#{shard:02}")
}

/// Row that marks a table as replaced by another one.
pub(super) fn superseded() -> Key {
    Key::new(SUPERSEDED.to_owned(), "superseded")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection_id() -> ConnectionId {
        "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a".parse().unwrap()
    }

    #[test]
    fn a_long_path_still_fits_a_key() {
        let long = format!("/{}", vec!["ü".repeat(255); 40].join("/"));
        let key = path(connection_id(), &long);
        assert!(key.pk.len() <= 2048 && key.sk.len() <= 1024, "{} {}", key.pk.len(), key.sk.len());
    }

    #[test]
    fn siblings_share_a_partition_and_cousins_do_not() {
        let of = |text| path(connection_id(), text);
        assert_eq!(of("/a/one").pk, of("/a/two").pk);
        assert_ne!(of("/a/one").pk, of("/b/one").pk);
        assert_eq!(of("/a").pk, children_partition(connection_id(), ""));
        assert_eq!(of("/a/one").pk, children_partition(connection_id(), "/a"));
    }

    #[test]
    fn segments_sort_by_number() {
        assert!(segment_sort(9) < segment_sort(10));
        assert!(segment_sort(u64::MAX - 1) < segment_sort(u64::MAX));
    }
}
