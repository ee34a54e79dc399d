//! The portal's way to the pages for choosing: with the user's token in a form of the portal's own, in this
//! browser only (T20, T21).

use local::browser::{Browser, BrowserPage};
use reqwest::{
    Client, Method, StatusCode,
    header::{COOKIE, HeaderMap, SET_COOKIE},
    redirect::Policy,
};
use serde_json::json;
use tests::{App, World};
use url::Url;

use crate::user_tokens;

const FIRST: &str = "first@example.com";
const ORIGIN: &str = "https://app.example.com";
const OWN: &[(&str, &str)] = &[("origin", "null"), ("sec-fetch-site", "same-origin")];

/// A user's page, whose account is connected.
struct Page {
    app: App,
    token: String,
    credential: String,
}

async fn page(world: &World) -> Page {
    let origins = |project: &mut shared::model::Project| project.return_origins = vec![ORIGIN.to_owned()];
    let (server, pairs) = user_tokens::newcomer(world, origins).await;
    let credential = server.connect(FIRST).await.to_string();
    let claims = user_tokens::with(&server, &json!({"sub": server.user}));
    let token = pairs[1].sign(&claims).unwrap().expose().to_owned();
    Page { app: server, token, credential }
}

/// Posts the portal's form with these fields and headers about the sender.
async fn post(
    world: &World,
    page: &Page,
    other: &[(&str, &str)],
    said: &[(&'static str, &str)],
) -> BrowserPage {
    let path = format!("projects/{}/sdk/portal/choose", page.app.project);
    let url: Url = world.stack.url().join(&path).unwrap();
    let usual = [("token", page.token.as_str()), ("origin", ORIGIN), ("credential", &page.credential)];
    let kept = usual.iter().filter(|(name, _)| other.iter().all(|(given, _)| given != name));
    let form: Vec<_> = kept.chain(other).collect();
    let mut headers = HeaderMap::new();
    for (name, value) in said {
        headers.insert(*name, value.parse().unwrap());
    }
    let http = Client::builder().redirect(Policy::none()).build().unwrap();
    let answer =
        http.post(url.clone()).headers(headers).header("accept", "text/html").form(&form).send().await;
    let answer = answer.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    BrowserPage { url, status, headers, body: answer.text().await.unwrap() }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portal_leads_to_the_chooser_by_a_page_that_says_for_whom_it_is() {
    let world = World::new().await;
    let page = page(&world).await;
    let left = post(&world, &page, &[], OWN).await;
    assert_eq!(left.status, StatusCode::SEE_OTHER, "{}", left.body);
    let start = left.location().unwrap();
    assert!(!start.as_str().contains(&page.token[..20]), "the token is in no address");
    let cookie = left.headers[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let http = Client::builder().redirect(Policy::none()).build().unwrap();
    let open = |url: Url| http.get(url).header(COOKIE, &cookie).header("accept", "text/html").send();
    let shown = open(start.clone()).await.unwrap().text().await.unwrap();
    assert!(shown.contains(page.app.user.as_str()), "it names the user: {shown}");
    let value = |name: &str| {
        let (_, rest) = shown.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let form = [("ticket", value("ticket")), ("proof", value("proof"))];
    let click = http.post(start).header(COOKIE, &cookie).form(&form).send().await.unwrap();
    assert_eq!(click.status(), StatusCode::SEE_OTHER);
    let to = click.headers()["location"].to_str().unwrap();
    assert!(to.ends_with(&format!("/connections/{}/choose", page.credential)), "{to}");
}

#[tokio::test(flavor = "multi_thread")]
async fn its_address_works_in_no_other_browser_and_is_not_used_up_there() {
    let world = World::new().await;
    let page = page(&world).await;
    let left = post(&world, &page, &[], OWN).await;
    let start = left.location().unwrap();
    let other = Browser::new().unwrap();
    // Nor in one that has a cookie of its own.
    let (_, own) = page.app.link_with(&json!({"page": "choose"})).await;
    other.get(own.parse().unwrap()).await.unwrap();
    for browser in [Browser::new().unwrap(), other] {
        let refused = browser.get(start.clone()).await.unwrap();
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.body.contains("other_browser"), "{}", refused.body);
    }
    let cookie = left.headers[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let own = Client::new().get(start).header(COOKIE, cookie).send().await.unwrap();
    assert_eq!(own.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_not_the_portals_is_refused() {
    let world = World::new().await;
    let page = page(&world).await;
    for said in [
        &[][..],
        &[("origin", "null")],
        &[("origin", "https://app.example.com"), ("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
    ] {
        let refused = post(&world, &page, &[], said).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{said:?}");
        assert!(!refused.headers.contains_key(SET_COOKIE), "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_users_own_accounts_are_led_to() {
    let world = World::new().await;
    let page = page(&world).await;
    let strange = world.first_app("eve").connect("second@example.com").await.to_string();
    let mut another = page.app.clone();
    "another".clone_into(&mut another.user);
    let other = another.connect("second@example.com").await.to_string();
    let large = "x".repeat(20_000);
    for (fields, status, code) in [
        ([("credential", strange.as_str())], 404, "connection_not_found"),
        ([("credential", &other)], 404, "connection_not_found"),
        ([("credential", "")], 400, "credential_missing"),
        ([("token", "")], 401, "unauthorized"),
        ([("token", "a.b.c")], 401, "token_refused"),
        ([("token", page.app.key.as_str())], 400, "customer_id_missing"),
        ([("origin", "https://evil.example")], 400, "origin_not_registered"),
        ([("origin", "")], 400, "origin_not_registered"),
        ([("more", &large)], 413, "body_too_large"),
    ] {
        let refused = post(&world, &page, &fields, OWN).await;
        assert_eq!(refused.status.as_u16(), status, "{fields:?}");
        assert!(refused.body.contains(code), "{code}: {}", refused.body);
    }
    let answer = page.app.ask(Method::GET, "sdk/portal/choose", "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}
