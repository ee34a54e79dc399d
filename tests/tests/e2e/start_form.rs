//! The form of the start page (T20): only a click on our own page, in a browser that has opened it, starts a
//! connect.

use local::browser::{Browser, BrowserPage, Decision};
use reqwest::{Client, StatusCode, header::HeaderMap, redirect::Policy};
use serde_json::Value;
use tests::{App, World};
use url::Url;

const COOKIE: &str = "__Host-dropline-connect";
const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

/// Returns the fields of the start page's form, as one browser received it.
async fn form(browser: &Browser, link: &str) -> Vec<(String, String)> {
    let page = browser.get(link.parse().unwrap()).await.unwrap();
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    ["ticket", "proof"].map(|name| (name.to_owned(), hidden(&page, name))).into()
}

fn hidden(page: &BrowserPage, name: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("name=\"{name}\" value=\"")).expect("the form has it");
    rest.split('"').next().unwrap().to_owned()
}

/// Posts a form with the browser's headers about the sender. Returns the status, the code, and the address of
/// a redirect.
async fn post(
    world: &World,
    cookie: Option<&str>,
    said: &[(&'static str, &str)],
    fields: &[(String, String)],
) -> (StatusCode, String, Option<Url>) {
    let http = Client::builder().redirect(Policy::none()).build().unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in said {
        headers.insert(*name, value.parse().unwrap());
    }
    if let Some(cookie) = cookie {
        headers.insert("cookie", format!("{COOKIE}={cookie}").parse().unwrap());
    }
    let url = world.stack.url().join("connect/start").unwrap();
    let answer = http.post(url).headers(headers).form(fields).send().await.unwrap();
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().parse().unwrap());
    let status = answer.status();
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
    (status, body["code"].as_str().unwrap_or_default().to_owned(), to)
}

async fn assert_is_unspent(app: &App, id: &str, link: &str) {
    assert_eq!(app.link_status(id).await["status"], "pending");
    let page = Browser::new().unwrap().get(link.parse().unwrap()).await.unwrap();
    assert_eq!(page.status, StatusCode::OK, "the ticket is spent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_gets_nowhere_and_spends_nothing() {
    let world = World::new().await;
    let app = world.first_app("attacker");
    let (id, link) = app.link().await;
    let (attacker, victim) = (Browser::new().unwrap(), Browser::new().unwrap());
    let stolen = form(&attacker, &link).await;
    let (_, other_link) = world.first_app("victim").link().await;
    let own = form(&victim, &other_link).await;
    let cookie = victim.cookie(COOKIE).unwrap();
    let (ticket, proof_of_other_ticket) = (stolen[0].clone(), own[1].clone());
    let not_ours = (StatusCode::FORBIDDEN, "not_from_start_page");
    let no_cookie = (StatusCode::FORBIDDEN, "cookie_missing");
    let good = form(&victim, &link).await;
    let own_origin = world.stack.url().origin().ascii_serialization();
    let cross = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    for (why, cookie, said, fields, refused) in [
        ("a forged post without the cookie", None, &[][..], vec![ticket.clone()], no_cookie),
        ("the attacker's own form", None, &[], stolen.clone(), no_cookie),
        ("the cookie, but no proof", Some(&cookie), &[], vec![ticket.clone()], not_ours),
        ("the attacker's proof", Some(&cookie), &[], stolen.clone(), not_ours),
        ("of another ticket", Some(&cookie), &[], vec![ticket.clone(), proof_of_other_ticket], not_ours),
        ("the browser says so", Some(&cookie), &cross, good.clone(), not_ours),
        ("a hidden origin", Some(&cookie), &[("origin", "null")], good.clone(), not_ours),
        ("a sibling site", Some(&cookie), &[("sec-fetch-site", "same-site")], good.clone(), not_ours),
    ] {
        let (status, code, to) = post(&world, cookie.map(String::as_str), said, &fields).await;
        assert_eq!((status, code.as_str(), to), (refused.0, refused.1, None), "{why}");
        assert_is_unspent(&app, &id, &link).await;
    }
    let said = [("origin", own_origin.as_str()), ("sec-fetch-site", "same-origin")];
    let (status, _, to) = post(&world, Some(&cookie), &said, &good).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let asked: Vec<_> = to.unwrap().query_pairs().into_owned().collect();
    assert!(asked.contains(&("force_reapprove".into(), "true".into())), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_approved_before_is_not_sent_on_at_once() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    let browser = Browser::new().unwrap();
    let (_, link) = app.link().await;
    let fields = form(&browser, &link).await;
    let cookie = browser.cookie(COOKIE).unwrap();
    let (_, _, to) = post(&world, Some(&cookie), &[], &fields).await;
    let consent = browser.get(to.unwrap()).await.unwrap();
    assert_eq!(consent.status, StatusCode::OK, "Dropbox asks: it does not redirect");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_a_reload_and_the_way_back_do_not_disturb_each_other() {
    let world = World::new().await;
    let (one, two) = (world.first_app("one"), world.first_app("two"));
    let ((first_id, first), (second_id, second)) = (one.link().await, two.link().await);
    let browser = Browser::new().unwrap();
    // Uses an old form, after the page was reloaded and another link was opened in the same browser.
    let old = form(&browser, &first).await;
    let cookie = browser.cookie(COOKIE).unwrap();
    form(&browser, &second).await;
    assert_eq!(form(&browser, &first).await, old, "a reload shows the same form");
    assert_eq!(browser.cookie(COOKIE), Some(cookie), "the browser keeps its cookie");
    // Both tabs are at Dropbox at the same time, and the first returns last.
    let first_back = browser.decide(&first, FIRST, Decision::Approve).await.unwrap();
    let second_back = browser.decide(&second, SECOND, Decision::Approve).await.unwrap();
    for back in [second_back, first_back] {
        let end = browser.get(back).await.unwrap();
        assert_eq!(end.status, StatusCode::OK, "{}", end.body);
    }
    assert_eq!(one.link_status(&first_id).await["status"], "connected");
    assert_eq!(two.link_status(&second_id).await["status"], "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_cookies_is_told_what_to_do() {
    let world = World::new().await;
    let app = world.first_app("u");
    let (id, link) = app.link().await;
    let fields = form(&Browser::new().unwrap(), &link).await;
    // Another browser has no cookie: the response is the one to a browser that blocks cookies.
    let url = world.stack.url().join("connect/start").unwrap();
    let refused = Browser::new().unwrap().post(url, &fields).await.unwrap();
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("Allow cookies for this site"), "{}", refused.body);
    assert_is_unspent(&app, &id, &link).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_start_page_cannot_be_framed_and_its_address_goes_nowhere() {
    let world = World::new().await;
    let (_, link) = world.first_app("u").link().await;
    let page = Browser::new().unwrap().get(link.parse().unwrap()).await.unwrap();
    let header = |name: &str| page.headers[name].to_str().unwrap().to_owned();
    assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(header("x-frame-options"), "DENY");
    assert_eq!(header("cache-control"), "no-store");
    // Only to itself: with no-referrer a browser would hide the origin of the form, too.
    assert_eq!(header("referrer-policy"), "same-origin");
    let cookie = header("set-cookie");
    for attribute in ["__Host-", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(page.body.contains("<bdi>First project</bdi>") && page.body.contains("<bdi>u</bdi>"));
}
