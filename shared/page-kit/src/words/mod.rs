//! Words of the pages: one table per language, so that a missing text does not compile.

mod english;
mod french;
mod german;
mod japanese;
mod portal;
mod portuguese;
mod spanish;

pub use self::portal::{PortalWords, portal_words};
use crate::Language;

/// Returns the words of a language.
#[must_use]
pub const fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &english::WORDS,
        Language::German => &german::WORDS,
        Language::French => &french::WORDS,
        Language::Spanish => &spanish::WORDS,
        Language::Japanese => &japanese::WORDS,
        Language::Portuguese => &portuguese::WORDS,
    }
}

/// A text that depends on a number, which stands at `{n}`.
#[derive(Debug, Clone, Copy)]
pub struct Plural {
    /// Text for one.
    pub one: &'static str,
    /// Text for none, and for several.
    pub other: &'static str,
}

impl Plural {
    /// Returns the text for a number. In French, none is like one.
    #[must_use]
    pub fn of(&self, language: Language, number: u64) -> &'static str {
        let is_like_one = number == 1 || (number == 0 && language == Language::French);
        if is_like_one { self.one } else { self.other }
    }
}

/// Texts of the pages. `{name}` is a placeholder.
#[derive(Debug)]
#[allow(missing_docs, reason = "the English table says what each of them is")]
pub struct Words {
    // Connecting.
    pub connect_title: &'static str,
    pub connect_text: &'static str,
    pub connect_button: &'static str,
    pub connect_note: &'static str,
    pub open_title: &'static str,
    pub open_text: &'static str,
    pub open_button: &'static str,
    pub open_note: &'static str,
    pub connected_title: &'static str,
    pub connected_text: &'static str,
    pub close_window: &'static str,
    pub the_application: &'static str,
    // Errors.
    pub failed_title: &'static str,
    pub denied_title: &'static str,
    pub denied_text: &'static str,
    pub expired_title: &'static str,
    pub expired_text: &'static str,
    pub wrong_browser_title: &'static str,
    pub wrong_browser_text: &'static str,
    pub cookies_title: &'static str,
    pub cookies_text: &'static str,
    pub forged_title: &'static str,
    pub forged_text: &'static str,
    pub gone_title: &'static str,
    pub gone_text: &'static str,
    pub dropbox_title: &'static str,
    pub dropbox_text: &'static str,
    pub paused_title: &'static str,
    pub paused_text: &'static str,
    pub unavailable_title: &'static str,
    pub unavailable_text: &'static str,
    pub not_found_title: &'static str,
    pub not_found_text: &'static str,
    // Choosing.
    pub choose_title: &'static str,
    pub choose_lead: &'static str,
    pub everything: &'static str,
    pub everything_note: &'static str,
    pub folder_nav: &'static str,
    pub root: &'static str,
    pub find: &'static str,
    pub find_button: &'static str,
    pub results: &'static str,
    pub results_more: &'static str,
    pub no_results: &'static str,
    pub leave_results: &'static str,
    pub open: &'static str,
    pub open_name: &'static str,
    pub empty: &'static str,
    pub large: &'static str,
    pub next_part: &'static str,
    pub first_part: &'static str,
    pub whole_folder: &'static str,
    pub in_chosen: &'static str,
    pub in_everything: &'static str,
    pub at_least: &'static str,
    pub counting: &'static str,
    pub changed: &'static str,
    pub too_large: &'static str,
    pub too_large_tag: &'static str,
    pub wrong_format: &'static str,
    pub wrong_format_tag: &'static str,
    pub not_downloadable: &'static str,
    pub not_downloadable_tag: &'static str,
    pub nothing_chosen: &'static str,
    pub everything_chosen: &'static str,
    pub and: &'static str,
    pub added_later: &'static str,
    pub save: &'static str,
    pub cancel: &'static str,
    pub too_many: &'static str,
    // States of files.
    pub state_waiting: &'static str,
    pub state_syncing: &'static str,
    pub state_ready: &'static str,
    pub state_failed: &'static str,
    pub state_skipped: &'static str,
    pub state_refused: &'static str,
    pub state_gone: &'static str,
    pub skipped_size: &'static str,
    pub skipped_format: &'static str,
    pub failed_text: &'static str,
    // Looking.
    pub look_title: &'static str,
    pub connected_since: &'static str,
    pub last_synced: &'static str,
    pub next_check: &'static str,
    pub never_synced: &'static str,
    pub ready: &'static str,
    pub waiting: &'static str,
    pub skipped: &'static str,
    pub failed: &'static str,
    pub done_in: &'static str,
    pub seconds: &'static str,
    pub minutes: &'static str,
    pub hours: &'static str,
    pub chosen_heading: &'static str,
    pub nothing_chosen_yet: &'static str,
    pub files_heading: &'static str,
    pub no_files: &'static str,
    pub more_files: &'static str,
    pub choose_files: &'static str,
    pub sync_now: &'static str,
    pub interval: &'static str,
    pub every_hours: &'static str,
    pub as_set: &'static str,
    pub never_checked: &'static str,
    pub change: &'static str,
    pub reconnect: &'static str,
    pub disconnect: &'static str,
    pub accounts_title: &'static str,
    pub accounts_nav: &'static str,
    pub connect_another: &'static str,
    pub no_account: &'static str,
    // Trouble.
    pub reauth_title: &'static str,
    pub reauth_text: &'static str,
    pub waiting_title: &'static str,
    pub waiting_text: &'static str,
    pub trouble_title: &'static str,
    pub trouble_text: &'static str,
    pub trouble_since: &'static str,
    pub scope_text: &'static str,
    pub suspended_text: &'static str,
    pub team_text: &'static str,
    pub denied_access_text: &'static str,
    pub unreachable_text: &'static str,
    pub ours_text: &'static str,
    pub held_text: &'static str,
    pub held_confirm: &'static str,
    // Leaving.
    pub leave_title: &'static str,
    pub leave_text: &'static str,
    pub leave_removed: &'static str,
    pub leave_button: &'static str,
    pub keep: &'static str,
    pub left_title: &'static str,
    pub left_text: &'static str,
    pub receipt: &'static str,
    pub receipt_requested: &'static str,
    pub receipt_revoked: &'static str,
    pub receipt_removed: &'static str,
    pub receipt_finished: &'static str,
    pub under_way: &'static str,
    pub yes: &'static str,
    // Workflows.
    pub workflows_title: &'static str,
    pub workflows_nav: &'static str,
    pub no_workflows: &'static str,
    pub workflow_on: &'static str,
    pub workflow_off: &'static str,
    pub turn_on: &'static str,
    pub turn_off: &'static str,
    pub starts_by_event: &'static str,
    pub starts_by_application: &'static str,
    pub starts_by_schedule: &'static str,
    pub settings_heading: &'static str,
    pub settings_wrong: &'static str,
    pub which_account: &'static str,
    pub all_accounts: &'static str,
    pub save_settings: &'static str,
    pub steps_heading: &'static str,
    pub if_so: &'static str,
    pub if_not: &'static str,
    pub step_dropbox: &'static str,
    pub step_request: &'static str,
    pub step_decision: &'static str,
    pub step_each: &'static str,
    pub step_wait: &'static str,
    pub step_answer: &'static str,
    pub runs_heading: &'static str,
    pub no_runs: &'static str,
    pub more_runs: &'static str,
    pub run_title: &'static str,
    pub run_started: &'static str,
    pub run_running: &'static str,
    pub run_done: &'static str,
    pub run_failed: &'static str,
    pub run_stopped: &'static str,
    // Ending.
    pub saved_title: &'static str,
    pub saved_text: &'static str,
    pub closed_title: &'static str,
    pub closed_text: &'static str,
    pub back_to: &'static str,
    pub finished_title: &'static str,
    pub remove: &'static str,
    pub see_progress: &'static str,
    // Numbers of things.
    pub files: Plural,
    pub folders: Plural,
    pub chosen_inside: Plural,
    pub held_title: Plural,
    pub entries: Plural,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::places;

    /// The tables' `Debug` form lists the fields, each with its text.
    fn fields(language: Language) -> Vec<(String, Vec<String>)> {
        // Without the escapes of the `Debug` form, which have braces.
        let shown = format!("{:#?}", words(language)).replace("\\u{", "");
        let mut fields = Vec::new();
        for line in shown.lines() {
            if let Some((name, text)) = line.trim().split_once(": \"") {
                fields.push((name.to_owned(), places(text).into_iter().map(str::to_owned).collect()));
            }
        }
        fields
    }

    #[test]
    fn every_language_fills_in_the_same_values() {
        let english = fields(Language::English);
        assert!(english.len() > 150, "{}", english.len());
        for language in Language::ALL {
            for (ours, theirs) in english.iter().zip(fields(language)) {
                assert_eq!(*ours, theirs, "{language:?}");
            }
        }
    }
}
