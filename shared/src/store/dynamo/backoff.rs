//! Waiting before the unprocessed rest of a batch is requested again. DynamoDB gives a new table more
//! capacity only some minutes after the load rises, and callers that retry at once keep it from answering
//! anybody (T44).

use std::{collections::HashMap, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use aws_sdk_dynamodb::types::AttributeValue;

use super::keys::{PK, SK};
use crate::store::StoreError;

/// Longest wait after the first answer that leaves something unprocessed; it doubles with each answer that
/// processes nothing.
const FIRST: Duration = Duration::from_millis(50);
/// Longest wait.
const LONGEST: Duration = Duration::from_secs(5);
/// Number of answers in a row that process nothing after which to give up: some 20 s of waiting.
const MOST: u32 = 10;

/// The waits of one batch.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    /// Number of answers in a row that processed nothing.
    barren: u32,
}

impl Backoff {
    /// Waits before the rest is requested again. `progressed` says whether the last answer processed
    /// anything. `first` is the first key of the rest: it differs between callers, and so does the time that
    /// they wait.
    ///
    /// # Errors
    /// Fails if too many answers in a row processed nothing.
    pub(super) async fn wait(
        &mut self,
        progressed: bool,
        first: Option<&HashMap<String, AttributeValue>>,
    ) -> Result<(), StoreError> {
        self.barren = if progressed { 0 } else { self.barren + 1 };
        if self.barren >= MOST {
            let message = "DynamoDB took nothing of a batch, again and again";
            return Err(StoreError::Unavailable(message.to_owned()));
        }
        tokio::time::sleep(delay(self.barren, share(first, self.barren))).await;
        Ok(())
    }
}

/// Returns at least half of the wait for this number of barren answers, and `share` 256ths of the other half.
fn delay(barren: u32, share: u8) -> Duration {
    let whole = FIRST.saturating_mul(1 << barren.min(16)).min(LONGEST);
    whole / 2 + whole.mul_f64(f64::from(share) / 512.0)
}

fn share(key: Option<&HashMap<String, AttributeValue>>, barren: u32) -> u8 {
    let part = |name: &str| key?.get(name)?.as_s().ok().map(String::as_str);
    let text = format!("{} {} {barren}", part(PK).unwrap_or_default(), part(SK).unwrap_or_default());
    digest(&SHA256, text.as_bytes()).as_ref()[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_bound_and_differ() {
        for (barren, whole) in [(0, 50), (1, 100), (3, 400), (7, 5000), (40, 5000)] {
            let (least, most) = (delay(barren, 0).as_millis(), delay(barren, 255).as_millis());
            assert_eq!(least, whole / 2);
            assert!(most > whole * 9 / 10 && most <= whole, "{most} of {whole}");
        }
        let key = |sk: &str| HashMap::from([(SK.to_owned(), AttributeValue::S(sk.to_owned()))]);
        let shares: std::collections::BTreeSet<u8> =
            (0..20).map(|number| share(Some(&key(&number.to_string())), 1)).collect();
        assert!(shares.len() > 10, "{shares:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_gets_nothing_gives_up_and_who_gets_something_goes_on() {
        let (mut barren, mut slow) = (Backoff::default(), Backoff::default());
        let began = tokio::time::Instant::now();
        let mut waits = 0;
        while barren.wait(false, None).await.is_ok() {
            waits += 1;
        }
        assert_eq!(waits, 9);
        let waited = began.elapsed();
        assert!(waited > Duration::from_secs(5) && waited < Duration::from_secs(30), "{waited:?}");
        for _ in 0..100 {
            slow.wait(true, None).await.unwrap();
        }
    }
}
