//! The quarterdeck command line.
fn main() {}
