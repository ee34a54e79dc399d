//! The place that the page's address names.

use url::form_urlencoded::{Serializer, parse};

use super::invisible::is_invisible;

/// User of the application, if the address names none.
const USER: &str = "ada";

/// Place in the application: whose account, which folder, which file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// User of the application, for whom calls are made.
    pub(super) user: String,
    /// Connection; without it, the user's first.
    pub(super) connection: Option<String>,
    /// Path of the folder in Dropbox that is listed; without it, the root.
    pub(super) folder: Option<String>,
    /// Path of the file or folder in Dropbox that is being changed.
    pub(super) change: Option<String>,
    /// Id of the synced file that is previewed.
    pub(super) file: Option<String>,
    /// Number of the call whose answer is reported at the top.
    pub(super) call: Option<u64>,
    /// Connect link from which the browser comes back.
    pub(super) link: Option<String>,
    /// Section to which the browser scrolls.
    pub(super) section: Option<&'static str>,
}

impl Place {
    /// Reads a query. Unknown parameters are ignored, because a newer link may have them.
    pub(super) fn parse(query: &str) -> Self {
        let mut place = Self::default();
        for (name, value) in parse(query.as_bytes()).filter(|(_, value)| !value.is_empty()) {
            let value = value.into_owned();
            match name.as_ref() {
                // The API refuses users with such characters, and they would reverse the text of the calls.
                "user" => place.user = value.replace(is_invisible, ""),
                "connection" => place.connection = Some(value),
                "folder" => place.folder = Some(value),
                "change" => place.change = Some(value),
                "file" => place.file = Some(value),
                "call" => place.call = value.parse().ok(),
                "link" => place.link = Some(value),
                _ => {}
            }
        }
        if place.user.is_empty() {
            USER.clone_into(&mut place.user);
        }
        place
    }

    /// Returns the address of the page here.
    pub(super) fn href(&self) -> String {
        let section = self.section.map(|section| format!("#{section}")).unwrap_or_default();
        format!("/?{}{section}", self.query())
    }

    /// Returns the address of an action that is begun here, and from which the browser comes back here.
    pub(super) fn action(&self, action: &str) -> String {
        format!("/demo/{action}?{}", Self { call: None, ..self.clone() }.query())
    }

    /// Returns the same user's place without anything of a connection.
    pub(super) fn of_user(&self) -> Self {
        Self { user: self.user.clone(), ..Self::default() }
    }

    /// Returns the place without the answer that is reported, scrolled to a section.
    pub(super) fn at(&self, section: &'static str) -> Self {
        Self { call: None, section: Some(section), ..self.clone() }
    }

    fn query(&self) -> String {
        let call = self.call.map(|call| call.to_string());
        let mut query = Serializer::new(String::new());
        query.append_pair("user", &self.user);
        for (name, value) in [
            ("connection", &self.connection),
            ("folder", &self.folder),
            ("change", &self.change),
            ("file", &self.file),
            ("call", &call),
        ] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_the_place_that_made_it() {
        let place = Place {
            user: "zoë & co".to_owned(),
            connection: Some("c".to_owned()),
            folder: Some("/a&b=c#d?e/ü\u{202e}".to_owned()),
            change: Some("/50%.txt".to_owned()),
            file: Some("id:a+b".to_owned()),
            call: Some(7),
            ..Place::default()
        };
        let href = place.href();
        assert_eq!(Place::parse(href.strip_prefix("/?").unwrap()), place);
    }

    #[test]
    fn an_address_with_nonsense_is_the_first_users() {
        let first = Place { user: USER.to_owned(), ..Place::default() };
        for query in ["", "user=", "call=x&folder=", "%ff=%ff&other=1", "&&=&", "user=%0d%0a%E2%80%AE"] {
            assert_eq!(Place::parse(query), first, "{query}");
        }
    }
}
