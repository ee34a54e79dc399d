"""Processes of a contest: what they use, and their end."""

import os
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
# A process that uses less than this share of a core is at rest.
REST = 0.05


class Failed(Exception):
    """A contest could not be held; the text says why."""


class Process:
    """A process that serves. It ends with the `with` block."""

    def __init__(self, arguments, **options):
        self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def has_ended(self):
        return self.process.poll() is not None

    def cpu(self):
        """Returns the CPU time of all its threads so far, in seconds."""
        try:
            with open(f"/proc/{self.process.pid}/stat", encoding="ascii", errors="replace") as stat:
                # The second field is a name, which may contain anything.
                fields = stat.read().rsplit(") ", 1)[1].split()
        except OSError as gone:
            raise Failed(f"{self.process.args[0]} has ended: {gone}") from gone
        return (int(fields[11]) + int(fields[12])) / TICKS

    def forget_peak(self):
        """Begins a new peak of memory."""
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as refs:
            refs.write("5")

    def peak(self):
        """Returns the peak of its resident memory since it was forgotten, in MB."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii", errors="replace") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024

    def rest(self, patience=60):
        """Waits until it has nothing to do, so that all its work is counted. Returns its CPU time until then."""
        end, before = time.monotonic() + patience, self.cpu()
        while time.monotonic() < end:
            time.sleep(1)
            now = self.cpu()
            if now - before < REST:
                break
            before = now
        return self.cpu()


def run_measured(arguments, patience, **options):
    """Runs a program to its end. Returns its wall and CPU time in seconds, and its peak of memory in MB."""
    begun = time.monotonic()
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, **options)
    try:
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                break
            if time.monotonic() - begun > patience:
                raise Failed(f"{arguments[0]} takes longer than {patience} s")
            time.sleep(0.01)
    finally:
        if process.returncode is None:
            process.kill()
            process.wait()
    wall = time.monotonic() - begun
    if process.returncode:
        raise Failed(f"{arguments[0]} failed with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
