mod dropbox;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use proptest::prelude::*;
use serde_json::json;
use shared::{
    content::{ContentError, ContentReader, ObjectPart},
    model::ContentKey,
};

use self::dropbox::Dropbox;
use super::*;
use crate::actions::save_file::object::ObjectSource;

/// An object of the bucket whose bytes are generated as they are read, so that it is never in memory as a
/// whole. It records the size of the largest part.
struct Pattern {
    size: u64,
    largest: Mutex<u64>,
    version: &'static str,
}

#[async_trait]
impl ContentReader for Pattern {
    async fn part(
        &self,
        _: &ContentKey,
        offset: u64,
        length: u64,
    ) -> Result<Option<ObjectPart>, ContentError> {
        let mut largest = self.largest.lock().unwrap();
        *largest = length.max(*largest);
        let end = self.size.min(offset.saturating_add(length));
        let bytes = (offset.min(end)..end).map(byte).collect();
        Ok(Some(ObjectPart { bytes, size: self.size, version: self.version.to_owned() }))
    }
}

fn byte(at: u64) -> u8 {
    u8::try_from(at % 251).unwrap()
}

fn pattern(size: u64, version: &'static str) -> Arc<Pattern> {
    Arc::new(Pattern { size, largest: Mutex::default(), version })
}

fn source(pattern: &Arc<Pattern>, progress: Option<&Progress>) -> Source {
    let key = ContentKey::listed("project/connection/file/rev".to_owned());
    Source::Object(ObjectSource::new(pattern.clone(), key, progress))
}

/// Saves a file in calls of `time` each, and returns their number.
fn save(dropbox: &Dropbox, size: u64, piece: usize, time: Duration) -> usize {
    let (pattern, commit) = (pattern(size, "v1"), json!({"path": "/file"}));
    let mut progress = None;
    for call in 1.. {
        let deadline = Instant::now() + time;
        let saving = Saving { sink: dropbox, commit: &commit, deadline, piece };
        let source = source(&pattern, progress.as_ref());
        match block(saving.run(source, progress.take())).unwrap() {
            State::Saved(metadata) => {
                assert_eq!(metadata["size"], size);
                assert!(*pattern.largest.lock().unwrap() <= piece as u64, "more than a piece was asked for");
                return call;
            }
            State::Unfinished { progress: so_far, size: whole } => {
                assert_eq!(whole, Some(size));
                progress = Some(Progress::parse(&so_far.to_text()).unwrap());
            }
        }
    }
    unreachable!("a save ends")
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

const HOUR: Duration = Duration::from_secs(3_600);
const NO_TIME: Duration = Duration::ZERO;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// A file of any size arrives unchanged, in requests of one piece each, in one call or in several. The
    /// sizes are near the boundaries of blocks (4 MiB) and pieces (8 MiB).
    #[test]
    fn a_file_of_any_size_arrives_whole(
        blocks in 0_u64..4,
        beside in -2_i64..=2,
        pieces in 1_usize..=2,
        in_one_call: bool,
    ) {
        let size = (blocks * BLOCK as u64).saturating_add_signed(beside);
        let (dropbox, piece) = (Dropbox::default(), pieces * BLOCK);
        let calls = save(&dropbox, size, piece, if in_one_call { HOUR } else { NO_TIME });
        let recorded = dropbox.recorded();
        let saved = recorded.saved.as_ref().unwrap();
        prop_assert!(saved.len() as u64 == size && saved.iter().zip(0..).all(|(found, at)| *found == byte(at)));
        let full = usize::try_from(size).unwrap() / piece;
        prop_assert!(recorded.requests.iter().take(full).all(|sent| *sent == piece), "{:?}", recorded.requests);
        prop_assert_eq!(recorded.requests.len(), full + 1);
        prop_assert_eq!(calls, if in_one_call { 1 } else { full + 1 });
    }
}

/// A piece is far below Dropbox's limit of 150 MiB per request, whatever the file's size.
#[test]
fn a_piece_is_whole_blocks_and_far_below_what_a_request_may_have() {
    const { assert!(PIECE.is_multiple_of(BLOCK) && PIECE < 150 * 1024 * 1024 / 10) };
}

/// The lost answer to an append does no harm, whether the append took effect or not.
#[test]
fn a_lost_answer_to_an_append_is_made_up_for() {
    for effect in [false, true] {
        let dropbox = Dropbox::default();
        dropbox.recorded().lost = vec![effect];
        assert_eq!(save(&dropbox, 3 * BLOCK as u64, BLOCK, HOUR), 1);
        assert_eq!(dropbox.recorded().saved.as_ref().unwrap().len(), 3 * BLOCK, "took effect: {effect}");
    }
}

