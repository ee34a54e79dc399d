"""First sync of many small files: Dropline beside rclone, both from the same fake Dropbox, one after the other."""

import pathlib
import shutil
import tempfile
import time

import rclone
from figures import count, markdown, ratio, say
from files import below, differences, lay_out
from processes import Failed
from stack import Stack

DROPLINE = "Dropline, with its database and the fake Dropbox"
ALONE = "the same, less what the fake Dropbox took for rclone"


class Result:
    """What one contestant took. `fake` is what the fake Dropbox used meanwhile, where that is known."""

    def __init__(self, name, wall, cpu, memory, fake=None):
        self.name, self.wall, self.cpu, self.memory, self.fake = name, wall, cpu, memory, fake


def hold(local, options):
    """Holds the contest for each delay. Returns its tables, and its faults."""
    flags = options.rclone_flags or rclone.fast_flags()
    with tempfile.TemporaryDirectory(prefix="contest-", dir=options.work) as folder:
        work = pathlib.Path(folder)
        source = work / "account"
        lay_out(source, options.files, options.folders, options.bytes)
        say(f"{count(options.files)} files in {options.folders} folders, {count(options.bytes)} bytes; "
            f"{rclone.version()}")
        tables, faults = [], []
        for delay in options.latencies:
            say(f"   {delay} ms before each answer")
            try:
                tables.append(table(at_delay(local, work, source, delay, flags, options), delay, options.files))
            except Failed as failed:
                faults.append(f"at {delay} ms: {failed}")
    return tables, faults


def at_delay(local, work, source, delay, flags, options):
    """Lets each contestant sync the account, with this delay in milliseconds before each answer of Dropbox.

    All of them ask the same fake Dropbox, which has read each file once when it started.
    """
    place = work / f"{delay} ms"
    place.mkdir()
    with Stack(local, place / "data", source) as stack:
        stack.slow_down(delay)
        results = [by_rclone(stack, place, source, one, options) for one in ["", *flags]]
        results.append(by_dropline(stack, options))
        if delay and stack.slow_answers() < options.files * len(results):
            raise Failed(f"only {stack.slow_answers()} answers of the fake Dropbox were slow")
    shutil.rmtree(place)
    return results


def by_rclone(stack, place, source, flags, options):
    """Syncs with rclone, and compares every byte."""
    copy = place / "copy"
    with rclone.Front(place, stack.dropbox) as front:
        token = stack.own_grant()
        before = stack.server.rest()
        wall, cpu, memory = front.sync(stack.app, token, copy, flags, options.patience)
        fake = stack.server.rest() - before
    if wrong := differences(source, copy):
        raise Failed(f"rclone sync {flags}: {wrong} files are not the same")
    shutil.rmtree(copy)
    shutil.rmtree(front.folder)
    return told(Result(f"rclone sync {flags}".strip(), wall, cpu, memory, fake))


def by_dropline(stack, options):
    """Connects the account, and waits for the last byte. Each file was compared with Dropbox's content hash."""
    connect = stack.callback()
    before = stack.server.rest()
    stack.server.forget_peak()
    begun = time.monotonic()
    connect()
    wall = stack.wait_for_bytes(stack.connection(), options.files, options.patience) - begun
    cpu, memory = stack.server.rest() - before, stack.server.peak()
    content = stack.data / "content"
    sizes = [(content / name).stat().st_size for name in below(content)]
    if (len(sizes), sum(sizes)) != (options.files, options.bytes):
        raise Failed(f"{len(sizes)} objects with {sum(sizes)} bytes are stored")
    return told(Result(DROPLINE, wall, cpu, memory))


def told(result):
    say(f"   {result.name}: {result.wall:.1f} s, CPU {result.cpu:.1f} s, at most {result.memory:.0f} MB")
    return result


def table(results, delay, files):
    """Returns the table of one delay. The baseline is rclone with the flags with which it was fastest."""
    default, tried, dropline = results[0], results[:-1], results[-1]
    best = min(tried, key=lambda result: result.wall)
    # The fake Dropbox answers in Dropline's process; while rclone syncs, it is all that works there.
    alone = Result(ALONE, dropline.wall, dropline.cpu - best.fake, None)
    header = [f"{delay} ms before each answer of Dropbox", "seconds", "relative to rclone's best",
              "to its default", "files a second", "CPU ms a file", "relative to rclone's best", "most MB"]
    rows = [
        [f"`{result.name}`" if result in tried else result.name, f"{result.wall:.1f}",
         ratio(result.wall, best.wall), ratio(result.wall, default.wall), count(files / result.wall),
         f"{result.cpu * 1000 / files:.2f}", ratio(result.cpu, best.cpu), count(result.memory) if result.memory else "–"]
        for result in [*tried, dropline, alone]
    ]
    return markdown(header, rows)
