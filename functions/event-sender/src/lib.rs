//! The event sender: delivers events from their streams to the endpoints of applications.
//!
//! A message says that a stream has something for an endpoint. [`handle`] takes a batch of messages, each of
//! which is one `delivery`: it reads the stream from the endpoint's position on (`reader`), leaves out what
//! the filter does not want, makes and signs a request (`request`) to the endpoint (`target`), posts it, and moves
//! the position on. If one request is enough, the delivery is not taken before (`brief`). What an answer means
//! (`verdict`) and when a failed request is tried again (`schedule`) are pure rules.
//! If the endpoint is a queue or bus of the application, requests are its entries (`publish`), put there by the
//! [`Publisher`], on AWS with the endpoint's role ([`AwsPublisher`]).
//! If the endpoint belongs to a workflow, the events start runs instead (`workflow`).

mod all;
mod attempt;
mod aws;
mod brief;
mod delivery;
mod event_filter;
mod failure;
mod handler;
mod outbound;
mod parallel;
mod parked;
mod publish;
mod publisher;
mod reader;
mod replay;
mod request;
mod run;
mod schedule;
mod sender;
mod store;
mod subscriptions;
mod target;
mod test;
mod together;
mod verdict;
mod workflow;

pub use aws::AwsPublisher;
pub use failure::Failure;
pub use handler::{MOST_RECEIVES, Source, handle, handle_message};
pub use outbound::{Outbound, Reply};
pub use publisher::{Entry, Publisher, Refusal, RefusalKind};
pub use sender::{Sender, TimeBudget};
pub use store::Store;