fn fails(dropbox: &Dropbox, source: Source, progress: Option<Progress>) -> (StatusCode, Option<Progress>) {
    let commit = json!({"path": "/file"});
    let saving = Saving { sink: dropbox, commit: &commit, deadline: Instant::now() + HOUR, piece: BLOCK };
    let failure = block(saving.run(source, progress)).unwrap_err();
    let status = failure.status();
    let body =
        block(http_body_util::BodyExt::collect(failure.into_response().into_body())).unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap();
    (status, body["resume"].as_str().map(|text| Progress::parse(text).unwrap()))
}

#[test]
fn a_failure_in_the_middle_can_be_gone_on_with() {
    let dropbox = Dropbox::default();
    dropbox.recorded().lost = vec![false, false];
    let object = pattern(3 * BLOCK as u64 + 1, "v1");
    let (status, progress) = fails(&dropbox, source(&object, None), None);
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    let progress = progress.unwrap();
    assert_eq!(progress.offset, BLOCK as u64);
    let commit = json!({"path": "/file"});
    let saving = Saving { sink: &dropbox, commit: &commit, deadline: Instant::now() + HOUR, piece: BLOCK };
    let rest = source(&object, Some(&progress));
    assert!(matches!(block(saving.run(rest, Some(progress))), Ok(State::Saved(_))));
    assert_eq!(dropbox.recorded().saved.as_ref().unwrap().len(), 3 * BLOCK + 1);
}

/// After a refused finish the session still exists: under another name, or after the user has freed space,
/// the same bytes become a file.
#[test]
fn a_refused_end_can_be_gone_on_with() {
    let (dropbox, object) = (Dropbox::default(), pattern(BLOCK as u64 + 1, "v1"));
    let commit = json!({"path": "/file"});
    let saving = Saving { sink: &dropbox, commit: &commit, deadline: Instant::now(), piece: BLOCK };
    let Ok(State::Unfinished { progress, .. }) = block(saving.run(source(&object, None), None)) else {
        panic!("one piece a call")
    };
    dropbox.recorded().refused = Some(json!({".tag": "path", "path": {".tag": "insufficient_space"}}));
    let (status, again) = fails(&dropbox, source(&object, Some(&progress)), Some(progress.clone()));
    assert_eq!((status, again.as_ref()), (StatusCode::CONFLICT, Some(&progress)));
    let saved = block(saving.run(source(&object, Some(&progress)), again));
    assert!(matches!(saved, Ok(State::Saved(_))));
}

#[test]
fn a_session_that_is_gone_and_content_that_has_changed_are_not_gone_on_with() {
    let (dropbox, object) = (Dropbox::default(), pattern(3 * BLOCK as u64, "v1"));
    let commit = json!({"path": "/file"});
    let saving = Saving { sink: &dropbox, commit: &commit, deadline: Instant::now(), piece: BLOCK };
    let Ok(State::Unfinished { progress, .. }) = block(saving.run(source(&object, None), None)) else {
        panic!("one piece a call")
    };
    let changed = pattern(3 * BLOCK as u64, "v2");
    let (status, again) = fails(&dropbox, source(&changed, Some(&progress)), Some(progress.clone()));
    assert_eq!((status, again), (StatusCode::CONFLICT, None));
    assert_eq!(dropbox.recorded().bytes.len(), BLOCK, "nothing was added");
    dropbox.recorded().has_session = false;
    let (status, again) = fails(&dropbox, source(&object, Some(&progress)), Some(progress));
    assert_eq!((status, again), (StatusCode::CONFLICT, None));
}

/// The hash of the final file is compared with that of all bytes read, including those of earlier calls.
#[test]
fn other_bytes_than_were_read_are_noticed_at_the_end() {
    let (dropbox, object) = (Dropbox::default(), pattern(2 * BLOCK as u64 + 1, "v1"));
    let commit = json!({"path": "/file"});
    let saving = Saving { sink: &dropbox, commit: &commit, deadline: Instant::now(), piece: BLOCK };
    let Ok(State::Unfinished { progress, .. }) = block(saving.run(source(&object, None), None)) else {
        panic!("one piece a call")
    };
    dropbox.recorded().bytes[7] ^= 1;
    let (status, again) = fails(&dropbox, source(&object, Some(&progress)), Some(progress));
    assert_eq!((status, again), (StatusCode::BAD_GATEWAY, None));
}

#[test]
fn a_file_that_dropbox_cannot_hold_is_refused_before_anything_is_sent() {
    let dropbox = Dropbox::default();
    let object = pattern(LARGEST + 1, "v1");
    let mut known = ObjectSource::new(object, ContentKey::listed("key".to_owned()), None);
    block(known.know()).unwrap();
    let (status, _) = fails(&dropbox, Source::Object(known), None);
    assert_eq!((status, dropbox.recorded().requests.len()), (StatusCode::PAYLOAD_TOO_LARGE, 0));
    assert!(check_size(Some(LARGEST), 0).is_ok() && check_size(None, LARGEST + 1).is_err());
}
