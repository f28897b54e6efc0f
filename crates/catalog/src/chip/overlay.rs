//! A design as a device with its efficiencies and a platform, laid over the catalogue like any other.

use std::collections::BTreeMap;

use quarterdeck_units::{Bandwidth, PriceYear};

use super::{ChipDesign, Share};
use crate::catalog::Catalog;
use crate::device::{Basis, Device, Memory, Peak, ScaleUp, Sram};
use crate::efficiency::{EfficiencyRow, Fitted};
use crate::kinds::{Cooling, DeviceClass, Family};
use crate::origin::{Citation, Fact, Origin};
use crate::overlay::Overlay;
use crate::platform::{CoolingNeed, Host, Platform, Power, Rack, ScaleOut};
use crate::price::PriceFact;

/// Range of a share that is stated without one: software that nobody has run yet.
const SHARE_LOW: f64 = 0.5;
const SHARE_HIGH: f64 = 1.4;

impl Share {
    /// A share without a range of its own: half of it to 1.4 times, at most all.
    pub fn around(value: f64) -> Share {
        Share { value, low: value * SHARE_LOW, high: (value * SHARE_HIGH).min(1.0) }
    }

    fn fitted(self, cite: &Citation) -> Fitted {
        Fitted {
            value: self.value,
            low: self.low,
            high: self.high,
            rows: 0,
            origin: cite.origin,
            source: cite.source.clone(),
            locator: cite.locator.clone(),
            reason: cite.reason.clone(),
        }
    }
}

/// A value with a citation of its group.
fn cited<T>(cite: &Citation, value: T) -> Fact<T> {
    Fact {
        value,
        origin: cite.origin,
        source: cite.source.clone(),
        locator: cite.locator.clone(),
        reason: cite.reason.clone(),
    }
}

fn analytical<T>(value: T, reason: impl Into<String>) -> Fact<T> {
    Fact { value, origin: Origin::Analytical, source: None, locator: None, reason: Some(reason.into()) }
}

impl ChipDesign {
    /// The design as a device, its efficiencies and a platform of the same id.
    ///
    /// # Errors
    /// A node or kind of memory that the catalogue does not have.
    pub fn overlay(&self, catalog: &Catalog) -> Result<Overlay, String> {
        let device = self.device(catalog)?;
        let mut efficiencies = BTreeMap::new();
        efficiencies.insert(self.id.clone(), self.efficiencies());
        let platform = self.platform(catalog, &device)?;
        Ok(Overlay {
            device: vec![device],
            efficiency: efficiencies,
            platform: vec![platform],
            ..Overlay::default()
        })
    }

    fn device(&self, catalog: &Catalog) -> Result<Device, String> {
        let year = PriceYear(self.price_year);
        let unit = self.unit_cost(&catalog.silicon, &catalog.money, year)?.total();
        let peak = self.macs.iter().filter_map(|(precision, macs)| {
            let peak = Peak {
                value: self.peak(*precision)?,
                basis: Basis::Dense,
                origin: Origin::Analytical,
                source: self.cite.source.clone(),
                locator: None,
                reason: Some(format!("2 x {macs:.0} multiply-accumulates a cycle x {}", self.clock)),
            };
            Some((*precision, peak))
        });
        Ok(Device {
            id: self.id.clone(),
            aliases: Vec::new(),
            name: self.title.clone(),
            vendor: "own".to_owned(),
            class: DeviceClass::Asic,
            family: Family::Own,
            trains: Some(self.software.trains),
            available_from: self.available_from,
            cores: None,
            processors: None,
            peak: peak.collect(),
            memory: Memory {
                kind: self.memory_kind.clone(),
                capacity: cited(&self.cite, self.memory),
                bandwidth: cited(&self.cite, self.memory_rate),
            },
            sram: Some(Sram {
                capacity: cited(&self.cite, self.sram),
                bandwidth: self.sram_rate.map(|rate| cited(&self.cite, rate)),
            }),
            scale_up: Some(ScaleUp {
                domain: cited(&self.server.cite, self.server.chips),
                bandwidth: cited(&self.cite, self.link),
            }),
            nic: None,
            tdp: Some(cited(&self.cite, self.tdp)),
            price: Some(PriceFact {
                value: unit.typical,
                low: unit.low,
                high: unit.high,
                price_year: self.price_year,
                region: "us-average".to_owned(),
                origin: Origin::Analytical,
                source: None,
                locator: None,
                reason: Some("die, memory, package, test, card and margin of the design".to_owned()),
            }),
            notes: None,
        })
    }

    fn efficiencies(&self) -> EfficiencyRow {
        let software = &self.software;
        EfficiencyRow {
            recommendation_inference: software.dense.map(|share| share.fitted(&software.cite)),
            embedding: software.embedding.map(|share| share.fitted(&software.cite)),
            ..EfficiencyRow::default()
        }
    }

    fn platform(&self, catalog: &Catalog, device: &Device) -> Result<Platform, String> {
        let server = &self.server;
        let chips = f64::from(server.chips);
        let price = device.price.as_ref().map(|unit| PriceFact {
            value: unit.value * chips + server.price,
            low: unit.low * chips + server.price,
            high: unit.high * chips + server.price,
            reason: Some(format!("{chips:.0} chips at their unit cost and a server")),
            ..unit.clone()
        });
        let liquid_share = match server.cooling {
            Cooling::Air => 0.0,
            kind => catalog.facility.hall(kind).map_or(0.0, |hall| hall.liquid_share.value),
        };
        let one_port = |rate: Bandwidth| cited(&server.cite, rate);
        Ok(Platform {
            id: self.id.clone(),
            aliases: Vec::new(),
            name: format!("{} x {}", server.chips, self.title),
            device: self.id.clone(),
            devices: server.chips,
            servers: 1,
            scale_up_domain: server.chips,
            scale_up_hops: None,
            available_from: self.available_from,
            host: Host {
                cpu: server.cpu.clone(),
                device: None,
                sockets: server.sockets,
                memory: cited(&server.cite, server.memory),
                memory_bandwidth: cited(&server.cite, server.memory_rate),
                link: Some(cited(&server.cite, server.link)),
            },
            power: Power {
                rated: analytical(
                    self.tdp * chips + server.power,
                    format!("{chips:.0} chips of {} and {} of server", self.tdp, server.power),
                ),
                idle: cited(&server.cite, server.idle),
                measured: Vec::new(),
            },
            rack: Rack {
                rack_units: cited(&server.cite, server.rack_units),
                platforms_per_rack: cited(&server.cite, server.per_rack),
                weight: None,
            },
            cooling: CoolingNeed {
                kind: server.cooling,
                liquid_share: analytical(liquid_share, "by the kind of cooling"),
            },
            scale_out: ScaleOut {
                back_end_ports: 0,
                back_end_rate: one_port(server.network),
                front_end_ports: 1,
                front_end_rate: one_port(server.network),
            },
            price,
            lifetime: cited(&server.cite, server.lifetime),
            notes: None,
        })
    }
}
