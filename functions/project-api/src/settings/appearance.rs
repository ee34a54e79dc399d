//! Reads how the pages are to look that users see.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use shared::{
    answer::ApiError,
    members::Members,
    model::{Accent, LogoPicture, MAX_LOGO_BYTES, MAX_LOGO_SIDE},
};

/// Names of the members.
const MEMBERS: [&str; 2] = ["accent", "logo"];
/// Names of the members of a logo as it is told.
const TOLD: [&str; 5] = ["path", "media_type", "width", "height", "bytes"];

/// A change of the appearance. Absent members stay as they are.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Appearance {
    pub(super) accent: Option<Option<Accent>>,
    pub(super) logo: Option<LogoChange>,
}

/// Change of the logo that a body asks for.
#[derive(Debug, PartialEq)]
pub(super) enum LogoChange {
    /// It is this one, or none.
    Set(Option<LogoPicture>),
    /// It stays, as it was told before: the one with this path.
    Present(String),
}

impl Appearance {
    pub(super) fn read(mut members: Members) -> Result<Self, ApiError> {
        let accent =
            members.optional("accent", "# with six hexadecimal digits, such as #0b5cff, or null", accent)?;
        let must_be = format!(
            "null, or an object with data: a PNG or WebP picture without animation, of at most {MAX_LOGO_BYTES} bytes \
             and {MAX_LOGO_SIDE} pixels at each side, as Base64"
        );
        let logo = members.optional("logo", &must_be, logo)?;
        members.end(&MEMBERS)?;
        Ok(Self { accent, logo })
    }
}

fn accent(value: &Value) -> Option<Option<Accent>> {
    match value {
        Value::Null => Some(None),
        accent => Some(Some(accent.as_str()?.parse().ok()?)),
    }
}

fn logo(value: &Value) -> Option<LogoChange> {
    if value.is_null() {
        return Some(LogoChange::Set(None));
    }
    let object = value.as_object()?;
    if let Some(path) = object.get("path") {
        let is_told = object.keys().all(|name| TOLD.contains(&name.as_str()));
        let path = path.as_str().filter(|_| is_told)?;
        return Some(LogoChange::Present(path.to_owned()));
    }
    let data = object.get("data").filter(|_| object.len() == 1)?.as_str()?;
    Some(LogoChange::Set(Some(LogoPicture::of(STANDARD.decode(data).ok()?)?)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A WebP picture of 3 x 4 pixels.
    const WEBP: &[u8] = b"RIFF\x12\0\0\0WEBPVP8L\x05\0\0\0\x2f\x02\xc0\0\0\0";

    fn read(appearance: &Value) -> Result<Appearance, ApiError> {
        let mut body = Members::of(json!({ "appearance": appearance }).to_string().as_bytes())?;
        body.object("appearance")?.map(Appearance::read).transpose().map(Option::unwrap_or_default)
    }

    #[test]
    fn what_is_named_is_changed_and_nothing_else() {
        assert_eq!(read(&json!({})), Ok(Appearance::default()));
        let both = read(&json!({"accent": null, "logo": {"data": STANDARD.encode(WEBP)}})).unwrap();
        let Some(LogoChange::Set(Some(picture))) = both.logo else { panic!("{both:?}") };
        assert_eq!((both.accent, picture.logo.width, picture.logo.height), (Some(None), 3, 4));
        assert_eq!(picture.data, WEBP);
        assert_eq!(read(&json!({"logo": null})).unwrap().logo, Some(LogoChange::Set(None)));
        let told =
            json!({"logo": {"path": "/a", "media_type": "image/png", "width": 1, "height": 1, "bytes": 9}});
        assert_eq!(read(&told).unwrap().logo, Some(LogoChange::Present("/a".to_owned())));
    }

    #[test]
    fn what_is_wrong_is_named_and_not_repeated() {
        for (member, value) in [
            ("accent", json!("blue")),
            ("accent", json!(0)),
            ("logo", json!(STANDARD.encode(WEBP))),
            ("logo", json!({})),
            ("logo", json!({"data": null})),
            ("logo", json!({"data": "canary"})),
            ("logo", json!({"data": STANDARD.encode(b"<svg>canary</svg>")})),
            ("logo", json!({"data": STANDARD.encode([WEBP, b"more"].concat())})),
            ("logo", json!({"data": STANDARD.encode(WEBP), "media_type": "image/webp"})),
            ("logo", json!({"path": 7})),
            ("logo", json!({"path": "/a", "data": STANDARD.encode(WEBP)})),
        ] {
            let error = read(&json!({ member: value })).unwrap_err();
            assert!(error.message.starts_with(&format!("appearance.{member} must be ")), "{}", error.message);
            assert!(!error.message.contains("canary"), "{}", error.message);
        }
        assert!(read(&json!({"colour": "#0b5cff"})).is_err() && read(&json!(null)).is_err());
    }
}
