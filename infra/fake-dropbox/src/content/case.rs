//! Lower case by Dropbox's rules.
//!
//! The rules are older than today's Unicode: each letter becomes one letter, regardless of its neighbours,
//! and letters that got a lower case after Unicode 4.1 (2005) have none.

/// Ranges, ends included, in which no letter had a lower case in Unicode 4.1 and some have one today.
const LATER: [(char, char); 44] = [
    ('\u{23a}', '\u{23a}'),
    ('\u{23e}', '\u{23e}'),
    ('\u{241}', '\u{24e}'),
    ('\u{370}', '\u{372}'),
    ('\u{376}', '\u{376}'),
    ('\u{37f}', '\u{37f}'),
    ('\u{3cf}', '\u{3cf}'),
    ('\u{3fd}', '\u{3ff}'),
    ('\u{4c0}', '\u{4c0}'),
    ('\u{4fa}', '\u{4fe}'),
    ('\u{510}', '\u{52e}'),
    ('\u{10c7}', '\u{10c7}'),
    ('\u{10cd}', '\u{10cd}'),
    ('\u{13a0}', '\u{13f5}'),
    ('\u{1c90}', '\u{1cba}'),
    ('\u{1cbd}', '\u{1cbf}'),
    ('\u{1e9e}', '\u{1e9e}'),
    ('\u{1efa}', '\u{1efe}'),
    ('\u{2132}', '\u{2132}'),
    ('\u{2183}', '\u{2183}'),
    ('\u{2c2f}', '\u{2c2f}'),
    ('\u{2c60}', '\u{2c64}'),
    ('\u{2c67}', '\u{2c72}'),
    ('\u{2c75}', '\u{2c75}'),
    ('\u{2c7e}', '\u{2c7f}'),
    ('\u{2ceb}', '\u{2ced}'),
    ('\u{2cf2}', '\u{2cf2}'),
    ('\u{a640}', '\u{a66c}'),
    ('\u{a680}', '\u{a69a}'),
    ('\u{a722}', '\u{a72e}'),
    ('\u{a732}', '\u{a76e}'),
    ('\u{a779}', '\u{a786}'),
    ('\u{a78b}', '\u{a78d}'),
    ('\u{a790}', '\u{a792}'),
    ('\u{a796}', '\u{a7c9}'),
    ('\u{a7d0}', '\u{a7d0}'),
    ('\u{a7d6}', '\u{a7d8}'),
    ('\u{a7f5}', '\u{a7f5}'),
    ('\u{104b0}', '\u{104d3}'),
    ('\u{10570}', '\u{10595}'),
    ('\u{10c80}', '\u{10cb2}'),
    ('\u{118a0}', '\u{118bf}'),
    ('\u{16e40}', '\u{16e5f}'),
    ('\u{1e900}', '\u{1e921}'),
];

/// Converts `text` to lower case.
pub(super) fn lower(text: &str) -> String {
    text.chars().map(lower_of).collect()
}

fn lower_of(letter: char) -> char {
    let is_later = LATER.iter().any(|(first, last)| (*first..=*last).contains(&letter));
    // Only the dotted capital I has a lower case of two letters today; the first of them was the only one
    // then.
    if is_later { letter } else { letter.to_lowercase().next().unwrap_or(letter) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_become_what_they_became_in_2005() {
        for (text, expected) in [
            ("ΣΑΣ", "σασ"),
            ("ΟΔΟΣ.TXT", "οδοσ.txt"),
            ("Ꙋ", "Ꙋ"),
            ("Ⱥ Ꭰ ẞ", "Ⱥ Ꭰ ẞ"),
            ("İ", "i"),
            ("DİYARBAKIR", "diyarbakir"),
            ("ÄÖÜ Ж Ⴀ 𐐀", "äöü ж ⴀ 𐐨"),
        ] {
            assert_eq!(lower(text), expected);
        }
    }

    #[test]
    fn lower_case_stays_lower_case() {
        for letter in (0..=0x1_ffff).filter_map(char::from_u32) {
            assert_eq!(lower_of(lower_of(letter)), lower_of(letter), "{letter}");
        }
    }
}
