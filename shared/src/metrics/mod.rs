//! Metrics: their table, the port, and its adapter for CloudWatch.
//!
//! Callers report what happened, and for which project and connection. Nothing of a user's is included: no
//! name, path, account or user id.

mod emf;
mod metric;

pub use emf::{DIMENSIONS, EmfMetrics, NAMESPACE};
pub use metric::{Metric, Unit};

use crate::model::{Connection, ConnectionId, ProjectId, TroubleCode};

/// The subject of a count.
///
/// A project is named only after the caller has proved to belong to it, because each named project is a
/// metric that is billed, and a path or a body may name any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The project, if known.
    pub project: Option<ProjectId>,
    /// The connection, if known.
    pub connection: Option<ConnectionId>,
    /// The reason, for a metric that counts work that was put off.
    pub reason: Option<TroubleCode>,
}

impl Subject {
    /// An unknown subject.
    pub const NOBODY: Self = Self { project: None, connection: None, reason: None };

    /// Returns a connection and its project as the subject.
    #[must_use]
    pub fn of(connection: &Connection) -> Self {
        Self { project: Some(connection.project), connection: Some(connection.id), reason: None }
    }

    /// Returns a project as the subject.
    #[must_use]
    pub fn of_project(project: ProjectId) -> Self {
        Self { project: Some(project), connection: None, reason: None }
    }

    /// Returns the subject with the reason that hindered the work.
    #[must_use]
    pub fn hindered_by(self, reason: TroubleCode) -> Self {
        Self { reason: Some(reason), ..self }
    }
}

/// Metrics sink. Counting cannot fail, so that no work is given up for its metrics.
pub trait Metrics: Send + Sync {
    /// Adds to a metric; 0 records that there was nothing to count.
    fn count(&self, subject: Subject, metric: Metric, amount: u64);

    /// Records single values of a metric, of which percentiles are wanted.
    fn observe(&self, subject: Subject, metric: Metric, values: &[u64]);

    /// Publishes counts and values. To be called at the end of each message and each request, failed ones included.
    fn publish(&self);
}
