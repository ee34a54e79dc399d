//! Shows an account as a page, and its progress as JSON for the page's script.

use http::{Response, StatusCode};
use lambda_http::Body;
use maud::html;
use page_kit::{fill_text, number, wants_page};
use serde_json::{Map, Value, json};
use shared::{
    answer::{ApiError, json},
    model::{Connection, ConnectionStatus},
};

use super::{
    files, notes, progress,
    seen::{FILES, Seen, read},
    state::of_content,
    view,
};
use crate::{
    accounts::chips,
    form::field,
    leave,
    opened::Opened,
    view::{head, leave_form},
    workflows,
};

/// Maximum number of files that the pages before may have shown.
const MAX_SKIP: u32 = 10_000;

pub(crate) async fn show(opened: &Opened<'_>, connection: &Connection) -> Result<Response<Body>, ApiError> {
    if connection.status == ConnectionStatus::Disconnected {
        return leave::left(opened, connection);
    }
    let skip = field(opened.query().as_bytes(), "after").and_then(|skip| skip.parse().ok()).unwrap_or(0);
    let skip = u32::min(skip, MAX_SKIP);
    let seen = read(opened, connection, skip).await?;
    if !wants_page(opened.request.headers()) {
        return Ok(json(StatusCode::OK, &for_script(opened, connection, &seen)));
    }
    let (all, selected, has_workflows) = tokio::try_join!(
        opened.connections(),
        files::selected(opened, connection, &seen),
        workflows::are_there(opened)
    )?;
    let words = opened.words();
    let figures = progress::of(words, opened.language, &seen);
    let body = html! {
        main.page data-look=(notes::key(connection, &seen)) {
            (head(opened, &view::title(opened), &view::line(opened, connection, &seen), (all.len() < 2).then_some(connection)))
            (chips(opened, &all, connection))
            (notes::view(opened, connection, &seen))
            section.sheet { (progress::view(&figures, seen.progress)) }
            p.visually-hidden role="status" {}
            (view::actions(opened, connection, &seen, has_workflows))
            (files::chosen(opened, &seen, &selected))
            (files::newest(opened, connection, &seen, skip))
            (leave_form(opened))
        }
    };
    let title = fill_text(words.look_title, &[("app", &opened.project.name)]);
    Ok(opened.page(title, body).respond(StatusCode::OK))
}

/// Returns the progress for the script: texts for their places, so that it knows no language.
fn for_script(opened: &Opened<'_>, connection: &Connection, seen: &Seen) -> Value {
    let words = opened.words();
    let figures = progress::of(words, opened.language, seen);
    let figures: Map<String, Value> =
        figures.into_iter().map(|(name, _, text)| (name.to_owned(), json!(text))).collect();
    let states = seen.files.iter().take(FILES as usize).map(|record| {
        let (text, style) = of_content(words, &record.item.content);
        (record.item.metadata.id.as_str().to_owned(), json!({"text": text, "style": style}))
    });
    let (done, total) = progress::done(seen.progress);
    let ready = number(opened.language, seen.progress.ready);
    json!({
        "key": notes::key(connection, seen),
        "busy": seen.is_busy(connection),
        "figures": figures,
        "done": done,
        "total": total,
        "files": states.collect::<Map<String, Value>>(),
        "news": format!("{}: {ready}", words.ready),
    })
}
