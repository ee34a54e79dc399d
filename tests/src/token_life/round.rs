//! One round: an event affects the tokens, then several processes request one in parallel.

use std::time::Duration;

use fastrand::Rng;
use futures_util::future::join_all;
use shared::{dropbox::DropboxError, model::AccessToken, store::TokenStore, tokens::TokenError};
use tokio::time::timeout;

use super::{Life, PROJECT, Process, issuer::MARK, pass};

/// Largest number of callers in a round.
const CALLERS: usize = 8;
/// Longest time until a mortal caller dies, in milliseconds.
const LIFETIME: u64 = 2_500;

/// Outcome of a caller's request for a token.
#[derive(Debug, PartialEq)]
enum Got {
    /// Dropbox accepted its call.
    Called,
    /// The user must connect again.
    NeedsReauth,
    /// The caller died.
    Died,
    /// Any other outcome, which is a failure.
    Wrong(String),
}

impl Life {
    pub(super) async fn round(&mut self) -> Result<(), String> {
        self.issuer.take_refreshes();
        let revoked = self.happen().await;
        let reconnects = !revoked && self.rng.u8(0..6) == 0;
        let version = self.version().await;
        let got = self.call(reconnects).await;
        let died = got.iter().filter(|got| **got == Got::Died).count() as u64;
        // Nobody can store that the grant has ended, so each caller asks who finds a token that has ended, too.
        let enough = if revoked { got.len() as u64 } else { 1 + died + u64::from(reconnects) };
        self.check_refreshes(enough)?;
        if self.version().await < version {
            return Err("an older version of the tokens was stored over a newer one".to_owned());
        }
        if self.rows().await.contains(MARK) {
            return Err("a token stands in the table in clear".to_owned());
        }
        let expected = if revoked { Got::NeedsReauth } else { Got::Called };
        if let Some(other) = got.iter().find(|got| **got != expected && **got != Got::Died) {
            return Err(format!("a caller was to get {expected:?} and got {other:?}"));
        }
        // A caller that died may have left a lease, which expires by itself.
        pass(Duration::from_secs(20)).await;
        if revoked {
            self.connect().await;
        }
        Ok(())
    }

    /// Checks that every process gets a valid token once all is quiet, however old the stored one is.
    pub(super) async fn end(&mut self) -> Result<(), String> {
        pass(super::LIFE * 3).await;
        for process in &self.processes {
            match wish(process, &self.connection).await {
                Got::Called => {}
                other => return Err(format!("the newest tokens were lost: {other:?}")),
            }
        }
        Ok(())
    }

    /// Applies a random event to the tokens or their keys. Returns true if the tokens are useless afterwards.
    async fn happen(&mut self) -> bool {
        match self.rng.u8(0..10) {
            0..3 => self.issuer.expire(),
            3..6 => pass(Duration::from_secs(self.rng.u64(1..5 * 60 * 60))).await,
            // Into the five minutes in which a token is refreshed although it is still valid.
            6 => pass(super::LIFE - Duration::from_secs(self.rng.u64(60..400))).await,
            7 => {
                let rotated = self.processes[0].keyring.rotate(PROJECT).await;
                rotated.expect("the key can be rotated");
            }
            8 => {
                self.issuer.revoke();
                return true;
            }
            _ => {}
        }
        false
    }

    /// Makes several callers request a token in parallel, optionally while the user connects again.
    async fn call(&mut self, reconnects: bool) -> Vec<Got> {
        let mortal = !self.issuer.rotates();
        let callers: Vec<(usize, Rng)> = (0..self.rng.usize(1..=CALLERS))
            .map(|_| (self.rng.usize(..self.processes.len()), self.rng.fork()))
            .collect();
        let life = &*self;
        let calls = callers.into_iter().map(|(process, rng)| life.caller(process, rng, mortal));
        let reconnect = async {
            if reconnects {
                life.connect().await;
            }
        };
        tokio::join!(join_all(calls), reconnect).0
    }

    async fn caller(&self, process: usize, mut rng: Rng, mortal: bool) -> Got {
        pass(Duration::from_millis(rng.u64(0..1_500))).await;
        let wish = wish(&self.processes[process], &self.connection);
        if mortal && rng.u8(0..8) == 0 {
            return timeout(Duration::from_millis(rng.u64(1..LIFETIME)), wish).await.unwrap_or(Got::Died);
        }
        wish.await
    }

    fn check_refreshes(&self, most: u64) -> Result<(), String> {
        match self.issuer.take_refreshes() {
            (_, at_once) if at_once > 1 => Err(format!("{at_once} refreshes at the same time")),
            (all, _) if all > most => Err(format!("{all} refreshes, where {most} were enough")),
            _ => Ok(()),
        }
    }

    async fn version(&self) -> u64 {
        let tokens = self.store.tokens(self.connection.id).await.expect("the store answers");
        tokens.expect("the connection has tokens").version
    }
}

/// Requests a token and calls Dropbox with it; if Dropbox reports it expired, tries once more with another.
async fn wish(process: &Process, connection: &shared::model::Connection) -> Got {
    let first = match process.tokens.access(connection).await {
        Ok(token) => token,
        Err(error) => return refused(&error),
    };
    match called(process, &first).await {
        Err(DropboxError::TokenExpired) => {}
        Err(DropboxError::NeedsReauth(_)) => return Got::NeedsReauth,
        answer => return got(answer),
    }
    match process.tokens.access_instead_of(connection, &first).await {
        Ok(second) if second == first => Got::Wrong("the same token again".to_owned()),
        Ok(second) => got(called(process, &second).await),
        Err(error) => refused(&error),
    }
}

async fn called(process: &Process, token: &AccessToken) -> Result<(), DropboxError> {
    process.dropbox.current_account(token).await.map(drop)
}

fn got(answer: Result<(), DropboxError>) -> Got {
    answer.map_or_else(|error| Got::Wrong(error.to_string()), |()| Got::Called)
}

fn refused(error: &TokenError) -> Got {
    match error {
        TokenError::NeedsReauth => Got::NeedsReauth,
        error => Got::Wrong(error.to_string()),
    }
}
