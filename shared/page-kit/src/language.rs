//! Languages of the pages.

use http::{HeaderMap, header::ACCEPT_LANGUAGE};

/// A language of the pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English, also for everybody whose language is not here.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Japanese.
    Japanese,
    /// Portuguese, as in Brazil.
    Portuguese,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 6] =
        [Self::English, Self::German, Self::French, Self::Spanish, Self::Japanese, Self::Portuguese];

    /// Returns the language tag (BCP 47), for the `lang` attribute.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Japanese => "ja",
            Self::Portuguese => "pt-BR",
        }
    }

    /// Returns the language with this tag; its region does not matter.
    #[must_use]
    pub fn with_tag(tag: &str) -> Option<Self> {
        let language = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|one| one.tag()[..2].eq_ignore_ascii_case(language))
    }

    /// Returns the language that a browser prefers, by its `Accept-Language`.
    #[must_use]
    pub fn of_browser(headers: &HeaderMap) -> Self {
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (0.0, Self::default());
        for part in accepted.split(',') {
            let mut fields = part.split(';').map(str::trim);
            let language = fields.next().and_then(Self::with_tag);
            let weight = fields.find_map(|field| field.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
            if let (Some(language), Ok(weight)) = (language, weight)
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accepted: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, accepted.parse().unwrap());
        Language::of_browser(&headers)
    }

    #[test]
    fn the_best_weight_wins_and_the_first_of_equal_ones() {
        for (accepted, expected) in [
            ("de", Language::German),
            ("de-AT,en;q=0.5", Language::German),
            ("nl, en;q=0.5, fr;q=0.8", Language::French),
            ("ja,de", Language::Japanese),
            ("PT-br", Language::Portuguese),
            ("es;q=0", Language::English),
            ("es;q=x, de;q=0.1", Language::German),
            ("deutsch", Language::English),
            ("*", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(of(accepted), expected, "{accepted}");
        }
        assert_eq!(Language::of_browser(&HeaderMap::new()), Language::English);
    }
}
