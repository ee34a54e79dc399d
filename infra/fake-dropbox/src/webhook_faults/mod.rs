//! Faults of notifications.
//!
//! Each account has [`WebhookFaults`]: a *script* lists those of the next notifications about it, in order, and a
//! *seeded* part lets others happen at random, depending on the seed. A fault is drawn once for all attempts
//! to deliver a notification. A notification that is lost, late or overtaken counts as delivered, so that
//! change is not announced again.
//!
//! Over HTTP, at `/_fake/accounts/{email}/webhooks`: `PUT` replaces the setup, `DELETE` clears it, and each
//! responds as `GET` does, with the remaining setup and with `happened`, the number of faults so far by
//! kind.
//!
//! ```json
//! {
//!   "script": [{ "times": 2, "mishap": { "kind": "late", "by_ms": 300 } }],
//!   "seeded": { "seed": 7, "mishaps": [{ "probability": 0.1, "mishap": { "kind": "doubled" } }] }
//! }
//! ```
//!
//! The kinds are `lost`, `doubled`, `late` with `by_ms`, and `overtaken`. `times` is 1 by default, and each
//! part of the document is empty by default.

mod control;
mod plan;
mod roll;

pub use plan::{
    ScriptedWebhookFault, SeededWebhookFaults, WebhookFault, WebhookFaultChance, WebhookFaultPlan,
};
pub use roll::WebhookFaults;
