//! Buttons that break something at the fake Dropbox.

use maud::{Markup, html};

use super::parts::{button, heading};
use crate::demo::{faults::PRESETS, fields::text, place::Place, view::Open};

pub(super) fn section(place: &Place, open: &Open) -> Markup {
    let email = text(&open.details, "email");
    html! {
        section.sheet #break aria-labelledby="break-title" {
            div.bar {
                (heading("break", 6, "Break things"))
                p.hint { "Faults of the fake Dropbox, for this account." }
            }
            div.pad.choice {
                p {
                    strong { "Broken now: " }
                    @if open.broken.is_empty() { "nothing" } @else { (open.broken.join("; ")) }
                }
                (button("clear", &place.action("clear"), &[("email", email)], "quiet small", &html! { "Clear" }))
            }
            ul.presets {
                @for preset in &PRESETS {
                    li {
                        form method="post" action=(place.action("break")) {
                            input type="hidden" name="preset" value=(preset.id);
                            input type="hidden" name="email" value=(email);
                            button.preset id={ "break-" (preset.id) } { (preset.title) }
                            @if preset.id == "rate-limit" {
                                label.inline for="seconds" { "for" }
                                input.short #seconds name="seconds" type="number" min="1" max="600" value="30"
                                    aria-label="Seconds of the rate limit";
                                span.inline aria-hidden="true" { "s" }
                            }
                        }
                        p { (preset.effect) }
                    }
                }
            }
        }
    }
}
