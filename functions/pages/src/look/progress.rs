//! Progress of an account's files: its numbers, as texts.

use maud::{Markup, html};
use page_kit::{Language, Words, fill_text, number};
use shared::model::FileProgress;

use super::seen::Seen;

/// Returns the numbers: each with its name for the script, its label and its text.
pub(super) fn of(
    words: &'static Words,
    language: Language,
    seen: &Seen,
) -> Vec<(&'static str, &'static str, String)> {
    let FileProgress { pending, ready, failed, skipped, seconds_left, .. } = seen.progress;
    let mut numbers = vec![
        ("ready", words.ready, number(language, ready)),
        ("waiting", words.waiting, number(language, pending)),
        ("skipped", words.skipped, number(language, skipped)),
        ("failed", words.failed, number(language, failed)),
    ];
    if let Some(left) = seconds_left {
        numbers.push(("left", words.done_in, rough(words, left)));
    }
    numbers
}

/// Returns the numbers and the bar as HTML.
pub(super) fn view(numbers: &[(&'static str, &'static str, String)], progress: FileProgress) -> Markup {
    let (done, total) = done(progress);
    html! {
        dl.stats {
            @for (name, label, text) in numbers { div { dt { (label) } dd data-figure=(name) { (text) } } }
        }
        progress max=(total.max(1)) value=(done) aria-hidden="true" {}
    }
}

/// Returns the numbers of files that are through and of all that are wanted.
pub(super) fn done(progress: FileProgress) -> (u64, u64) {
    let done = progress.ready + progress.failed;
    (done, done + progress.pending)
}

/// Returns a duration in its largest unit.
fn rough(words: &Words, seconds: u64) -> String {
    let (text, amount) = match seconds {
        0..=89 => (words.seconds, seconds.max(1)),
        90..=5_399 => (words.minutes, seconds.div_ceil(60)),
        _ => (words.hours, seconds.div_ceil(3_600)),
    };
    fill_text(text, &[("n", &amount.to_string())])
}

#[cfg(test)]
mod tests {
    use page_kit::words;

    use super::*;

    #[test]
    fn durations_have_one_unit() {
        let words = words(Language::English);
        for (seconds, expected) in
            [(0, "1 s"), (89, "89 s"), (90, "2 min"), (3_600, "60 min"), (5_400, "2 h"), (86_400, "24 h")]
        {
            assert_eq!(rough(words, seconds), expected);
        }
    }
}
