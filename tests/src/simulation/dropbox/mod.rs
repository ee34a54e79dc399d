//! In-memory model of Dropbox, behind the port for outgoing requests.
//!
//! The source of truth is a [`tree::Tree`] and a journal of changed paths. Cursors read the journal as
//! Dropbox's do, and the faults of a call are drawn at the gate.

mod answers;
mod cursors;
mod edits;
mod garbled;
mod journal;
mod pages;
mod refusals;
mod routes;
mod tokens;
mod tree;
mod twins;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use fastrand::Rng;
use reqwest::{Request, Response};
use shared::dropbox::{Transport, TransportError};

pub(super) use edits::child;
pub(super) use tokens::CANARY;
pub(super) use tree::{Node, NodeKind};

use self::{cursors::Cursors, journal::Journal, routes::Call, tokens::Tokens, tree::Tree, twins::Twins};
use super::{
    dice::dice,
    faults::{Fault, Port},
    gate::Gate,
    pauses::Pauses,
    refreshes::Refreshes,
    turn::Turn,
};

/// Behaviour of this account's Dropbox where the real one makes no promise.
#[derive(Debug, Clone)]
struct Manners {
    /// Largest number of entries on a page.
    page: usize,
    /// Whether the deletion of a folder replaces the entries of its contents.
    collapses: bool,
    /// Whether a move reports the old path before the new one.
    old_place_first: bool,
    /// Whether entries of a page are in random order.
    shuffles: bool,
    /// Whether a move creates a new revision.
    moves_revise: bool,
    /// Whether old revisions can still be downloaded.
    keeps_revisions: bool,
    /// Whether the ancestors in `path_display` are in lower case.
    lowers_ancestors: bool,
    /// Limit above which a page of a listing takes longer than an invocation.
    slow_above: Option<u64>,
    /// Whether two files or folders can have the same path.
    has_twins: bool,
    /// Largest additional duration of a call, in milliseconds.
    slowness: u64,
}

impl Manners {
    fn draw(rng: &mut Rng) -> Self {
        Self {
            page: [1, 2, 3, 5, 10, 100][rng.usize(0..6)],
            collapses: rng.bool(),
            old_place_first: rng.bool(),
            shuffles: rng.bool(),
            moves_revise: rng.bool(),
            keeps_revisions: rng.bool(),
            lowers_ancestors: rng.bool(),
            slow_above: (rng.u32(0..8) == 0).then(|| [40, 300, 1500][rng.usize(0..3)]),
            has_twins: rng.u32(0..8) == 0,
            slowness: if rng.u32(0..8) == 0 { rng.u64(1_000..30_000) } else { 0 },
        }
    }
}

/// Duration of a slow page, in milliseconds: longer than an invocation.
const SLOW_PAGE: u64 = 150_000;

/// Namespace of the account's home folder.
const HOME: u64 = 1;

/// State of the model.
pub(super) struct Account {
    manners: Manners,
    /// Namespace at which the account is rooted: not its home while its owner is in a team.
    root: u64,
    tree: Tree,
    twins: Twins,
    journal: Journal,
    cursors: Cursors,
    pub(super) tokens: Tokens,
    /// Summary of the last page, for the trace.
    told: String,
    ids: u64,
    revs: u64,
}

impl Account {
    /// Creates the empty account of a seed.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            manners: Manners::draw(&mut dice(seed, "manners")),
            root: HOME,
            tree: Tree::default(),
            twins: Twins::default(),
            journal: Journal::default(),
            cursors: Cursors::default(),
            tokens: Tokens::default(),
            told: String::new(),
            ids: 0,
            revs: 0,
        }
    }
}

/// The model, behind the transport port.
pub(super) struct SimulatedDropbox {
    gate: Arc<Gate>,
    pauses: Arc<Pauses>,
    refreshes: Arc<Refreshes>,
    account: Mutex<Account>,
}

impl SimulatedDropbox {
    pub(super) fn new(gate: Arc<Gate>, pauses: Arc<Pauses>, refreshes: Arc<Refreshes>) -> Self {
        let account = Mutex::new(Account::new(gate.seed));
        Self { gate, pauses, refreshes, account }
    }

    /// Locks the account.
    pub(super) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, call: &Call, fault: Option<Fault>, rng: &mut Rng) -> Response {
        let mut account = self.account();
        let now = self.gate.clock.elapsed();
        if let Some(refusal) = account.refuse(call, fault, now, rng) {
            return refusal;
        }
        let answer = account.answer(call, fault, now, rng);
        let told = std::mem::take(&mut account.told);
        if !told.is_empty() {
            self.gate.note("Dropbox", &format!("tells{told}"));
        }
        answer
    }
}

#[async_trait]
impl Transport for SimulatedDropbox {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let call = Call::read(&request);
        self.pauses.check(&self.gate, &format!("{} {}", call.route, call.about()));
        if call.is_refresh() {
            self.refreshes.check(&self.gate);
        }
        let effect = self.gate.enter(Port::Dropbox, call.route, &call.about()).await;
        if self.account().is_slow(&call) {
            Turn::new(&self.gate, SLOW_PAGE, 0).await;
        }
        let slowness = self.account().manners.slowness;
        if slowness > 0 {
            let mut rng = self.gate.dice(&format!("slowness {} {}", call.route, call.about()));
            Turn::new(&self.gate, rng.u64(slowness / 2..slowness), 0).await;
        }
        let fault = effect.fault;
        let cut = || Err(TransportError("the connection broke".to_owned()));
        if fault == Some(Fault::CutBefore) {
            return cut();
        }
        let mut rng = self.gate.dice(&format!("answer {} {}", call.route, call.about()));
        let answer = self.answer(&call, fault, &mut rng);
        self.pauses.note(&self.gate, &answer);
        effect.leave().await;
        if fault == Some(Fault::CutAfter) { cut() } else { Ok(answer) }
    }
}
