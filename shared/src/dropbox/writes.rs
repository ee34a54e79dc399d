//! Routes that write to a namespace, to which Dropbox's limit of write operations applies.

use super::Route;

/// Prefixes of these routes' paths. The parts of an upload session write nothing before it is finished.
const WRITES: [&str; 13] = [
    "/2/files/upload",
    "/2/files/create_folder",
    "/2/files/copy",
    "/2/files/move",
    "/2/files/delete",
    "/2/files/permanently_delete",
    "/2/files/restore",
    "/2/files/save_url",
    "/2/files/paper/",
    "/2/paper/docs/create",
    "/2/paper/docs/update",
    "/2/sharing/share_folder",
    "/2/sharing/mount_folder",
];
/// Paths with such a prefix that do not write.
const NO_WRITES: [&str; 3] =
    ["/2/files/upload_session/start", "/2/files/upload_session/append", "/2/files/copy_reference/get"];
/// Ends of the paths of routes that return the progress of a write.
const CHECKS: [&str; 3] = ["/check", "/check_v2", "/check_job_status"];

impl Route {
    /// Returns whether a call of the route may write to a namespace.
    #[must_use]
    pub fn writes(&self) -> bool {
        let path = self.path();
        let begins = |names: &[&str]| names.iter().any(|name| path.starts_with(name));
        begins(&WRITES) && !begins(&NO_WRITES) && !CHECKS.iter().any(|end| path.ends_with(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writes(route: &str) -> bool {
        Route::parse(&format!("2/files/{route}")).unwrap().writes()
    }

    #[test]
    fn what_changes_files_writes_and_nothing_else_does() {
        for route in [
            "upload",
            "upload_session/finish",
            "upload_session/finish_batch_v2",
            "create_folder_v2",
            "create_folder_batch",
            "copy_v2",
            "copy_reference/save",
            "move",
            "move_batch_v2",
            "delete_v2",
            "delete_batch",
            "permanently_delete",
            "restore",
            "save_url",
            "paper/create",
        ] {
            assert!(writes(route), "{route}");
        }
        for route in [
            "list_folder",
            "list_folder/continue",
            "get_metadata",
            "download",
            "search_v2",
            "get_temporary_link",
            "upload_session/start",
            "upload_session/append_v2",
            "copy_reference/get",
            "copy_batch/check_v2",
            "delete_batch/check",
            "save_url/check_job_status",
        ] {
            assert!(!writes(route), "{route}");
        }
    }
}
