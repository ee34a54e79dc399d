//! The page of an account as HTML.

use maud::{Markup, html};
use page_kit::{fill, fill_text, isolated, when};
use shared::model::{Connection, ConnectionStatus, RESYNC_HOURS, ResyncChoice};

use super::seen::Seen;
use crate::{opened::Opened, view::proof};

/// Returns the line below the title: since when, how fresh, and when next.
pub(super) fn line(opened: &Opened<'_>, connection: &Connection, seen: &Seen) -> Markup {
    let words = opened.words();
    let is_active = connection.status == ConnectionStatus::Active;
    html! {
        (fill(words.connected_since, &[("time", &when(connection.created_at))]))
        "\u{a0}· "
        @match seen.head.drained_at {
            Some(at) => (fill(words.last_synced, &[("time", &when(at))])),
            None => (words.never_synced),
        }
        @if let Some(at) = seen.schedule.next_resync().filter(|at| *at > seen.now && is_active) { "\u{a0}· " (fill(words.next_check, &[("time", &when(at))])) }
    }
}

/// Returns the buttons below the lists.
pub(super) fn actions(
    opened: &Opened<'_>,
    connection: &Connection,
    seen: &Seen,
    has_workflows: bool,
) -> Markup {
    let words = opened.words();
    let is_active = connection.status == ConnectionStatus::Active;
    html! {
        div.actions {
            @if is_active {
                a.go href=(opened.address_of(connection, "/choose")) { (words.choose_files) }
                form method="post" { (proof(opened)) button.quiet name="do" value="sync" { (words.sync_now) } }
                (interval(opened, seen))
            }
            a class="quiet danger far" href=(opened.address_of(connection, "/disconnect")) { (words.disconnect) }
        }
        form.actions method="post" action=(opened.address("")) {
            (proof(opened))
            @if has_workflows { a.quiet href=(opened.address("/workflows")) { (words.workflows_nav) } }
            button.quiet name="do" value="connect" { (words.connect_another) }
            button.quiet name="do" value="close" {
                (fill(words.back_to, &[("app", &isolated(&opened.project.name))]))
            }
        }
    }
}

/// Returns the choice of the interval between full checks.
fn interval(opened: &Opened<'_>, seen: &Seen) -> Markup {
    let words = opened.words();
    let chosen = match seen.choices.resync {
        Some(ResyncChoice::Every(seconds)) => Some(seconds / 3_600),
        Some(ResyncChoice::Off) | None => None,
    };
    let is_off = seen.choices.resync == Some(ResyncChoice::Off);
    html! {
        form method="post" {
            (proof(opened))
            label.field {
                (words.interval)
                span.joined {
                    select name="hours" {
                        option value="default" selected[chosen.is_none() && !is_off] {
                            (fill_text(words.as_set, &[("app", &opened.project.name)]))
                        }
                        @for hours in RESYNC_HOURS {
                            option value=(hours) selected[chosen == Some(hours)] {
                                (fill_text(words.every_hours, &[("n", &hours.to_string())]))
                            }
                        }
                        @if is_off { option value="as_is" selected { (words.never_checked) } }
                    }
                    button.quiet name="do" value="interval" { (words.change) }
                }
            }
        }
    }
}

/// Returns the title of an account's page.
pub(super) fn title(opened: &Opened<'_>) -> Markup {
    fill(opened.words().look_title, &[("app", &isolated(&opened.project.name))])
}
