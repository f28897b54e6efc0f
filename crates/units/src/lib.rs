//! Physical quantities, money and calendar quarters as types, with a text form that carries the unit.
