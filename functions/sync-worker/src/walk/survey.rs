//! The first half of a full comparison: everything that is selected is listed, in as many invocations as it
//! takes.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use shared::{
    dropbox::{Entry, Page, Refusal},
    model::{ContentKey, Head, Segment, Selection, SelectionState, Target, Timestamp},
};

use super::{
    Reached,
    fetch::{self, Lookup, Wanted, is_folder},
    page_size::{page_limit, was_slow},
    repair::Repair,
    step::Step,
};
use crate::{Failure, plan::Comparison};

/// Full listing so far. Between two invocations it is stored in the bucket.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Survey {
    /// When the listing began.
    pub(super) began: Timestamp,
    /// Number of changes found just before it that no notification had announced.
    pub(super) missed: u64,
    /// The listed items.
    pub(super) comparison: Comparison,
    /// Targets that must still be listed, in reverse order.
    targets: Vec<Target>,
    /// Cursor of the target that is being listed.
    cursor: Option<String>,
    /// Targets that were listed to their end.
    #[serde(default)]
    pub(super) listed: Vec<Target>,
    /// Listed targets that do not exist at Dropbox (any more).
    #[serde(default)]
    pub(super) absent: Vec<Target>,
    /// Listed targets that Dropbox refuses to list.
    #[serde(default)]
    pub(super) refused: Vec<(Target, Refusal)>,
    /// The second half, once everything is listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) repair: Option<Repair>,
}

/// Result of asking for a page of a target.
#[derive(Debug)]
pub(super) enum Listed {
    /// A page.
    Page(Page),
    /// Nothing more, because the target is a file.
    Whole,
    /// The target does not exist.
    Absent,
    /// Dropbox refuses the target.
    Refused(Refusal),
}

impl Step<'_> {
    /// Returns the listing that an earlier invocation began, or a new one.
    pub(super) async fn survey(&mut self, missed: u64) -> Result<Survey, Failure> {
        if let Some(survey) = self.saved_survey().await? {
            return Ok(survey);
        }
        let (began, targets) = (self.worker.clock.now(), self.to_survey());
        Ok(Survey { began, missed, targets, ..Survey::default() })
    }

    /// Returns the selections that were listed before. If the whole account is selected, it includes the
    /// others, and of these only the missing and refused ones are asked for, since Dropbox may list them
    /// again.
    pub(super) fn to_survey(&self) -> Vec<Target> {
        use SelectionState::{Held, Missing, Refused};
        let asked =
            || self.choices.selections.iter().filter(|one| matches!(one.state, Held | Missing | Refused));
        let is_whole = asked().any(|one| one.target == Target::Everything);
        let is_listed = |one: &&Selection| !is_whole || one.state != Held || one.target == Target::Everything;
        asked().filter(is_listed).map(|one| one.target.clone()).collect()
    }

    async fn saved_survey(&self) -> Result<Option<Survey>, Failure> {
        let Some(began) = self.head.survey else { return Ok(None) };
        let saved = self.worker.content.read(&self.survey_key()).await?;
        // A listing that cannot be read, or is not the one that HEAD names, starts over.
        let survey = saved.and_then(|saved| serde_json::from_slice::<Survey>(&saved).ok());
        Ok(survey.filter(|survey| survey.began == began))
    }

    /// Saves the listing for the next invocation.
    pub(super) async fn save_survey(&mut self, survey: &Survey) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(survey).map_err(|error| Failure::Undecodable(error.to_string()))?;
        let mut upload = self.worker.content.upload(&self.survey_key()).await?;
        upload.write(Bytes::from(bytes)).await?;
        upload.complete().await?;
        let mut commit = self.commit_of(Segment::default());
        commit.after = Head { survey: Some(survey.began), ..commit.after };
        self.advance(commit).await
    }

    /// Removes the saved listing from the bucket.
    pub(super) async fn drop_survey(&self) -> Result<(), Failure> {
        Ok(self.worker.content.remove(&self.survey_key()).await?)
    }

    fn survey_key(&self) -> ContentKey {
        ContentKey::survey(self.connection.project, self.connection.id)
    }

    /// Lists, and starts over with smaller pages if one did not come in time.
    pub(super) async fn list_in_time(&mut self, survey: &mut Survey) -> Result<Reached, Failure> {
        match self.list(survey).await {
            Err(failure) if was_slow(&failure) => {
                survey.cursor = None;
                self.list_in_smaller_pages(None, failure).await
            }
            listed => listed,
        }
    }

    /// Lists until everything is listed or the time is up. A selection that Dropbox refuses is recorded, and
    /// the others go on.
    async fn list(&mut self, survey: &mut Survey) -> Result<Reached, Failure> {
        while let Some(target) = survey.targets.last().cloned() {
            let answer = self.next_page(survey, &target).await?;
            if let Listed::Page(Page { entries, cursor, has_more: true }) = answer {
                note(&mut survey.comparison, &entries);
                survey.cursor = Some(cursor);
            } else {
                survey.targets.pop();
                survey.cursor = None;
                survey.listed.push(target.clone());
                match answer {
                    Listed::Page(last) => note(&mut survey.comparison, &last.entries),
                    Listed::Whole => {}
                    Listed::Absent => survey.absent.push(target),
                    Listed::Refused(refusal) => survey.refused.push((target, refusal)),
                }
            }
            if self.is_over() {
                return Ok(Reached::ItsBudget);
            }
        }
        Ok(Reached::TheEnd)
    }

    /// Fetches the next page of a target.
    async fn next_page(&self, survey: &mut Survey, target: &Target) -> Result<Listed, Failure> {
        let wanted = match (survey.cursor.clone(), target) {
            (Some(cursor), _) => Wanted::At(cursor),
            (None, Target::Everything) => Wanted::First(String::new(), page_limit(&self.head)),
            (None, Target::Item(id)) => match self.asker.look_up(id.clone()).await? {
                Lookup::Absent => return Ok(Listed::Absent),
                Lookup::Refused(refusal) => return Ok(Listed::Refused(refusal)),
                Lookup::Present(entry) => {
                    note(&mut survey.comparison, std::slice::from_ref(&entry));
                    if !is_folder(&entry) {
                        return Ok(Listed::Whole);
                    }
                    Wanted::First(id.to_string(), page_limit(&self.head))
                }
            },
        };
        self.page_of(target, wanted).await
    }

    /// Fetches a page of a target. If the root is missing or refused, that is a failure of the connection.
    pub(super) async fn page_of(&self, target: &Target, wanted: Wanted) -> Result<Listed, Failure> {
        use shared::dropbox::DropboxError::NotFound;
        match self.asker.page(wanted).await {
            Ok(page) => Ok(Listed::Page(page)),
            Err(failure) if target.item().is_none() => Err(failure),
            Err(failure) if matches!(failure.dropbox(), Some(NotFound(_))) => Ok(Listed::Absent),
            Err(failure) => fetch::refusal(&failure).map(Listed::Refused).ok_or(failure),
        }
    }
}

fn note(comparison: &mut Comparison, entries: &[Entry]) {
    // A listed deletion is later than the listing, so the following drain reports it, too.
    for entry in entries {
        match entry {
            Entry::Present { facts, .. } => comparison.list(facts),
            Entry::Unreadable(entry) => comparison.list_unreadable(entry),
            Entry::Deleted(_) => {}
        }
    }
}
