//! X-Ray's trace of the invocation under way. Messages and events carry it, so that what they cause is found from it.
//!
//! A function that takes a message begins a trace of its own, which Lambda links to the message's, and X-Ray shows linked
//! traces as one. So nothing needs to be handed on through a walk: each invocation sends its own trace, and link,
//! webhook, walk, continuation, transfer and event hang together one by one. A trace shows a hundred links at most; the
//! logs have no such end, and name the linked trace in each line.

/// Where the runtime puts it, anew for each invocation, of which a process has one at a time.
const VARIABLE: &str = "_X_AMZN_TRACE_ID";
/// EventBridge takes no longer one. Bytes.
const LONGEST: usize = 500;

/// Where the trace header comes from.
pub(crate) type Source = fn() -> Option<String>;

/// The trace header of the invocation under way; none where Lambda gives none.
///
/// Dropline's own clients say it, although the SDK adds a header of its own on Lambda: that is there to find recursions,
/// while these attributes are what queues and bus promise to pass on.
pub(crate) fn of_this_invocation() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|header| !header.is_empty() && header.len() <= LONGEST)
}

/// The id of the whole trace that a trace header is about.
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
