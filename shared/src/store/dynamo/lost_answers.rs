//! Answers that were lost, and writes that the client therefore sends once more.
//!
//! The SDK repeats a call whose answer did not come. If the first one had its effect, the condition of the second one
//! may fail because of that very effect, and the caller would take its own write for that of another. Such a call
//! fails with [`StoreError::Unavailable`](crate::store::StoreError::Unavailable) instead, like any other whose effect
//! is unknown: the caller's own repetition finds out. Transactions are not concerned: DynamoDB knows their repetitions
//! by a token.

use aws_sdk_dynamodb::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::{FinalizerInterceptorContextMut, FinalizerInterceptorContextRef},
    },
    error::BoxError,
    operation::{delete_item::DeleteItemError, put_item::PutItemError, update_item::UpdateItemError},
};
use aws_smithy_runtime_api::client::{interceptors::context::Error, orchestrator::OrchestratorError};
use aws_smithy_types::config_bag::{Storable, StoreReplace};

/// Interceptor of calls. A client of [`Dynamo`](super::Dynamo) has it.
#[derive(Debug)]
pub(super) struct LostAnswers;

/// In the state of a call: an attempt has ended without an answer that says whether it had its effect.
#[derive(Debug)]
struct MayHaveHappened;

impl Storable for MayHaveHappened {
    type Storer = StoreReplace<Self>;
}

impl Intercept for LostAnswers {
    fn name(&self) -> &'static str {
        "LostAnswers"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        state: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let is_unanswered = context.response().is_none_or(|response| response.status().is_server_error());
        if matches!(context.output_or_error(), Some(Err(_))) && is_unanswered {
            state.interceptor_state().store_put(MayHaveHappened);
        }
        Ok(())
    }

    fn modify_before_completion(
        &self,
        context: &mut FinalizerInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        state: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if state.load::<MayHaveHappened>().is_none() {
            return Ok(());
        }
        if let Some(outcome) = context.output_or_error_mut()
            && outcome
                .as_ref()
                .err()
                .and_then(OrchestratorError::as_operation_error)
                .is_some_and(is_failed_condition)
        {
            *outcome = Err(OrchestratorError::other("the answer to a write was lost"));
        }
        Ok(())
    }
}

fn is_failed_condition(error: &Error) -> bool {
    error.downcast_ref().is_some_and(UpdateItemError::is_conditional_check_failed_exception)
        || error.downcast_ref().is_some_and(PutItemError::is_conditional_check_failed_exception)
        || error.downcast_ref().is_some_and(DeleteItemError::is_conditional_check_failed_exception)
}
