//! Words, tables and charts for people, from the results of the other stages.
