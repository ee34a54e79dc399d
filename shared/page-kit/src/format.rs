//! Numbers, sizes and times in a language.

use maud::{Markup, html};
use shared::model::Timestamp;
use time::{OffsetDateTime, macros::format_description};

use crate::Language;

/// Returns a number with its digits in groups of three.
#[must_use]
pub fn number(language: Language, number: u64) -> String {
    let digits = number.to_string();
    // Four digits are not grouped in Spanish.
    if language == Language::Spanish && digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(group_separator(language));
        }
        grouped.push(digit);
    }
    grouped
}

const fn group_separator(language: Language) -> char {
    match language {
        Language::English | Language::Japanese => ',',
        Language::German | Language::Portuguese => '.',
        // A narrow space at which no line is broken.
        Language::French | Language::Spanish => '\u{202f}',
    }
}

/// Returns a size in decimal units, as Dropbox shows it: 1.4 MB.
#[must_use]
pub fn size(language: Language, bytes: u64) -> String {
    let units = if language == Language::French { ["o", "ko", "Mo", "Go", "To"] } else { UNITS };
    let (mut tenths, mut unit) = (u128::from(bytes) * 10, 0);
    while tenths >= 10_000 && unit + 1 < units.len() {
        tenths /= 1000;
        unit += 1;
    }
    let whole = number(language, u64::try_from(tenths / 10).unwrap_or(u64::MAX));
    let point = if matches!(language, Language::English | Language::Japanese) { '.' } else { ',' };
    let amount = if tenths < 100 && unit > 0 { format!("{whole}{point}{}", tenths % 10) } else { whole };
    format!("{amount}\u{a0}{}", units[unit])
}

const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];

/// Returns a time for people. The script writes it in the reader's language and time zone; without script it
/// is in UTC.
#[must_use]
pub fn when(at: Timestamp) -> Markup {
    html! { time datetime=(at.to_string()) { (in_utc(at)) } }
}

/// Returns a time that Dropbox wrote (`2026-01-31T12:00:00Z`), otherwise like [`when`].
#[must_use]
pub fn dated(at: &str) -> Markup {
    html! { time datetime=(at) { (at.get(..16).unwrap_or(at).replace('T', " ")) " UTC" } }
}

fn in_utc(at: Timestamp) -> String {
    let minutes = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    let time = OffsetDateTime::from_unix_timestamp(at.unix_seconds().try_into().unwrap_or_default());
    time.ok().and_then(|time| time.format(minutes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes_are_written_as_in_the_language() {
        assert_eq!(number(Language::English, 1_234_567), "1,234,567");
        assert_eq!(number(Language::German, 1_234), "1.234");
        assert_eq!(number(Language::Spanish, 1_234), "1234");
        assert_eq!(number(Language::French, 12_345), "12\u{202f}345");
        assert_eq!(number(Language::Japanese, 0), "0");
        for (bytes, expected) in [
            (0, "0\u{a0}B"),
            (999, "999\u{a0}B"),
            (1_000, "1.0\u{a0}KB"),
            (1_449_999, "1.4\u{a0}MB"),
            (88_000, "88\u{a0}KB"),
            (2_100_000_000, "2.1\u{a0}GB"),
            (u64::MAX, "18,446,744\u{a0}TB"),
        ] {
            assert_eq!(size(Language::English, bytes), expected);
        }
        assert_eq!(size(Language::German, 1_400_000), "1,4\u{a0}MB");
        assert_eq!(size(Language::French, 1_400_000), "1,4\u{a0}Mo");
    }
}
