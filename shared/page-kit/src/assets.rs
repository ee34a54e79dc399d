//! Stylesheet and script: compiled in, compressed, and named by their content.

use http::{
    HeaderName, HeaderValue, Response,
    header::{
        ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LOCATION, CONTENT_TYPE,
        X_CONTENT_TYPE_OPTIONS,
    },
};
use lambda_http::Body;
use url::Url;

/// An asset.
struct Asset {
    /// Its name in the sources.
    file: &'static str,
    /// Its name in addresses, with a hash of the content.
    name: &'static str,
    media_type: &'static str,
    gzip: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Caches may keep an asset for a year: other content has another name.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The script that applications include, also by its name in the sources, which does not change.
const PICKER: &str = "dropline-picker.js";
/// Time for which a browser need not ask again for the script by that name.
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Returns the path of an asset below the deployment's public address. `file` is its name in the sources, as
/// `pages.css`.
///
/// # Panics
/// If there is no such asset.
#[must_use]
pub fn asset_address(base: &Url, file: &str) -> String {
    shared::address::below(base, &format!("assets/{}", asset_name(file))).path().to_owned()
}

/// Returns the name of an asset in addresses. `file` is its name in the sources, as `pages.css`.
///
/// # Panics
/// If there is no such asset.
#[must_use]
pub fn asset_name(file: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.file == file).expect("the asset is in the table").name
}

/// Returns the asset with this name in addresses, compressed; `None` if there is none, as for the name of an
/// earlier version.
#[must_use]
pub fn serve_asset(name: &str) -> Option<Response<Body>> {
    let is_lasting = |asset: &&Asset| asset.name == name;
    if let Some(asset) = ASSETS.iter().find(is_lasting) {
        return Some(response(asset, FOREVER));
    }
    let picker = ASSETS.iter().find(|asset| asset.file == PICKER && name == PICKER)?;
    let mut response = response(picker, AN_HOUR);
    response.headers_mut().insert(CONTENT_LOCATION, HeaderValue::from_static(picker.name));
    Some(response)
}

fn response(asset: &Asset, cached: HeaderValue) -> Response<Body> {
    let mut response = Response::new(Body::Binary(asset.gzip.to_vec()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.insert(CACHE_CONTROL, cached);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if asset.file == PICKER {
        // Pages of any origin may include it, isolated ones too.
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        let anywhere = HeaderName::from_static("cross-origin-resource-policy");
        headers.insert(anywhere, HeaderValue::from_static("cross-origin"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_served_under_the_address_that_pages_name() {
        let base = Url::parse("https://dropline.example/live").unwrap();
        let path = asset_address(&base, "pages.css");
        let name = path.strip_prefix("/live/assets/").unwrap();
        assert_eq!(serve_asset(name).unwrap().headers()[CACHE_CONTROL], FOREVER);
        assert!(serve_asset("pages.css").is_none() && serve_asset("").is_none());
    }

    #[test]
    fn the_script_for_applications_has_a_name_that_lasts_and_one_that_changes() {
        let by_name = serve_asset("dropline-picker.js").unwrap();
        let lasting = by_name.headers()[CONTENT_LOCATION].to_str().unwrap();
        assert_eq!(lasting, asset_name("dropline-picker.js"));
        let by_hash = serve_asset(lasting).unwrap();
        assert_eq!(
            (&by_name.headers()[CACHE_CONTROL], &by_hash.headers()[CACHE_CONTROL]),
            (&AN_HOUR, &FOREVER)
        );
        for answer in [by_name, by_hash] {
            assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        }
        let own = serve_asset(asset_name("pages.js")).unwrap();
        assert!(!own.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
    }

    /// The element's words are those of the pages and the portal.
    #[test]
    fn the_element_speaks_the_languages_of_the_pages() {
        let script = include_str!("../assets/dropline-picker.js");
        for language in crate::Language::ALL {
            let (words, portal) = (crate::words(language), crate::portal_words(language));
            let texts = [words.choose_files, portal.window_title, portal.blocked_title, words.failed_title];
            let row = format!("  {}: {},\n", &language.tag()[..2], list(texts));
            assert!(script.contains(&row), "{row}");
        }
    }

    fn list(texts: [&str; 4]) -> String {
        format!("[{}]", texts.map(|text| format!("\"{text}\"")).join(", "))
    }

    /// Budgets of everything that a first page loads, in bytes.
    #[test]
    fn script_and_stylesheet_stay_within_their_budgets() {
        let size = |file: &str| ASSETS.iter().find(|asset| asset.file == file).unwrap().gzip.len();
        assert!(size("dropline-picker.js") <= 2_560, "{}", size("dropline-picker.js"));
        assert!(size("portal.js") <= 6_000, "{}", size("portal.js"));
        assert!(size("popup.js") <= 6_000, "{}", size("popup.js"));
        assert!(size("pages.js") <= 12_000, "{}", size("pages.js"));
        assert!(size("pages.css") <= 6_000, "{}", size("pages.css"));
    }
}
