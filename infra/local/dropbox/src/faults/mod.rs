//! Which calls go wrong, and how.
//!
//! Each account has [`Faults`]. A *script* says what happens to the next calls of a route, in order; a *seeded* part
//! says what happens by chance, and the same seed and the same order of calls give the same faults. The script comes
//! first. A fault is decided once the token is known, so what is wrong with a token is told as ever.
//!
//! The same over HTTP, at `/_fake/accounts/{email}/faults`: `PUT` replaces what is to come, `DELETE` ends it, and each
//! answers as `GET` does, with what is left and with `injected`, the number of faults so far by kind.
//!
//! ```json
//! {
//!   "script": [
//!     { "route": "files/list_folder/continue", "times": 2,
//!       "fault": { "kind": "rate_limited", "shape": "text", "retry_after": 300 } }
//!   ],
//!   "seeded": {
//!     "seed": 7,
//!     "faults": [
//!       { "route": "*", "probability": 0.05, "fault": { "kind": "server_error", "status": 503 } }
//!     ]
//!   }
//! }
//! ```
//!
//! `route` is the name of a route, the beginning of one that ends in `*`, or `*`. `times` is 1 when missing, and
//! 4294967295 is never used up ([`ALWAYS`]). `about` makes a scripted fault one of calls about a single file or folder,
//! by its path as the call sees it or by its id, however the call itself names it: a folder that may not be listed, a
//! file that is listed and cannot be downloaded. A call with a cursor is about the folder that is listed. Each part of
//! the document is empty when missing. The kinds, with their fields and what these are when missing:
//!
//! | kind | fields |
//! |---|---|
//! | `rate_limited` | `shape`: `json`, `reason_only`, `text` or `no_header` (`json`); `reason`: `too_many_requests` or `too_many_write_operations` (`too_many_requests`); `retry_after` in seconds (1) |
//! | `too_many_write_operations` | `retry_after` in seconds (1) |
//! | `endpoint_error` | `tag`, such as `reset` or `path/restricted_content` |
//! | `invalid_cursor` | |
//! | `server_error` | `status` (500), `after_effect` (false) |
//! | `cut` | `after_effect` (false) |
//! | `cut_body` | |
//! | `slow` | `before_headers_ms` (0), `before_each_piece_ms` (0) |
//! | `unauthorized` | `error`: `expired_access_token`, `invalid_access_token` or `user_suspended` |
//! | `missing_scope` | `required_scope` (the scope that the route needs) |
//! | `access_denied` | `tag`, such as `team_access_denied` or `invalid_account_type/feature` (`no_permission`) |
//! | `malformed_token` | |
//! | `invalid_root` | |
//! | `root_gone` | |
//! | `wrong_bytes` | |

mod door;
mod fault;
mod pattern;
mod plan;
mod roll;

pub use fault::{Fault, RateLimitReason, RateLimitShape, TokenProblem};
pub use plan::{ALWAYS, Chance, Plan, Scripted, Seeded};
pub use roll::Faults;
