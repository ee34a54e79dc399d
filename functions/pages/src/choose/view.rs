//! The chooser as HTML.

use maud::{Markup, html};
use page_kit::{dated, file_icon, fill, fill_text, folder_icon, isolated, number, size};
use shared::model::{Connection, Content, Draft, Metadata, Pick};

use super::{
    chosen::Chosen,
    place::Place,
    row::{Choice, Obstacle, Row},
    ticks::{MAX_TICKS, field_value},
};
use crate::{
    look::tag,
    opened::Opened,
    view::{head, joined, leave_form, proof},
};

/// Content of a page of the chooser.
pub(super) struct ChooserPage<'a> {
    pub(super) place: &'a Place,
    pub(super) folder: Option<Metadata>,
    pub(super) rows: &'a [Row],
    pub(super) next: Option<String>,
    pub(super) has_more: bool,
    pub(super) chosen: &'a Chosen,
}

/// Returns the content of the page. Its first button is the one that the Enter key presses.
pub(super) fn body(opened: &Opened<'_>, connection: &Connection, page: &ChooserPage<'_>) -> Markup {
    let words = opened.words();
    let app = isolated(&opened.project.name);
    let action = format!("{}{}", opened.address_of(connection, "/choose"), page.place.to_query());
    html! {
        form method="post" action=(action) data-choose data-counting=(words.counting) data-at-least=(words.at_least) {
            main class="page with-foot" {
                (head(opened, &fill(words.choose_title, &[("app", &app)]), &html! { (words.choose_lead) }, Some(connection)))
                (proof(opened))
                button.visually-hidden name="do" value="search" tabindex="-1" aria-hidden="true" { (words.find_button) }
                @if page.place.too_many {
                    p class="note" role="alert" { (fill(words.too_many, &[("most", &number(opened.language, MAX_TICKS as u64))])) }
                }
                div.sheet {
                    div.bar {
                        (crumbs(opened, page))
                        div.find role="search" {
                            input type="search" name="q" value=[page.place.find.as_deref()]
                                placeholder=(words.find) aria-label=(words.find) maxlength="200";
                            button.quiet name="do" value="search" { (words.find_button) }
                        }
                    }
                    (hints(opened, page))
                    ul {
                        @if page.place.folder.is_none() && page.place.find.is_none() { (everything(opened, page.chosen)) }
                        @for row in page.rows { (item(opened, connection, page, row)) }
                    }
                    @if page.rows.is_empty() && page.next.is_none() {
                        p.hint { @if page.place.find.is_some() { (words.no_results) } @else { (words.empty) } }
                    }
                    @if page.next.is_some() || page.place.after.is_some() { (parts(opened, connection, page)) }
                }
            }
            (foot(opened, page))
        }
        (leave_form(opened))
    }
}

/// Returns the way to the folder: each part is a button, so that the ticks are kept.
fn crumbs(opened: &Opened<'_>, page: &ChooserPage<'_>) -> Markup {
    let words = opened.words();
    if let Some(find) = &page.place.find {
        return html! {
            nav aria-label=(words.folder_nav) {
                ol.crumbs {
                    li { button name="crumb" value="/" { (words.leave_results) } }
                    li { span aria-current="page" { (fill(words.results, &[("query", &isolated(find))])) } }
                }
            }
        };
    }
    let path = page.folder.as_ref().map(|folder| folder.path_display.as_str()).unwrap_or_default();
    let ends: Vec<usize> = path.match_indices('/').skip(1).map(|(at, _)| at).chain([path.len()]).collect();
    html! {
        nav aria-label=(words.folder_nav) {
            ol.crumbs {
                @if path.is_empty() {
                    li { span aria-current="page" { (words.root) } }
                } @else {
                    li { button name="crumb" value="/" { (words.root) } }
                    @for (place, end) in ends.iter().enumerate() {
                        @let way = &path[..*end];
                        @let name = way.rsplit('/').next().unwrap_or_default();
                        li {
                            @if place + 1 == ends.len() { span aria-current="page" { (isolated(name)) } }
                            @else { button name="crumb" value=(way) { (isolated(name)) } }
                        }
                    }
                }
            }
        }
    }
}

