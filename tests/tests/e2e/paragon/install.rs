//! Accounts connected with a code that the application's own OAuth page received.

use fake_dropbox::{
    AppAccess, AppSettings,
    faults::{Fault, TokenProblem},
};
use local::browser::{Browser, Decision};
use serde_json::{Value, json};
use shared::{
    dropbox::AppTerms,
    metrics::Metric,
    model::{AppKey, AppSecret},
    store::Connections,
};
use tests::{Answer, App, World};

use super::{FIRST, SECOND, ask, page_of, refusal};
use crate::user_tokens;

const KEY: &str = "ownappkey012345";
/// Application's own page, to which Dropbox sends its users back.
const REDIRECT: &str = "https://app.example.com/dropbox";

/// A project whose server and whose user's page complete installs.
struct Installing {
    world: World,
    server: App,
    page: App,
}

impl Installing {
    async fn new(may_complete_installs: bool, own_app: bool) -> Self {
        let world = World::new().await;
        let (server, pairs) = user_tokens::newcomer(&world, |project| {
            project.user_tokens.may_complete_installs = may_complete_installs;
            project.return_origins = vec!["https://app.example.com".to_owned()];
        })
        .await;
        let terms = AppTerms::default();
        world.stack.dropbox.register_app(AppSettings {
            key: KEY.to_owned(),
            secret: "ownsecret".to_owned(),
            name: "Notes".to_owned(),
            redirect_uris: vec![REDIRECT.to_owned(), "https://elsewhere.example.com/".to_owned()],
            webhook: None,
            scopes: terms.scopes.clone(),
            access: AppAccess::FullDropbox,
        });
        if own_app {
            let apps = world.stack.machine.own_apps();
            apps.put(server.project, &AppKey::from(KEY), &AppSecret::new("ownsecret"), terms).await.unwrap();
        }
        let page = page_of(&server, &pairs, "user-1");
        Self { world, server, page }
    }

    /// Returns the code that the application's page gets for an account. `more` is added to what it asks for, or
    /// takes its place.
    async fn code(&self, email: &str, redirect: &str, more: &[(&str, &str)]) -> String {
        let mut url = self.world.stack.dropbox.url().join("/oauth2/authorize").unwrap();
        let asked = [
            ("client_id", KEY),
            ("response_type", "code"),
            ("redirect_uri", redirect),
            ("token_access_type", "offline"),
            ("state", "the application's own"),
        ];
        let asked = asked.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
        url.query_pairs_mut().extend_pairs(asked).extend_pairs(more);
        let back = Browser::of_a_program().unwrap().consent(url, email, Decision::Approve).await.unwrap();
        back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
    }

    async fn complete(&self, app: &App, code: &str) -> Answer {
        turn_in(app, &json!({"code": code, "integrationId": "dropbox", "redirectUrl": REDIRECT})).await
    }

    /// Returns how often Dropbox was asked to revoke tokens.
    fn revocations(&self) -> u64 {
        self.world.stack.dropbox.calls().get("auth/token/revoke").copied().unwrap_or_default()
    }

    /// Returns whether the account has granted the app anything, and takes it back.
    fn was_granted(&self, email: &str) -> bool {
        self.world.stack.dropbox.revoke_access(email, KEY).is_ok()
    }
}

async fn turn_in(app: &App, body: &Value) -> Answer {
    app.post("sdk/credentials", &body.to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_turns_in_a_code_and_the_account_is_synced() {
    let place = Installing::new(false, true).await;
    place.world.write(FIRST, "a.txt", b"a");
    let id = ask(&place.server, "integrations").await[0]["id"].clone();
    let code = place.code(FIRST, REDIRECT, &[]).await;
    let body = json!({"code": code, "integrationId": id, "redirectUrl": REDIRECT, "integrationOptions": {}});
    let answer = turn_in(&place.server, &body).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("VALID")), "{}", answer.body);
    let connection = answer.body["id"].as_str().unwrap().parse().unwrap();
    place.world.mirrored(connection, FIRST).await;
    assert_eq!(place.page.names().await, ["a.txt"]);
    let stored = place.world.stack.store().connection(connection).await.unwrap().unwrap();
    assert_eq!((stored.app.to_string(), stored.user.as_str()), (KEY.to_owned(), "user-1"));
    // An account that is connected again is the same connection; a code can be used once.
    let again = place.complete(&place.server, &place.code(FIRST, REDIRECT, &[]).await).await;
    assert_eq!(again.body["id"], answer.body["id"]);
    assert_eq!(refusal(&place.complete(&place.server, &code).await), (400, "code_refused"));
    assert_eq!(ask(&place.page, "credentials").await.as_array().unwrap().len(), 1);
    assert_eq!(place.revocations(), 0, "both grants are stored");
}

