//! Message to the window that opened ours about a link: the same as the server gets by polling it.

use maud::{Markup, html};
use serde_json::{Value, json};
use shared::{model::Project, store::LinkStatus};
use uuid::Uuid;

/// A message for the window that opened ours. Browsers deliver it to pages of the project's origins only.
pub struct OpenerMessage {
    message: Value,
    origins: Value,
}

impl OpenerMessage {
    /// Returns the message that a link has this status: `{"type": "dropline:chosen", "link": …}` with the
    /// status' own fields. Without a project nobody receives it.
    #[must_use]
    pub fn of_link(project: Option<&Project>, link: Uuid, status: &LinkStatus) -> Self {
        let mut message = json!(status);
        message["type"] = json!(format!("dropline:{}", status.word()));
        message["link"] = json!(link);
        if let Some(fields) = message.as_object_mut() {
            fields.remove("status");
        }
        Self {
            message,
            origins: json!(
                project.map(|project| &project.return_origins).into_iter().flatten().collect::<Vec<_>>()
            ),
        }
    }

    /// Returns an element whose message the page's script sends at once, with this content.
    #[must_use]
    pub fn element(&self, content: &Markup) -> Markup {
        html! { div data-news=(self.message()) data-origins=(self.origins()) { (content) } }
    }

    /// Returns the message as JSON.
    #[must_use]
    pub fn message(&self) -> String {
        self.message.to_string()
    }

    /// Returns the origins that receive it, as JSON.
    #[must_use]
    pub fn origins(&self) -> String {
        self.origins.to_string()
    }
}

#[cfg(test)]
mod tests {
    use shared::model::ConnectionId;

    use super::*;

    #[test]
    fn the_message_has_what_polling_the_link_has() {
        let (link, connection) = (Uuid::nil(), ConnectionId::random());
        let of = |status| OpenerMessage::of_link(None, link, &status).message;
        assert_eq!(
            of(LinkStatus::Chosen { connection, selected: 2, deselected: 1 }),
            json!({"type": "dropline:chosen", "link": link, "connection": connection, "selected": 2, "deselected": 1})
        );
        assert_eq!(
            of(LinkStatus::Failed { reason: "Why.".into() }),
            json!({"type": "dropline:failed", "link": link, "reason": "Why."})
        );
        assert_eq!(
            of(LinkStatus::Closed { connection: None, left_at: None }),
            json!({"type": "dropline:closed", "link": link})
        );
    }

    #[test]
    fn without_a_project_nobody_receives_it() {
        assert_eq!(OpenerMessage::of_link(None, Uuid::nil(), &LinkStatus::Denied).origins(), "[]");
    }
}
