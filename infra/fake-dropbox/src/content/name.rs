//! Names: which ones Dropbox gives to files on disk, and which ones it refuses.

use std::ffi::OsStr;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::crypto;

/// Longest name of a file or folder, in characters.
const LONGEST: usize = 255;

/// Longest name on disk, in bytes.
const LONGEST_ON_DISK: usize = 255;

/// Names that Dropbox does not store, in any case.
const DISALLOWED: [&str; 6] =
    ["desktop.ini", "thumbs.db", ".ds_store", "icon\r", ".dropbox", ".dropbox.attr"];

/// Prefix of the names of our own temporary files.
pub(crate) const STAGING: &str = ".dropbox-staging-";

/// Whether the API refuses to write with this name.
pub(crate) fn is_disallowed(name: &str) -> bool {
    let lower = name.to_lowercase();
    DISALLOWED.contains(&lower.as_str()) || lower.starts_with(STAGING)
}

/// Whether a name on disk is ignored: disallowed names, and temporary files of programs.
pub(crate) fn is_ignored(disk: &OsStr) -> bool {
    let name = disk.to_string_lossy().to_lowercase();
    is_disallowed(&name)
        || name.starts_with("~$")
        || name.starts_with(".~")
        || name.starts_with('~') && name.ends_with(".tmp")
}

/// Whether Dropbox can store the name exactly as it is on disk.
pub(crate) fn is_exact(disk: &OsStr) -> bool {
    disk.to_str().is_some_and(|name| is_nfc(name) && storable(name) == name)
}

/// Replaces the characters that Dropbox does not store: backslashes, deletes, and spaces at the end.
fn storable(name: &str) -> String {
    let kept = name.trim_end_matches(' ');
    kept.replace(['\\', '\u{7f}'], "_") + &"_".repeat(name.len() - kept.len())
}

/// Returns the name on disk for a name in Dropbox. Names on disk have at most 255 bytes, names in Dropbox 255
/// characters: a longer one is cut, and a digest makes it unique.
pub(crate) fn on_disk(name: &str) -> String {
    if name.len() <= LONGEST_ON_DISK {
        return name.to_owned();
    }
    let digest = crypto::hex(&crypto::sha256(name.as_bytes())[..8]);
    let (stem, extension) = split(name);
    let room = LONGEST_ON_DISK - digest.len() - extension.len() - 1;
    format!("{}~{digest}{extension}", &stem[..stem.floor_char_boundary(room)])
}

/// Returns the name in Dropbox for a name on disk, after the first `attempt` candidates were taken.
///
/// A directory can contain names that Dropbox cannot: names that differ only in case or normalisation,
/// invalid Unicode, backslashes. The first candidate is the name that Dropbox would derive; the others are
/// used when that one is taken.
pub(crate) fn of_disk(disk: &OsStr, attempt: u32) -> String {
    let why = if is_exact(disk) { "Case Conflict" } else { "Unicode Encoding Conflict" };
    let name: String = storable(&disk.to_string_lossy()).nfc().collect();
    match attempt {
        0 => name,
        1 => marked(&name, &format!(" ({why})")),
        n => marked(&name, &format!(" ({why} {})", n - 1)),
    }
}

/// Returns the next candidate of `autorename` for a taken name: "name (1).txt" and so on.
pub(crate) fn renamed(name: &str, attempt: u32) -> String {
    marked(name, &format!(" ({})", attempt + 1))
}

/// Returns the next candidate of `autorename` for an update that lost: "name (conflicted copy).txt" and so
/// on.
pub(crate) fn conflicted(name: &str, attempt: u32) -> String {
    match attempt {
        0 => marked(name, " (conflicted copy)"),
        n => marked(name, &format!(" (conflicted copy {n})")),
    }
}

/// Inserts `mark` before the extension of `name`, and cuts the name if it would be too long.
fn marked(name: &str, mark: &str) -> String {
    let (stem, extension) = split(name);
    let room = LONGEST.saturating_sub(mark.chars().count() + extension.chars().count());
    let stem: String = stem.chars().take(room.max(1)).collect();
    format!("{stem}{mark}{extension}")
}

/// Splits a name into the part before its extension, and the extension.
fn split(name: &str) -> (&str, &str) {
    const LONGEST_EXTENSION: usize = 32;
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= LONGEST_EXTENSION => name.split_at(dot),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    fn first(disk: &[u8], count: u32) -> Vec<String> {
        (0..count).map(|attempt| of_disk(OsStr::from_bytes(disk), attempt)).collect()
    }

    #[test]
    fn a_taken_name_gets_a_mark_before_its_extension() {
        assert_eq!(first(b"a.txt", 3), ["a.txt", "a (Case Conflict).txt", "a (Case Conflict 1).txt"]);
        assert_eq!(first(b".profile", 2), [".profile", ".profile (Case Conflict)"]);
    }

    #[test]
    fn what_is_no_unicode_is_shown_as_well_as_can_be() {
        assert_eq!(
            first(b"caf\xe9.txt", 2),
            ["caf\u{fffd}.txt", "caf\u{fffd} (Unicode Encoding Conflict).txt"]
        );
        assert_eq!(first(b"a\\b", 1), ["a_b"]);
        assert_eq!(first("cafe\u{301}".as_bytes(), 1), ["café"]);
    }

    #[test]
    fn a_long_name_is_cut_on_disk_and_stays_its_own() {
        let long = |end: &str| on_disk(&format!("{}{end}", "é".repeat(250)));
        for name in [long("a.txt"), long("b.txt"), long("")] {
            assert!(name.len() <= LONGEST_ON_DISK, "{name}");
        }
        assert!(long("a.txt").ends_with(".txt") && long("a.txt") != long("b.txt"));
        assert_eq!(on_disk("é.txt"), "é.txt");
    }

    #[test]
    fn a_marked_name_is_no_longer_than_any_other() {
        assert!(first("é".repeat(255).as_bytes(), 3).iter().all(|name| name.chars().count() <= LONGEST));
    }
}
