//! Numbers of a design that can be changed one by one; area and power follow them.

use quarterdeck_units::{Bandwidth, Bytes, Hertz, Quantity as _, SquareMetres, Watts};

use super::ChipDesign;
use crate::kinds::words;
use crate::silicon::Silicon;

words! {
    /// A number of a design that can be changed.
    Knob: "a number of a chip design" {
        /// Multiply-accumulates of a cycle at the fastest precision; the others keep their ratios.
        Macs = "macs",
        /// Clock.
        Clock = "clock",
        /// On-chip memory.
        Sram = "sram",
        /// Rate of the memory.
        MemoryRate = "memory-rate",
        /// Capacity of the memory.
        MemoryCapacity = "memory-capacity",
        /// Link of one chip to the others of its server.
        Link = "link",
        /// Chips of one server.
        Chips = "chips",
        /// Area of one die, for cost alone.
        DieArea = "die-area",
        /// Power, for energy and halls alone.
        Tdp = "tdp",
    }
}

impl Knob {
    /// A value with its unit, in base units.
    ///
    /// # Errors
    /// What is wrong with the text, with an example.
    pub fn parse(self, text: &str) -> Result<f64, String> {
        fn of<T: Quantity>(text: &str) -> Result<f64, String> {
            text.trim()
                .parse::<T>()
                .map(Quantity::base)
                .map_err(|error| format!("{error}; write it as in `{}`", T::EXAMPLE))
        }
        use quarterdeck_units::Quantity;
        match self {
            Knob::Macs | Knob::Chips => {
                let count = text.trim().parse::<quarterdeck_units::Count>();
                count.map(|count| count.0).map_err(|error| error.to_string())
            }
            Knob::Clock => of::<Hertz>(text),
            Knob::Sram | Knob::MemoryCapacity => of::<Bytes>(text),
            Knob::MemoryRate | Knob::Link => of::<Bandwidth>(text),
            Knob::DieArea => of::<SquareMetres>(text),
            Knob::Tdp => of::<Watts>(text),
        }
    }

    /// A value in base units as text.
    pub fn show(self, value: f64) -> String {
        match self {
            Knob::Macs | Knob::Chips => format!("{value:.0}"),
            Knob::Clock => format!("{:.2}", Hertz::from_base(value)),
            Knob::Sram | Knob::MemoryCapacity => format!("{:.0}", Bytes::from_base(value)),
            Knob::MemoryRate | Knob::Link => format!("{:.1}", Bandwidth::from_base(value)),
            Knob::DieArea => format!("{:.0}", SquareMetres::from_base(value)),
            Knob::Tdp => format!("{:.0}", Watts::from_base(value)),
        }
    }

    /// The value of a design in base units.
    pub fn of(self, design: &ChipDesign) -> f64 {
        match self {
            Knob::Macs => design.macs.values().copied().fold(0.0, f64::max),
            Knob::Clock => design.clock.base(),
            Knob::Sram => design.sram.base(),
            Knob::MemoryRate => design.memory_rate.base(),
            Knob::MemoryCapacity => design.memory.base(),
            Knob::Link => design.link.base(),
            Knob::Chips => f64::from(design.server.chips),
            Knob::DieArea => design.die_area.base(),
            Knob::Tdp => design.tdp.base(),
        }
    }
}

impl ChipDesign {
    /// The design with one number changed; area and power change by what the number takes by the rules of the node.
    ///
    /// # Errors
    /// A node or kind of memory that the catalogue does not have.
    pub fn changed(&self, knob: Knob, value: f64, silicon: &Silicon) -> Result<ChipDesign, String> {
        let mut design = self.clone();
        match knob {
            Knob::Macs => {
                let factor = value / Knob::Macs.of(self);
                design.macs.values_mut().for_each(|macs| *macs *= factor);
            }
            Knob::Clock => design.clock = Hertz::from_base(value),
            Knob::Sram => design.sram = Bytes::from_base(value),
            Knob::MemoryRate => design.memory_rate = Bandwidth::from_base(value),
            Knob::MemoryCapacity => design.memory = Bytes::from_base(value),
            Knob::Link => design.link = Bandwidth::from_base(value),
            // A part of a chip is none.
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            Knob::Chips => design.server.chips = value.round().max(1.0) as u32,
            Knob::DieArea => design.die_area = SquareMetres::from_base(value),
            Knob::Tdp => design.tdp = Watts::from_base(value),
        }
        let area = design.known_area(silicon)? - self.known_area(silicon)?;
        design.die_area += area / f64::from(self.dies.max(1));
        design.tdp += design.known_power(silicon)? - self.known_power(silicon)?;
        Ok(design)
    }
}
