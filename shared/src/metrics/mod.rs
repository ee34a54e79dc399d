//! Metrics: what is counted, one port, and its adapter for CloudWatch.
//!
//! Callers say what happened and to whom. Nothing of a user's is part of it: no name, path, account or user id.

mod emf;
mod metric;

pub use emf::{EmfMetrics, NAMESPACE};
pub use metric::{Metric, Unit};

use crate::model::{Connection, ConnectionId, ProjectId, TroubleCode};

/// Whom a count is about.
///
/// A project is named only once the caller has shown to belong to it: each project that is named is a metric that is
/// billed, and a path or a body may name any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The project, where it is known.
    pub project: Option<ProjectId>,
    /// The connection, where it is known.
    pub connection: Option<ConnectionId>,
    /// What hindered the work, of a metric that counts work that was put off.
    pub reason: Option<TroubleCode>,
}

impl Subject {
    /// Nobody that is known.
    pub const NOBODY: Self = Self { project: None, connection: None, reason: None };

    /// A connection, of its project.
    #[must_use]
    pub fn of(connection: &Connection) -> Self {
        Self { project: Some(connection.project), connection: Some(connection.id), reason: None }
    }

    /// A project.
    #[must_use]
    pub fn of_project(project: ProjectId) -> Self {
        Self { project: Some(project), connection: None, reason: None }
    }

    /// The same, hindered by this.
    #[must_use]
    pub fn hindered_by(self, reason: TroubleCode) -> Self {
        Self { reason: Some(reason), ..self }
    }
}

/// Where is counted what happens. Counting cannot fail: work is never given up for its figures.
pub trait Metrics: Send + Sync {
    /// Adds to a metric; 0 says that it was looked at.
    fn count(&self, subject: Subject, metric: Metric, amount: u64);

    /// Brings out what was counted. To be called at the end of each message and each request, also of one that failed.
    fn publish(&self);
}
