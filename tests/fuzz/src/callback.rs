//! Target for the connect functions: which clicks and which returns from Dropbox they accept, and what a
//! browser gets.

mod allowed;
mod answered;

use oauth_callback::handle;
use url::Url;

use self::allowed::Allowed;
use crate::{
    draft::{Draft, line},
    fixture::with_fixture,
    known::CANARY,
    traffic::{Answer, Record},
};

/// The input is Dropbox's response to a token request, followed by the request of a browser or a server:
///
/// ```text
/// 200 {"access_token":"canary-a", "refresh_token":"canary-r", …}
/// GET /oauth/callback?code=c&state=the-state
/// cookie: __Host-dropline-connect=the-browser
/// accept: text/html
/// ```
pub(crate) fn target(bytes: &[u8]) {
    let (answer, text) = Answer::read(bytes);
    let Some(draft) = Draft::read(text) else { return };
    let Some(request) = draft.request() else { return };
    with_fixture(async |fixture| {
        fixture.traffic.answer_tokens(answer);
        let base = Url::parse("https://dropline.example/").expect("it is a URL");
        let response = handle(&fixture.connect(), &base, draft.path, request).await;
        let record = fixture.traffic.record();
        let allowed = Allowed::by(&draft);
        allowed.check(&record, &draft);
        check_secrets(&record, response.body(), line(bytes).0);
        answered::check(&response, allowed);
    });
}

/// Checks that tokens from Dropbox are nowhere in clear text.
fn check_secrets(record: &Record, body: &[u8], answer: &[u8]) {
    if record.sent.is_empty() {
        return;
    }
    let answer = String::from_utf8_lossy(answer);
    let tokens = answer.split('"').filter(|text| text.starts_with(CANARY));
    // A token that occurs twice may also be an id.
    for token in tokens.filter(|token| answer.matches(token).count() == 1) {
        let body = String::from_utf8_lossy(body);
        let messages = record.messages.iter().map(|message| &message.body);
        let written = record.writes.iter().chain(messages).any(|text| text.contains(token));
        assert!(!written && !body.contains(token), "a token is written in clear");
        assert!(!format!("{:?}", record.events).contains(token), "a token is in an event");
    }
}
