#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use template_tests::metrics::COMPOSITE;

use super::{
    bill::Bill,
    choice::{Alarms, Choice},
    counts::{Count, Counts},
    expected,
    flows::{Flows, Sizes},
    hour, limits,
    line::Line,
    month,
    prices::Prices,
    service::Price,
    template, units,
};

const KB: usize = 1024;

fn counts(all: &[(Count, f64)]) -> Counts {
    all.iter().copied().collect()
}

#[test]
fn ten_messages_are_one_request_and_64_kb_are_another() {
    assert_eq!(units::sends(&[]), 0);
    assert_eq!(units::sends(&[100]), 1);
    assert_eq!(units::sends(&[100; 10]), 1);
    assert_eq!(units::sends(&[100; 11]), 2);
    assert_eq!(units::sends(&[40 * KB, 40 * KB]), 2);
}

#[test]
fn an_event_and_a_message_are_billed_by_64_kb() {
    assert_eq!([0, 1, 64 * KB, 64 * KB + 1, 129 * KB].map(units::chunks), [1, 1, 1, 2, 3]);
}

#[test]
fn an_object_of_more_than_a_part_takes_a_beginning_its_parts_and_an_end() {
    let part = 8 * 1024 * 1024;
    assert_eq!([0, part, part + 1, 3 * part].map(units::puts), [1, 1, 4, 5]);
}

#[test]
fn what_is_paid_once_is_told_from_what_is_paid_for_each_file() {
    let taken = |files: f64| counts(&[(Count::TableWrites, 7.0 + 3.0 * files), (Count::Walks, 1.0)]);
    let line = Line::through((2.0, &taken(2.0)), (6.0, &taken(6.0)));
    assert_eq!(line.fixed.all().collect::<Vec<_>>(), [(Count::TableWrites, 7.0), (Count::Walks, 1.0)]);
    assert_eq!(line.each.all().collect::<Vec<_>>(), [(Count::TableWrites, 3.0)]);
    assert_eq!(line.at(100.0).get(Count::TableWrites), 307.0);
}

#[test]
fn the_prices_in_the_repository_are_those_that_are_billed() {
    let prices = Prices::ours().unwrap();
    assert!(Price::ALL.iter().all(|price| prices.of(*price) > 0.0));
    assert_eq!(prices.date.len(), "2026-11-22".len());
}

#[test]
fn a_price_that_is_lacking_or_that_nothing_is_billed_by_is_refused() {
    let table = include_str!("../../../infra/prices.json");
    let lacking = table.replacen("\"page\"", "\"seite\"", 1);
    assert!(Prices::parse(&lacking).unwrap_err().contains("lambda_requests"));
    let unused = table.replacen("\"events\"", "\"tape\"", 1);
    assert!(Prices::parse(&unused).unwrap_err().contains("tape"));
}

#[test]
fn a_bill_is_amounts_times_prices() {
    let (prices, walk) =
        (Prices::ours().unwrap(), counts(&[(Count::TableWrites, 1e6), (Count::Events, 1e6)]));
    let expected = 1e6 * (prices.of(Price::TableWrites) + prices.of(Price::Events));
    assert!((Bill::of(&walk).total(&prices) - expected).abs() < 1e-9);
}

#[test]
fn the_template_says_what_is_reckoned_with() {
    let functions = ["WebhookReceiver", "ApiProxy", "Sync", "Transfer", "EventSender", "WorkflowRunner"]
        .map(|name| format!("{name}Function"));
    assert!(functions.iter().all(|name| template::memory_gb(name).is_some_and(|memory| memory > 0.1)));
    let set = ["SyncConcurrency", "TransferConcurrency", "WebhooksPerSecond", "ApiRequestsPerSecond"];
    assert!(set.iter().all(|name| template::parameter(name).is_some_and(|set| set >= 1.0)));
    let one = ["AWS::KMS::Key", COMPOSITE, "AWS::CloudWatch::Dashboard"];
    assert_eq!(one.map(|kind| template::resources(kind, &[])), [1.0; 3]);
}

#[test]
fn alarms_are_reckoned_with_as_they_are_chosen() {
    let given = Alarms::EACH.map(|alarms| Choice { alarms, ..Choice::ALL }.parameters());
    let [all, essential, none] = given.map(|given| template::alarm_metrics(&given));
    assert!(all > 50.0, "{all}");
    assert_eq!((essential, none), (9.0, 0.0));
    assert_eq!(given.map(|given| template::resources(COMPOSITE, &given)), [1.0, 0.0, 0.0]);
}

/// With the parameters of the example, and without free tiers.
fn an_idle_deployment_costs_four_dollars_at_most(flows: &Flows) {
    let (prices, new) = (Prices::ours().unwrap(), Choice::of_new_deployment());
    assert_eq!(
        (new.alarms, new.dashboard, new.tracing, new.older_transfers),
        (Alarms::Essential, false, true, false)
    );
    let total = |choice| month::idle(flows, choice).total(&prices);
    assert!(total(new) <= 4.0, "{}", total(new));
    let less = [Choice { alarms: Alarms::None, ..new }, Choice { tracing: false, ..new }];
    let more = [
        Choice { alarms: Alarms::All, ..new },
        Choice { dashboard: true, ..new },
        Choice { older_transfers: true, ..new },
    ];
    assert!(less.into_iter().all(|choice| total(choice) < total(new) - 0.1));
    assert!(more.into_iter().all(|choice| total(choice) > total(new) + 0.1));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_flow_takes_what_the_design_expects() {
    let flows = Flows::measure(Sizes { few_files: 160, many_files: 480, many_changes: 11 }).await.unwrap();
    let beside = expected::beside(&flows);
    let too_much = beside.iter().filter(|one| one.is_too_much());
    let too_much: Vec<_> =
        too_much.map(|one| (one.expectation.flow, one.expectation.count, one.measured)).collect();
    assert_eq!((too_much, expected::unexpected(&flows)), (vec![], vec![]));
    // Exact values: these do not depend on the size of the account.
    let quiet = [Count::TableReads, Count::TableWrites, Count::QueueRequests, Count::Walks, Count::Runs];
    assert_eq!(quiet.map(|count| flows.quiet.get(count)), [7.0, 9.0, 4.0, 1.0, 0.0]);
    assert_eq!(flows.resync.each.get(Count::TableWrites), 0.0, "a resync without drift writes no item");
    let swept = [Count::Runs, Count::BucketWrites].map(|count| flows.resync.fixed.get(count));
    assert_eq!(swept, [0.0, 0.0], "a resync that finds everything as the last one has nothing swept");
    needs_grow_with_connections(&flows);
    an_idle_deployment_costs_four_dollars_at_most(&flows);
    let hour = hour::hour(&flows).unwrap();
    assert!(
        hour[0].contains("expected to cost $0."),
        "the hour in an account costs less than a dollar: {hour:?}"
    );
    let paid = month::busy(&flows, 1_000.0).largest(&Prices::ours().unwrap());
    let unpaid =
        Price::ALL.iter().map(|price| price.name()).filter(|name| paid.iter().all(|(paid, _)| paid != name));
    assert_eq!(
        unpaid.collect::<Vec<_>>(),
        ["bucket_reads"],
        "files are read from the bucket by others than we"
    );
}

fn needs_grow_with_connections(flows: &Flows) {
    let scarcest = |connections| limits::needs(flows, connections)[0].share();
    assert!(scarcest(1_000.0) < 1.0 && scarcest(1_000_000.0) > 1.0);
    assert!((scarcest(1_000_000.0) / scarcest(1_000.0) - 1000.0).abs() < 1e-6);
}
