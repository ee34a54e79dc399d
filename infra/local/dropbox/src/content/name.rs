//! Names: which one Dropbox gives to what a directory holds, and which ones it refuses.

use std::ffi::OsStr;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::crypto;

/// The longest name of a file or folder, in characters.
const LONGEST: usize = 255;

/// The longest name that a directory holds, in bytes.
const LONGEST_ON_DISK: usize = 255;

/// What Dropbox does not store, whatever its case.
const DISALLOWED: [&str; 6] =
    ["desktop.ini", "thumbs.db", ".ds_store", "icon\r", ".dropbox", ".dropbox.attr"];

/// How the names of our own temporary files begin.
pub(crate) const STAGING: &str = ".dropbox-staging-";

/// Whether the API refuses to write under this name.
pub(crate) fn is_disallowed(name: &str) -> bool {
    let lower = name.to_lowercase();
    DISALLOWED.contains(&lower.as_str()) || lower.starts_with(STAGING)
}

/// Whether something of this name in a directory is not Dropbox's: what is disallowed, and temporary files of programs.
pub(crate) fn is_ignored(disk: &OsStr) -> bool {
    let name = disk.to_string_lossy().to_lowercase();
    is_disallowed(&name)
        || name.starts_with("~$")
        || name.starts_with(".~")
        || name.starts_with('~') && name.ends_with(".tmp")
}

/// Whether Dropbox can hold the name exactly as it is on disk.
pub(crate) fn is_exact(disk: &OsStr) -> bool {
    disk.to_str().is_some_and(|name| is_nfc(name) && storable(name) == name)
}

/// `name` with what Dropbox takes in place of what it does not: backslashes, deletes, and blanks at the end.
fn storable(name: &str) -> String {
    let kept = name.trim_end_matches(' ');
    kept.replace(['\\', '\u{7f}'], "_") + &"_".repeat(name.len() - kept.len())
}

/// The name of something on disk that Dropbox calls `name`. A directory holds names of 255 bytes, Dropbox of 255
/// characters: a longer one is cut, and told from others like it by a digest.
pub(crate) fn on_disk(name: &str) -> String {
    if name.len() <= LONGEST_ON_DISK {
        return name.to_owned();
    }
    let digest = crypto::hex(&crypto::sha256(name.as_bytes())[..8]);
    let (stem, extension) = split(name);
    let room = LONGEST_ON_DISK - digest.len() - extension.len() - 1;
    format!("{}~{digest}{extension}", &stem[..stem.floor_char_boundary(room)])
}

/// The name that something on disk gets when the `attempt` names before it are taken.
///
/// A directory can hold what Dropbox cannot: names that differ only in case or in normalisation, bytes that are no
/// Unicode, backslashes. The first name is what Dropbox would make of it; the others serve when that one is taken.
pub(crate) fn of_disk(disk: &OsStr, attempt: u32) -> String {
    let why = if is_exact(disk) { "Case Conflict" } else { "Unicode Encoding Conflict" };
    let name: String = storable(&disk.to_string_lossy()).nfc().collect();
    match attempt {
        0 => name,
        1 => marked(&name, &format!(" ({why})")),
        n => marked(&name, &format!(" ({why} {})", n - 1)),
    }
}

/// The name that `autorename` tries in place of a taken one: "name (1).txt" and so on.
pub(crate) fn renamed(name: &str, attempt: u32) -> String {
    marked(name, &format!(" ({})", attempt + 1))
}

/// The name that `autorename` tries for an update that lost: "name (conflicted copy).txt" and so on.
pub(crate) fn conflicted(name: &str, attempt: u32) -> String {
    match attempt {
        0 => marked(name, " (conflicted copy)"),
        n => marked(name, &format!(" (conflicted copy {n})")),
    }
}

/// `name` with `mark` before its extension, cut so that it is not too long.
fn marked(name: &str, mark: &str) -> String {
    let (stem, extension) = split(name);
    let room = LONGEST.saturating_sub(mark.chars().count() + extension.chars().count());
    let stem: String = stem.chars().take(room.max(1)).collect();
    format!("{stem}{mark}{extension}")
}

/// A name before its extension, and the extension.
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
