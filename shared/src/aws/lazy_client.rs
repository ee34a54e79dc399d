//! Clients that are created on first use.

use std::{
    ops::Deref,
    sync::{Arc, LazyLock},
};

use aws_types::SdkConfig;

/// A client of an SDK that is created on first use.
///
/// Each client reads AWS's list of regions again, which takes a tenth of a function's start, so this is for
/// clients that many invocations do not use. Clones are one client.
#[derive(Debug, Clone)]
pub struct LazyClient<C>(Arc<LazyLock<C, Box<dyn FnOnce() -> C + Send>>>);

impl<C: 'static> LazyClient<C> {
    /// Returns a client that `make` will create from this configuration.
    pub fn of(config: &SdkConfig, make: fn(&SdkConfig) -> C) -> Self {
        let config = config.clone();
        Self(Arc::new(LazyLock::new(Box::new(move || make(&config)))))
    }
}

/// Wraps a client that exists already.
impl<C: Send + 'static> From<C> for LazyClient<C> {
    fn from(client: C) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(move || client))))
    }
}

impl<C> Deref for LazyClient<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}
