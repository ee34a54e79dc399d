//! Patterns of routes.

/// Whether `pattern` matches `route`: it is its name, a prefix that ends in `*`, or `*`.
pub(super) fn matches(pattern: &str, route: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => route.starts_with(beginning),
        None => pattern == route,
    }
}

/// Validates a pattern, given the names of all routes.
pub(super) fn check(pattern: &str, routes: &[&str]) -> Result<(), String> {
    if routes.iter().any(|route| matches(pattern, route)) {
        Ok(())
    } else {
        Err(format!("route: \"{pattern}\" is for no function of the API"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_name_or_the_beginning_of_one() {
        assert!(matches("*", "files/upload"));
        assert!(matches("files/list_folder*", "files/list_folder/continue"));
        assert!(matches("files/list_folder", "files/list_folder"));
        assert!(!matches("files/list_folder", "files/list_folder/continue"));
        assert!(!matches("files/*/continue", "files/list_folder/continue"));
        assert!(check("file/*", &["files/upload"]).is_err());
    }
}
