//! The cost of one step: the fit of a workload on a platform, in time, memory, energy, or the reason it cannot run.
