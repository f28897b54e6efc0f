//! Typed view of the cited facts in data/catalog: devices, platforms, models, prices, sources.
