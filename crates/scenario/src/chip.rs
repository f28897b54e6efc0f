//! Chip design files: read with every fault at once, each with its place, what was given and what is allowed.

use crate::diagnostic::{Diagnostic, Diagnostics, Warned};
use crate::document::{MAX_BYTES, cut};
use crate::fields::Cited;
use crate::files::Files;
use crate::merge::apply_override;
use crate::nearest::nearest;
use crate::read::Reader;
use crate::resolve::{check_citations, check_schema, finished, text, value};
use crate::source::Span;
use crate::spec::{Slot, Table};
use crate::tables::{
    ChipCostTable, ChipProgrammeTable, ChipServerTable, ChipSoftwareTable, ChipTable, SiliconTable,
};
use quarterdeck_catalog::chip::{
    ChipCost, ChipDesign, ChipFault, ChipProgramme, ChipSoftware, ServerDesign, Share, Volume,
};
use quarterdeck_catalog::{Catalog, Citation, Cooling, Family, Origin, Precision, SourceId};
use quarterdeck_units::{
    Bandwidth, Bytes, Hertz, PriceYear, Quarter, Quarters, Seconds, SquareMetres, Usd, Watts,
};
use std::collections::BTreeMap;

/// Reads a chip design with all its faults; overrides such as `silicon.sram=256 MB` go before the file.
///
/// ```
/// use quarterdeck_catalog::Catalog;
/// use quarterdeck_scenario::{MemoryFiles, resolve_chip};
/// let text = r#"
/// schema = 1
/// id = "tiny"
/// available_from = "2025-Q1"
/// price_year = 2024
/// silicon = { node = "n7", clock = "0 GHz", macs = { int8 = 1024 }, sram = "1 MB", link = "1 GB/s", tdp = "5 W", die_area = "900 mm2", assumed = "an example" }
/// memory = { kind = "lpddr5", capacity = "8 GB", rate = "9 TB/s" }
/// server = { chips = 1, memory = "8 GB", memory_rate = "20 GB/s", link = "1 GB/s", network = "1 GB/s", power = "50 W", idle = "20 W", price = "1e3 USD", assumed = "an example" }
/// software = { operators = ["dense"], assumed = "an example" }
/// "#;
/// let read = resolve_chip("tiny.toml", &[], &MemoryFiles::one("tiny.toml", text), &Catalog::builtin());
/// let faults = read.value.unwrap_err();
/// assert_eq!(faults.len(), 3, "clock, die area and memory rate");
/// ```
pub fn resolve_chip(
    path: &str,
    overrides: &[String],
    files: &dyn Files,
    catalog: &Catalog,
) -> Warned<Result<ChipDesign, Diagnostics>> {
    let mut reader = Reader::new(files);
    let design = read(&mut reader, path, overrides, catalog);
    finished(reader, design)
}

fn read(reader: &mut Reader<'_>, path: &str, overrides: &[String], catalog: &Catalog) -> Option<ChipDesign> {
    let file = reader.load(path, None, MAX_BYTES)?;
    let mut root = reader.parse(file);
    if root.entries().is_none_or(<[_]>::is_empty) && !reader.any_damaged() {
        let message = format!("`{}` holds no chip design", reader.sources.name(file));
        reader.push(
            Diagnostic::new("scenario::empty", Span::new(file, 0, 0), message)
                .help("start from a copy of `examples/own-chip.toml`"),
        );
        return None;
    }
    for given in overrides {
        apply_override(reader, ChipTable::spec(), &mut root, given);
    }
    let table = ChipTable::read_table(reader, &root)?;
    check_schema(reader, &table.schema);
    let mut cited: Vec<&dyn Cited> = Vec::new();
    cited.extend(table.silicon.as_ref().map(|slot| &slot.value as &dyn Cited));
    cited.extend(table.server.as_ref().map(|slot| &slot.value as &dyn Cited));
    cited.extend(table.software.as_ref().map(|slot| &slot.value as &dyn Cited));
    cited.extend(table.cost.as_ref().map(|slot| &slot.value as &dyn Cited));
    cited.extend(table.programme.as_ref().map(|slot| &slot.value as &dyn Cited));
    check_citations(reader, catalog, &cited, &table.source);
    let design = Builder { reader, catalog }.design(&table);
    if reader.has_errors() { None } else { design }
}

