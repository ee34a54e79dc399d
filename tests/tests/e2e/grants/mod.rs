//! Grants (T25, T26): every path after the exchange of a code either stores the tokens or revokes them at
//! Dropbox, and responses that deviate from the standard are accepted only if they are unambiguous. Scopes
//! follow the last answer that names some (T1).

mod fixture;

use serde_json::{Value, json};
use shared::model::ConnectionId;

use self::fixture::{Answer, Failure, Fixture, Script, token_answer};

const JSON: &str = "application/json";

/// Limit above the number of calls that a callback makes.
const CALLS: i64 = 40;

#[tokio::test]
async fn whichever_call_of_the_store_fails_the_grant_is_stored_or_revoked() {
    for failure in [Failure::Refused, Failure::LostAnswer] {
        for again in [false, true] {
            let mut failures = 0;
            for call in 0..CALLS {
                let fixture = Fixture::new(failure).await;
                if again {
                    assert_eq!(fixture.callback(None, None).await.status, 200);
                }
                let end = fixture.callback(Some(call), None).await;
                failures += u32::from(end.status != 200);
                let was_exchanged = end.stored || end.revoked;
                // The first calls take the authorization and read the app: there is no grant yet.
                assert!(was_exchanged || call < 3, "{failure:?} of call {call}, again: {again}: {end:?}");
                if failure == Failure::Refused {
                    assert!(!(end.stored && end.revoked), "call {call}, again: {again}: {end:?}");
                }
                assert_eq!(end.left_over, 0);
            }
            assert!(failures >= 5, "only {failures} calls failed");
        }
    }
}

/// Response of Dropbox that is replaced.
enum Place {
    Token,
    Account,
}

fn answered(place: Place, answer: Answer) -> impl FnOnce(&mut Script) {
    move |script| match place {
        Place::Token => script.token = answer,
        Place::Account => script.account = answer,
    }
}

#[tokio::test]
async fn a_grant_that_cannot_be_used_is_revoked() {
    let read_as = |status, body: &str| answered(Place::Account, Answer(status, JSON, body.to_owned()));
    let granted = |other: Value| answered(Place::Token, Answer(200, JSON, token_answer(&other).to_string()));
    let suspended =
        json!({"error_summary": "user_suspended/", "error": {".tag": "user_suspended"}}).to_string();
    let gone = (502, "dropbox_refused");
    for (why, change, (status, code)) in [
        ("the account cannot be read", read_as(500, "<html>"), gone),
        ("the account is unreadable", read_as(200, "{"), gone),
        ("the account is suspended", read_as(401, &suspended), gone),
        ("scopes are missing", granted(json!({"scope": "account_info.read"})), (403, "scopes_missing")),
        ("no scope at all", granted(json!({"scope": ""})), (403, "scopes_missing")),
        ("no refresh token", granted(json!({"refresh_token": null})), gone),
        ("no account", granted(json!({"account_id": null})), gone),
    ] {
        let fixture = Fixture::new(Failure::Refused).await;
        fixture.script(change);
        let end = fixture.callback(None, None).await;
        assert_eq!((end.status, end.code.as_str()), (status, code), "{why}");
        assert!(end.revoked && !end.stored, "{why}: {end:?}");
    }
}

#[tokio::test]
async fn a_grant_of_another_account_or_without_a_key_is_revoked() {
    let fixture = Fixture::new(Failure::Refused).await;
    let end = fixture.callback(None, Some(ConnectionId::random())).await;
    assert_eq!((end.code.as_str(), end.revoked, end.stored), ("other_account", true, false));
    let fixture = Fixture::new(Failure::Refused).await;
    fixture.fail_master_key();
    let end = fixture.callback(None, None).await;
    assert_eq!((end.code.as_str(), end.revoked, end.stored), ("unavailable", true, false));
}

#[tokio::test]
async fn a_grant_that_cannot_be_revoked_either_is_counted() {
    let fixture = Fixture::new(Failure::Refused).await;
    fixture.script(|script| {
        script.account = Answer(500, "text/html", String::new());
        script.revoke = Answer(503, "text/plain", String::new());
    });
    let end = fixture.callback(None, None).await;
    assert_eq!((end.status, end.revoked, end.left_over), (502, false, 1));
}

#[tokio::test]
async fn answers_of_lax_servers_are_taken() {
    for (kind, other) in [
        ("text/javascript", json!({})),
        ("text/plain; charset=utf-8", json!({})),
        (JSON, json!({"scope": null})),
        (JSON, json!({"expires_in": "14400"})),
        (JSON, json!({"expires_in": 14400.0})),
        (JSON, json!({"expires_in": null})),
        (JSON, json!({"token_type": "Bearer"})),
        (JSON, json!({"token_type": "BEARER"})),
        (JSON, json!({"token_type": null})),
        (JSON, json!({"team_id": null, "id_token": "x", "nested": {"a": [1]}})),
    ] {
        let fixture = Fixture::new(Failure::Refused).await;
        fixture.script(|script| script.token = Answer(200, kind, token_answer(&other).to_string()));
        let end = fixture.callback(None, None).await;
        assert_eq!((end.status, end.stored), (200, true), "{kind} {other}: {end:?}");
        assert_eq!(end.scopes.len(), 4, "as asked, where nothing else is said: {other}");
    }
}

/// T1: the answer to a refresh may name scopes, and need not.
#[tokio::test]
async fn scopes_that_a_refresh_names_are_the_connections() {
    let granted = "account_info.read files.metadata.read files.content.read files.content.write";
    let more = format!("{granted} sharing.read");
    for (named, stored) in [
        (json!("account_info.read files.metadata.read"), "account_info.read files.metadata.read"),
        (json!("account_info.read sharing.read"), "account_info.read sharing.read"),
        (json!(more), more.as_str()),
        (json!(["account_info.read", "files.metadata.read"]), "account_info.read files.metadata.read"),
        (json!(""), ""),
        (Value::Null, granted),
    ] {
        let fixture = Fixture::new(Failure::Refused).await;
        let end = fixture.callback(None, None).await;
        assert_eq!(end.scopes.join(" "), granted);
        let answer = token_answer(&json!({"access_token": "refreshed", "scope": named}));
        fixture.script(|script| script.token = Answer(200, JSON, answer.to_string()));
        fixture.refresh().await;
        let connection = fixture.connections().await.pop().unwrap();
        assert_eq!(connection.scopes.join(" "), stored, "{named}");
    }
}

#[tokio::test]
async fn what_is_no_grant_is_refused_clearly() {
    for (answer, status, code) in [
        (Answer(200, JSON, json!({"error": "invalid_grant"}).to_string()), 400, "code_refused"),
        (Answer(400, "text/javascript", json!({"error": "invalid_grant"}).to_string()), 400, "code_refused"),
        (Answer(400, JSON, json!({"error": "invalid_client"}).to_string()), 502, "dropbox_refused"),
        (Answer(200, "text/html", "<html>".to_owned()), 502, "dropbox_refused"),
        (Answer(200, JSON, token_answer(&json!({"access_token": null})).to_string()), 502, "dropbox_refused"),
        (Answer(200, JSON, token_answer(&json!({"access_token": 1})).to_string()), 502, "dropbox_refused"),
        (Answer(500, JSON, "{}".to_owned()), 502, "dropbox_refused"),
    ] {
        let fixture = Fixture::new(Failure::Refused).await;
        let said = answer.2.clone();
        fixture.script(|script| script.token = answer);
        let end = fixture.callback(None, None).await;
        assert_eq!((end.status, end.code.as_str(), end.stored), (status, code, false), "{said}");
    }
}
