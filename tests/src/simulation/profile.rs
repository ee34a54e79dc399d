//! Faults of a seed.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::{
    dice::chance,
    faults::{Fault, Port},
};

/// Faults that a seed can have, and their rates. Few seeds have all, so that each fault also occurs without
/// the others.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile {
    faults: Vec<Fault>,
    thousandths: BTreeMap<Port, u32>,
}

impl Profile {
    /// Draws the profile of a seed.
    pub(super) fn draw(rng: &mut Rng) -> Self {
        let share = [100, 400, 700, 1000][rng.usize(0..4)];
        let faults = Fault::TABLE.iter().map(|(fault, ..)| *fault).filter(|_| chance(rng, share)).collect();
        let mut thousandths = BTreeMap::new();
        for (_, port, _) in Fault::TABLE {
            thousandths.entry(port).or_insert_with(|| Self::rate(port, rng));
        }
        Self { faults, thousandths }
    }

    /// Draws the rate of faults at a port. Rates are high, because only delayed effects can fail and few are
    /// delayed, except Dropbox's.
    fn rate(port: Port, rng: &mut Rng) -> u32 {
        let rates = match port {
            Port::Store => [20, 100, 250],
            Port::Process => [10, 40, 120],
            Port::Dropbox | Port::Webhook => [20, 80, 250],
            Port::Delivery => [20, 60, 120],
            Port::Queue | Port::Bus | Port::Bucket => [50, 200, 400],
        };
        rates[rng.usize(0..rates.len())]
    }

    /// Draws whether a given fault strikes.
    pub(super) fn strikes(&self, port: Port, fault: Fault, rng: &mut Rng) -> bool {
        self.faults.contains(&fault) && chance(rng, self.thousandths.get(&port).copied().unwrap_or_default())
    }

    /// Draws the fault that strikes an operation of a port, if any.
    pub(super) fn strike(&self, port: Port, operation: &str, rng: &mut Rng) -> Option<Fault> {
        let rate = self.thousandths.get(&port).copied().unwrap_or_default();
        if !chance(rng, rate) {
            return None;
        }
        let fits = |fault: &Fault| Fault::TABLE[*fault as usize].1 == port && fault.fits(operation);
        let fitting: Vec<Fault> = self.faults.iter().copied().filter(fits).collect();
        let fault = (!fitting.is_empty()).then(|| fitting[rng.usize(0..fitting.len())]);
        // Revocation stops all work for a while, so it is made much rarer than other faults.
        fault.filter(|fault| *fault != Fault::Revoked || chance(rng, 200))
    }
}
