//! Calls of Dropbox for a connection. This is the one place where a call gets its token and root, where no call is
//! made during a pause (invariant I7), and where a pause that Dropbox asks for is recorded.

mod budget;
mod error;
mod interactive;
mod pauses;

use std::sync::Arc;

use budget::RetryBudget;
pub use error::CallError;
pub(crate) use pauses::Pauses;

use crate::{
    dropbox::{Dropbox, DropboxError, Session},
    model::{AccessToken, Clock, Connection, ConnectionId, Schedule, Timestamp},
    store::{Schedules, SealedTokens, StoreError},
    tokens::{TokenError, Tokens},
};

/// Whether a call changes anything in the account. Dropbox can ask for a pause of writes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallKind {
    /// It reads.
    Read,
    /// It writes.
    Write,
}

/// Rows of a connection that a call needs beside the connection's own.
#[derive(Debug, Clone)]
pub struct CallRows {
    schedule: Schedule,
    tokens: Option<SealedTokens>,
}

impl CallRows {
    /// Returns the connection's schedule.
    #[must_use]
    pub fn schedule(&self) -> Schedule {
        self.schedule.clone()
    }
}

/// Calls of Dropbox for connections.
pub struct DropboxCalls {
    tokens: Arc<Tokens>,
    dropbox: Dropbox,
    schedules: Arc<dyn Schedules>,
    clock: Arc<dyn Clock>,
    /// Budget for repeating calls at once, if they are.
    budget: Option<RetryBudget>,
}

impl DropboxCalls {
    /// Returns calls with the tokens of `tokens`, within the pauses of `schedules`. None is repeated because no usable
    /// answer came.
    pub fn new(
        tokens: Arc<Tokens>,
        dropbox: Dropbox,
        schedules: Arc<dyn Schedules>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { tokens, dropbox, schedules, clock, budget: None }
    }

    /// Returns the same, but a call to which no usable answer comes is repeated once, as far as the budget of
    /// repetitions allows: a tenth of the calls.
    #[must_use]
    pub fn repeating(self) -> Self {
        Self { budget: Some(RetryBudget::default()), ..self }
    }

    /// Returns the Dropbox client, for calls that need no token.
    #[must_use]
    pub fn dropbox(&self) -> &Dropbox {
        &self.dropbox
    }

    /// Whether a call, or a part of one, may be repeated at once. Pays for the repetition.
    #[must_use]
    pub fn may_repeat(&self) -> bool {
        self.budget.as_ref().is_some_and(RetryBudget::spend)
    }

    /// Returns the end of the connection's pause, as far as this process knows; nothing is read.
    #[must_use]
    pub fn known_pause(&self, id: ConnectionId) -> Option<Timestamp> {
        self.tokens.pauses().until(id, self.clock.now())
    }

