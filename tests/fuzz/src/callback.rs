//! The connect functions: whose click and whose return from Dropbox counts, and what a browser is shown.

mod allowed;
mod shown;

use oauth_callback::handle;
use url::Url;

use self::allowed::Allowed;
use crate::{
    draft::{Draft, line},
    residents::CANARY,
    stage::on_stage,
    traffic::{Answer, Record},
};

/// The bytes are Dropbox's answer to a request for tokens, and a browser's or a server's request:
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
    on_stage(async |stage| {
        stage.traffic.answer_tokens(answer);
        let base = Url::parse("https://dropline.example/").expect("it is a URL");
        let response = handle(&stage.connect(), &base, draft.path, request).await;
        let record = stage.traffic.record();
        let allowed = Allowed::by(&draft);
        allowed.check(&record, &draft);
        check_secrets(&record, response.body(), line(bytes).0);
        shown::check(&response, allowed);
    });
}

/// What Dropbox gives as tokens is nowhere in clear.
fn check_secrets(record: &Record, body: &[u8], answer: &[u8]) {
    if record.sent.is_empty() {
        return;
    }
    let answer = String::from_utf8_lossy(answer);
    let tokens = answer.split('"').filter(|text| text.starts_with(CANARY));
    // One that is said twice may be an id, too.
    for token in tokens.filter(|token| answer.matches(token).count() == 1) {
        let body = String::from_utf8_lossy(body);
        let messages = record.messages.iter().map(|message| &message.body);
        let written = record.writes.iter().chain(messages).any(|text| text.contains(token));
        assert!(!written && !body.contains(token), "a token is written in clear");
        assert!(!format!("{:?}", record.events).contains(token), "a token is in an event");
    }
}
