//! The end of a visit, as the status of its link: the user has chosen, or has left.

use shared::{
    answer::ApiError,
    model::Timestamp,
    store::{Link, LinkStatus, StoreError, WindowReports},
};

use crate::{form::field, opened::Opened};

/// Number of attempts to change a status beside other changes of it.
const ATTEMPTS: usize = 3;

/// Records that the user has left without a choice, unless one was saved before.
pub(crate) async fn close(opened: &Opened<'_>) -> Result<(), ApiError> {
    change(opened, |link| Some((closed(link, None)?, link.window))).await
}

/// Records that the window was left, which may only be loaded again.
pub(crate) async fn leave(opened: &Opened<'_>) -> Result<(), ApiError> {
    let (now, reported) = (opened.pages.clock.now(), reported_at(opened));
    change(opened, |link| left(link, reported, now)).await
}

/// Records that a window which was left is there: it was loaded again.
pub(crate) async fn stay(opened: &Opened<'_>) -> Result<(), ApiError> {
    let reported = reported_at(opened);
    change(opened, |link| stayed(link, reported)).await
}

/// Returns the browser's time of a report of leaving; the earliest for a page of a version that names none.
fn reported_at(opened: &Opened<'_>) -> u64 {
    field(opened.request.body(), "at").and_then(|at| at.parse().ok()).unwrap_or(1)
}

/// Changes a link by a rule, which is asked again if the link is another one meanwhile.
async fn change(
    opened: &Opened<'_>,
    rule: impl Fn(&Link) -> Option<(LinkStatus, WindowReports)>,
) -> Result<(), ApiError> {
    let (links, session) = (opened.pages.store.as_ref(), &opened.session);
    for _ in 0..ATTEMPTS {
        let Some(link) = links.link(session.project, session.link).await? else { return Ok(()) };
        let Some((status, window)) = rule(&link) else { return Ok(()) };
        match links.change_link(&link, &status, window).await {
            Err(StoreError::Conflict) => {}
            changed => return Ok(changed?),
        }
    }
    Err(StoreError::Conflict.into())
}

fn left(link: &Link, reported: u64, now: Timestamp) -> Option<(LinkStatus, WindowReports)> {
    let window = WindowReports { left: link.window.left.max(reported), ..link.window };
    if !window.is_left() {
        return None;
    }
    Some((closed(link, Some(now))?, window))
}

fn stayed(link: &Link, reported: u64) -> Option<(LinkStatus, WindowReports)> {
    let window = WindowReports { returned: link.window.returned.max(reported), ..link.window };
    let status = match link.status {
        LinkStatus::Closed { connection, left_at: Some(_) } if !window.is_left() => match connection {
            Some(connection) => LinkStatus::Connected { connection },
            None => LinkStatus::Pending,
        },
        ref status => status.clone(),
    };
    (window != link.window).then_some((status, window))
}

fn closed(link: &Link, left_at: Option<Timestamp>) -> Option<LinkStatus> {
    let connection = match link.status {
        LinkStatus::Pending => link.connection,
        LinkStatus::Connected { connection } => Some(connection),
        LinkStatus::Closed { connection, left_at: Some(_) } => connection,
        _ => return None,
    };
    Some(LinkStatus::Closed { connection, left_at })
}

#[cfg(test)]
mod tests {
    use shared::model::{ConnectionId, ProjectId};

    use super::*;

    fn link(status: LinkStatus) -> Link {
        let (link, _) = Link::new(ProjectId::random(), "ada".parse().unwrap(), Timestamp(0));
        Link { status, ..link }
    }

    #[test]
    fn leaving_ends_no_choice_and_is_taken_back() {
        let (connection, now) = (ConnectionId::random(), Timestamp(7));
        let connected = link(LinkStatus::Connected { connection });
        let by_window = LinkStatus::Closed { connection: Some(connection), left_at: Some(now) };
        let closed_window = after(&connected, left(&connected, 1, now));
        assert_eq!(closed_window.status, by_window);
        assert_eq!(after(&closed_window, stayed(&closed_window, 1)).status, connected.status);
        // The button says for good what the window that goes can only suppose.
        let for_good = LinkStatus::Closed { connection: Some(connection), left_at: None };
        assert_eq!(closed(&closed_window, None), Some(for_good.clone()));
        for last in [
            for_good,
            LinkStatus::Chosen { connection, selected: 1, deselected: 0 },
            LinkStatus::Denied,
            LinkStatus::Failed { reason: String::new() },
        ] {
            let link = link(last);
            assert_eq!(left(&link, 2, now), None);
            assert_eq!(after(&link, stayed(&link, 2)).status, link.status);
        }
    }

    /// A window that is loaded again some times, and is there or is left at the end.
    #[test]
    fn reports_of_a_window_have_the_same_end_in_any_order() {
        let connection = ConnectionId::random();
        for before in [LinkStatus::Pending, LinkStatus::Connected { connection }] {
            let opened = Link { connection: Some(connection), ..link(before) };
            for is_there in [true, false] {
                let reports = [(1, false), (1, true), (2, false), (2, true), (3, false), (3, is_there)];
                for order in permutations(&reports) {
                    let end = order.iter().fold(opened.clone(), |link, &(at, is_return)| {
                        let changed =
                            if is_return { stayed(&link, at) } else { left(&link, at, Timestamp(7)) };
                        after(&link, changed)
                    });
                    let is_closed = matches!(end.status, LinkStatus::Closed { .. });
                    assert_eq!(is_closed, !is_there, "{order:?}: {:?}", end.status);
                }
            }
        }
    }

    fn after(link: &Link, changed: Option<(LinkStatus, WindowReports)>) -> Link {
        let (status, window) = changed.unwrap_or((link.status.clone(), link.window));
        Link { status, window, ..link.clone() }
    }

    fn permutations<T: Copy>(of: &[T]) -> Vec<Vec<T>> {
        let [first, rest @ ..] = of else { return vec![Vec::new()] };
        let at = |shorter: Vec<T>| {
            (0..=shorter.len()).map(move |place| {
                let (before, after) = shorter.split_at(place);
                [before, &[*first], after].concat()
            })
        };
        permutations(rest).into_iter().flat_map(at).collect()
    }
}
