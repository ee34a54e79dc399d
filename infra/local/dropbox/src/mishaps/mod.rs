//! Which notifications do not come as they should.
//!
//! Each account has [`Mishaps`]: a *script* says what happens to the next notifications about it, in order, and a *seeded*
//! part what happens by chance to the others, which follows from the seed. What is drawn once holds for all attempts to
//! deliver. A notification that is lost, late or overtaken counts as told: nothing is told of that change again.
//!
//! The same over HTTP, at `/_fake/accounts/{email}/webhooks`: `PUT` replaces what is to come, `DELETE` ends it, and each
//! answers as `GET` does, with what is left and with `happened`, the number of mishaps so far by kind.
//!
//! ```json
//! {
//!   "script": [{ "times": 2, "mishap": { "kind": "late", "by_ms": 300 } }],
//!   "seeded": { "seed": 7, "mishaps": [{ "probability": 0.1, "mishap": { "kind": "doubled" } }] }
//! }
//! ```
//!
//! The kinds are `lost`, `doubled`, `late` with `by_ms`, and `overtaken`. `times` is 1 when missing, and so is each part of
//! the document empty.

mod door;
mod plan;
mod roll;

pub use plan::{Mishap, MishapChance, MishapPlan, ScriptedMishap, SeededMishaps};
pub use roll::Mishaps;