/// T25
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_cannot_be_used_is_revoked() {
    let gone = (502, "dropbox_refused");
    let few = ("scope", "account_info.read files.metadata.read");
    for (why, fault, asked, expected) in [
        (
            "the account answers 500",
            Some(Fault::ServerError { status: 500, after_effect: false }),
            None,
            gone,
        ),
        (
            "the account is suspended",
            Some(Fault::Unauthorized { error: TokenProblem::UserSuspended }),
            None,
            gone,
        ),
        ("the account is refused", Some(Fault::EndpointError { tag: "other".to_owned() }), None, gone),
        ("scopes are missing", None, Some(few), (409, "scopes_missing")),
        ("no refresh token", None, Some(("token_access_type", "online")), gone),
    ] {
        let place = Installing::new(true, true).await;
        if let Some(fault) = fault {
            place.world.stack.dropbox.faults(FIRST).next("users/get_current_account", 9, fault);
        }
        let code = place.code(FIRST, REDIRECT, asked.as_slice()).await;
        assert_eq!(refusal(&place.complete(&place.page, &code).await), expected, "{why}");
        assert_eq!(place.revocations(), 1, "{why}");
        assert!(!place.was_granted(FIRST), "{why}");
        assert_eq!(ask(&place.server, "credentials").await, json!([]), "{why}");
    }
}

/// T25
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_cannot_be_revoked_either_is_counted_for_its_project() {
    let place = Installing::new(true, true).await;
    let faults = place.world.stack.dropbox.faults(FIRST);
    faults.next("users/get_current_account", 9, Fault::ServerError { status: 500, after_effect: false });
    faults.next("auth/token/revoke", 9, Fault::ServerError { status: 503, after_effect: false });
    let code = place.code(FIRST, REDIRECT, &[]).await;
    assert_eq!(refusal(&place.complete(&place.page, &code).await), (502, "dropbox_refused"));
    let counted =
        place.world.stack.machine.metrics.of_project(place.server.project, Metric::GrantsNotRevoked);
    assert_eq!(counted, Some(1));
    assert!(place.was_granted(FIRST));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_turns_a_code_in_only_where_its_project_allows_it() {
    let place = Installing::new(false, true).await;
    let code = place.code(FIRST, REDIRECT, &[]).await;
    assert_eq!(refusal(&place.complete(&place.page, &code).await), (409, "install_not_allowed"));
    assert_eq!(place.complete(&place.server, &code).await.status, 200, "the code was not spent");
    let place = Installing::new(true, true).await;
    let answer = place.complete(&place.page, &place.code(SECOND, REDIRECT, &[]).await).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(ask(&place.server, "credentials").await, json!([answer.body]));
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_taken_of_the_projects_own_app_only() {
    let place = Installing::new(true, false).await;
    let code = place.code(FIRST, REDIRECT, &[]).await;
    for caller in [&place.server, &place.page] {
        assert_eq!(refusal(&place.complete(caller, &code).await), (409, "own_app_required"));
    }
    assert_eq!(ask(&place.page, "credentials").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_taken_with_the_address_and_the_verifier_that_it_was_asked_for_with() {
    let place = Installing::new(true, true).await;
    let elsewhere = "https://elsewhere.example.com/";
    let code = place.code(FIRST, elsewhere, &[]).await;
    let body = json!({"code": code, "integrationId": "dropbox", "redirectUrl": elsewhere});
    assert_eq!(refusal(&turn_in(&place.page, &body).await), (400, "redirect_not_registered"));
    assert_eq!(refusal(&place.complete(&place.page, &code).await), (400, "code_refused"));
    // A code that was requested with a challenge, as for Dropline's own links, needs its verifier.
    let (verifier, challenge) =
        ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let challenged = [("code_challenge", challenge), ("code_challenge_method", "S256")];
    let code = place.code(FIRST, REDIRECT, &challenged).await;
    assert_eq!(refusal(&place.complete(&place.page, &code).await), (400, "code_refused"));
    let code = place.code(FIRST, REDIRECT, &challenged).await;
    let proved = json!({
        "code": code, "integrationId": "dropbox", "redirectUrl": REDIRECT, "codeVerifier": verifier,
    });
    assert_eq!(turn_in(&place.page, &proved).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_completes_nothing_is_refused() {
    let place = Installing::new(true, true).await;
    let good = json!({"code": "c", "integrationId": "dropbox", "redirectUrl": REDIRECT});
    for (field, value, expected) in [
        ("code", json!(null), (400, "invalid_field")),
        ("code", json!(7), (400, "invalid_field")),
        ("code", json!("a b"), (400, "invalid_field")),
        ("code", json!("x".repeat(3_000)), (400, "invalid_field")),
        ("redirectUrl", json!(null), (400, "invalid_field")),
        ("redirectUrl", json!("app.example.com"), (400, "invalid_field")),
        ("redirectUrl", json!("javascript:alert(1)"), (400, "invalid_field")),
        ("redirectUrl", json!("https://app.example.com@evil.example/"), (400, "invalid_field")),
        ("redirectUrl", json!("https://app.example.com.evil.example/"), (400, "redirect_not_registered")),
        ("redirectUrl", json!("http://app.example.com/dropbox"), (400, "invalid_field")),
        ("codeVerifier", json!("short"), (400, "invalid_field")),
        ("integrationId", json!(null), (400, "invalid_field")),
        ("integrationId", json!("slack"), (404, "integration_not_found")),
    ] {
        let mut bad = good.clone();
        bad[field] = value.clone();
        assert_eq!(refusal(&turn_in(&place.page, &bad).await), expected, "{field} {value:.60}");
    }
    assert_eq!(refusal(&turn_in(&place.page, &good).await), (400, "code_refused"));
    assert_eq!(ask(&place.server, "credentials").await, json!([]));
}
