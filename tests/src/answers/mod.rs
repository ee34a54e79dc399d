//! Answers of the gateway, each held to `infra/openapi.yaml`: status, type, headers that must be there, and the members
//! of a JSON body, of which none may be there that is not described. Requests that the gateway itself refuses must have
//! the answers that the description gives for them. What Dropbox answers to a call is Dropbox's own: of that only status
//! and type are compared.

mod check;
mod description;
mod schema;

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use local::{Answered, Observer};

use self::{check::differences, description::Description};

/// Read once in a process.
static DESCRIPTION: LazyLock<Description> = LazyLock::new(Description::read);

/// Differences between the description and what a gateway has answered. Dropping it panics if there are any, so that the
/// test fails in which they were seen, whichever client had asked.
#[derive(Debug, Default)]
pub(crate) struct Answers(Arc<Differences>);

impl Answers {
    /// Returns the observer to which a gateway must show its answers.
    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        self.0.clone()
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        let found = self.0.0.lock().unwrap_or_else(PoisonError::into_inner).join("\n");
        if found.is_empty() {
            return;
        }
        let text = format!("answers that infra/openapi.yaml does not describe:\n{found}");
        assert!(std::thread::panicking(), "{text}");
        #[expect(
            clippy::print_stderr,
            reason = "the test fails for another reason, perhaps because of this one"
        )]
        {
            eprintln!("{text}");
        }
    }
}

/// Differences found so far, one line or more for each.
#[derive(Debug, Default)]
struct Differences(Mutex<Vec<String>>);

impl Observer for Differences {
    fn reads(&self, answered: &Answered<'_>) -> bool {
        check::needs_body(&DESCRIPTION, answered)
    }

    fn saw(&self, answered: &Answered<'_>, body: Option<&Bytes>) {
        let Answered { method, path, status, .. } = answered;
        let found = differences(&DESCRIPTION, answered, body.map(|bytes| &bytes[..]));
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(
            found.iter().map(|difference| format!("{method} {path}, {}: {difference}", status.as_u16())),
        );
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method, StatusCode};

    use super::*;

    fn seen(status: StatusCode) -> Answers {
        let (answers, method) = (Answers::default(), Method::DELETE);
        let answered = Answered { method: &method, path: "/nowhere", status, headers: &HeaderMap::new() };
        answers.observer().saw(&answered, None);
        answers
    }

    #[test]
    #[should_panic(expected = "DELETE /nowhere, 418: ")]
    fn a_difference_fails_the_test_that_saw_it() {
        drop(seen(StatusCode::IM_A_TEAPOT));
    }
}
