//! Chooses one of several files or folders that Dropbox lists at the same lower-cased path.

use std::cmp::Reverse;

use shared::model::{ItemId, ItemKind};

/// A file or folder that Dropbox lists at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: ItemId,
    /// File or folder.
    pub kind: ItemKind,
    /// Whether the mirror has it at this path.
    pub is_mirrored: bool,
}

/// Chooses which of several claims to one path is kept.
///
/// A folder comes first, since it may have children; then the item that the mirror has there, so that nothing
/// changes; then the smallest id. The choice does not depend on the order of the listing, and later calls
/// make the same one.
#[must_use]
pub fn kept(claims: &[Claim]) -> Option<&ItemId> {
    let rank =
        |claim: &&Claim| (claim.kind == ItemKind::Folder, claim.is_mirrored, Reverse(claim.id.clone()));
    claims.iter().max_by_key(rank).map(|claim| &claim.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(id: &str, kind: ItemKind, is_mirrored: bool) -> Claim {
        Claim { id: format!("id:{id}").into(), kind, is_mirrored }
    }

    /// T10: items that take one path.
    #[test]
    fn the_one_that_is_kept_does_not_depend_on_the_order() {
        use ItemKind::{File, Folder};
        let cases = [
            (vec![claim("b", File, false), claim("a", File, false)], "id:a"),
            (vec![claim("b", File, true), claim("a", File, false)], "id:b"),
            (vec![claim("a", File, true), claim("b", Folder, false), claim("c", File, false)], "id:b"),
            (vec![claim("a", Folder, false), claim("b", Folder, true), claim("c", File, true)], "id:b"),
            (vec![claim("c", File, false), claim("b", File, false), claim("a", File, false)], "id:a"),
        ];
        for (mut claims, expected) in cases {
            for _ in 0..claims.len() {
                claims.rotate_left(1);
                assert_eq!(kept(&claims).map(ItemId::as_str), Some(expected), "{claims:?}");
            }
        }
        assert_eq!(kept(&[]), None);
    }

    #[test]
    fn who_was_kept_is_kept_again() {
        for kind in [ItemKind::File, ItemKind::Folder] {
            let first = [claim("b", kind, false), claim("a", ItemKind::File, false), claim("c", kind, false)];
            let id = kept(&first).cloned().unwrap();
            let again = first.map(|claim| Claim { is_mirrored: claim.id == id, ..claim });
            assert_eq!(kept(&again), Some(&id));
        }
    }
}