fn hints(opened: &Opened<'_>, page: &ChooserPage<'_>) -> Markup {
    let words = opened.words();
    html! {
        @if page.next.is_some() || page.place.after.is_some() { p.hint { (words.large) } }
        @if page.has_more { p.hint { (words.results_more) } }
    }
}

/// Returns the row of the whole account.
fn everything(opened: &Opened<'_>, chosen: &Chosen) -> Markup {
    let words = opened.words();
    let pick = Pick { is_folder: true, ..Pick::default() };
    html! {
        li class="item all" {
            input type="hidden" name="shown" value=(field_value(Draft::EVERYTHING, &pick, chosen.everything()));
            input type="checkbox" name="pick" value=(Draft::EVERYTHING) id="everything" data-everything
                checked[chosen.everything()];
            div.name { label for="everything" { (words.everything) } small { (words.everything_note) } }
        }
    }
}

fn item(opened: &Opened<'_>, connection: &Connection, page: &ChooserPage<'_>, row: &Row) -> Markup {
    let words = opened.words();
    let (key, metadata) = (row.metadata.id.as_str(), &row.metadata);
    let pick =
        Pick { is_folder: row.is_folder(), name: metadata.name.clone(), path: metadata.path_lower.clone() };
    let is_checked = !matches!(row.choice, Choice::No { .. });
    let is_partial = matches!(row.choice, Choice::No { inside } if inside > 0);
    let off = if row.is_open() {
        ""
    } else if is_checked {
        " inside"
    } else {
        " off"
    };
    html! {
        li class={ "item" (off) } {
            @if row.is_open() { input type="hidden" name="shown" value=(field_value(key, &pick, is_checked)); }
            input type="checkbox" name="pick" value=(key) id=(key) checked[is_checked] disabled[!row.is_open()]
                data-kind=(if row.is_folder() { "folder" } else { "file" }) data-partial[is_partial]
                aria-describedby={ (key) "-note" };
            @if row.is_folder() { (folder_icon()) } @else { (file_icon()) }
            div.name {
                label for=(key) { (isolated(&metadata.name)) }
                small id={ (key) "-note" } { (note(opened, connection, page, row)) }
            }
            @if row.is_folder() {
                button.open name="open" value=(key) aria-label=(fill_text(words.open_name, &[("name", &metadata.name)])) {
                    (words.open)
                }
            } @else { (state(opened, row)) }
        }
    }
}

/// Returns the line below a name: its parts, joined by dots.
fn note(opened: &Opened<'_>, connection: &Connection, page: &ChooserPage<'_>, row: &Row) -> Markup {
    let (words, language) = (opened.words(), opened.language);
    let mut parts: Vec<Markup> = Vec::new();
    if page.place.find.is_some() {
        let folder = row.metadata.path_display.rsplit_once('/').map_or("", |(folder, _)| folder);
        parts.push(html! { (isolated(if folder.is_empty() { words.root } else { folder })) });
    }
    if row.is_folder() {
        let place = Place::folder(Some(row.metadata.id.as_str().to_owned()));
        let address = format!("{}{}", opened.address_of(connection, "/count"), place.to_query());
        // A folder that is chosen already is not counted again each time that it is shown.
        if matches!(row.choice, Choice::No { .. } | Choice::Yes) {
            parts.push(html! { span data-count=(address) {} });
        }
    } else {
        parts.push(html! { (size(language, row.metadata.size)) });
        if let Some(at) = &row.metadata.server_modified {
            parts.push(fill(words.changed, &[("time", &dated(at))]));
        }
    }
    match &row.choice {
        Choice::Yes if row.is_folder() => parts.push(html! { (words.whole_folder) }),
        Choice::InEverything => parts.push(html! { (words.in_everything) }),
        Choice::In(folder) => parts.push(fill(words.in_chosen, &[("folder", &isolated(folder))])),
        Choice::No { inside } if *inside > 0 => {
            let text = words.chosen_inside.of(language, *inside);
            parts.push(fill(text, &[("n", &number(language, *inside))]));
        }
        Choice::Yes | Choice::No { .. } => {}
    }
    if let Some(obstacle) = row.obstacle {
        parts.push(reason(opened, obstacle));
    }
    html! { @for (place, part) in parts.iter().enumerate() { @if place > 0 { span.dot { "\u{a0}· " } } (part) } }
}

