//! Replaces the keys of an endpoint, with a time in which the former ones are valid as well. Pure.

use super::EndpointKey;
use crate::model::Timestamp;

/// Maximum number of former keys that are still valid.
const MOST_FORMER: usize = 2;

/// Returns an endpoint's keys after `newest` was added: the former ones stay valid until `until`, or until the earlier
/// time that they have already. At most two of them are kept, the newest ones.
#[must_use]
pub fn rotated(
    former: &[EndpointKey],
    newest: EndpointKey,
    until: Timestamp,
    now: Timestamp,
) -> Vec<EndpointKey> {
    let ended = |key: &EndpointKey| {
        let valid_until = key.valid_until.map_or(until, |earlier| earlier.min(until));
        EndpointKey { valid_until: Some(valid_until), ..key.clone() }
    };
    let still_valid = former.iter().map(ended).filter(|key| key.valid_until.is_some_and(|end| now < end));
    std::iter::once(newest).chain(still_valid.take(MOST_FORMER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::Sealed;

    fn key(name: &str, valid_until: Option<u64>) -> EndpointKey {
        EndpointKey {
            sealed: Sealed { version: 1, data: String::new() },
            public: name.to_owned(),
            created_at: Timestamp(1),
            valid_until: valid_until.map(Timestamp),
        }
    }

    #[test]
    fn former_keys_end_at_the_time_or_earlier_and_only_two_are_kept() {
        let first = rotated(&[key("a", None)], key("b", None), Timestamp(200), Timestamp(100));
        assert_eq!(first, [key("b", None), key("a", Some(200))]);
        let second = rotated(&first, key("c", None), Timestamp(300), Timestamp(110));
        assert_eq!(second, [key("c", None), key("b", Some(300)), key("a", Some(200))]);
        let third = rotated(&second, key("d", None), Timestamp(250), Timestamp(120));
        assert_eq!(third, [key("d", None), key("c", Some(250)), key("b", Some(250))]);
    }

    #[test]
    fn keys_whose_time_is_over_are_dropped() {
        let former = [key("b", None), key("a", Some(200))];
        assert_eq!(rotated(&former, key("c", None), Timestamp(100), Timestamp(100)), [key("c", None)]);
        let later = rotated(&former, key("c", None), Timestamp(300), Timestamp(200));
        assert_eq!(later, [key("c", None), key("b", Some(300))]);
    }
}
