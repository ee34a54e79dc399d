//! The routes of Dropbox's API, from its public specification of 2026-08-05: one route per line of
//! `shared/data/dropbox-routes.csv`. Nothing is read or parsed at start; a route is looked up when it is
//! called.

use std::cmp::Ordering;

use super::{Host, Style};

/// The routes, sorted by name: route, host, style, auth, scope, and further fields that are not used here.
const ROUTES: &str = include_str!("../../data/dropbox-routes.csv");
/// Routes that the SDKs of November 2026 have in addition, in the same form.
const NEWER: [&str; 1] = ["riviera/download_transform_output,content,download,,files.content.read"];
/// Routes that are not reads in Dropbox's SDKs, although they require only a scope for reading.
const WRITES_OF_READERS: [&str; 1] = ["team/member_space_limits/set_custom_quota"];

/// Properties of a route in the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Properties {
    pub(super) host: Host,
    pub(super) style: Style,
    /// Whether it changes nothing, so that it may be sent twice.
    pub(super) is_read: bool,
}

/// Returns the properties of the route with this name, such as `files/list_folder`; `None` if it is not in
/// the specification.
pub(super) fn properties(name: &str) -> Option<Properties> {
    let newer = || NEWER.into_iter().find(|line| name_of(line) == name);
    read(line(ROUTES, name).or_else(newer)?)
}

/// Returns the line that begins with this name; the lines are sorted by name, below a heading.
fn line<'a>(lines: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = lines.split_once('\n')?.1;
    while !rest.is_empty() {
        let start = rest[..rest.len() / 2].rfind('\n').map_or(0, |end| end + 1);
        let (line, after) = rest[start..].split_once('\n').unwrap_or((&rest[start..], ""));
        match name.cmp(name_of(line)) {
            Ordering::Less => rest = &rest[..start],
            Ordering::Equal => return Some(line),
            Ordering::Greater => rest = after,
        }
    }
    None
}

fn name_of(line: &str) -> &str {
    line.split(',').next().unwrap_or_default()
}

fn read(line: &str) -> Option<Properties> {
    let mut fields = line.splitn(4, ',');
    let name = fields.next()?;
    let (host, style) = match (fields.next()?, fields.next()?) {
        ("notify", _) => (Host::Notify, Style::Longpoll),
        ("content", style) => (Host::Content, style_of(style)),
        (_, style) => (Host::Api, style_of(style)),
    };
    let is_read = scope(fields.next()?).ends_with(".read") && !WRITES_OF_READERS.contains(&name);
    Some(Properties { host, style, is_read })
}

fn style_of(field: &str) -> Style {
    match field {
        "upload" => Style::Upload,
        "download" => Style::Download,
        _ => Style::Rpc,
    }
}

/// Returns the second of these fields; the first may be quoted, and contain a comma.
fn scope(fields: &str) -> &str {
    let after = match fields.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\",").unwrap_or_default().1,
        None => fields.split_once(',').unwrap_or_default().1,
    };
    name_of(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_of_the_specification_is_found() {
        let lines: Vec<&str> = ROUTES.lines().skip(1).collect();
        assert_eq!(lines.len(), 276);
        assert!(lines.is_sorted_by_key(|line| name_of(line)), "they are looked for by halving");
        for line in lines {
            let name = name_of(line);
            let properties = properties(name).unwrap_or_else(|| panic!("{name}"));
            let [_, host, style] = line.splitn(4, ',').take(3).collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            let named = match properties.host {
                Host::Api => "api",
                Host::Content => "content",
                Host::Notify => "notify",
                Host::Www => "www",
            };
            assert_eq!(named, host, "{name}");
            let named = match properties.style {
                Style::Rpc | Style::Longpoll => "rpc",
                Style::Upload => "upload",
                Style::Download => "download",
            };
            assert_eq!(named, style, "{name}");
            assert_eq!(properties.style == Style::Longpoll, host == "notify", "{name}");
        }
    }

    #[test]
    fn what_is_no_route_of_the_specification_is_not_found() {
        for name in
            ["", "route", "a", "files", "files/", "files/list_folde", "files/list_folder_v3", "zzz/zzz"]
        {
            assert_eq!(properties(name), None, "{name}");
        }
    }

    #[test]
    fn a_read_is_known_by_its_scope() {
        let is_read = |name: &str| properties(name).unwrap().is_read;
        for name in
            ["files/list_folder", "files/download", "check/user", "team_log/get_events", "files/export"]
        {
            assert!(is_read(name), "{name}");
        }
        for name in [
            "files/upload",
            "files/upload_session/append_v2",
            "files/get_temporary_upload_link",
            "auth/token/revoke",
            "team/member_space_limits/set_custom_quota",
        ] {
            assert!(!is_read(name), "{name}");
        }
    }
}
