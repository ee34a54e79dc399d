//! The buttons of the chooser: each keeps the ticks, then goes on.

use http::Response;
use lambda_http::Body;
use page_kit::redirect;
use shared::{
    answer::ApiError,
    choosing::check_number,
    dropbox::{Dropbox, Entry, Session},
    model::{Connection, ConnectionStatus, Draft, Target},
    store::LinkStatus,
};

use super::{
    place::{Place, is_id},
    show::broken,
    ticks,
};
use crate::{accounts, form::field, opened::Opened};

pub(crate) async fn act(opened: &Opened<'_>, connection: &Connection) -> Result<Response<Body>, ApiError> {
    opened.check_form()?;
    let form = opened.request.body();
    if field(form, "do").as_deref() == Some("cancel") {
        return cancel(opened, connection).await;
    }
    if connection.status != ConnectionStatus::Active {
        return Ok(redirect(&opened.address_of(connection, "")));
    }
    let selections = opened.pages.store.choices(connection.id).await?.selections;
    let here = Place::of_query(opened.query().as_bytes());
    let Some(draft) = ticks::keep(opened, connection, &selections).await? else {
        return Ok(go(opened, connection, &Place { too_many: true, ..here }));
    };
    let place = match (field(form, "do").as_deref(), field(form, "open"), field(form, "crumb")) {
        (Some("save"), ..) => {
            let (selected, deselected) = (targets(&draft.added), targets(&draft.removed));
            if check_number(&selections, &selected).is_err() {
                return Ok(go(opened, connection, &Place { too_many: true, ..here }));
            }
            return save(opened, connection, &selected, &deselected).await;
        }
        (Some("search"), ..) => match field(form, "q") {
            Some(find) => Place { find: Some(find), ..Place::default() },
            None if here.find.is_some() => Place::default(),
            None => here,
        },
        (_, Some(id), _) => Place::folder(Some(id).filter(|id| is_id(id))),
        (_, _, Some(path)) => match folder_at(opened, connection, &path).await {
            Err(error) if error.code == "needs_reauth" => return broken(opened, connection).await,
            found => Place::folder(found?),
        },
        _ => match field(form, "after") {
            Some(after) => Place { after: Some(after), ..here },
            None => here,
        },
    };
    Ok(go(opened, connection, &place))
}

fn go(opened: &Opened<'_>, connection: &Connection, place: &Place) -> Response<Body> {
    redirect(&format!("{}{}", opened.address_of(connection, "/choose"), place.to_query()))
}

fn targets<T>(picks: &std::collections::BTreeMap<String, T>) -> Vec<Target> {
    picks.keys().map(|key| Draft::target(key)).collect()
}

/// Stores the choice, as the API does, and ends the session's draft.
async fn save(
    opened: &Opened<'_>,
    connection: &Connection,
    selected: &[Target],
    deselected: &[Target],
) -> Result<Response<Body>, ApiError> {
    // The label is stored first, so that no file is mirrored without it.
    if let Some(label) = &opened.session.label {
        opened.pages.store.label(connection.id, selected, label).await?;
    }
    opened.pages.choosing().change(connection, selected, deselected).await?;
    let session = &opened.session;
    let status = LinkStatus::Chosen {
        connection: connection.id,
        selected: selected.len(),
        deselected: deselected.len(),
    };
    // Saving once more without a change does not make the earlier choice one of nothing.
    let links = opened.pages.store.as_ref();
    let before = links.link(session.project, session.link).await?.map(|link| link.status);
    let is_chosen = matches!(before, Some(LinkStatus::Chosen { .. }));
    if !is_chosen || !selected.is_empty() || !deselected.is_empty() {
        links.finish_link(session.project, session.link, &status).await?;
    }
    opened.pages.store.forget_draft(session.id, connection.id).await?;
    Ok(redirect(&opened.address("/done")))
}

/// Forgets the ticks. A visit that was made for choosing is over by that; any other goes on at the account.
async fn cancel(opened: &Opened<'_>, connection: &Connection) -> Result<Response<Body>, ApiError> {
    opened.pages.store.forget_draft(opened.session.id, connection.id).await?;
    if opened.session.page.is_for_looking() {
        return Ok(redirect(&opened.address_of(connection, "")));
    }
    accounts::close(opened).await
}

/// Returns the id of the folder at a path; `None` for the root, and if there is no folder any more.
async fn folder_at(
    opened: &Opened<'_>,
    connection: &Connection,
    path: &str,
) -> Result<Option<String>, ApiError> {
    if !path.starts_with('/') || path == "/" {
        return Ok(None);
    }
    let call = |dropbox: Dropbox, session: Session| {
        let path = path.to_owned();
        async move { dropbox.metadata_at(&session, &path).await }
    };
    let entry = opened.pages.calls.ask(connection, call).await?;
    Ok(entry.as_ref().and_then(Entry::metadata).map(|metadata| metadata.id.as_str().to_owned()))
}
