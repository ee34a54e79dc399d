//! Delivery to a queue or bus that does not want order: several entries in a call.

use shared::delivery::AwsDestination;

use crate::{
    attempt, publish,
    reader::{Group, Happened},
    request::{self, About},
    run::Run,
    verdict::Verdict,
};

/// An entry of a call, and the index of its group.
type Part<'a> = (usize, About<'a>);

/// Puts groups, each for the first time. Returns a verdict for each.
pub(crate) async fn put_each(run: &Run<'_>, to: &AwsDestination, groups: &[Group]) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = groups.iter().map(|_| Verdict::Delivered).collect();
    let mut hindered: Option<Verdict> = None;
    for call in publish::calls(parts(run, groups), |(_, (draft, _))| draft.body.len()) {
        let answers = match &hindered {
            // A hindrance of one call hinders those after it.
            Some(verdict) => call.into_iter().map(|(index, _)| (index, verdict.clone())).collect(),
            None => put(run, to, call).await,
        };
        for (index, verdict) in answers {
            if matches!(verdict, Verdict::Unable(..)) {
                hindered = Some(verdict.clone());
            }
            if verdicts[index] == Verdict::Delivered {
                verdicts[index] = verdict;
            }
        }
    }
    verdicts
}

fn parts<'a>(run: &Run<'_>, groups: &'a [Group]) -> Vec<Part<'a>> {
    let of_group = |(index, group): (usize, &'a Group)| {
        let drafts = request::drafts(&run.found.endpoint, &group.events, run.ordinal);
        drafts.into_iter().map(move |draft| (index, draft))
    };
    groups.iter().enumerate().flat_map(of_group).collect()
}

/// Puts the entries of a call. Returns a verdict for each, with the index of its group.
async fn put(run: &Run<'_>, to: &AwsDestination, call: Vec<Part<'_>>) -> Vec<(usize, Verdict)> {
    let of: Vec<(usize, &[Happened])> = call.iter().map(|(index, (_, events))| (*index, *events)).collect();
    let drafts = call.into_iter().map(|(_, (draft, events))| (draft, run.attempted(events, 0)));
    let answers = attempt::together(run.sender, &run.found.endpoint, to, run.secrets, drafts.collect()).await;
    let verdict = |((index, events), (verdict, attempt))| {
        run.keep(&verdict, attempt, events);
        (index, verdict)
    };
    of.into_iter().zip(answers).map(verdict).collect()
}
