//! Queue of delayed effects at the gate.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::gate::{Gate, Place};

impl Gate {
    /// Returns the number for a new delayed effect.
    fn number(&self) -> u64 {
        let mut state = self.state();
        state.effects += 1;
        state.effects
    }

    /// Returns the time of the next delayed effect.
    pub(super) fn next(&self) -> Option<u64> {
        self.state().waiting.keys().next().map(|place| place.0)
    }

    /// Lets the first delayed effect happen.
    pub(super) fn grant(&self) {
        let mut state = self.state();
        if let Some((place, waker)) = state.waiting.pop_first() {
            state.granted.push(place.2);
            drop(state);
            waker.wake();
        }
    }
}

/// Future that is ready when the gate grants the effect.
pub(super) struct Turn {
    gate: Arc<Gate>,
    place: Place,
}

impl Turn {
    /// Creates a turn after `delay` milliseconds; `draw` orders turns at the same time.
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
