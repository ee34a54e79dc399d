//! Adapters of the ports for one machine.
//!
//! Queues, bus, bucket and master key are in a folder of the caller's choice, DynamoDB is embedded, and
//! metrics are counted in memory. There is no server and no open port. The contract suites of the ports run
//! on these adapters as on those for AWS.
//!
//! Acknowledged data survives `kill -9`, because it has reached the operating system. It may not survive a
//! power cut, because writes are not synced to disk; in production it does.

mod bus;
mod content;
mod dynamo;
mod file;
mod key;
mod links;
mod metrics;
mod queue;
mod watch;

pub use bus::{BusCounts, MachineBus, Published};
pub use content::FolderContent;
pub use dynamo::{DynamoAnswer, DynamoCall, DynamoInterceptor, EmbeddedDynamo, EmbeddedError, count_rounds};
pub use key::FileKey;
pub use links::MachineLinks;
pub use metrics::RecordedMetrics;
pub use queue::{DeadLetter, DeadLetters, Depth, MachineQueue, MachineQueues, QueueSettings};
pub use watch::{Operation, Watch};