    /// Reads what a call needs, at the same time as others read the connection.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    pub async fn rows(&self, id: ConnectionId) -> Result<CallRows, StoreError> {
        let (schedule, tokens) = tokio::try_join!(self.schedules.schedule(id), self.tokens.sealed(id))?;
        Ok(CallRows { schedule, tokens })
    }

    /// Makes a call that reads.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call<T, F>(
        &self,
        connection: &Connection,
        call: impl Fn(Dropbox, Session) -> F + Send + Sync,
    ) -> Result<T, CallError>
    where
        T: Send,
        F: Future<Output = Result<T, DropboxError>> + Send,
    {
        self.call_with(connection, self.rows(connection.id).await?, call).await
    }

    /// Does the same as [`Self::call`] with the connection's rows, if they have been read.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call_with<T, F>(
        &self,
        connection: &Connection,
        rows: CallRows,
        call: impl Fn(Dropbox, Session) -> F + Send + Sync,
    ) -> Result<T, CallError>
    where
        T: Send,
        F: Future<Output = Result<T, DropboxError>> + Send,
    {
        if let Some(budget) = &self.budget {
            budget.earn();
        }
        let answer = self.answer(connection, CallKind::Read, rows, &call).await?;
        let is_unusable = matches!(answer, Err(DropboxError::Unavailable(_) | DropboxError::Unreadable(_)));
        let answer = if is_unusable && self.may_repeat() {
            let rows = self.rows(connection.id).await?;
            self.answer(connection, CallKind::Read, rows, &call).await?
        } else {
            answer
        };
        answer.map_err(|error| CallError::of(error, self.clock.now()))
    }

    /// Makes a call, and returns Dropbox's last answer whatever it is. The call is sent once more with another token if
    /// Dropbox reports the first one as expired, or refuses it and the user has connected again meanwhile. A pause that
    /// Dropbox asks for is recorded.
    ///
    /// # Errors
    /// See [`CallError`]: the call was not made, or not a second time.
    pub async fn answer<T, E, F>(
        &self,
        connection: &Connection,
        kind: CallKind,
        rows: CallRows,
        call: impl Fn(Dropbox, Session) -> F + Send + Sync,
    ) -> Result<Result<T, E>, CallError>
    where
        T: Send,
        E: AsRef<DropboxError> + Send,
        F: Future<Output = Result<T, E>> + Send,
    {
        self.ensure_not_paused(kind, &rows.schedule)?;
        let token = self.tokens.access_of(connection, rows.tokens).await;
        let token = self.token(connection, token).await?;
        let answer = self.attempt(connection, kind, token.clone(), &call).await?;
        let other = match answer.as_ref().err().map(AsRef::as_ref) {
            Some(DropboxError::TokenExpired) => {
                let other = self.tokens.access_instead_of(connection, &token).await;
                self.token(connection, other).await?
            }
            Some(DropboxError::NeedsReauth(_)) => {
                let stored = self.tokens.access(connection).await;
                let stored = self.token(connection, stored).await?;
                if stored == token {
                    return Ok(answer);
                }
                stored
            }
            _ => return Ok(answer),
        };
        self.attempt(connection, kind, other, &call).await
    }

    async fn attempt<T, E, F>(
        &self,
        connection: &Connection,
        kind: CallKind,
        token: AccessToken,
        call: &(impl Fn(Dropbox, Session) -> F + Send + Sync),
    ) -> Result<Result<T, E>, CallError>
    where
        T: Send,
        E: AsRef<DropboxError> + Send,
        F: Future<Output = Result<T, E>> + Send,
    {
        // Another call of this process may have been told of a pause meanwhile.
        if let Some(until) = self.known_pause(connection.id) {
            return Err(self.paused(until));
        }
        let path_root = connection.root.path_root().map(str::to_owned);
        let answer = call(self.dropbox.clone(), Session { token, path_root }).await;
        if let Err(error) = &answer {
            self.record(connection.id, kind, error.as_ref()).await?;
        }
        Ok(answer)
    }

    fn ensure_not_paused(&self, kind: CallKind, schedule: &Schedule) -> Result<(), CallError> {
        let now = self.clock.now();
        let until = match kind {
            CallKind::Read => schedule.pause(now),
            CallKind::Write => schedule.pause_of_writes(now),
        };
        until.map_or(Ok(()), |until| Err(self.paused(until)))
    }

    fn paused(&self, until: Timestamp) -> CallError {
        CallError::Paused { until, rest: until.since(self.clock.now()) }
    }

    /// Records the pause that Dropbox asked for instead of a new token, if it did.
    async fn token(
        &self,
        connection: &Connection,
        token: Result<AccessToken, TokenError>,
    ) -> Result<AccessToken, CallError> {
        if let Err(TokenError::Dropbox(error)) = &token {
            self.record(connection.id, CallKind::Read, error).await?;
        }
        token.map_err(|error| CallError::of_token(error, self.clock.now()))
    }

    /// Records the pause that an answer asks for: at once for this process, and in the store for others.
    async fn record(&self, id: ConnectionId, kind: CallKind, error: &DropboxError) -> Result<(), StoreError> {
        let now = self.clock.now();
        match error {
            DropboxError::RateLimited(wait) => {
                self.tokens.pauses().note(id, now.plus(*wait));
                self.schedules.pause(id, now.plus(*wait)).await
            }
            // Only writes are paused: reads go on, and so does the sync.
            DropboxError::WritesLimited(wait) if kind == CallKind::Write => {
                self.schedules.pause_writes(id, now.plus(*wait)).await
            }
            _ => Ok(()),
        }
    }
}
