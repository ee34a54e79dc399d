//! X-Ray's trace of the current invocation. Messages and events carry it, so that their effects can be traced
//! back to it.
//!
//! A function that takes a message begins a trace of its own, which Lambda links to the message's trace;
//! X-Ray displays linked traces as one. So nothing needs to be passed on through a walk: each invocation
//! sends its own trace, and link, webhook, walk, continuation, transfer and event form a chain. A trace
//! displays at most a hundred links; the logs have no such limit, and name the linked trace in each line.

/// Environment variable in which the runtime puts the trace header, again for each invocation. A process has
/// one invocation at a time.
const VARIABLE: &str = "_X_AMZN_TRACE_ID";
/// Longest trace header that EventBridge accepts, in bytes.
const LONGEST: usize = 500;

/// Source of the trace header.
pub(crate) type Source = fn() -> Option<String>;

/// Returns the trace header of the current invocation; `None` if Lambda sets none.
///
/// Dropline's own clients send it, although the SDK adds a header of its own on Lambda: that header serves to
/// detect recursion, while queues and the bus promise to pass these attributes on.
pub(crate) fn of_this_invocation() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|header| !header.is_empty() && header.len() <= LONGEST)
}

/// Returns the id of the whole trace from a trace header.
#[must_use]
pub fn root(header: &str) -> Option<&str> {
    header.split(';').find_map(|part| part.trim().strip_prefix("Root="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_found_wherever_it_stands() {
        let root_id = Some("1-5e6722a7-cc2a4f46db7ae98d0da47ae0");
        for header in [
            "Root=1-5e6722a7-cc2a4f46db7ae98d0da47ae0",
            "Root=1-5e6722a7-cc2a4f46db7ae98d0da47ae0;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a:0",
            "Self=1-x; Root=1-5e6722a7-cc2a4f46db7ae98d0da47ae0;Sampled=0",
        ] {
            assert_eq!(root(header), root_id, "{header}");
        }
        assert_eq!(root("Parent=53995c3f42cd8ad8"), None);
    }

    #[test]
    fn on_one_machine_there_is_none() {
        assert_eq!(of_this_invocation(), None);
    }
}
