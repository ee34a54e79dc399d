"""Command line of `tests/contest/run`."""

import argparse
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import benches
import first_sync
import rclone
import starts
from figures import say
from processes import Failed

ABOUT = """Contests: Dropline beside what people would use instead, in one run each, and beside itself as it grows.

  sync      first sync of many small files from the fake Dropbox, beside rclone by default and with its best flags,
            with several delays of Dropbox's answers; rclone goes through nginx, since it insists on TLS
  proxy     proxied calls beside a bare forwarder and nginx: `bench proxy`
  webhooks  notifications beside a handler that says hello: `bench webhooks`
  start     start of each function beside a hello Lambda: `infra/measure/run`
  scale     first listing, resyncs, a burst of a tenth, pages, as an account grows: `bench sync`, `bench lists`;
            fails if CPU, memory or a page's time grows to more than 1.5 times per entry of the smallest account
  all       all of them, but for those that this machine cannot hold, which are named"""
CONTESTS = ["sync", "proxy", "webhooks", "start", "scale"]


def numbers(least):
    """Returns a reader of numbers with commas between them."""
    def read(text):
        values = list(dict.fromkeys(int(value) for value in text.split(",")))
        if min(values) < least:
            raise ValueError
        return values
    read.__name__ = f"numbers of at least {least}, with commas between them,"
    return read


def number(text):
    """Reads a number that is not zero."""
    if int(text) < 1:
        raise ValueError
    return int(text)


def options():
    parser = argparse.ArgumentParser(prog="tests/contest/run", description=ABOUT,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("contest", choices=[*CONTESTS, "all"])
    parser.add_argument("--built", metavar="DIR", help="use `local` and `bench` of this folder, build nothing")
    parser.add_argument("--work", metavar="DIR", help="where temporary files are made")
    parser.add_argument("--rounds", type=number, default=15, help="rounds of proxy and webhooks (15)")
    parser.add_argument("--starts", type=number, default=21, help="starts of each function (21)")
    parser.add_argument("--files", type=number, default=10_000, help="files of sync (10,000)")
    parser.add_argument("--folders", type=number, default=100, help="folders of sync (100)")
    parser.add_argument("--bytes", type=number, default=66_000_000, help="bytes of all files of sync (66,000,000)")
    parser.add_argument("--latencies", type=numbers(0), default=[0, 50, 200], metavar="MS,MS…",
                        help="delays before Dropbox's answers in sync (0,50,200)")
    parser.add_argument("--rclone-flags", action="append", metavar="FLAGS",
                        help="try these flags of rclone and no others; may be repeated")
    parser.add_argument("--patience", type=number, default=3600, metavar="S",
                        help="longest time of one sync (3600)")
    parser.add_argument("--sizes", type=numbers(10), default=[10_000, 100_000, 1_000_000], metavar="N,N…",
                        help="entries of the accounts of scale (10000,100000,1000000)")
    read = parser.parse_args()
    if read.folders > read.files or read.bytes < read.files:
        parser.error("a folder has at least one file, and a file at least one byte")
    if len(read.sizes) < 2:
        parser.error("--sizes needs two sizes or more")
    return read


def build(chosen):
    """Builds what the contests need. Returns the folder of the binaries."""
    if chosen.built:
        return pathlib.Path(chosen.built).resolve()
    # The whole workspace's features, so that nothing is built twice.
    command = ["cargo", "build", "--release", "--quiet", "--workspace", "--bin", "local", "--bin", "bench"]
    if subprocess.run(command, check=False).returncode:
        raise Failed("the binaries cannot be built")
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target")).resolve() / "release"


def hold(name, chosen, binaries):
    """Holds one contest. Returns its tables and its faults."""
    match name:
        case "sync":
            return first_sync.hold(binary(binaries, "local"), chosen)
        case "proxy":
            return benches.proxy(binary(binaries, "bench"), chosen)
        case "webhooks":
            return benches.webhooks(binary(binaries, "bench"), chosen)
        case "scale":
            return benches.scale(binary(binaries, "bench"), chosen)
        case "start":
            return starts.hold(chosen.starts)


def binary(folder, name):
    if not os.access(folder / name, os.X_OK):
        raise Failed(f"there is no program {folder / name}")
    return str(folder / name)


def reason_against(name):
    """Returns why this machine cannot hold a contest; `None` if it can."""
    return rclone.missing() if name == "sync" else None


def main():
    # Debian keeps nginx where only root looks.
    os.environ["PATH"] += f"{os.pathsep}/usr/sbin"
    # A contest that is ended ends its processes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen = options()
    names = CONTESTS if chosen.contest == "all" else [chosen.contest]
    left_out = {name: why for name in names if (why := reason_against(name))}
    tables, faults = {}, []
    for name in names:
        if name in left_out:
            say(f"LEFT OUT: {name}: {left_out[name]}")
    if "proxy" in names and not shutil.which("nginx"):
        left_out["proxy, beside nginx"] = "nginx is not installed (apt-get install nginx)"
    held = [name for name in names if name not in left_out]
    try:
        binaries = build(chosen) if set(held) - {"start"} else None
        for name in held:
            say(f"\n{name}")
            try:
                tables[name], missed = hold(name, chosen, binaries)
                faults += [f"{name}: {fault}" for fault in missed]
            except Failed as failed:
                faults.append(f"{name}: {failed}")
    except Failed as failed:
        faults.append(str(failed))
    for name, of_contest in tables.items():
        say(f"\n### {name}\n\n" + "\n\n".join(of_contest))
    say("")
    for name, why in left_out.items():
        say(f"LEFT OUT: {name}: {why}")
    for fault in faults:
        say(f"FAILED: {fault}")
    # Who asks for one contest must not take its absence for a success.
    sys.exit(bool(faults) or chosen.contest in left_out)


if __name__ == "__main__":
    main()
