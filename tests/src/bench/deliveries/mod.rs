//! Benchmarks of deliveries to an endpoint, on the stack of one machine with its queues, its table on disk, and an
//! endpoint on the same machine.
//!
//! The baseline of both is a client that posts the same bodies to the same endpoint, one after the other, and does
//! nothing else.

mod bare;
mod deliver;
mod drain;
mod endpoint;

pub use deliver::{Times, deliver};
pub use drain::{Drained, drain};

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    #[tokio::test(flavor = "multi_thread")]
    async fn a_backlog_is_delivered_in_requests_of_a_hundred_events_and_of_one() {
        let drained = super::drain(250).await.unwrap();
        let requests: Vec<(u16, usize)> =
            drained.iter().map(|drained| (drained.batch, drained.requests)).collect();
        assert_eq!(requests, [(100, 3), (1, 250)]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn every_file_that_is_written_is_timed() {
        let times = super::deliver(20, 1).await.unwrap();
        assert_eq!(times.count, 20);
        assert!(times.since_write.p50 >= times.since_notified.p50, "{times}");
    }
}
