//! The end of a visit, as the status of its link: the user has chosen, or has left.

use shared::{
    answer::ApiError,
    model::Timestamp,
    store::{Link, LinkStatus, StoreError},
};

use crate::opened::Opened;

/// Number of attempts to change a status beside other changes of it.
const ATTEMPTS: usize = 3;

/// Records that the user has left without a choice, unless one was saved before.
pub(crate) async fn close(opened: &Opened<'_>) -> Result<(), ApiError> {
    change(opened, |link| closed(link, None)).await
}

/// Records that the window was left, which may only be loaded again.
pub(crate) async fn leave(opened: &Opened<'_>) -> Result<(), ApiError> {
    let now = opened.pages.clock.now();
    change(opened, |link| closed(link, Some(now))).await
}

/// Records that a window which was left is there: it was loaded again.
pub(crate) async fn stay(opened: &Opened<'_>) -> Result<(), ApiError> {
    change(opened, stayed).await
}

/// Changes the status by a rule, which is asked again if it is another one meanwhile.
async fn change(opened: &Opened<'_>, rule: impl Fn(&Link) -> Option<LinkStatus>) -> Result<(), ApiError> {
    let (links, session) = (opened.pages.links.as_ref(), &opened.session);
    for _ in 0..ATTEMPTS {
        let Some(link) = links.link(session.project, session.link).await? else { return Ok(()) };
        let Some(status) = rule(&link) else { return Ok(()) };
        match links.change_link(&link, &status).await {
            Err(StoreError::Conflict) => {}
            changed => return Ok(changed?),
        }
    }
    Err(StoreError::Conflict.into())
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

fn stayed(link: &Link) -> Option<LinkStatus> {
    match link.status {
        LinkStatus::Closed { connection: Some(connection), left_at: Some(_) } => {
            Some(LinkStatus::Connected { connection })
        }
        LinkStatus::Closed { connection: None, left_at: Some(_) } => Some(LinkStatus::Pending),
        _ => None,
    }
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
        let (connection, now) = (ConnectionId::random(), Some(Timestamp(7)));
        let connected = LinkStatus::Connected { connection };
        let left = LinkStatus::Closed { connection: Some(connection), left_at: now };
        assert_eq!(closed(&link(connected.clone()), now), Some(left.clone()));
        assert_eq!(stayed(&link(left.clone())), Some(connected.clone()));
        // The button says for good what the window that goes can only suppose.
        let for_good = LinkStatus::Closed { connection: Some(connection), left_at: None };
        assert_eq!(closed(&link(left), None), Some(for_good.clone()));
        for last in [
            for_good,
            LinkStatus::Chosen { connection, selected: 1, deselected: 0 },
            LinkStatus::Denied,
            LinkStatus::Failed { reason: String::new() },
        ] {
            assert_eq!((closed(&link(last.clone()), now), stayed(&link(last))), (None, None));
        }
        assert_eq!(stayed(&link(connected)), None);
    }
}
