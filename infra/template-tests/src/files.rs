//! The files of `infra/`, and of the repository.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use serde_json::Value;
use serde_saphyr::{Budget, Error, Options};

use crate::yaml::Node;

/// `infra/template.yaml`, with short forms of intrinsic functions written out.
pub static TEMPLATE: LazyLock<Value> = LazyLock::new(|| document("template.yaml"));
/// `infra/openapi.yaml`: the description of the API.
pub static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| document("openapi.yaml"));
/// `infra/gateway.yaml`: the part of the description that is deployed.
pub static DEPLOYED: LazyLock<Value> = LazyLock::new(|| document("gateway.yaml"));

/// Returns a path of the repository.
#[must_use]
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Returns the text of a file of `infra/`.
///
/// # Panics
/// If it cannot be read.
#[must_use]
pub fn text(name: &str) -> String {
    fs::read_to_string(repository("infra").join(name)).expect("the file is read")
}

/// Returns the text of all Rust files below a folder of the repository.
///
/// # Panics
/// If one cannot be read.
#[must_use]
pub fn sources(folder: &str) -> String {
    let (mut folders, mut sources) = (vec![repository(folder)], String::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder is read") {
            let path = entry.expect("the folder is read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources += &fs::read_to_string(path).expect("the source is read");
            }
        }
    }
    sources
}

/// Returns the first reason for which YAML is not plain: an alias, an anchor, a merged mapping or a tag.
#[must_use]
pub fn is_not_plain(yaml: &str) -> Option<Error> {
    let mut budget = Budget::default();
    (budget.max_aliases, budget.max_anchors, budget.max_merge_keys) = (0, 0, 0);
    let mut options = Options::default();
    (options.budget, options.reject_unsupported_tags) = (Some(budget), true);
    serde_saphyr::from_str_with_options::<Value>(yaml, options).err()
}

fn document(name: &str) -> Value {
    serde_saphyr::from_str::<Node>(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}")).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_reader_that_knows_all_of_yaml_is_not_plain() {
        assert!(is_not_plain("a: {b: [1, 'c']}\n").is_none());
        for yaml in
            ["a: &x 1\n", "a: &x 1\nb: *x\n", "a: &x {b: 1}\nc: {<<: *x}\n", "a: !Ref X\n", "a: !Sub 'x'\n"]
        {
            assert!(is_not_plain(yaml).is_some(), "{yaml}");
        }
    }
}
