//! The life of tokens against a model of Dropbox: some hundred seeds.

use tests::token_life::live;

/// Seeds that are run each time.
const SEEDS: u64 = 300;

#[test]
fn tokens_are_refreshed_by_one_and_never_lost() {
    let broken: Vec<String> = (0..SEEDS).filter_map(|seed| live(seed).err()).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
