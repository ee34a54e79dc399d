//! State of the server: roles, sessions, queues and buses.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::Value;
use uuid::Uuid;

/// A role that was assumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumed {
    /// The role.
    pub role: String,
    /// Name of the session.
    pub session: String,
    /// External id.
    pub external_id: String,
}

/// A message or event that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Its text.
    pub body: String,
    /// A message's attributes; of an event `source`, `detail-type` and `resource`.
    pub attributes: BTreeMap<String, String>,
    /// Group of a FIFO queue's message.
    pub group: Option<String>,
    /// Deduplication id of a FIFO queue's message.
    pub deduplication: Option<String>,
    /// Region for which the call was signed.
    pub region: String,
}

impl Taken {
    /// Returns the text as JSON.
    ///
    /// # Panics
    /// If it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("an entry is JSON")
    }

    /// Returns an attribute, or an empty text.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// Failure of a call.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// The whole call fails, with this status and code.
    Call(u16, &'static str),
    /// Some entries, by their place in the call, with this code; the others are taken.
    Entries(Vec<usize>, &'static str),
    /// Not at all: the entries are taken, and the answer is lost.
    Answer,
}

/// Why a call was refused: status and code.
pub(super) type Refused = (u16, &'static str);

/// State of the server.
#[derive(Default)]
pub(super) struct Book {
    /// External ids, by the role that trusts.
    pub(super) trusted: BTreeMap<String, String>,
    /// Roles that may send nothing.
    pub(super) denied: BTreeSet<String>,
    /// Roles of sessions, by access key.
    pub(super) sessions: BTreeMap<String, String>,
    pub(super) assumed: Vec<Assumed>,
    pub(super) places: BTreeMap<String, Vec<Taken>>,
    pub(super) troubles: VecDeque<Trouble>,
    pub(super) usual_trouble: Option<Trouble>,
    pub(super) calls: Vec<usize>,
}

impl Book {
    /// Gives a session of a role. Returns its access key.
    pub(super) fn assume(&mut self, asked: Assumed) -> Result<String, Refused> {
        if self.trusted.get(&asked.role) != Some(&asked.external_id) {
            return Err((403, "AccessDenied"));
        }
        let key = format!("ASIA{}", Uuid::new_v4().simple()).to_uppercase();
        self.sessions.insert(key.clone(), asked.role.clone());
        self.assumed.push(asked);
        Ok(key)
    }

    /// Begins a call that sends entries to a place. Returns the trouble that it has, if it is none of the whole call.
    pub(super) fn begin(
        &mut self,
        key: &str,
        place: &str,
        entries: usize,
    ) -> Result<Option<Trouble>, Refused> {
        self.calls.push(entries);
        self.admit(key)?;
        if !self.places.contains_key(place) && place.starts_with("https:") {
            return Err((400, "AWS.SimpleQueueService.NonExistentQueue"));
        }
        match self.troubles.pop_front().or_else(|| self.usual_trouble.clone()) {
            Some(Trouble::Call(status, code)) => Err((status, code)),
            trouble => Ok(trouble),
        }
    }

    /// Looks for a bus by its name.
    pub(super) fn look_for(&self, key: &str, bus: &str) -> Result<(), Refused> {
        self.admit(key)?;
        let is_there = self.places.keys().any(|place| place.ends_with(&format!(":event-bus/{bus}")));
        if is_there { Ok(()) } else { Err((400, "ResourceNotFoundException")) }
    }

    fn admit(&self, key: &str) -> Result<(), Refused> {
        let role = self.sessions.get(key).ok_or((403, "ExpiredToken"))?;
        if self.denied.contains(role) { Err((403, "AccessDeniedException")) } else { Ok(()) }
    }

    /// Keeps an entry. A FIFO queue drops what it has already, and AWS what is for a bus that is not there.
    pub(super) fn keep(&mut self, place: &str, taken: Taken) {
        let Some(kept) = self.places.get_mut(place) else { return };
        let is_repeated = taken.deduplication.is_some()
            && kept.iter().any(|other| other.deduplication == taken.deduplication);
        if !is_repeated {
            kept.push(taken);
        }
    }
}
