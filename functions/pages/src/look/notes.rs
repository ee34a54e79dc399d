//! Notes about troubles of an account, with what its user can do about them.

use maud::{Markup, html};
use page_kit::{fill, isolated, number, when};
use shared::model::{Connection, ConnectionStatus, HeldDeletions, Trouble, TroubleCode};

use super::seen::Seen;
use crate::{form::field, opened::Opened, view::proof};

/// Returns the notes above an account's progress.
pub(super) fn view(opened: &Opened<'_>, connection: &Connection, seen: &Seen) -> Markup {
    html! {
        @if connection.status == ConnectionStatus::NeedsReauth || is_refused(opened) {
            (reconnect(opened))
        } @else if let Some(trouble) = trouble(seen) {
            (in_trouble(opened, trouble))
        } @else if let Some(until) = seen.schedule.pause(seen.now) {
            @let words = opened.words();
            @let app = isolated(&opened.project.name);
            div.note role="status" {
                div {
                    b { (fill(words.waiting_title, &[("app", &app)])) }
                    (fill(words.waiting_text, &[("time", &when(until))]))
                }
            }
        }
        @if let Some(held) = &seen.head.held { (held_deletions(opened, held)) }
    }
}

/// Returns what hinders an account that works. Refused tokens are not part of it: they were replaced.
fn trouble(seen: &Seen) -> Option<&Trouble> {
    let worst = seen.health.worst().map(|(_, trouble)| trouble);
    worst.filter(|trouble| trouble.code != TroubleCode::NeedsReauth)
}

/// Whether Dropbox has just refused the account's tokens, which the next walk will note.
fn is_refused(opened: &Opened<'_>) -> bool {
    field(opened.query().as_bytes(), "reconnect").is_some()
}

/// Returns what the script compares: the page is loaded again when it changes.
pub(super) fn key(connection: &Connection, seen: &Seen) -> String {
    let trouble = trouble(seen).map(|trouble| trouble.code.as_str()).unwrap_or_default();
    let held = seen.head.held.map(|held| held.deletions).unwrap_or_default();
    let paused = seen.schedule.pause(seen.now).is_some();
    let selections: Vec<_> = seen.choices.selections.iter().map(|one| one.state).collect();
    format!("{:?} {trouble} {held} {paused} {selections:?} {}", connection.status, seen.files.len())
}

fn reconnect(opened: &Opened<'_>) -> Markup {
    let words = opened.words();
    html! {
        div.note role="status" {
            div {
                b { (words.reauth_title) }
                (fill(words.reauth_text, &[("app", &isolated(&opened.project.name))]))
            }
            form method="post" { (proof(opened)) button.go name="do" value="reconnect" { span { (words.reconnect) } } }
        }
    }
}

fn in_trouble(opened: &Opened<'_>, trouble: &Trouble) -> Markup {
    let words = opened.words();
    let app = isolated(&opened.project.name);
    let can_reconnect = matches!(trouble.code, TroubleCode::MissingScope | TroubleCode::TokenRefused);
    let meaning = match trouble.code {
        TroubleCode::MissingScope => {
            let scope = trouble.scope.as_deref().unwrap_or("…");
            fill(words.scope_text, &[("scope", &isolated(scope))])
        }
        TroubleCode::AccountSuspended => html! { (words.suspended_text) },
        TroubleCode::TeamNotAllowed => html! { (words.team_text) },
        TroubleCode::PermissionDenied | TroubleCode::RestrictedContent | TroubleCode::RootMissing => {
            fill(words.denied_access_text, &[("app", &app)])
        }
        TroubleCode::RateLimited => fill(words.waiting_title, &[("app", &app)]),
        TroubleCode::DropboxUnreachable
        | TroubleCode::PageTooSlow
        | TroubleCode::PageUnreadable
        | TroubleCode::CursorRefused
        | TroubleCode::Locked => html! { (words.unreachable_text) },
        _ => fill(words.ours_text, &[("app", &app)]),
    };
    html! {
        div.note role="status" {
            div {
                b { (words.trouble_title) }
                (meaning) " " (fill(words.trouble_since, &[("time", &when(trouble.since))]))
                @if let Some(at) = trouble.retry_at { " " (fill(words.trouble_text, &[("time", &when(at))])) }
            }
            @if can_reconnect {
                form method="post" { (proof(opened)) button.go name="do" value="reconnect" { span { (words.reconnect) } } }
            }
        }
    }
}

/// Returns the note of deletions that wait for a confirmation. It confirms as many as it shows.
fn held_deletions(opened: &Opened<'_>, held: &HeldDeletions) -> Markup {
    let (words, language) = (opened.words(), opened.language);
    let app = isolated(&opened.project.name);
    let title = words.held_title.of(language, held.deletions);
    html! {
        div class="note bad" role="status" {
            div {
                b { (fill(title, &[("n", &number(language, held.deletions))])) }
                (fill(words.held_text, &[("app", &app)]))
            }
            form method="post" {
                (proof(opened))
                input type="hidden" name="deletions" value=(held.deletions);
                button.go name="do" value="confirm" { span { (fill(words.held_confirm, &[("app", &app)])) } }
            }
        }
    }
}
