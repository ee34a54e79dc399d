//! States of files and selections, in words.

use maud::{Markup, html};
use page_kit::Words;
use shared::model::{Content, NotFetched, SelectionState};

/// Returns the tag of a file's bytes.
pub(crate) fn tag(words: &Words, content: &Content) -> Markup {
    let (text, style) = of_content(words, content);
    html! { span class={ "tag " (style) } { (text) } }
}

/// Returns the word and the style for a file's bytes.
pub(super) fn of_content(words: &Words, content: &Content) -> (&'static str, &'static str) {
    match content {
        Content::None => ("", ""),
        Content::Pending { .. } => (words.state_waiting, "busy"),
        Content::Ready { .. } => (words.state_ready, "ready"),
        Content::Skipped { .. } => (words.state_skipped, "skip"),
        Content::Failed { .. } => (words.state_failed, "fail"),
    }
}

/// Returns the reason why a file's bytes are not there, if there is one to tell.
pub(super) fn reason(words: &Words, content: &Content) -> Option<&'static str> {
    match content {
        Content::Skipped { reason, .. } => Some(match reason {
            NotFetched::TooLarge => words.skipped_size,
            NotFetched::UnwantedFormat => words.skipped_format,
            NotFetched::NotDownloadable => words.not_downloadable,
            _ => return None,
        }),
        Content::Failed { reason: NotFetched::NotDownloadable, .. } => Some(words.not_downloadable),
        Content::Failed { .. } => Some(words.failed_text),
        Content::None | Content::Pending { .. } | Content::Ready { .. } => None,
    }
}

/// Returns the word and the style for a selection.
pub(super) fn of_selection(words: &Words, state: SelectionState) -> (&'static str, &'static str) {
    match state {
        SelectionState::Requested => (words.state_syncing, "busy"),
        SelectionState::Listed => (words.state_ready, "ready"),
        SelectionState::Deselected => (words.under_way, "busy"),
        SelectionState::Missing => (words.state_gone, "skip"),
        SelectionState::Refused => (words.state_refused, "fail"),
    }
}