fn reason(opened: &Opened<'_>, obstacle: Obstacle) -> Markup {
    let (words, app) = (opened.words(), isolated(&opened.project.name));
    match obstacle {
        Obstacle::TooLarge => {
            let limit = size(opened.language, opened.project.settings.max_file_bytes);
            fill(words.too_large, &[("limit", &limit), ("app", &app)])
        }
        Obstacle::Format => fill(words.wrong_format, &[("app", &app)]),
        Obstacle::NotDownloadable => html! { (words.not_downloadable) },
    }
}

/// Returns the tag at the end of a file's row.
fn state(opened: &Opened<'_>, row: &Row) -> Markup {
    let words = opened.words();
    let text = match row.obstacle {
        Some(Obstacle::TooLarge) => words.too_large_tag,
        Some(Obstacle::Format) => words.wrong_format_tag,
        Some(Obstacle::NotDownloadable) => words.not_downloadable_tag,
        None => match &row.content {
            Some(content) if *content != Content::None => return tag(words, content),
            _ => return html! { span {} },
        },
    };
    html! { span class="tag skip" { (text) } }
}

/// Returns the buttons between the parts of a large folder.
fn parts(opened: &Opened<'_>, connection: &Connection, page: &ChooserPage<'_>) -> Markup {
    let words = opened.words();
    html! {
        div.parts {
            @if page.place.after.is_some() {
                @let first = Place::folder(page.place.folder.clone());
                button.quiet formaction=(format!("{}{}", opened.address_of(connection, "/choose"), first.to_query())) {
                    (words.first_part)
                }
            }
            @if let Some(next) = &page.next { button.quiet name="after" value=(next) { (words.next_part) } }
        }
    }
}

/// Returns the summary and the buttons that end the choice.
fn foot(opened: &Opened<'_>, page: &ChooserPage<'_>) -> Markup {
    let (words, language) = (opened.words(), opened.language);
    let is_here = |key: &str| page.rows.iter().any(|row| row.is_open() && row.metadata.id.as_str() == key);
    let ((folders, files), (other_folders, other_files)) =
        (page.chosen.counts(|_| false), page.chosen.counts(is_here));
    let mut parts = Vec::new();
    for (count, words) in [(folders, &words.folders), (files, &words.files)] {
        if count > 0 {
            parts.push(fill(words.of(language, count), &[("n", &number(language, count))]));
        }
    }
    let everything = page.chosen.everything();
    let summary = if everything {
        html! { (words.everything_chosen) }
    } else if parts.is_empty() {
        html! { (words.nothing_chosen) }
    } else {
        joined(words, parts)
    };
    html! {
        footer.foot {
            div {
                p {
                    b aria-live="polite" data-summary data-all[everything] data-folders=(other_folders) data-files=(other_files)
                        data-folders-one=(words.folders.one) data-folders-other=(words.folders.other)
                        data-files-one=(words.files.one) data-files-other=(words.files.other)
                        data-and=(words.and) data-everything=(words.everything_chosen) data-nothing=(words.nothing_chosen) {
                        (summary)
                    }
                    small data-later hidden[folders == 0 || everything] { (words.added_later) }
                }
                button.quiet name="do" value="cancel" { (words.cancel) }
                button.go name="do" value="save" { (words.save) }
            }
        }
    }
}
