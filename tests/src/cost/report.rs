//! Printed report of the costs, in sections.

use super::{
    assumed,
    bill::{Bill, GB},
    choice::{Alarms, Choice},
    counts::Counts,
    expected::{self, Flow},
    flows::Flows,
    limits::{self, BUSIEST_HOUR},
    month::{self, ACTIVE, PROJECT_METRICS},
    prices::Prices,
    service::Price,
};

/// Numbers of connections for which a bill is computed.
const CONNECTIONS: [f64; 3] = [1_000.0, 100_000.0, 1_000_000.0];
/// Number of the largest parts of a bill that are printed.
const LARGEST: usize = 4;
/// Name of a notification for an account without changes.
const QUIET: &str = "webhook, nothing changed";
/// Name of a proxied call.
const CALL: &str = "proxied call of 1 KB";
/// Name of the delivery of a single event.
const SINGLE: &str = "delivery of a single event";
/// Name of a flow for which no key is unwrapped.
const IN_MEMORY: &str = "the same, with the key in memory";
/// Number of the scarcest limits that are printed.
const SCARCEST: usize = 8;

/// Report on the flows.
pub struct Report {
    /// Lines of text.
    pub lines: Vec<String>,
    /// Counts that exceed what the design expects.
    pub faults: Vec<String>,
}

/// Builds the report.
///
/// # Errors
/// If the table of prices is invalid.
pub fn report(flows: &Flows) -> Result<Report, String> {
    let prices = Prices::ours()?;
    let (beside, faults) = beside(flows);
    let head = format!("Prices of {} as of {}. {}", prices.region, prices.date, prices.note);
    let mut lines = vec![head, String::new()];
    lines.extend(per_million(flows, &prices));
    lines.extend(beside);
    lines.extend(idle(flows, &prices));
    CONNECTIONS.iter().for_each(|connections| lines.extend(busy(flows, &prices, *connections)));
    Ok(Report { lines, faults })
}

fn per_million(flows: &Flows, prices: &Prices) -> Vec<String> {
    let rows: [(&str, Counts); 15] = [
        (QUIET, flows.quiet.clone()),
        ("webhook, one file changed", flows.notified.at(1.0)),
        (CALL, flows.call.clone()),
        ("file synced, without bytes", flows.without_bytes.each.clone()),
        ("file synced, with bytes", flows.with_bytes.each.clone()),
        ("file resynced", flows.resync.each.clone()),
        ("connect and first sync, but for the files", flows.with_bytes.fixed.clone()),
        ("resync, but for the files", flows.resync.fixed.clone()),
        ("its sweep and check, but for the files", flows.sweep.fixed.clone()),
        ("file in its sweep and check", flows.sweep.each.clone()),
        (SINGLE, flows.single.clone()),
        ("each further event of a delivery", flows.delivery.each.clone()),
        ("workflow run of one action", flows.run.at(1.0)),
        ("workflow run of three actions", flows.run.at(3.0)),
        ("tick, nothing due", flows.tick.clone()),
    ];
    let cold = rows.into_iter().map(|(name, counts)| (name, assumed::unwrapping_each_time(&counts)));
    let mut rows: Vec<(&str, Counts)> = cold.collect();
    // A million webhooks, calls or deliveries a month are one in three seconds: the key is in memory.
    insert_after(QUIET, &mut rows, vec![(IN_MEMORY, flows.quiet.clone())]);
    insert_after(CALL, &mut rows, vec![(IN_MEMORY, flows.call.clone())]);
    let single = vec![
        (IN_MEMORY, flows.single.clone()),
        ("the same, ten in an invocation", assumed::ten_at_a_time(&flows.single)),
    ];
    insert_after(SINGLE, &mut rows, single);
    let mut lines = vec![format!("{:<42} {:>13}   the most of it", "", "$ per million")];
    for (name, counts) in rows {
        let bill = Bill::of(&counts);
        let most = bill.largest(prices).into_iter().take(LARGEST);
        let most: Vec<String> = most.map(|(part, dollars)| format!("{part} {:.2}", dollars * 1e6)).collect();
        lines.push(format!("{name:<42} {:>13.2}   {}", bill.total(prices) * 1e6, most.join(", ")));
    }
    let out = prices.of(Price::BytesOut);
    lines.push(format!("{:<42} {out:>13.2}   answers to callers outside AWS", "each GB out of AWS ($)"));
    lines.push(String::new());
    lines
}

/// Inserts rows after the one with this name.
fn insert_after<'a>(name: &str, rows: &mut Vec<(&'a str, Counts)>, more: Vec<(&'a str, Counts)>) {
    let place = rows.iter().position(|(one, _)| *one == name).map_or(rows.len(), |index| index + 1);
    rows.splice(place..place, more);
}

