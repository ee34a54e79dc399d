//! The event sender on Lambda.

fn main() {}
