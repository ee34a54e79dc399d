//! A user at random: everything that people do to their files, and what only tests think of.

use fastrand::Rng;

use super::{
    dropbox::{Account, Node},
    pick::{any, bytes, name, parent, shown, split},
};

/// More than these, and something is deleted.
const MOST: usize = 32;

/// Changes something.
pub(super) fn edit(account: &mut Account, rng: &mut Rng) -> String {
    let paths = account.paths();
    if paths.len() > MOST {
        return delete(account, rng);
    }
    match rng.u32(0..20) {
        0..5 => write(account, rng),
        5..7 => folder(account, rng),
        7..9 => rewrite(account, rng),
        9..13 => relocate(account, rng),
        13 => rename_case(account, rng),
        14..16 => delete(account, rng),
        16 => recreate(account, rng),
        17 => swap(account, rng),
        18 => replace(account, rng),
        _ => restrict(account, rng),
    }
}

fn write(account: &mut Account, rng: &mut Rng) -> String {
    let (parent, name) = (parent(account, rng), name(rng));
    account.write(&parent, name, bytes(rng));
    format!("writes {parent}/{name}")
}

fn folder(account: &mut Account, rng: &mut Rng) -> String {
    let (parent, name) = (parent(account, rng), name(rng));
    account.make_folder(&parent, name);
    let path = format!("{parent}/{}", name.to_lowercase());
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
    let name = if rng.bool() { shown(account, &from) } else { name(rng).to_owned() };
    let to = format!("{parent}/{}", name.to_lowercase());
    // A folder cannot be moved into itself, nor onto something.
    if format!("{to}/").starts_with(&format!("{from}/")) || account.node(&to).is_some() {
        return write(account, rng);
    }
    account.relocate(&from, &parent, &name);
    format!("moves {from} to {to}")
}

fn rename_case(account: &mut Account, rng: &mut Rng) -> String {
    let Some(path) = any(account, rng, |_| true) else { return write(account, rng) };
    account.change_case(&path);
    format!("changes the case of {path}")
}

fn delete(account: &mut Account, rng: &mut Rng) -> String {
    let Some(path) = any(account, rng, |_| true) else { return write(account, rng) };
    account.delete(&path);
    format!("deletes {path}")
}

/// Deletes, and makes the same again: another file or folder, to Dropbox.
fn recreate(account: &mut Account, rng: &mut Rng) -> String {
    let Some(path) = any(account, rng, |_| true) else { return write(account, rng) };
    let is_folder = account.node(&path).is_some_and(Node::is_folder);
    let (parent, name) = (split(&path).0, shown(account, &path));
    account.delete(&path);
    if is_folder {
        account.make_folder(&parent, &name);
    } else {
        account.write(&parent, &name, bytes(rng));
    }
    format!("recreates {path}")
}

/// Lets two things change places.
fn swap(account: &mut Account, rng: &mut Rng) -> String {
    let Some(one) = any(account, rng, |_| true) else { return write(account, rng) };
    let apart = |path: &str| {
        !format!("{path}/").starts_with(&format!("{one}/"))
            && !format!("{one}/").starts_with(&format!("{path}/"))
    };
    let Some(other) = any(account, rng, apart) else { return write(account, rng) };
    let places = [(split(&one).0, shown(account, &one)), (split(&other).0, shown(account, &other))];
    account.relocate(&one, "", "swapping");
    account.relocate(&other, &places[0].0, &places[0].1);
    account.relocate("/swapping", &places[1].0, &places[1].1);
    format!("swaps {one} and {other}")
}

/// Puts a file in place of a folder, or a folder in place of a file.
fn replace(account: &mut Account, rng: &mut Rng) -> String {
    let Some(path) = any(account, rng, |_| true) else { return write(account, rng) };
    let is_folder = account.node(&path).is_some_and(Node::is_folder);
    let (parent, name) = (split(&path).0, shown(account, &path));
    if is_folder {
        account.write(&parent, &name, bytes(rng));
    } else {
        account.make_folder(&parent, &name);
    }
    format!("replaces {path}")
}

fn restrict(account: &mut Account, rng: &mut Rng) -> String {
    let is_file = |path: &str| account.node(path).is_some_and(|node| !node.is_folder());
    let Some(path) = any(account, rng, is_file) else { return write(account, rng) };
    account.restrict(&path);
    format!("restricts {path}")
}
