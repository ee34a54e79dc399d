//! Simulated process that handles one message: a future that can be polled, and dropped at any point.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use tokio::sync::Notify;

use super::queue::{Delivery, SimulatedQueue};

/// Whether a process can continue.
struct Flag {
    raised: AtomicBool,
    /// Notifies the simulation, which may be asleep.
    anyone: Arc<Notify>,
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.raised.store(true, Ordering::Relaxed);
        self.anyone.notify_one();
    }
}

type Work = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// A process that handles one message.
pub(super) struct Process {
    pub(super) name: String,
    pub(super) queue: Arc<SimulatedQueue>,
    pub(super) delivery: Delivery,
    /// Time at which it is killed.
    pub(super) deadline: u64,
    pub(super) was_frozen: bool,
    work: Work,
    flag: Arc<Flag>,
}

impl Process {
    pub(super) fn new(
        name: String,
        queue: Arc<SimulatedQueue>,
        delivery: Delivery,
        deadline: u64,
        work: Work,
        anyone: Arc<Notify>,
    ) -> Self {
        let flag = Arc::new(Flag { raised: AtomicBool::new(true), anyone });
        Self { name, queue, delivery, deadline, was_frozen: false, work, flag }
    }

    /// Whether it can continue.
    pub(super) fn is_awake(&self) -> bool {
        self.flag.raised.load(Ordering::Relaxed)
    }

    /// Runs it to its next delayed effect or to its end.
    pub(super) fn poll(&mut self) -> Poll<Result<(), String>> {
        self.flag.raised.store(false, Ordering::Relaxed);
        let waker = Waker::from(self.flag.clone());
        self.work.as_mut().poll(&mut Context::from_waker(&waker))
    }
}