fn beside(flows: &Flows) -> (Vec<String>, Vec<String>) {
    let head = format!("{:<32} {:<18} {:>9} {:>9}  expected by the design", "", "", "measured", "expected");
    let (mut lines, mut faults) = (vec![head], Vec::new());
    let all = expected::beside(flows);
    for flow in Flow::ALL {
        for one in all.iter().filter(|one| one.expectation.flow == flow) {
            let expected = one.expectation;
            let line = format!(
                "{:<32} {:<18} {:>9.3} {:>9.3}  {}",
                flow.label(),
                expected.count.label(),
                one.measured,
                expected.amount,
                expected.why
            );
            faults.extend(one.is_too_much().then(|| line.clone()));
            lines.push(line);
        }
    }
    for (flow, count, amount) in expected::unexpected(flows) {
        let line = format!(
            "{:<32} {:<18} {amount:>9.3} {:>9.3} {:>7.3}  not named",
            flow.label(),
            count.label(),
            0.0,
            0.0
        );
        faults.push(line.clone());
        lines.push(line);
    }
    lines.push(String::new());
    (lines, faults)
}

pub(super) fn services(bill: &Bill, prices: &Prices) -> String {
    let services = bill.by_service(prices).into_iter();
    let named: Vec<String> =
        services.map(|(service, dollars)| format!("{service} {}", rounded(dollars))).collect();
    named.join(", ")
}

/// Formats dollars with two decimals, or four below $0.10.
fn rounded(dollars: f64) -> String {
    if dollars < 0.1 { format!("{dollars:.4}") } else { format!("{dollars:.2}") }
}

fn idle(flows: &Flows, prices: &Prices) -> Vec<String> {
    let connection = month::idle_connection(flows);
    let share = month::idle_ticks(flows).total(prices) / CONNECTIONS[0];
    let mut lines = idle_deployment(flows, prices);
    lines.extend([
        format!(
            "A connection that idles, of {} files of {} KB: ${:.4} a month, and ${share:.6} of the ticks where there are {}",
            ACTIVE.files,
            ACTIVE.file_bytes / 1000.0,
            connection.total(prices),
            CONNECTIONS[0]
        ),
        format!("  {}", services(&connection, prices)),
        format!("A project more: ${:.2} of metrics at most", PROJECT_METRICS * prices.of(Price::Metrics)),
        String::new(),
    ]);
    lines
}

/// Returns what a deployment costs that idles: a new one, and one with each choice.
fn idle_deployment(flows: &Flows, prices: &Prices) -> Vec<String> {
    let new = Choice::of_new_deployment();
    let bill = |choice| month::idle(flows, choice);
    let total = |choice| bill(choice).total(prices);
    let mut lines = vec![
        format!("A deployment that idles, with the parameters of the example: ${:.2} a month", total(new)),
        format!("  {}", services(&bill(new), prices)),
        format!(
            "  with everything, as the template's defaults have it: ${:.2}: {}",
            total(Choice::ALL),
            services(&bill(Choice::ALL), prices)
        ),
        format!("  {:<12} {:>15} {:>12}", "Alarms", "StackDashboard", "$ a month"),
    ];
    for alarms in Alarms::EACH {
        for (dashboard, said) in [(true, "enabled"), (false, "disabled")] {
            let dollars = total(Choice { alarms, dashboard, ..new });
            lines.push(format!("  {:<12} {said:>15} {dollars:>12.2}", alarms.name()));
        }
    }
    let tracing = total(Choice { tracing: true, ..new }) - total(Choice { tracing: false, ..new });
    let older =
        total(Choice { older_transfers: true, ..new }) - total(Choice { older_transfers: false, ..new });
    lines.push(format!("  of which Tracing {tracing:.2}, and OlderTransfers {older:.2} if it is enabled"));
    lines
}

fn busy(flows: &Flows, prices: &Prices, connections: f64) -> Vec<String> {
    let bill = month::busy(flows, connections);
    let total = bill.total(prices);
    let first = Bill::of(&assumed::unwrapping_each_time(&flows.with_bytes.at(ACTIVE.files))).total(prices);
    let mut lines = vec![
        format!(
            "{connections} connections, each {} files of {} KB, {} changes in {} notifications, {} calls of {} KB, {} resync a day:",
            ACTIVE.files,
            ACTIVE.file_bytes / 1000.0,
            ACTIVE.changes,
            ACTIVE.notifications,
            ACTIVE.calls,
            ACTIVE.call_bytes / 1000.0,
            ACTIVE.resyncs
        ),
        format!(
            "  ${total:.2} a month, ${:.4} a connection; its first sync before ${first:.4}",
            total / connections
        ),
        format!("  {}", services(&bill, prices)),
    ];
    let gigabytes = ACTIVE.files * ACTIVE.file_bytes * connections / GB;
    lines.push(format!(
        "  {gigabytes:.0} GB in the bucket; {:.0} % of a day's notifications and calls come in its busiest hour, and then:",
        BUSIEST_HOUR * 100.0
    ));
    let needs = limits::needs(flows, connections);
    if let Some(first) = needs.first() {
        let word = if first.share() >= 1.0 { "is met" } else { "would be met first" };
        lines.push(format!("  {word}: {}. {}", first.what, first.remedy));
    }
    for need in needs.iter().take(SCARCEST) {
        let (share, what) = (need.share() * 100.0, need.what);
        lines.push(format!("    {share:>8.1} %  {:>10.1} of {:>7}  {what}", need.needed, need.there_is));
    }
    lines.push(String::new());
    lines
}
