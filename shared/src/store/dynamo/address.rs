//! The address to which the SDK's client sends.

use std::sync::{Arc, OnceLock};

use aws_sdk_dynamodb::{
    config::{ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextRef},
    error::BoxError,
};

/// Interceptor that keeps the address of the first request. It is the same for all, and the client does not say it: to
/// find it by the SDK's rules once more would mean to read AWS's list of regions once more.
#[derive(Debug, Clone, Default)]
pub(super) struct Address(Arc<OnceLock<String>>);

impl Address {
    /// Returns the address; `None` before the first request.
    pub(super) fn known(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}

impl Intercept for Address {
    fn name(&self) -> &'static str {
        "Address"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.get_or_init(|| context.request().uri().to_owned());
        Ok(())
    }
}
