//! Random edits: common changes that users make, and unusual ones that only tests think of.

use fastrand::Rng;

use super::{
    dropbox::{Account, Node, child},
    pick::{any, bytes, display_name, name, parent, split},
};

/// Number of files and folders above which the next edit deletes something.
const MOST: usize = 32;

/// Makes a random change, and returns its description.
pub(super) fn edit(account: &mut Account, rng: &mut Rng) -> String {
    let paths = account.paths();
    if paths.len() > MOST {
        return delete(account, rng);
    }
    match rng.u32(0..21) {
        0..5 => write(account, rng),
        5..7 => folder(account, rng),
        7..9 => rewrite(account, rng),
        9..13 => relocate(account, rng),
        13 => rename_case(account, rng),
        14..16 => delete(account, rng),
        16 => recreate(account, rng),
        17 => swap(account, rng),
        18 => replace(account, rng),
        19 => move_root(account, rng),
        _ if rng.bool() => twin(account, rng),
        _ => restrict(account, rng),
    }
}

/// Joins, changes or leaves a team.
fn move_root(account: &mut Account, rng: &mut Rng) -> String {
    let root = rng.u64(1..4);
    account.move_root(root);
    format!("is rooted at {root}")
}

fn write(account: &mut Account, rng: &mut Rng) -> String {
    let (parent, name) = (parent(account, rng), name(rng));
    account.write(&parent, name, bytes(rng));
    format!("writes {parent}/{name}")
}

fn folder(account: &mut Account, rng: &mut Rng) -> String {
    let (parent, name) = (parent(account, rng), name(rng));
    account.make_folder(&parent, name);
    let path = child(&parent, name);
    for _ in 0..rng.usize(0..4) {
        account.write(&path, super::pick::name(rng), bytes(rng));
    }
    format!("makes folder {parent}/{name}")
}

fn rewrite(account: &mut Account, rng: &mut Rng) -> String {
    let is_file = |path: &str| account.node(path).is_some_and(|node| !node.is_folder());
    let Some(path) = any(account, rng, is_file) else { return write(account, rng) };
    let (parent, name) = split(&path);
    account.write(&parent, &name, bytes(rng));
    format!("rewrites {path}")
}

fn relocate(account: &mut Account, rng: &mut Rng) -> String {
    let Some(from) = any(account, rng, |_| true) else { return write(account, rng) };
    let parent = if rng.bool() { split(&from).0 } else { parent(account, rng) };
    let name = if rng.bool() { display_name(account, &from) } else { name(rng).to_owned() };
    // Moves that Dropbox would refuse are tried, too; another edit replaces them.
    if !account.relocate(&from, &parent, &name) {
        return write(account, rng);
    }
    format!("moves {from} to {}", child(&parent, &name))
}

fn rename_case(account: &mut Account, rng: &mut Rng) -> String {
    let Some(path) = any(account, rng, |_| true) else { return write(account, rng) };
    if !account.change_case(&path) {
        return write(account, rng);
    }
    format!("changes the case of {path}")
}

fn delete(account: &mut Account, rng: &mut Rng) -> String {
    let Some(path) = any(account, rng, |_| true) else { return write(account, rng) };
    account.delete(&path);
    format!("deletes {path}")
}

/// Deletes a file or folder and creates it again, which to Dropbox is another one with a new id.
fn recreate(account: &mut Account, rng: &mut Rng) -> String {
    let Some(path) = any(account, rng, |_| true) else { return write(account, rng) };
    let is_folder = account.node(&path).is_some_and(Node::is_folder);
    let (parent, name) = (split(&path).0, display_name(account, &path));
    account.delete(&path);
    if is_folder {
        account.make_folder(&parent, &name);
    } else {
        account.write(&parent, &name, bytes(rng));
    }
    format!("recreates {path}")
}

/// Swaps the paths of two files or folders.
fn swap(account: &mut Account, rng: &mut Rng) -> String {
    let Some(one) = any(account, rng, |_| true) else { return write(account, rng) };
    let apart = |path: &str| {
        !format!("{path}/").starts_with(&format!("{one}/"))
            && !format!("{one}/").starts_with(&format!("{path}/"))
    };
    let Some(other) = any(account, rng, apart) else { return write(account, rng) };
    let places =
        [(split(&one).0, display_name(account, &one)), (split(&other).0, display_name(account, &other))];
    account.relocate(&one, "", "swapping");
    account.relocate(&other, &places[0].0, &places[0].1);
    account.relocate("/swapping", &places[1].0, &places[1].1);
    format!("swaps {one} and {other}")
}

