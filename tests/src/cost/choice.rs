//! Parts of a stack that a deployer chooses by the template's parameters, and pays for while nothing happens.

/// The parameters with which a new deployment begins.
const EXAMPLE: &str = include_str!("../../../infra/parameters.example.toml");

/// Which alarms a stack has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alarms {
    All,
    Essential,
    None,
}

impl Alarms {
    pub(super) const EACH: [Self; 3] = [Self::All, Self::Essential, Self::None];

    /// Value of the parameter `Alarms`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Essential => "essential",
            Self::None => "none",
        }
    }
}

/// Chosen parts of a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) alarms: Alarms,
    /// Whether it has a dashboard (`StackDashboard`).
    pub(super) dashboard: bool,
    /// Whether X-Ray records a sample (`Tracing`).
    pub(super) tracing: bool,
    /// Whether the queue of versions from before the lanes is read (`OlderTransfers`).
    pub(super) older_transfers: bool,
}

impl Choice {
    /// The template's defaults, by which a stack has everything.
    pub(super) const ALL: Self =
        Self { alarms: Alarms::All, dashboard: true, tracing: true, older_transfers: true };

    /// Returns the choice of a new deployment: `parameters.example.toml`, and else the template's defaults.
    pub(super) fn of_new_deployment() -> Self {
        Self {
            alarms: Alarms::EACH
                .into_iter()
                .find(|alarms| in_example("Alarms") == Some(alarms.name()))
                .unwrap_or(Self::ALL.alarms),
            dashboard: is_enabled("StackDashboard"),
            tracing: is_enabled("Tracing"),
            older_transfers: is_enabled("OlderTransfers"),
        }
    }

    /// Returns the parameters by which it is made.
    pub(super) const fn parameters(self) -> [(&'static str, &'static str); 4] {
        [
            ("Alarms", self.alarms.name()),
            ("StackDashboard", said(self.dashboard)),
            ("Tracing", said(self.tracing)),
            ("OlderTransfers", said(self.older_transfers)),
        ]
    }
}

/// Returns the value of a parameter by which something is enabled or disabled.
const fn said(is_enabled: bool) -> &'static str {
    if is_enabled { "enabled" } else { "disabled" }
}

fn is_enabled(parameter: &str) -> bool {
    in_example(parameter) != Some("disabled")
}

/// Returns a parameter's value in the example. What is commented out is not in it.
fn in_example(parameter: &str) -> Option<&'static str> {
    EXAMPLE.lines().find_map(|line| line.strip_prefix(parameter)?.strip_prefix(" = \"")?.strip_suffix('"'))
}
