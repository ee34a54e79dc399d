//! The ports' adapters for one machine.
//!
//! Queues, bus, bucket and master key live in a folder that the caller gives, DynamoDB is embedded, and metrics are
//! counted in memory. No server runs, nothing listens. They keep the promises of their ports: the contract suites run on them as on AWS.
//!
//! What was acknowledged survives `kill -9`: it has reached the operating system. It may not survive a power cut,
//! since nothing waits for the disk; production's services do.

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
pub use dynamo::{DynamoAnswer, DynamoCall, DynamoInterceptor, EmbeddedDynamo, EmbeddedError};
pub use key::FileKey;
pub use links::MachineLinks;
pub use metrics::RecordedMetrics;
pub use queue::{DeadLetter, DeadLetters, Depth, MachineQueue, MachineQueues, QueueSettings};
pub use watch::{Asked, Watch};
