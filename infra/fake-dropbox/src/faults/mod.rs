//! Injected faults: which calls fail, and how.
//!
//! Each account has [`Faults`]. A *script* lists the faults of the next calls of a route, in order; a
//! *seeded* part makes calls fail at random, and the same seed and the same order of calls give the same
//! faults. The script takes precedence. Faults are drawn once the token has been checked, so errors about the
//! token itself are reported as usual.
//!
//! Over HTTP, at `/_fake/accounts/{email}/faults`: `PUT` replaces the setup, `DELETE` clears it, and each
//! responds as `GET` does, with the remaining setup and with `injected`, the number of faults so far by kind.
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
//! `route` is the name of a route, a prefix that ends in `*`, or `*`. `times` is 1 by default, and 4294967295
//! is never used up ([`ALWAYS`]). `about` restricts a scripted fault to calls about a single file or folder,
//! by its path as the call sees it or by its id, however the call itself names it: for instance a folder that
//! must not be listed, or a file that is listed but cannot be downloaded. A call with a cursor is about the
//! listed folder. Each part of the document is empty by default. The kinds, with their fields and default
//! values:
//!
//! - `rate_limited`: `shape`, one of `json`, `reason_only`, `text` and `no_header` (`json`); `reason`, one of
//!   `too_many_requests` and `too_many_write_operations` (`too_many_requests`); `retry_after` in seconds (1)
//! - `too_many_write_operations`: `retry_after` in seconds (1)
//! - `endpoint_error`: `tag`, such as `reset` or `path/restricted_content`
//! - `invalid_cursor`
//! - `server_error`: `status` (500), `after_effect` (false)
//! - `cut`: `after_effect` (false)
//! - `cut_body`
//! - `slow`: `before_headers_ms` (0), `before_each_piece_ms` (0)
//! - `unauthorized`: `error`, one of `expired_access_token`, `invalid_access_token` and `user_suspended`
//! - `missing_scope`: `required_scope` (the scope that the route needs)
//! - `access_denied`: `tag`, such as `team_access_denied` or `invalid_account_type/feature` (`no_permission`)
//! - `malformed_token`
//! - `invalid_root`
//! - `root_gone`
//! - `wrong_bytes`

mod control;
mod fault;
mod pattern;
mod plan;
mod roll;

pub use fault::{Fault, RateLimitReason, RateLimitShape, TokenProblem};
pub use plan::{ALWAYS, Chance, Plan, Scripted, Seeded};
pub use roll::Faults;
