//! Pace of transfers: how many there are at the same time follows how Dropbox answers. Time is virtual.

mod dropbox;
mod fixture;

use std::time::Duration;

use self::{
    dropbox::{Answer, BusyDropbox, Download},
    fixture::Fixture,
};

const FIRST: &str = "first";
const SECOND: &str = "second";
/// Time of an answer of a Dropbox that has nothing else to do.
const QUICK: Duration = Duration::from_millis(200);
/// Default of the setting.
const MOST: u8 = 32;

/// Returns how many downloads there were at the same time, at the beginning of each of these.
fn at_once(downloads: &[Download]) -> Vec<u32> {
    downloads.iter().map(|download| download.in_flight).collect()
}

fn most(downloads: &[Download]) -> u32 {
    at_once(downloads).into_iter().max().unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn the_number_at_the_same_time_grows_from_four_to_the_projects_bound() {
    for bound in [12, MOST] {
        let fixture = Fixture::new(BusyDropbox::constant(QUICK), bound).await;
        let id = fixture.connect(FIRST, 200).await;
        fixture.walk(id).await;
        fixture.run(id).await;
        assert_eq!(fixture.ready(id).await, 200);
        let downloads = fixture.dropbox.downloads();
        assert_eq!(most(&downloads[..8]), 4, "{downloads:?}");
        assert_eq!(most(&downloads), u32::from(bound));
        assert_eq!(fixture.schedule(id).await.at_once, u32::from(bound), "the next run begins there");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_to_wait_halves_it_and_the_next_run_begins_there() {
    let dropbox =
        BusyDropbox::new(|asked| if asked.before == 150 { Answer::Pause(7) } else { Answer::After(QUICK) });
    let fixture = Fixture::new(dropbox, MOST).await;
    let id = fixture.connect(FIRST, 400).await;
    fixture.walk(id).await;
    fixture.run(id).await;
    let before = fixture.dropbox.downloads().len();
    assert!(before < 200, "nothing is begun in a pause: {before}");
    assert_eq!(most(&fixture.dropbox.downloads()), u32::from(MOST));
    let schedule = fixture.schedule(id).await;
    assert_eq!((schedule.at_once, schedule.was_slowed), (u32::from(MOST) / 2, true));
    fixture.until_due(id).await;
    fixture.run(id).await;
    assert_eq!(fixture.ready(id).await, 400);
    let after = &fixture.dropbox.downloads()[before..];
    assert_eq!(most(&after[..16]), 16);
    // By one in each round of sixteen and more.
    assert!((17..=16 + 250 / 16).contains(&most(after)), "{:?}", at_once(after));
}

#[tokio::test(start_paused = true)]
async fn slower_answers_halve_it_once_if_they_stay_slow() {
    let dropbox = BusyDropbox::new(|asked| Answer::After(if asked.before < 150 { QUICK } else { QUICK * 4 }));
    let fixture = Fixture::new(dropbox, MOST).await;
    let id = fixture.connect(FIRST, 400).await;
    fixture.walk(id).await;
    fixture.run(id).await;
    assert_eq!(fixture.ready(id).await, 400);
    let downloads = fixture.dropbox.downloads();
    assert_eq!(most(&downloads[100..150]), u32::from(MOST));
    let later = at_once(&downloads[260..]);
    assert!(later.iter().all(|at_once| *at_once < 28), "{later:?}");
    let schedule = fixture.schedule(id).await;
    assert!((16..28).contains(&schedule.at_once) && schedule.was_slowed, "{schedule:?}");
}

#[tokio::test(start_paused = true)]
async fn two_connections_of_an_app_share_what_one_has_alone() {
    let fixture = Fixture::new(BusyDropbox::constant(QUICK), MOST).await;
    let (first, second) = (fixture.connect(FIRST, 200).await, fixture.connect(SECOND, 500).await);
    fixture.walk(first).await;
    fixture.walk(second).await;
    tokio::join!(fixture.run(first), fixture.run(second));
    assert_eq!((fixture.ready(first).await, fixture.ready(second).await), (200, 500));
    let downloads = fixture.dropbox.downloads();
    let end = downloads.iter().rposition(|download| download.token == FIRST).unwrap();
    let both = &downloads[..end];
    let most_of = |token: &str, downloads: &[Download]| {
        let own = downloads.iter().filter(|download| download.token == token);
        own.map(|download| download.in_flight).max().unwrap()
    };
    assert_eq!((most_of(FIRST, both), most_of(SECOND, both)), (16, 16));
    assert!(both.iter().all(|download| download.in_flight_of_all <= u32::from(MOST)));
    assert_eq!(most_of(SECOND, &downloads[end..]), u32::from(MOST), "the other is done");
}

/// Dropbox that does so many requests of an account at the same time; others wait.
fn queueing(capacity: u32) -> BusyDropbox {
    BusyDropbox::new(move |asked| Answer::After(QUICK * asked.in_flight.max(capacity) / capacity))
}

#[tokio::test(start_paused = true)]
async fn a_proxied_call_beside_a_first_sync_takes_half_as_long_again_at_most() {
    let fixture = Fixture::new(queueing(8), MOST).await;
    let id = fixture.connect(FIRST, 800).await;
    let alone = fixture.call(FIRST).await;
    fixture.walk(id).await;
    let sync = fixture.run(id);
    tokio::pin!(sync);
    let mut beside = Vec::new();
    loop {
        tokio::select! {
            biased;
            () = &mut sync => break,
            time = fixture.call(FIRST) => beside.push(time),
        }
    }
    assert_eq!(fixture.ready(id).await, 800);
    assert!(beside.len() > 40, "{beside:?}");
    beside.sort_unstable();
    let median = beside[beside.len() / 2];
    assert!(median * 2 <= alone * 3, "{median:?} beside, {alone:?} alone");
    let slowest = beside[beside.len() - 1];
    assert!(slowest <= alone * 3, "{slowest:?}, {alone:?} alone");
    // It leaves no capacity unused for that.
    let downloads = at_once(&fixture.dropbox.downloads()[100..]);
    let mean = downloads.iter().sum::<u32>() / u32::try_from(downloads.len()).unwrap();
    assert!(mean >= 7, "{mean}");
}

#[tokio::test(start_paused = true)]
async fn bytes_come_from_the_first_page_of_a_listing_on() {
    let dropbox = BusyDropbox::constant(QUICK).in_pages(50, Duration::from_secs(20));
    let fixture = Fixture::new(dropbox, MOST).await;
    let id = fixture.connect(FIRST, 120).await;
    fixture.walk_and_run(id).await;
    assert_eq!(fixture.dropbox.downloads_before_pages(), [50, 100]);
    assert_eq!(fixture.ready(id).await, 120);
}
