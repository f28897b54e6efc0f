//! One function per user question; each body reads like the arrow from scenario to report.
