//! The start of a popup's link: only in a browser in which its user has a popup open.

use http::{HeaderMap, StatusCode};
use page_kit::cookie;
use shared::{
    answer::ApiError,
    model::BrowserSecret,
    store::{Link, Popup},
};

use crate::connect::Connect;

/// Checks that a link may be started in this browser: one for a popup, only where its popup is. Returns
/// the popup; `None` for any other link.
pub(crate) async fn popup_of(
    connect: &Connect,
    link: &Link,
    headers: &HeaderMap,
) -> Result<Option<Popup>, ApiError> {
    if link.popup.is_none() {
        return Ok(None);
    }
    let browser = cookie::read(headers).ok_or_else(other_browser)?;
    own_popup(connect, link, &browser).await?.map(Some).ok_or_else(other_browser)
}

/// Returns the popup of a link in this browser; one whose opener is confirmed, if there are several.
async fn own_popup(
    connect: &Connect,
    link: &Link,
    browser: &BrowserSecret,
) -> Result<Option<Popup>, ApiError> {
    let origin = link.popup.as_ref().map(|popup| &popup.origin);
    let all = connect.store.popups(&browser.hash(), connect.clock.now()).await?.into_iter();
    let is_own = |popup: &Popup| {
        popup.project == link.project && popup.user == link.user && Some(&popup.origin) == origin
    };
    Ok(all.filter(is_own).max_by_key(|popup| popup.is_opener_confirmed))
}

fn other_browser() -> ApiError {
    let message = "This address works only in the window that the application has opened for it. Go back to \
        the application and connect from there. Nothing was connected, and the address is not used up.";
    ApiError::new(StatusCode::FORBIDDEN, "other_browser", message)
}
