//! Event clock and queue for simulations; knows no domain noun.
