//! The ticks of a form, and the draft that they become.

use shared::{
    answer::ApiError,
    model::{Draft, Pick, Selection},
    store::StoreError,
};

use super::chosen::wanted;
use crate::{form::fields, opened::Opened};

/// Maximum number of differences in a draft, which has to fit into a row.
pub(super) const MAX_TICKS: usize = 500;
/// Longest path and longest name that a draft keeps, in bytes. A longer path is as unknown.
const MAX_PATH: usize = 400;
const MAX_NAME: usize = 200;
/// Number of attempts to store a draft beside other tabs of the session.
const ATTEMPTS: usize = 3;

/// Returns the value of the hidden field that says that a row's box was shown: its key, kind and name, and its
/// path, with slashes between, which only the path contains. Browsers change line breaks in values.
pub(super) fn shown(key: &str, pick: &Pick) -> String {
    let kind = if pick.is_folder { "folder" } else { "file" };
    format!("{key}/{kind}/{}{}", pick.name, pick.path)
}

fn read(shown: &str) -> Option<(String, Pick)> {
    let mut parts = shown.splitn(4, '/');
    let (key, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    let path = parts.next().map(|rest| format!("/{rest}")).unwrap_or_default();
    if !key.starts_with("id:") && key != Draft::EVERYTHING {
        return None;
    }
    let name = name.chars().scan(0, |size, c| {
        *size += c.len_utf8();
        (*size <= MAX_NAME).then_some(c)
    });
    let path = if path.len() <= MAX_PATH { path } else { String::new() };
    Some((key.to_owned(), Pick { is_folder: kind == "folder", name: name.collect(), path }))
}

/// Applies the ticks of a form to a draft.
fn apply(draft: &mut Draft, form: &[u8], selections: &[Selection]) {
    let picked: Vec<String> = fields(form, "pick").collect();
    for (key, pick) in fields(form, "shown").filter_map(|shown| read(&shown)) {
        let is_selected = wanted(selections).any(|one| Draft::key(&one.target) == key);
        let is_ticked = picked.contains(&key);
        draft.tick(&key, pick, is_ticked, is_selected);
    }
}

/// Stores the ticks of the request's form, and returns the draft; `None` if it would be too large.
pub(super) async fn keep(opened: &Opened<'_>, selections: &[Selection]) -> Result<Option<Draft>, ApiError> {
    let (form, sessions) = (opened.request.body(), opened.pages.sessions.as_ref());
    let mut session = opened.session.clone();
    for _ in 0..ATTEMPTS {
        let mut draft = session.draft.clone();
        apply(&mut draft, form, selections);
        if draft == session.draft {
            return Ok(Some(draft));
        }
        if draft.len() > MAX_TICKS {
            return Ok(None);
        }
        match sessions.keep_draft(&session, &draft).await {
            Err(StoreError::Conflict) => {}
            kept => {
                kept?;
                return Ok(Some(draft));
            }
        }
        let again = sessions.page_session(session.id, opened.pages.clock.now()).await?;
        session = again.ok_or_else(crate::opened::gone)?;
    }
    Err(StoreError::Conflict.into())
}

#[cfg(test)]
mod tests {
    use shared::model::{SelectionState, Target, Timestamp};
    use url::form_urlencoded;

    use super::*;

    fn form(shown_rows: &[&str], picked: &[&str]) -> Vec<u8> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for key in shown_rows {
            let pick = Pick { is_folder: true, name: "n&m".to_owned(), path: "/n&m".to_owned() };
            form.append_pair("shown", &shown(key, &pick));
        }
        for key in picked {
            form.append_pair("pick", key);
        }
        form.finish().into_bytes()
    }

    #[test]
    fn only_boxes_that_were_shown_are_changed() {
        let selected = Selection::new(Target::Item("id:b".into()), Timestamp(0));
        let ending = Selection {
            state: SelectionState::Unwanted,
            ..Selection::new(Target::Item("id:c".into()), Timestamp(0))
        };
        let (selections, mut draft) = ([selected, ending], Draft::default());
        apply(&mut draft, &form(&["id:a", "id:b", "id:c"], &["id:a", "id:c", "id:unseen"]), &selections);
        assert_eq!(draft.added.keys().collect::<Vec<_>>(), ["id:a", "id:c"]);
        assert_eq!(draft.removed.keys().collect::<Vec<_>>(), ["id:b"]);
        assert_eq!(draft.added["id:a"].path, "/n&m");
        apply(&mut draft, &form(&["everything", "path:/x", "id:a"], &["everything"]), &selections);
        assert_eq!(draft.added.keys().collect::<Vec<_>>(), ["everything", "id:c"]);
    }

    #[test]
    fn long_names_and_paths_are_cut() {
        let pick = Pick { is_folder: false, name: "ü".repeat(300), path: "/a".repeat(250) };
        let (_, read) = read(&shown("id:a", &pick)).unwrap();
        assert_eq!((read.name.len(), read.path.as_str()), (MAX_NAME, ""));
    }
}
