//! Markup of the portal. Each of its states is a part; the script shows one, and fills in what the API says.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use page_kit::{Language, Plural, PortalWords, Words, asset_name, fill, portal_words, words};

/// Words of both tables, in one language.
#[derive(Clone, Copy)]
struct Said {
    words: &'static Words,
    own: &'static PortalWords,
}

/// Kind of a button.
#[derive(Clone, Copy)]
enum Button {
    Main,
    Other,
    Danger,
    /// Style of actions that cannot be undone.
    Sure,
}

impl Button {
    const fn class(self) -> &'static str {
        match self {
            Self::Main => "go",
            Self::Other => "quiet",
            Self::Danger => "quiet danger",
            Self::Sure => "go danger",
        }
    }
}

/// Returns the document.
pub(super) fn html(language: Language) -> Markup {
    let said = Said { words: words(language), own: portal_words(language) };
    html! {
        (DOCTYPE)
        html.framed lang=(language.tag()) {
            head {
                meta charset="utf-8";
                title { "Dropbox" }
                meta name="viewport" content="width=device-width";
                link rel="icon" href="data:,";
                @for sheet in ["pages.css", "portal.css"] {
                    link rel="stylesheet" href=(address(sheet));
                }
                script type="module" src=(address("portal.js")) {}
            }
            body {
                dialog { div.portal { (head(said)) (parts(said)) } }
                p.visually-hidden role="status" {}
            }
        }
    }
}

/// Returns the address of an asset, relative to that of the page.
fn address(file: &str) -> String {
    format!("assets/{}", asset_name(file))
}

fn head(said: Said) -> Markup {
    html! {
        div.portal-head aria-hidden="true" {
            img.logo alt="" hidden;
            span.logo data-text="initial" {}
            span.dots {}
            (PreEscaped(include_str!("box.svg").replace(" role=\"img\" aria-label=\"Dropbox\"", "")))
        }
        button.portal-close type="button" data-do="close" aria-label=(said.own.close) {
            svg viewBox="0 0 16 16" aria-hidden="true" { path d="m3.5 3.5 9 9m0-9-9 9" {} }
        }
    }
}

fn parts(said: Said) -> Markup {
    let Said { words, own } = said;
    let app = html! { bdi data-text="app" {} };
    let account = html! { bdi data-text="account" {} };
    let (main, other, danger) = (Button::Main, Button::Other, Button::Danger);
    let text = |text: &str| html! { p { (text) } };
    let with_app = |text: &str| html! { p { (fill(text, &[("app", &html! { strong { (app) } })])) } };
    html! {
        (part("connect", &fill(words.connect_title, &[("app", &app)]), &html! {
            (with_app(own.connect_text))
            ul.points { li { (own.consent_point) } li { (own.leave_point) } }
        }, &[(main, "connect", own.connect_button)]))
        (part("connecting", &html! { (own.window_title) }, &html! {
            (text(own.window_text))
            progress aria-label=(own.window_title) {}
        }, &[(other, "connect", own.reopen), (other, "back", words.cancel)]))
        (part("connected", &html! { (words.connected_title) }, &details(said),
            &[(main, "choose", words.choose_files), (other, "settings", own.settings), (other, "close", own.close), (danger, "ask-leave", words.disconnect)]))
        (settings(said))
        (part("reauth", &html! { (words.reauth_title) }, &html! {
            (with_app(words.reauth_text))
            dl.portal-list { div { dt { (own.account) } dd { (account) } } }
        }, &[(main, "connect", words.reconnect), (danger, "ask-leave", words.disconnect)]))
        (part("leave", &fill(words.leave_title, &[("account", &account)]), &with_app(words.leave_text),
            &[(Button::Sure, "leave", words.leave_button), (other, "back", words.keep)]))
        (part("denied", &html! { (words.denied_title) }, &text(words.denied_text),
            &[(main, "connect", own.again), (other, "back", words.cancel)]))
        (part("failed", &html! { (words.failed_title) }, &html! { p data-text="why" {} },
            &[(main, "connect", own.again), (other, "back", words.cancel)]))
        (part("blocked", &html! { (own.blocked_title) }, &text(own.blocked_text),
            &[(main, "connect", own.again), (other, "back", words.cancel)]))
        (part("unavailable", &html! { (words.unavailable_title) }, &text(words.unavailable_text),
            &[(main, "back", own.again)]))
    }
}

fn part(name: &str, title: &Markup, content: &Markup, buttons: &[(Button, &str, &str)]) -> Markup {
    html! {
        section data-part=(name) hidden {
            h1 id=(format!("{name}-title")) tabindex="-1" { (title) }
            (content)
            p.actions {
                @for (kind, action, label) in buttons {
                    button class=(kind.class()) type="button" data-do=(action) { (label) }
                }
            }
        }
    }
}

/// Returns the form of an account's settings. The script makes a field of each of the project's inputs.
fn settings(Said { words, own }: Said) -> Markup {
    html! {
        section data-part="settings" hidden {
            h1 id="settings-title" tabindex="-1" { (own.settings) }
            form data-find=(words.find) data-none=(words.nothing_chosen) data-saved=(own.saved) {
                div.portal-fields {}
                p.portal-wrong role="alert" hidden {}
                p.actions {
                    button.go { (own.save) }
                    button.quiet type="button" data-do="back" { (words.cancel) }
                }
            }
        }
    }
}

/// Returns what there is to see of a connected account.
fn details(Said { words, own }: Said) -> Markup {
    let Plural { one, other } = own.chosen_count;
    let time = |name: &str, never: &str| html! { time data-time=(name) {} span hidden { (never) } };
    html! {
        dl.portal-list {
            div { dt { (own.account) } dd { bdi data-text="account" {} } }
            div { dt { (own.since) } dd { (time("since", "–")) } }
            div { dt { (own.synced) } dd { (time("synced", words.never_synced)) } }
            div {
                dt { (own.chosen) }
                dd data-chosen data-everything=(words.everything) data-none=(words.nothing_chosen)
                    data-one=(one) data-other=(other) {}
            }
        }
    }
}
