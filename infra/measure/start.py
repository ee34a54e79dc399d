"""Size and start-up of the functions, beside those of a hello Lambda: `start.py DIRECTORY ROUNDS HELLO FUNCTION...`.

Each round starts every binary once. CPU is the time of all threads from exec to the first poll of the Runtime API. It
includes the call that reads the app's parameter, which is made over plain HTTP: the TLS configuration with all root
certificates is built, but there is no handshake. Memory is the peak until that poll.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

from stand_in import Lambda

LARGEST_ZIP = 4_000_000
LARGEST_RATIO = 3.0
SETTINGS = {
    "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token",
    "AWS_REGION": "eu-west-1", "AWS_LAMBDA_FUNCTION_NAME": "measured", "AWS_LAMBDA_FUNCTION_VERSION": "1",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "APP_PARAMETER": "/dropline/app", "KEY_ID": "key", "TABLE_NAME": "table",
    "STACK_NAME": "stack",
    "BUS_NAME": "bus", "BUCKET_NAME": "bucket", "CHANGES_QUEUE_URL": "https://queue/changes",
    "BULK_QUEUE_URL": "https://queue/bulk", "TRANSFERS_QUEUE_URL": "https://queue/transfers",
    "DEAD_LETTERS_URL": "https://queue/dead", "FIFO_DEAD_LETTERS_URL": "https://queue/dead.fifo",
    "DELIVERIES_QUEUE_URL": "https://queue/deliveries", "DELIVERY_DEAD_LETTERS_URL": "https://queue/delivery-dead",
    "RUNS_QUEUE_URL": "https://queue/runs", "RUN_DEAD_LETTERS_URL": "https://queue/run-dead",
}


def start(binary):
    """Returns the CPU time (ms), wall time (ms) and peak memory (MB) of one start."""
    polled = threading.Event()
    at_poll = {}

    def look():
        at_poll.update(wall=time.monotonic() - begun, cpu=cpu(process.pid), memory=peak_memory(process.pid))
        polled.set()

    service = Lambda(look)
    environment = SETTINGS | {
        "AWS_LAMBDA_RUNTIME_API": service.address(), "AWS_ENDPOINT_URL": f"http://{service.address()}"
    }
    begun = time.monotonic()
    process = subprocess.Popen([binary], env=environment, stdin=subprocess.DEVNULL, close_fds=False)
    try:
        if not polled.wait(10):
            sys.exit(f"{binary} does not ask for work")
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        service.shutdown()
        service.server_close()
    return at_poll["cpu"] / 1e6, at_poll["wall"] * 1e3, at_poll["memory"] / 1024


def cpu(pid):
    """Returns the CPU time of all threads of a process, in nanoseconds."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as schedule:
            total += int(schedule.read().split()[0])
    return total


def peak_memory(pid):
    """Returns the peak resident memory of a process, in KiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def zipped(binary):
    """Returns the size of the archive that SAM would upload, in bytes."""
    with tempfile.TemporaryFile() as archive:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.write(binary, "bootstrap")
        return archive.tell()


def main():
    directory, rounds, names = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    starts = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            starts[name].append(start(os.path.join(directory, name)))
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in starts.items()}
    hello = medians[names[0]]

    print(f"medians of {rounds} starts; in brackets, beside {names[0]}")
    print(f"{'':18}{'binary MB':>10}{'zip MB':>8}{'CPU ms':>16}{'wall ms':>16}{'peak MB':>16}")
    missed = []
    for name in names:
        binary = os.path.join(directory, name)
        archive = zipped(binary)
        figures = "".join(f"{value:8.2f} ({value / base:4.2f})" + " " for value, base in zip(medians[name], hello))
        print(f"{name:18}{os.path.getsize(binary) / 1e6:10.2f}{archive / 1e6:8.2f}  {figures}")
        if archive > LARGEST_ZIP:
            missed.append(f"{name}: the zip has more than {LARGEST_ZIP / 1e6:g} MB")
        if medians[name][0] > LARGEST_RATIO * hello[0]:
            missed.append(f"{name}: starting takes more than {LARGEST_RATIO:g} times the CPU of {names[0]}")
    print(*missed, sep="\n")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
