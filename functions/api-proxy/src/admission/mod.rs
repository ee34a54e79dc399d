//! Check of a call's caller, and choice of the connection that is called.
//!
//! A process remembers for which connection a call was. The next call with the same headers reads that connection's
//! rows together with those that decide about its caller, so that it waits for the table once. Nothing is decided
//! from memory: if it is wrong, that costs some reads.
//!
//! A call that selects no connection is for the newest of the user's that works, so it depends on the list of them,
//! too. Reading the list would be a request of its own; its version is one more row among those that are read anyway.
//! So the list is read again only if the version is another one, and now and then (see [`connection_list`]).
//!
//! - [`remembered_calls`], by [`call_key`]: the memory.
//! - [`connection_list`]: how long a remembered list is known to be complete.
//! - [`reading`] and [`reading_ahead`]: reads for a call with a new key, and with a remembered one.
//! - [`candidates`]: the connections that were read, and which of them is called.
//! - [`find`]: the same choice without a memory, for the actions.

mod call_key;
mod candidates;
mod connection_list;
mod credential_header;
mod find;
mod reading;
mod reading_ahead;
mod remembered_calls;

use futures_util::future::join;
use http::HeaderMap;
use shared::{
    answer::ApiError,
    caller::{Caller, Operation},
    model::{ConnectionName, NoConnectionName},
    store::StoreError,
};

pub use self::remembered_calls::RememberedCalls;
use self::{
    call_key::CallKey,
    candidates::{Candidates, not_connected},
    credential_header::selected_connection,
    reading::read_candidates,
    reading_ahead::read_ahead,
    remembered_calls::RememberedCall,
};
pub(crate) use self::{candidates::CalledConnection, find::find_connection};
use crate::Proxy;

/// A caller who may call the operation.
pub(crate) struct Admission<'a> {
    proxy: &'a Proxy,
    /// The caller.
    pub(crate) caller: Caller,
    key: CallKey,
    /// Name of the connection that the request selects, if it selects one.
    selected: Result<Option<ConnectionName>, NoConnectionName>,
    /// The remembered call with the same key.
    remembered: Option<RememberedCall>,
    /// Candidates that were read ahead, while the caller was checked.
    candidates: Option<Result<Candidates, StoreError>>,
}

impl<'a> Admission<'a> {
    /// Checks the caller. If a call with the same key is remembered, its connection is read at the same time.
    pub(crate) async fn check(
        proxy: &'a Proxy,
        operation: Operation,
        project: &str,
        headers: &HeaderMap,
    ) -> Result<Self, ApiError> {
        let check = Caller::check(proxy.store.as_ref(), operation, project, headers, proxy.clock.now());
        let (key, selected) = (CallKey::of(project, headers), selected_connection(headers));
        let remembered = proxy.remembered_calls.with_key(&key);
        let (caller, candidates) = match &remembered {
            // Boxed, because with all that it reads at the same time it would be most of each caller's own future.
            Some(call) => join(check, Box::pin(read_ahead(proxy, call, selected.ok().flatten()))).await,
            None => (check.await, Ok(None)),
        };
        let caller = caller?;
        let remembered = remembered.filter(|call| call.is_of(&caller));
        let candidates = candidates.transpose().filter(|_| remembered.is_some());
        Ok(Self { proxy, caller, key, selected, remembered, candidates })
    }

    /// Returns the connection that the caller selects, or else the user's newest one that works. Reads it if it has not
    /// been read ahead, and remembers the call unless it is remembered already.
    pub(crate) async fn choose_connection(self) -> Result<CalledConnection, ApiError> {
        let selected = self.selected.map_err(|_| not_connected())?;
        let mut candidates = match self.candidates {
            Some(candidates) => candidates?,
            None => read_candidates(self.proxy, &self.caller, selected).await?,
        };
        let list = candidates.list.take();
        let called = candidates.choose(&self.caller)?;
        let Caller { project, user, .. } = self.caller;
        let call = RememberedCall { project, user, called: called.connection.id, list };
        if self.remembered.as_ref() != Some(&call) {
            self.proxy.remembered_calls.remember(self.key, call);
        }
        Ok(called)
    }
}
