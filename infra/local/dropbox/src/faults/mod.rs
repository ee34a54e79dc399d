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
//! `route` is the name of a route, the beginning of one that ends in `*`, or `*`. `times` is 1 when missing, and so is
//! each part of the document empty. The kinds, with their fields and what these are when missing:
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
//! | `invalid_root` | |
//! | `wrong_bytes` | |

mod door;
mod fault;
mod pattern;
mod plan;
mod roll;

pub use fault::{Fault, RateLimitReason, RateLimitShape, TokenProblem};
pub use plan::{Chance, Plan, Scripted, Seeded};
pub use roll::Faults;
