//! Shows a place of the account.

use http::{Response, StatusCode};
use lambda_http::Body;
use page_kit::{fill_text, redirect};
use shared::{
    answer::ApiError,
    model::{Connection, ConnectionStatus, ItemId, Lane, WalkReason},
};

use super::{
    chosen::Chosen,
    listing::{Listing, list},
    place::Place,
    row::Row,
    view,
};
use crate::opened::Opened;

pub(crate) async fn show(opened: &Opened<'_>, connection: &Connection) -> Result<Response<Body>, ApiError> {
    // The page of the account says what is wrong, and offers to connect it again.
    if connection.status != ConnectionStatus::Active {
        return Ok(redirect(&opened.address_of(connection, "")));
    }
    let (pages, place) = (opened.pages, Place::of_query(opened.query().as_bytes()));
    let chosen = async {
        let draft = async { Ok::<_, ApiError>(pages.store.draft(opened.session.id, connection.id).await?) };
        let choices = async { Ok(pages.store.choices(connection.id).await?) };
        let (kept, choices) = tokio::try_join!(draft, choices)?;
        Chosen::read(pages, connection, &choices.selections, &kept.draft).await
    };
    let (listing, chosen) = match tokio::try_join!(list(pages, connection, &place), chosen) {
        Err(error) if error.code == "needs_reauth" => return broken(opened, connection).await,
        read => read?,
    };
    let Listing { entries, folder, next, has_more } = listing;
    let ids: Vec<ItemId> = entries.iter().map(|one| one.metadata.id.clone()).collect();
    let records = pages.store.records(connection.id, &ids).await?;
    let rows: Vec<Row> = entries
        .into_iter()
        .map(|one| {
            let record = records.get(&one.metadata.id);
            Row::new(one, &chosen, record, &opened.project)
        })
        .collect();
    let page = view::ChooserPage { place: &place, folder, rows: &rows, next, has_more, chosen: &chosen };
    let title = fill_text(opened.words().choose_title, &[("app", &opened.project.name)]);
    Ok(opened.page(title, view::body(opened, connection, &page)).respond(StatusCode::OK))
}

/// Goes to the page of an account whose tokens Dropbox no longer takes, and has a walk note that.
pub(super) async fn broken(opened: &Opened<'_>, connection: &Connection) -> Result<Response<Body>, ApiError> {
    opened.pages.requests.walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
    Ok(redirect(&opened.address_of(connection, "?reconnect=1")))
}
