//! What a fleet carries: goodput after failures and checkpoints.
