//! Scopes, and their descriptions for people.

/// Splits a space-separated list of scopes.
pub(super) fn split(list: &str) -> Vec<String> {
    list.split_whitespace().map(ToOwned::to_owned).collect()
}

/// Whether `allowed` contains all of `wanted`.
pub(super) fn is_subset(wanted: &[String], allowed: &[String]) -> bool {
    wanted.iter().all(|scope| allowed.contains(scope))
}

/// Describes what an app with `scope` can do.
pub(super) fn in_words(scope: &str) -> String {
    let words = match scope {
        "account_info.read" => {
            "See basic information about your account, such as your name and email address"
        }
        "account_info.write" => "Change basic information about your account",
        "files.metadata.read" => "See the names, places and dates of your files and folders",
        "files.metadata.write" => "Change the properties of your files and folders",
        "files.content.read" => "Read the content of your files",
        "files.content.write" => "Create, change and delete your files and folders",
        "sharing.read" => "See with whom you share",
        "sharing.write" => "Change with whom you share",
        "file_requests.read" => "See your file requests",
        "file_requests.write" => "Change your file requests",
        "contacts.read" => "See your contacts",
        "contacts.write" => "Change your contacts",
        other => other,
    };
    words.to_owned()
}
