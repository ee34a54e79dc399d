//! Cost of Dropline on AWS: requests counted on this machine, at list prices.
//!
//! The local stack runs every flow, and a `ledger` observes the requests to table, queues, bus and bucket,
//! and counts them by AWS's billing rules. `assumed` states what cannot be measured here (times, logs,
//! traces). A flow over files is measured at two sizes, to separate the fixed cost from the cost per file.

mod assumed;
mod bill;
mod choice;
mod counts;
mod expected;
mod fixture;
mod flows;
mod hour;
mod ledger;
mod limits;
mod line;
mod month;
mod prices;
mod report;
mod rows;
mod service;
#[cfg(test)]
mod table_tests;
mod template;
mod units;

#[cfg(test)]
mod tests;

pub use flows::{Flows, Sizes};
pub use hour::hour;
pub use report::{Report, report};
