//! Which faults a seed has.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::{
    dice::chance,
    faults::{Fault, Port},
};

/// Which faults a seed has, and how often: few seeds have all, so that each also meets a world without the others.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile {
    faults: Vec<Fault>,
    thousandths: BTreeMap<Port, u32>,
}

impl Profile {
    /// A seed's profile.
    pub(super) fn draw(rng: &mut Rng) -> Self {
        let share = [100, 400, 700, 1000][rng.usize(0..4)];
        let faults = Fault::TABLE.iter().map(|(fault, ..)| *fault).filter(|_| chance(rng, share)).collect();
        let mut thousandths = BTreeMap::new();
        for (_, port, _) in Fault::TABLE {
            thousandths.entry(port).or_insert_with(|| Self::rate(port, rng));
        }
        Self { faults, thousandths }
    }

    /// Few effects but Dropbox's are held up, and only then can they fail: hence the high rates.
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

    /// Whether one fault strikes where only it can.
    pub(super) fn strikes(&self, port: Port, fault: Fault, rng: &mut Rng) -> bool {
        self.faults.contains(&fault) && chance(rng, self.thousandths.get(&port).copied().unwrap_or_default())
    }

    /// The fault that strikes an operation of a port, if one does.
    pub(super) fn strike(&self, port: Port, operation: &str, rng: &mut Rng) -> Option<Fault> {
        let rate = self.thousandths.get(&port).copied().unwrap_or_default();
        if !chance(rng, rate) {
            return None;
        }
        let fits = |fault: &Fault| Fault::TABLE[*fault as usize].1 == port && fault.fits(operation);
        let fitting: Vec<Fault> = self.faults.iter().copied().filter(fits).collect();
        let fault = (!fitting.is_empty()).then(|| fitting[rng.usize(0..fitting.len())]);
        // Losing all access is much rarer than anything else, and stops all work for a while.
        fault.filter(|fault| *fault != Fault::Revoked || chance(rng, 200))
    }
}
