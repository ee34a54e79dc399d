//! Stylesheet and script: compiled in, compressed, and named by their content.

use http::{
    HeaderValue, Response,
    header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
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
    let asset = ASSETS.iter().find(|asset| asset.name == name)?;
    let mut response = Response::new(Body::Binary(asset.gzip.to_vec()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.insert(CACHE_CONTROL, FOREVER);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Some(response)
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

    /// Budgets of everything that a first page loads, in bytes.
    #[test]
    fn script_and_stylesheet_stay_within_their_budgets() {
        let size = |file: &str| ASSETS.iter().find(|asset| asset.file == file).unwrap().gzip.len();
        assert!(size("portal.js") <= 6_000, "{}", size("portal.js"));
        assert!(size("popup.js") <= 6_000, "{}", size("popup.js"));
        assert!(size("pages.js") <= 12_000, "{}", size("pages.js"));
        assert!(size("pages.css") <= 6_000, "{}", size("pages.css"));
    }
}
