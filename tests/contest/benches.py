"""Contests that the benchmarks of `tests/src/bench` hold, and their tables."""

import json
import subprocess

from figures import count, markdown, ratio, say, size
from processes import Failed

# Per entry, relative to the smallest size: more is not linear.
MOST = 1.5
# The baseline of the benchmark of sync.
BARE = "bare writes"
PAGE = "time of a page"
# Memory below this is not told from none, in KiB.
LEAST_MEMORY = 4096


def measured(bench, arguments):
    """Runs a benchmark. Returns its measurements, and its faults."""
    say(f"   bench {' '.join(arguments)}")
    figures = []
    with subprocess.Popen([bench, *arguments, "--json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True) as process:
        try:
            for line in process.stdout:
                say(f"   {line.rstrip()}")
                figures.append(json.loads(line))
        except BaseException:
            process.kill()
            raise
    faults = [f"bench {' '.join(arguments)} failed with {process.returncode}"] if process.returncode else []
    if not figures:
        raise Failed("".join(faults) or f"bench {' '.join(arguments)} measured nothing")
    return figures, faults


def proxy(bench, options):
    """A proxied call beside a bare forwarder, and at one connection beside nginx."""
    figures, faults = measured(bench, ["proxy", "--rounds", str(options.rounds)])
    loads = [one for one in figures if "bytes" in one]
    sizes, parts = unique(loads, "bytes"), unique(loads, "part")
    of = {(one["part"], one["bytes"]): one for one in loads}
    header = ["CPU per request, relative to the bare forwarder / to the one that reads the table"]
    header += [size(of_bytes) for of_bytes in sizes]
    both = "{x_bare:.2f} / {x_reading:.2f}"
    rows = [[part, *(both.format(**of[part, of_bytes]) for of_bytes in sizes)] for part in parts]
    latencies = [one for one in figures if "added" in one]
    added = markdown([f"one connection, 1 KB: added latency, relative to that of {latencies[0]['part']}", ""],
                     [[one["part"], f"{one['ratio']:.2f}"] for one in latencies])
    return [markdown(header, rows), added], faults


def webhooks(bench, options):
    """A verified notification beside hello, and accounts that are queued."""
    figures, faults = measured(bench, ["webhooks", "--rounds", str(options.rounds)])
    header = ["accounts in the notification", "", "CPU relative to hello", "to the requests to the table alone",
              "CPU ms a notification", "accounts queued a second", "relative to the requests alone"]
    alone = {one["accounts"]: one["queued"] for one in figures if "table alone" in one["part"]}
    rows = [[count(one["accounts"]), one["part"], f"{one['x_hello']:.2f}", f"{one['x_table']:.2f}",
             f"{one['cpu'] / 1000:.3f}", "–" if one["part"] == "hello" else count(one["queued"]),
             "–" if one["part"] == "hello" else ratio(one["queued"], alone[one["accounts"]])] for one in figures]
    return [markdown(header, rows)], faults


def scale(bench, options):
    """Sync and pages as an account grows."""
    sizes, costs, faults = [], {}, []
    for entries in sorted(options.sizes):
        try:
            of_size, failed = costs_of(bench, entries)
        except Failed as failed:
            # What was measured before is not lost.
            faults.append(str(failed))
            break
        sizes.append(entries)
        faults += failed
        for key, cost in of_size.items():
            costs.setdefault(key, {})[entries] = cost
    if len(sizes) < 2:
        raise Failed("; ".join(faults))
    header = [f"per entry, relative to {count(sizes[0])} entries", "", *(count(entries) for entries in sizes[1:])]
    rows = [[part, what, *(ratio(cost[entries], cost[sizes[0]]) for entries in sizes[1:])]
            for (part, what), cost in costs.items()]
    return [markdown(header, rows)], faults + grown(costs, sizes)


def costs_of(bench, entries):
    """Measures a first listing, resyncs, a burst of a tenth, and pages.

    Returns what an entry costs by part and kind, and the faults of the benchmarks.
    """
    burst, costs = str(max(entries // 10, 1)), {}
    synced, faults = measured(bench, ["sync", "--entries", str(entries), "--burst", burst, "--disk"])
    for one in synced:
        memory = max(one["peak_kib"] - one["memory_kib"], LEAST_MEMORY)
        for what, cost in [("CPU", one["cpu"]), ("time", one["seconds"]), ("memory", memory)]:
            costs[one["part"], what] = cost / one["entries"]
    listed, more = measured(bench, ["lists", "--entries", str(entries), "--rounds", "5"])
    for one in listed:
        # Such a page has as many entries in an account of any size.
        if "every page" in one["part"]:
            costs[one["part"], PAGE] = one["list"]
            costs[f"{one['part']}, bare query", "time"] = one["bare"]
    return costs, faults + more


def grown(costs, sizes):
    """Returns what costs more per entry of a larger account than it may.

    Time itself is not judged but for pages, of which there are many: it depends on what else the machine does. The
    baselines are not judged either.
    """
    judged = {key: cost for key, cost in costs.items() if key[0] != BARE and key[1] in ("CPU", "memory", PAGE)}
    bare = costs[BARE, "CPU"]
    return [
        f"{part}: {what} per entry of {count(entries)} is {ratio(cost[entries], cost[sizes[0]])} times that of "
        f"{count(sizes[0])}, and at most {MOST} is linear (CPU of {BARE}: {ratio(bare[entries], bare[sizes[0]])})"
        for (part, what), cost in judged.items() for entries in sizes[1:] if cost[entries] > MOST * cost[sizes[0]]
    ]


def unique(figures, member):
    """Returns the values of a member, each once, in their order."""
    return list(dict.fromkeys(one[member] for one in figures))
