//! What Dropline costs on AWS: requests that are counted on this machine, at list prices.
//!
//! The stack of one machine runs every flow, and a `ledger` hears what is asked of table, queues, bus and bucket. What
//! AWS bills for is counted by its own rules; where this machine cannot tell (times, logs, traces), `assumed` says
//! what is taken for it. A flow over files is measured at two sizes, so that what is paid once is told from what is paid
//! for each file.

mod assumed;
mod bill;
mod counts;
mod expected;
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
mod stage;
#[cfg(test)]
mod table_tests;
mod template;
mod units;

#[cfg(test)]
mod tests;

pub use flows::{Flows, Sizes};
pub use hour::hour;
pub use report::{Report, report};
