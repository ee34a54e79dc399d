//! What Paragon's browser SDK asks when it authenticates: who the user is, and which integrations there are. A
//! connection is what it calls a credential.

mod credential;
mod ids;
mod integrations;
mod me;

/// What the integration is called, in paths and answers.
const DROPBOX: &str = "dropbox";
