//! Clients that are made when they are first used.

use std::{
    ops::Deref,
    sync::{Arc, LazyLock},
};

use aws_types::SdkConfig;

/// A client of the SDKs that is made when it is first used.
///
/// Each of them reads AWS's list of regions anew, a tenth of a function's start: this is for what many invocations do
/// not call. Clones are one client.
#[derive(Debug, Clone)]
pub struct Late<C>(Arc<LazyLock<C, Box<dyn FnOnce() -> C + Send>>>);

impl<C: 'static> Late<C> {
    /// What `make` will make of this configuration.
    pub fn of(config: &SdkConfig, make: fn(&SdkConfig) -> C) -> Self {
        let config = config.clone();
        Self(Arc::new(LazyLock::new(Box::new(move || make(&config)))))
    }
}

/// One that is there already.
impl<C: Send + 'static> From<C> for Late<C> {
    fn from(client: C) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(move || client))))
    }
}

impl<C> Deref for Late<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}
