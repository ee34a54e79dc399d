//! The bond of a page to the browser in which it was opened: a cookie, and forms that prove they know it.

pub mod cookie;
pub mod own_page;
