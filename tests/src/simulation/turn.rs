//! Waiting for one's turn at the gate.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::gate::{Gate, Place};

impl Gate {
    /// The number of an effect that waits.
    fn number(&self) -> u64 {
        let mut state = self.state();
        state.effects += 1;
        state.effects
    }

    /// When the next waiting effect is to happen.
    pub(super) fn next(&self) -> Option<u64> {
        self.state().waiting.keys().next().map(|place| place.0)
    }

    /// Lets the first waiting effect happen.
    pub(super) fn grant(&self) {
        let mut state = self.state();
        if let Some((place, waker)) = state.waiting.pop_first() {
            state.granted.push(place.2);
            drop(state);
            waker.wake();
        }
    }
}

/// A future that is ready when the gate says so.
pub(super) struct Turn {
    gate: Arc<Gate>,
    place: Place,
}

impl Turn {
    /// A turn after `delay` milliseconds; `draw` decides between turns at the same time.
    pub(super) fn new(gate: &Arc<Gate>, delay: u64, draw: u64) -> Self {
        let place = (gate.clock.elapsed() + delay, draw, gate.number());
        Self { gate: gate.clone(), place }
    }
}

impl Future for Turn {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.gate.state();
        if state.granted.contains(&self.place.2) {
            state.granted.retain(|number| *number != self.place.2);
            return Poll::Ready(());
        }
        state.waiting.insert(self.place, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.waiting.remove(&self.place);
        state.granted.retain(|number| *number != self.place.2);
    }
}