/// Replaces a folder by a file, or a file by a folder.
fn replace(account: &mut Account, rng: &mut Rng) -> String {
    let Some(path) = any(account, rng, |_| true) else { return write(account, rng) };
    let is_folder = account.node(&path).is_some_and(Node::is_folder);
    let (parent, name) = (split(&path).0, display_name(account, &path));
    if is_folder {
        account.write(&parent, &name, bytes(rng));
    } else {
        account.make_folder(&parent, &name);
    }
    format!("replaces {path}")
}

/// Adds a twin at the path of a file or folder, if the account can have twins.
fn twin(account: &mut Account, rng: &mut Rng) -> String {
    let Some(path) = any(account, rng, |_| true) else { return write(account, rng) };
    if !account.add_twin(&path, bytes(rng)) {
        return restrict(account, rng);
    }
    format!("has another file at {path}")
}

fn restrict(account: &mut Account, rng: &mut Rng) -> String {
    let is_file = |path: &str| account.node(path).is_some_and(|node| !node.is_folder());
    let Some(path) = any(account, rng, is_file) else { return write(account, rng) };
    account.restrict(&path);
    format!("restricts {path}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::simulation::dice::dice;

    /// Asserts that everything is in a folder, at the lower case of its own name, and that no id occurs
    /// twice.
    fn assert_is_tree(account: &Account, after: &str) {
        let nodes = account.nodes();
        let folders: BTreeSet<&str> =
            nodes.iter().filter(|(_, node)| node.is_folder()).map(|(path, _)| path.as_str()).collect();
        let ids: BTreeSet<&str> = nodes.iter().map(|(_, node)| node.id.as_str()).collect();
        assert_eq!(ids.len(), nodes.len(), "an id is there twice, after {after}");
        for (path, node) in &nodes {
            let parent = split(path).0;
            assert!(
                parent.is_empty() || folders.contains(parent.as_str()),
                "{path} is in no folder: {after}"
            );
            assert_eq!(child(&parent, &node.name), *path, "{path} has another name, after {after}");
        }
    }

    /// Covers T13, with the seeds that found it.
    #[test]
    fn whatever_a_user_does_the_account_stays_a_tree() {
        let found = [8_006_975, 8_006_995, 8_010_867, 8_011_897];
        for seed in (0..300).chain(found) {
            let (mut account, mut rng) = (Account::new(seed), dice(seed, "edits"));
            for _ in 0..120 {
                let what = edit(&mut account, &mut rng);
                assert_is_tree(&account, &format!("seed {seed} {what}"));
            }
        }
    }

    #[test]
    fn a_name_without_a_counterpart_in_the_other_case_keeps_its_case() {
        let mut account = Account::new(0);
        for (name, changed) in
            [("\u{131}", "\u{131}"), ("\u{17f}", "\u{17f}"), ("\u{df}", "\u{df}"), ("É", "é"), ("a", "A")]
        {
            let path = child("", name);
            account.write("", name, Vec::new());
            assert_eq!(account.change_case(&path), name != changed);
            assert_eq!(display_name(&account, &path), changed);
        }
    }

    #[test]
    fn what_dropbox_refuses_changes_nothing() {
        let mut account = Account::new(0);
        account.make_folder("", "Docs");
        account.make_folder("/docs", "in");
        account.write("", "a", Vec::new());
        let before = account.nodes();
        assert!(!account.relocate("/a", "", "DOCS"), "something stands there");
        assert!(!account.relocate("/docs", "/docs/in", "x"), "it is inside of itself");
        assert!(!account.relocate("/docs", "/a", "x"), "a file holds nothing");
        assert!(!account.relocate("/nothing", "", "x"), "there is nothing to be moved");
        assert!(!account.write("/a", "x", Vec::new()) && !account.make_folder("/nothing", "x"));
        assert_eq!(account.nodes(), before);
    }
}
