//! CPU time and memory of a process, from `/proc`.

use std::{fs, time::Duration};

/// Clock ticks per second in `/proc`, the same on all common Linux systems.
const TICKS: u64 = 100;

/// A running process. Values that cannot be read are zero.
pub(super) struct Process(String);

impl Process {
    /// This process.
    pub(super) fn own() -> Self {
        Self("self".to_owned())
    }

    /// Returns the process with this id.
    pub(super) fn of(id: u32) -> Self {
        Self(id.to_string())
    }

    /// Returns the CPU time so far, to a hundredth of a second.
    pub(super) fn cpu(&self) -> Duration {
        cpu_in(&self.read("stat"))
    }

    /// Returns the CPU time of the first thread so far, to the nanosecond.
    pub(super) fn first_thread_cpu(&self) -> Duration {
        first_thread_cpu_in(&self.read("schedstat"))
    }

    /// Returns the resident memory, in KiB.
    pub(super) fn memory_kib(&self) -> u64 {
        kib_in(&self.read("status"), "VmRSS:")
    }

    /// Returns the peak of the resident memory since the last reset, in KiB.
    pub(super) fn peak_kib(&self) -> u64 {
        kib_in(&self.read("status"), "VmHWM:")
    }

    /// Resets the peak.
    pub(super) fn forget_peak(&self) {
        let _ = fs::write(self.file("clear_refs"), "5");
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.file(file)).unwrap_or_default()
    }

    fn file(&self, name: &str) -> String {
        format!("/proc/{}/{name}", self.0)
    }
}

/// Sums user and system time, the 14th and 15th fields. The second field is a name, which may contain
/// anything.
fn cpu_in(stat: &str) -> Duration {
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = after_name.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 1000 / TICKS)
}

/// Reads the first number: the time on a CPU, in nanoseconds.
fn first_thread_cpu_in(schedstat: &str) -> Duration {
    let nanoseconds = schedstat.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

fn kib_in(status: &str, what: &str) -> u64 {
    let line = status.lines().find(|line| line.starts_with(what));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_is_user_and_system_time_whatever_the_process_is_called() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194304 99 0 0 0 120 34 5 6 20 0 1 0 5010106";
        assert_eq!(cpu_in(stat), Duration::from_millis(1540));
        assert_eq!(cpu_in(""), Duration::ZERO);
    }

    #[test]
    fn the_first_threads_cpu_is_the_first_number() {
        assert_eq!(first_thread_cpu_in("1500 73166 12\n"), Duration::from_nanos(1500));
        assert_eq!(first_thread_cpu_in(""), Duration::ZERO);
    }

    #[test]
    fn memory_is_what_the_line_says() {
        let status = "Name:\tbench\nVmHWM:\t   20480 kB\nVmRSS:\t   10240 kB\n";
        assert_eq!((kib_in(status, "VmRSS:"), kib_in(status, "VmHWM:")), (10_240, 20_480));
        assert_eq!(kib_in("", "VmRSS:"), 0);
    }
}
