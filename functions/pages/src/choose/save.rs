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

use super::{place::Place, ticks};
use crate::{
    accounts,
    form::field,
    opened::{Opened, gone},
};

pub(crate) async fn act(opened: &Opened<'_>, connection: &Connection) -> Result<Response<Body>, ApiError> {
    opened.check_form()?;
    let form = opened.request.body();
    if field(form, "do").as_deref() == Some("cancel") {
        return accounts::close(opened).await;
    }
    if connection.status != ConnectionStatus::Active {
        return Ok(redirect(&opened.address_of(connection, "")));
    }
    let selections = opened.pages.choices.choices(connection.id).await?.selections;
    let here = Place::of_query(opened.query().as_bytes());
    let Some(draft) = ticks::keep(opened, &selections).await? else {
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
        (_, Some(id), _) => Place::folder(Some(id).filter(|id| id.starts_with("id:"))),
        (_, _, Some(path)) => Place::folder(folder_at(opened, connection, &path).await?),
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
        opened.pages.labels.label(connection.id, selected, label).await?;
    }
    opened.pages.choosing().change(connection, selected, deselected).await?;
    let session = &opened.session;
    let status = LinkStatus::Chosen {
        connection: connection.id,
        selected: selected.len(),
        deselected: deselected.len(),
    };
    opened.pages.links.settle_link(session.project, session.link, &status).await?;
    // Another tab may go on with ticks of its own, which are then differences from what is stored now.
    let now = opened.pages.clock.now();
    let session = opened.pages.sessions.page_session(session.id, now).await?.ok_or_else(gone)?;
    opened.pages.sessions.keep_draft(&session, &Draft::default()).await?;
    Ok(redirect(&opened.address("/done")))
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
    let entry = opened.pages.account().ask(connection, call).await?;
    Ok(entry.as_ref().and_then(Entry::facts).map(|facts| facts.id.as_str().to_owned()))
}
