//! Shared test fixtures, independent checkers and brute-force references.
