//! The first half of a full comparison: everything that is selected is listed, in as many invocations as it takes.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use shared::{
    dropbox::{Entry, Page},
    model::{ContentKey, Head, ItemId, Segment, SelectionState, Target, Timestamp},
};
use tokio::time::Instant;

use super::{
    Reached,
    fetch::{self, Wanted, is_folder},
    step::Step,
};
use crate::{Failure, plan::Comparison};

/// What was listed so far. Between two invocations it lies in the bucket.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Survey {
    /// When it began.
    pub(super) began: Timestamp,
    /// Changes that no notification had announced, found at its beginning.
    pub(super) missed: u64,
    /// What was listed.
    pub(super) comparison: Comparison,
    /// What is still to be listed, the last first.
    targets: Vec<Target>,
    /// Where the listing of the target in hand goes on.
    cursor: Option<String>,
}

impl Step<'_> {
    /// The survey that an earlier invocation began, or a new one.
    pub(super) async fn survey(&mut self, missed: u64) -> Result<Survey, Failure> {
        if let Some(survey) = self.saved_survey().await? {
            return Ok(survey);
        }
        let (began, targets) = (self.worker.clock.now(), self.to_survey());
        Ok(Survey { began, missed, targets, ..Survey::default() })
    }

    /// What is selected and was listed once; where that is the whole account, nothing else.
    pub(super) fn to_survey(&self) -> Vec<Target> {
        use SelectionState::{Held, Missing};
        let listed = self.choices.selections.iter().filter(|one| matches!(one.state, Held | Missing));
        let targets: Vec<Target> = listed.map(|one| one.target.clone()).collect();
        if targets.contains(&Target::Everything) { vec![Target::Everything] } else { targets }
    }

    async fn saved_survey(&self) -> Result<Option<Survey>, Failure> {
        let Some(began) = self.head.survey else { return Ok(None) };
        let saved = self.worker.content.read(&self.survey_key()).await?;
        // One that cannot be read, or is another, is begun again.
        let survey = saved.and_then(|saved| serde_json::from_slice::<Survey>(&saved).ok());
        Ok(survey.filter(|survey| survey.began == began))
    }

    /// Leaves the survey to the next invocation.
    pub(super) async fn save_survey(&mut self, survey: &Survey) -> Result<(), Failure> {
        let bytes = serde_json::to_vec(survey).map_err(|error| Failure::Undecodable(error.to_string()))?;
        let mut upload = self.worker.content.upload(&self.survey_key()).await?;
        upload.write(Bytes::from(bytes)).await?;
        upload.complete().await?;
        let mut commit = self.commit_of(Segment::default());
        commit.after = Head { survey: Some(survey.began), ..commit.after };
        self.advance(commit).await
    }

    /// The bucket's copy is of no use any more.
    pub(super) async fn drop_survey(&self) -> Result<(), Failure> {
        Ok(self.worker.content.remove(&self.survey_key()).await?)
    }

    fn survey_key(&self) -> ContentKey {
        ContentKey::survey(self.connection.project, self.connection.id)
    }

    /// Lists until everything is listed, or the time is over. A listing whose cursor fails is begun again.
    pub(super) async fn list(&mut self, survey: &mut Survey, end: Instant) -> Result<Reached, Failure> {
        while let Some(target) = survey.targets.last().cloned() {
            let wanted = match (survey.cursor.take(), &target) {
                (Some(cursor), _) => Some(Wanted::At(cursor)),
                (None, Target::Everything) => Some(Wanted::First(String::new())),
                (None, Target::Item(id)) => self.list_top(survey, id).await?,
            };
            let page = match wanted {
                None => None,
                Some(wanted) => self.page_or_none(&target, wanted).await?,
            };
            match page {
                Some(Page { entries, cursor, has_more: true }) => {
                    note(&mut survey.comparison, &entries);
                    survey.cursor = Some(cursor);
                }
                page => {
                    note(&mut survey.comparison, &page.map(|page| page.entries).unwrap_or_default());
                    survey.targets.pop();
                }
            }
            if Instant::now() >= end {
                return Ok(Reached::ItsBudget);
            }
        }
        Ok(Reached::TheEnd)
    }

    /// A page; nothing where a selected folder is gone by now. The root is never gone: that is a failure.
    pub(super) async fn page_or_none(
        &self,
        target: &Target,
        wanted: Wanted,
    ) -> Result<Option<Page>, Failure> {
        use shared::dropbox::DropboxError::NotFound;
        match fetch::page(self.worker, self.connection, wanted).await {
            Err(failure) if target.item().is_some() && matches!(failure.dropbox(), Some(NotFound(_))) => {
                Ok(None)
            }
            page => page.map(Some),
        }
    }

    /// Lists a selected file or folder itself. Returns what is to be listed then.
    async fn list_top(&self, survey: &mut Survey, id: &ItemId) -> Result<Option<Wanted>, Failure> {
        let Some(entry) = fetch::metadata(self.worker, self.connection, id.clone()).await? else {
            return Ok(None);
        };
        note(&mut survey.comparison, std::slice::from_ref(&entry));
        Ok(is_folder(&entry).then(|| Wanted::First(id.to_string())))
    }
}

fn note(comparison: &mut Comparison, entries: &[Entry]) {
    // A deletion that is listed happened since: the drain that follows tells of it, too.
    entries.iter().filter_map(Entry::facts).for_each(|facts| comparison.list(facts));
}