/// What a table cites, as the catalogue's facts do.
fn citation(basis: &crate::model::Basis) -> Citation {
    match basis.sources.first() {
        Some(source) => Citation {
            origin: Origin::Published,
            source: Some(SourceId(source.clone())),
            locator: None,
            reason: basis.assumed.clone(),
        },
        None => Citation {
            origin: Origin::Assumed,
            source: None,
            locator: None,
            reason: Some(basis.assumed.clone().unwrap_or_else(|| "the design file says so".to_owned())),
        },
    }
}

struct Builder<'r, 'a, 'c> {
    reader: &'r mut Reader<'a>,
    catalog: &'c Catalog,
}

impl Builder<'_, '_, '_> {
    fn impossible(&mut self, span: Span, message: String, label: String, help: &str) {
        self.reader.push(Diagnostic::new("scenario::impossible", span, message).label(label).help(help));
    }

    fn design(mut self, table: &ChipTable) -> Option<ChipDesign> {
        self.price_year(&table.price_year);
        let silicon = table.silicon.as_ref().map(|slot| &slot.value);
        let macs = silicon.map(|silicon| self.macs(silicon));
        let dies = silicon.and_then(|silicon| self.whole(&silicon.dies, "dies", 1, 64));
        let server = table.server.as_ref().and_then(|slot| self.server(&slot.value));
        let software = table.software.as_ref().and_then(|slot| software(&slot.value));
        let programme = table.programme.as_ref().map(|slot| self.programme(&slot.value));
        let volume = table.volume.as_ref().map(|slot| {
            let (low, likely, high) =
                (value(&slot.value.low), value(&slot.value.likely), value(&slot.value.high));
            let volume = Volume { low: low?.0, likely: likely?.0, high: high?.0 };
            if !(volume.low <= volume.likely && volume.likely <= volume.high) {
                let message = "a volume goes from low over likely to high".to_owned();
                self.reader.push(
                    Diagnostic::new("scenario::reversed", slot.span, message)
                        .help("write the three numbers in that order"),
                );
            }
            Some(volume)
        });
        let silicon = silicon?;
        let memory = table.memory.as_ref().map(|slot| &slot.value);
        let id = table.id.as_ref().map_or_else(String::new, |id| id.value.0.clone());
        // What is missing or faulty was told; sound numbers stand in for it so that the rest can be checked too.
        let complete = server.is_some() && software.is_some() && memory.is_some();
        let design = ChipDesign {
            title: text(&table.title).unwrap_or_else(|| id.clone()),
            id,
            available_from: value(&table.available_from).unwrap_or(Quarter::new(2000, 1)),
            price_year: value(&table.price_year).map_or(0, |year| year.0),
            node: value(&silicon.node).unwrap_or_else(|| self.any_node()),
            clock: value(&silicon.clock).unwrap_or(Hertz::gigahertz(1.0)),
            macs: macs.filter(|macs| !macs.is_empty()).unwrap_or_else(|| [(Precision::Int8, 1.0)].into()),
            sram: value(&silicon.sram).unwrap_or_default(),
            sram_rate: value(&silicon.sram_rate),
            memory_kind: memory.and_then(|memory| value(&memory.kind)).unwrap_or_else(|| self.any_memory()),
            memory: memory.and_then(|memory| value(&memory.capacity)).unwrap_or(Bytes::bytes(1.0)),
            memory_rate: memory
                .and_then(|memory| value(&memory.rate))
                .unwrap_or(Bandwidth::bytes_per_second(1.0)),
            link: value(&silicon.link).unwrap_or_default(),
            tdp: value(&silicon.tdp).unwrap_or(Watts::watts(1.0)),
            die_area: value(&silicon.die_area).unwrap_or(SquareMetres::square_millimetres(1.0)),
            dies: dies.unwrap_or(1),
            cite: citation(&silicon.basis()),
            server: server.unwrap_or_else(ServerDesign::stand_in),
            software: software.unwrap_or_else(ChipSoftware::stand_in),
            cost: table.cost.as_ref().map_or_else(ChipCost::none, |slot| cost(&slot.value)),
            programme: programme.flatten(),
            volume: volume.flatten(),
        };
        for fault in design.limit_faults(&self.catalog.silicon) {
            self.physical(table, fault);
        }
        // Parts are summed only where every number is sound.
        if complete && !self.reader.has_errors() {
            for fault in design.budget_faults(&self.catalog.silicon) {
                self.physical(table, fault);
            }
        }
        complete.then_some(design)
    }

    fn any_node(&self) -> String {
        self.catalog.silicon.node.keys().next().cloned().unwrap_or_default()
    }

    fn any_memory(&self) -> String {
        self.catalog.silicon.memory.keys().next().cloned().unwrap_or_default()
    }

    /// A fault of physics or a maker's limits, at the key that says it.
    fn physical(&mut self, table: &ChipTable, fault: ChipFault) {
        let silicon = table.silicon.as_ref().map(|slot| &slot.value);
        let memory = table.memory.as_ref().map(|slot| &slot.value);
        let span = match fault.key {
            "clock" => silicon.and_then(|silicon| silicon.clock.as_ref().map(|slot| slot.span)),
            "macs" => silicon.and_then(|silicon| silicon.macs.as_ref().map(|slot| slot.span)),
            "die_area" => silicon.and_then(|silicon| silicon.die_area.as_ref().map(|slot| slot.span)),
            "node" => silicon.and_then(|silicon| silicon.node.as_ref().map(|slot| slot.span)),
            "tdp" => silicon.and_then(|silicon| silicon.tdp.as_ref().map(|slot| slot.span)),
            "memory.kind" => memory.and_then(|memory| memory.kind.as_ref().map(|slot| slot.span)),
            "memory.rate" => memory.and_then(|memory| memory.rate.as_ref().map(|slot| slot.span)),
            _ => memory.and_then(|memory| memory.capacity.as_ref().map(|slot| slot.span)),
        };
        let span = span.or(table.silicon.as_ref().map(|slot| slot.span)).unwrap_or(table.place);
        let known = match fault.key {
            "node" => Some(self.catalog.silicon.node.keys()),
            _ => None,
        };
        let kinds = self.catalog.silicon.memory.keys();
        let given = self.reader.sources.slice(span).trim_matches('"').to_owned();
        let near = match (fault.key, known) {
            ("node", Some(nodes)) => nearest(&given, nodes.map(String::as_str)),
            ("memory.kind", _) => nearest(&given, kinds.map(String::as_str)),
            _ => None,
        };
        if fault.key == "node" || fault.key == "memory.kind" {
            let mut diagnostic = Diagnostic::new("scenario::unknown-word", span, cut(&fault.message))
                .help(fault.message.clone());
            if let Some(near) = near {
                diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
            }
            self.reader.push(diagnostic);
            return;
        }
        let help = format!("write a value {}", fault.allowed);
        self.impossible(span, fault.message, fault.allowed.clone(), &help);
    }

    /// Multiply-accumulates by precision; every key must be a precision that own chips are calibrated for.
    fn macs(&mut self, silicon: &SiliconTable) -> BTreeMap<Precision, f64> {
        let prior = self.catalog.efficiencies.prior.get(&Family::Own);
        let known: Vec<&str> =
            prior.iter().flat_map(|row| row.gemm.keys()).map(|precision| precision.as_str()).collect();
        let mut macs = BTreeMap::new();
        for (key, count) in silicon.macs.iter().flat_map(|slot| &slot.value.0) {
            match key.value.parse::<Precision>() {
                Ok(precision) if known.contains(&precision.as_str()) => {
                    macs.insert(precision, count.value.0);
                }
                _ => {
                    let message = format!("`{}` is no precision of an own chip", cut(&key.value));
                    let mut diagnostic = Diagnostic::new("scenario::unknown-word", key.span, message)
                        .help(format!("precisions are {}", crate::nearest::listed(known.iter().copied())));
                    if let Some(near) = nearest(&key.value, known.iter().copied()) {
                        diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
                    }
                    self.reader.push(diagnostic);
                }
            }
        }
        macs
    }

    /// A whole number within bounds.
    fn whole(&mut self, slot: &Slot<i64>, key: &str, least: u32, most: u32) -> Option<u32> {
        let given = slot.as_ref()?;
        match u32::try_from(given.value) {
            Ok(number) if (least..=most).contains(&number) => Some(number),
            _ => {
                let message = format!("`{key}` of {} can not be meant", given.value);
                let help = format!("write a whole number from {least} to {most}");
                self.impossible(given.span, message, format!("from {least} to {most}"), &help);
                None
            }
        }
    }

    /// Prices must be convertible to other years.
    fn price_year(&mut self, year: &Slot<PriceYear>) {
        let Some(year) = year else { return };
        let deflator = self.catalog.money.price_index.deflator();
        let Some((first, last)) = deflator.span() else { return };
        if !(first..=last).contains(&year.value) {
            let message = format!("the price index has no year {}", year.value.0);
            let help = format!("state dollars of {} to {}", first.0, last.0);
            self.impossible(year.span, message, format!("{} to {}", first.0, last.0), &help);
        }
    }

    fn server(&mut self, table: &ChipServerTable) -> Option<ServerDesign> {
        let chips = self.whole(&table.chips, "chips", 1, 1024);
        let sockets = self.whole(&table.sockets, "sockets", 1, 64);
        Some(ServerDesign {
            chips: chips?,
            cpu: text(&table.cpu).unwrap_or_else(|| "one host socket".to_owned()),
            sockets: sockets.unwrap_or(1),
            memory: value(&table.memory)?,
            memory_rate: value(&table.memory_rate)?,
            link: value(&table.link)?,
            network: value(&table.network)?,
            power: value(&table.power)?,
            idle: value(&table.idle)?,
            price: value(&table.price)?,
            rack_units: value(&table.rack_units).map_or(4.0, |ratio| ratio.0),
            per_rack: value(&table.per_rack).map_or(8.0, |ratio| ratio.0),
            cooling: value(&table.cooling).map_or(Cooling::Air, |word| word.0),
            lifetime: value(&table.lifetime).unwrap_or(Seconds::years(5.0)),
            cite: citation(&table.basis()),
        })
    }

    fn programme(&mut self, table: &ChipProgrammeTable) -> Option<ChipProgramme> {
        let ready = &table.ready.as_ref()?.value;
        let dates = (value(&ready.earliest)?, value(&ready.likely)?, value(&ready.latest)?);
        let started = table.started.as_ref()?;
        let ordered = started.value <= dates.0 && dates.0 <= dates.1 && dates.1 <= dates.2;
        if !ordered {
            let message = format!(
                "a programme goes from its start ({}) over earliest ({}) and likely ({}) to latest ({})",
                started.value, dates.0, dates.1, dates.2
            );
            self.reader.push(
                Diagnostic::new("scenario::reversed", ready.place, message)
                    .also(started.span, "started here")
                    .help("write the four quarters in that order"),
            );
        }
        Some(ChipProgramme {
            cost: value(&table.cost)?,
            started: started.value,
            ready: dates,
            meets_target: value(&table.meets_target).map_or(1.0, |ratio| ratio.0),
            missed_performance: value(&table.missed_performance).unwrap_or_default().0,
            stop_cost: value(&table.stop_cost).unwrap_or(Usd::ZERO),
        })
    }
}

fn software(table: &ChipSoftwareTable) -> Option<ChipSoftware> {
    let operators = table.operators.as_ref()?;
    Some(ChipSoftware {
        operators: operators.value.0.iter().map(|operator| operator.value.0).collect(),
        trains: value(&table.trains).unwrap_or(false),
        dense: value(&table.dense).map(|share| Share::around(share.0)),
        embedding: value(&table.embedding).map(|share| Share::around(share.0)),
        maturity: value(&table.maturity).map_or(1.0, |ratio| ratio.0),
        mature_after: value(&table.mature_after).unwrap_or(Quarters(0)),
        porting: value(&table.porting).unwrap_or(Usd::ZERO),
        cite: citation(&table.basis()),
    })
}

fn cost(table: &ChipCostTable) -> ChipCost {
    ChipCost {
        wafer: value(&table.wafer),
        r#yield: value(&table.die_yield).map(|share| share.0),
        defects: value(&table.defects),
        package: value(&table.package),
        test: value(&table.test),
        board: value(&table.board),
        margin: value(&table.margin).map(|ratio| ratio.0),
        nre: value(&table.nre),
        cite: Some(citation(&table.basis())),
    }
}
