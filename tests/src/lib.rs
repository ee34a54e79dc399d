//! End-to-end and contract tests of Dropline
