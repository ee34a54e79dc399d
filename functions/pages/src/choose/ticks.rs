//! The ticks of a form, and the draft that they become.

use std::collections::HashSet;

use shared::{
    answer::ApiError,
    model::{Connection, Draft, Pick, Selection},
    store::StoreError,
};

use super::{chosen::wanted, place::is_id};
use crate::{form::fields, opened::Opened};

/// Maximum number of differences in a draft, which has to fit into a row.
pub(super) const MAX_TICKS: usize = 500;
/// Longest path and longest name that a draft keeps, in bytes. A longer path is as unknown.
const MAX_PATH: usize = 400;
const MAX_NAME: usize = 200;
/// Number of attempts to store a draft beside other tabs of the session.
const ATTEMPTS: usize = 3;

/// A box as a page has shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Checkbox {
    key: String,
    was_ticked: bool,
    pick: Pick,
}

/// Returns the value of the hidden field that says how a row's box was shown: its key, kind and state, its name,
/// and its path, with slashes between, which only the path contains. Browsers change line breaks in values.
pub(super) fn field_value(key: &str, pick: &Pick, is_ticked: bool) -> String {
    let kind = if pick.is_folder { "folder" } else { "file" };
    let state = if is_ticked { "ticked" } else { "empty" };
    let path = if pick.path.len() <= MAX_PATH { pick.path.as_str() } else { "" };
    format!("{key}/{kind}/{state}/{}{path}", cut(&pick.name))
}

fn read(value: &str) -> Option<Checkbox> {
    let mut parts = value.splitn(5, '/');
    let (key, kind, state, name) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if !is_id(key) && key != Draft::EVERYTHING {
        return None;
    }
    let path = parts.next().map(|rest| format!("/{rest}")).filter(|path| path.len() <= MAX_PATH);
    let pick = Pick { is_folder: kind == "folder", name: cut(name), path: path.unwrap_or_default() };
    Some(Checkbox { key: key.to_owned(), was_ticked: state == "ticked", pick })
}

fn cut(name: &str) -> String {
    let mut size = 0;
    name.chars()
        .take_while(|c| {
            size += c.len_utf8();
            size <= MAX_NAME
        })
        .collect()
}

/// Applies the changed boxes of a form to a draft. What was selected or ticked elsewhere since the page was shown
/// stays as it is.
fn apply(draft: &mut Draft, form: &[u8], selections: &[Selection]) {
    let picked: HashSet<String> = fields(form, "pick").collect();
    let selected: HashSet<&str> = wanted(selections).map(|one| Draft::key(&one.target)).collect();
    for Checkbox { key, was_ticked, pick } in fields(form, "shown").filter_map(|value| read(&value)) {
        let is_ticked = picked.contains(&key);
        if is_ticked != was_ticked {
            draft.tick(&key, pick, is_ticked, selected.contains(key.as_str()));
        }
    }
}

/// Stores the ticks of the request's form, and returns the draft; `None` if it would be too large.
pub(super) async fn keep(
    opened: &Opened<'_>,
    connection: &Connection,
    selections: &[Selection],
) -> Result<Option<Draft>, ApiError> {
    let (form, sessions) = (opened.request.body(), opened.pages.store.as_ref());
    for _ in 0..ATTEMPTS {
        let kept = sessions.draft(opened.session.id, connection.id).await?;
        let mut draft = kept.draft.clone();
        apply(&mut draft, form, selections);
        if draft == kept.draft {
            return Ok(Some(draft));
        }
        if draft.len() > MAX_TICKS {
            return Ok(None);
        }
        match sessions.keep_draft(&opened.session, connection.id, &kept, &draft).await {
            Err(StoreError::Conflict) => {}
            stored => {
                stored?;
                return Ok(Some(draft));
            }
        }
    }
    Err(StoreError::Conflict.into())
}

#[cfg(test)]
mod tests {
    use shared::model::{SelectionState, Target, Timestamp};
    use url::form_urlencoded;

    use super::*;

    fn form(rows: &[(&str, bool)], picked: &[&str]) -> Vec<u8> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for (key, was_ticked) in rows {
            let pick = Pick { is_folder: true, name: "n&m".to_owned(), path: "/n&m".to_owned() };
            form.append_pair("shown", &field_value(key, &pick, *was_ticked));
        }
        for key in picked {
            form.append_pair("pick", key);
        }
        form.finish().into_bytes()
    }

    fn selection(id: &str) -> Selection {
        Selection::new(Target::Item(id.into()), Timestamp(0))
    }

    #[test]
    fn only_boxes_that_were_changed_are_differences() {
        let ending = Selection { state: SelectionState::Deselected, ..selection("id:c") };
        let (selections, mut draft) = ([selection("id:b"), ending], Draft::default());
        let rows = [("id:a", false), ("id:b", true), ("id:c", false)];
        apply(&mut draft, &form(&rows, &["id:a", "id:c", "id:unseen"]), &selections);
        assert_eq!(draft.added.keys().collect::<Vec<_>>(), ["id:a", "id:c"]);
        assert_eq!(draft.removed.keys().collect::<Vec<_>>(), ["id:b"]);
        assert_eq!(draft.added["id:a"].path, "/n&m");
        let rows = [("everything", false), ("path:/x", false), ("id:a", true)];
        apply(&mut draft, &form(&rows, &["everything", "path:/x"]), &selections);
        assert_eq!(draft.added.keys().collect::<Vec<_>>(), ["everything", "id:c"]);
    }

    #[test]
    fn what_was_selected_since_the_page_was_shown_stays() {
        let mut draft = Draft::default();
        apply(&mut draft, &form(&[("id:a", false)], &[]), &[selection("id:a")]);
        assert!(draft.is_empty());
        apply(&mut draft, &form(&[("id:a", true)], &["id:a"]), &[]);
        assert!(draft.is_empty());
    }

    #[test]
    fn long_names_and_paths_are_cut_and_unknown_ids_left_out() {
        let pick = Pick { is_folder: false, name: "ü".repeat(300), path: "/a".repeat(250) };
        let read_again = read(&field_value("id:a", &pick, true)).unwrap();
        assert_eq!((read_again.pick.name.len(), read_again.pick.path.as_str()), (MAX_NAME, ""));
        for key in ["", "a", "/path", &format!("id:{}", "a".repeat(300)), "id:a b", "id:a\u{0}"] {
            assert_eq!(read(&field_value(key, &pick, true)), None, "{key}");
        }
    }
}
