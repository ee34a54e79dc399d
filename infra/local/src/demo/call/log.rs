//! Log of the demo's calls, as long as a page can show.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::StatusCode;

use super::{Call, Reply};

/// Maximum number of entries.
const LIMIT: usize = 60;
/// Maximum length of an answer in the log, in characters.
const ANSWER_LIMIT: usize = 4000;

/// A call that was made.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Logged {
    /// Number in the order of calls: 1, 2, 3…
    pub(in crate::demo) number: u64,
    pub(in crate::demo) purpose: &'static str,
    pub(in crate::demo) curl: String,
    /// Whether it has changed nothing.
    pub(in crate::demo) reads: bool,
    place: String,
    /// Status of the latest answer; `None`: there was none.
    pub(in crate::demo) status: Option<StatusCode>,
    /// Why it failed, as a sentence.
    pub(in crate::demo) trouble: Option<String>,
    /// State in the answer, such as that of a link.
    pub(in crate::demo) state: Option<String>,
    /// Beginning of the answer.
    pub(in crate::demo) answer: String,
    pub(in crate::demo) duration: Duration,
    /// Number of times that the same read was made.
    pub(in crate::demo) times: u32,
}

/// The latest calls, newest first.
#[derive(Default)]
pub(in crate::demo) struct CallLog(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    count: u64,
    entries: VecDeque<Logged>,
}

impl CallLog {
    /// Adds a call. The same read at the same path takes the place of its earlier entry, because links and
    /// cursors differ each time. Returns its number.
    pub(super) fn add(&self, call: &Call, curl: String, reply: &Reply, duration: Duration) -> u64 {
        let mut all = self.entries();
        all.count += 1;
        let place = format!("{} {}", call.purpose, call.url.path());
        let earlier = all.entries.iter().position(|entry| call.reads && entry.place == place);
        let earlier = earlier.and_then(|position| all.entries.remove(position));
        let entry = Logged {
            number: all.count,
            purpose: call.purpose,
            curl,
            reads: call.reads,
            place,
            status: reply.status,
            trouble: reply.trouble(),
            state: reply.body["status"].as_str().map(str::to_owned),
            answer: beginning(reply),
            duration,
            times: earlier.map_or(1, |entry| entry.times + 1),
        };
        all.entries.push_front(entry);
        all.entries.truncate(LIMIT);
        all.count
    }

    /// Returns the latest calls, newest first.
    pub(in crate::demo) fn latest(&self) -> Vec<Logged> {
        self.entries().entries.iter().cloned().collect()
    }

    /// Returns a call by its number, while it is in the log.
    pub(in crate::demo) fn entry(&self, number: u64) -> Option<Logged> {
        self.entries().entries.iter().find(|entry| entry.number == number).cloned()
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn beginning(reply: &Reply) -> String {
    match reply.text() {
        Some(text) if text.chars().count() > ANSWER_LIMIT => {
            text.chars().take(ANSWER_LIMIT).chain(['…']).collect()
        }
        Some(text) => text.to_owned(),
        None => format!("{} bytes", reply.bytes.len()),
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use url::Url;

    use super::*;

    fn add(log: &CallLog, method: Method, path: &str) -> u64 {
        let url = Url::parse("http://localhost:1/").unwrap().join(path).unwrap();
        let call = Call::new("try it", method, url.clone());
        log.add(&call, url.to_string(), &Reply::default(), Duration::ZERO)
    }

    #[test]
    fn repeated_reads_are_counted_and_changes_are_listed() {
        let log = CallLog::default();
        for _ in 0..3 {
            add(&log, Method::GET, "a");
            add(&log, Method::POST, "b");
        }
        let listed: Vec<_> = log.latest().iter().map(|entry| (entry.number, entry.times)).collect();
        assert_eq!(listed, [(6, 1), (5, 3), (4, 1), (2, 1)]);
    }

    #[test]
    fn the_log_keeps_the_latest_calls() {
        let log = CallLog::default();
        let numbers: Vec<u64> = (0..100).map(|number| add(&log, Method::GET, &number.to_string())).collect();
        assert_eq!(log.latest().len(), LIMIT);
        assert_eq!(log.latest()[0].number, numbers[99]);
        assert!(log.entry(numbers[0]).is_none());
        assert!(log.entry(numbers[99]).is_some());
    }

    #[test]
    fn a_long_or_binary_answer_is_shortened() {
        let beginning = |bytes: &[u8]| beginning(&Reply { bytes: bytes.into(), ..Reply::default() });
        assert_eq!(beginning(b"short"), "short");
        assert_eq!(beginning("\u{e9}".repeat(5000).as_bytes()).chars().count(), ANSWER_LIMIT + 1);
        assert_eq!(beginning(&[255, 0]), "2 bytes");
    }
}
