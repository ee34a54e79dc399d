//! Laws of the deployment, a file for each subject.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod alarms;
mod choices;
mod dashboard;
mod deployment;
mod description;
mod environment;
mod formulas;
mod functions;
mod gateway;
mod metrics;
mod queues;
mod roles;
mod routes;
mod rows;
mod storage;
mod table;
