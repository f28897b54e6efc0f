//! What was measured as entries of the catalogue: a device for a socket, a platform for the machine, shares of peak by
//! work, and the embedding curve.
//!
//! A probe cannot see power, price and space. They are taken, by its share of cores, from a platform of the catalogue
//! that the user names or whose cores multiply most alike, and are marked `assumed` with that reason.

use crate::Measured;
use crate::gather::POOLING;
use crate::gemm::GemmTable;
use crate::stream::StreamKind;
use quarterdeck_catalog::{
    Basis, Catalog, Citation, Cited, ComputeBucket, CoolingNeed, Device, DeviceClass, EfficiencyRow, Fact,
    Family, Fitted, GatherCurve, GatherPoint, GemmEfficiency, Host, KernelRow, Memory, MemoryBucket, Origin,
    Overlay, Peak, Platform, Power, Precision, PriceFact, Rack, ScaleOut, Source, SourceId, Sram, UnknownId,
};
use quarterdeck_units::{Bandwidth, Bytes, Flop, FlopRate, Quarter, Seconds, pow};
use std::collections::BTreeMap;

/// How to name what was measured and what to take for what cannot be.
#[derive(Clone, Debug, Default)]
pub struct EntryOptions {
    /// Id of device and platform; from the processor's name if none.
    pub id: Option<String>,
    /// Platform whose power, price and space are taken by share of cores.
    pub like: Option<String>,
}

/// Ratio of the work of one bucket to that of the next.
const BUCKET: f64 = 4.0;

/// The entries of a measured machine.
///
/// # Errors
/// When the platform to take power from is not in the catalogue, or nothing was measured.
pub fn entry(measured: &Measured, options: &EntryOptions, catalog: &Catalog) -> Result<Overlay, String> {
    let topology = &measured.topology;
    let sockets = topology.sockets.unwrap_or(1).max(1);
    let cores = topology.cores.or(topology.logical).unwrap_or(measured.threads).max(1);
    let id = options.id.clone().unwrap_or_else(|| default_id(topology.model.as_deref(), cores));
    let cite = Cite::new(measured, &id);
    let like = match &options.like {
        Some(name) => catalog.platform(name).map_err(|error: UnknownId| error.to_string())?.as_ref(),
        None => alike(measured, cores, catalog).ok_or("the catalogue has no server to take power from")?,
    };
    let share = Share::new(like, catalog, cores);
    let available_from = quarter_of(&measured.date)?;
    let per_socket = |total: f64| total / sockets as f64;

    let streams = |kind: StreamKind| {
        let of_all =
            measured.stream.iter().filter(|rate| rate.kind == kind && rate.threads == measured.threads);
        of_all.map(|rate| rate.rate).next()
    };
    let read = streams(StreamKind::Read).ok_or("no memory stream was measured")?;
    let triad = streams(StreamKind::Triad).ok_or("no memory stream was measured")?;
    let copy = streams(StreamKind::Copy).ok_or("no memory stream was measured")?;
    let bandwidth = read.median.max(triad.median).max(copy.median);
    let peaks = measured.gemm.iter().map(|table| {
        let shapes = table.shapes.len();
        let locator = format!(
            "best of {shapes} shapes, median of {} runs, kernel {} on {} threads; not a theoretical peak",
            table.shapes.first().map_or(0, |shape| shape.rate.runs),
            table.kernel,
            table.threads
        );
        let peak = Peak {
            value: FlopRate::per_second(rounded(per_socket(table.peak()))),
            basis: Basis::Dense,
            origin: Origin::Measured,
            source: Some(cite.source.clone()),
            locator: Some(locator),
            reason: None,
        };
        (table.precision, peak)
    });
    let sram = topology.cache_of_socket().map(|capacity| Sram {
        capacity: cite.fact(capacity, "as the system states it"),
        bandwidth: streams(StreamKind::CacheCopy).map(|rate| {
            let rate = Bandwidth::bytes_per_second(rounded(per_socket(rate.median)));
            cite.fact(rate, "copies within half the last cache, bytes read and written")
        }),
    });
    let memory = topology.memory.ok_or("the system does not state its memory")?;
    let device = Device {
        id: id.clone(),
        aliases: Vec::new(),
        name: topology.model.clone().unwrap_or_else(|| "processor without a name".to_owned()),
        vendor: vendor(topology.model.as_deref()).to_owned(),
        class: DeviceClass::Cpu,
        family: family(topology.architecture),
        trains: None,
        available_from,
        cores: Some(cite.fact((cores / sockets).max(1) as u32, "as the system states it")),
        processors: None,
        peak: peaks.collect(),
        memory: Memory {
            kind: "main memory".to_owned(),
            capacity: cite.fact(Bytes::bytes(per_socket(memory.as_bytes())), "as the system states it"),
            bandwidth: cite.fact(
                Bandwidth::bytes_per_second(rounded(per_socket(bandwidth))),
                "best of read, copy and triad on all threads; not a theoretical peak",
            ),
        },
        sram,
        scale_up: None,
        nic: None,
        tdp: None,
        price: None,
        notes: Some(notes(measured)),
    };
    let platform = Platform {
        id: id.clone(),
        aliases: Vec::new(),
        name: format!("Measured machine: {}", topology.words()),
        device: id.clone(),
        devices: sockets as u32,
        servers: 1,
        scale_up_domain: sockets as u32,
        scale_up_hops: None,
        available_from,
        host: Host {
            cpu: "the processors themselves".to_owned(),
            device: Some(id.clone()),
            sockets: sockets as u32,
            memory: cite.fact(memory, "as the system states it"),
            memory_bandwidth: cite.fact(Bandwidth::bytes_per_second(rounded(bandwidth)), "as the device"),
            link: None,
        },
        power: Power {
            rated: share.of(&like.power.rated),
            idle: share.of(&like.power.idle),
            measured: Vec::new(),
        },
        rack: Rack {
            rack_units: share.of(&like.rack.rack_units),
            platforms_per_rack: Fact::assumed(
                rounded(like.rack.platforms_per_rack.value / share.share),
                share.reason("platforms of a rack"),
            ),
            weight: None,
        },
        cooling: CoolingNeed { kind: like.cooling.kind, liquid_share: like.cooling.liquid_share.clone() },
        scale_out: ScaleOut {
            back_end_ports: 0,
            back_end_rate: share.of(&like.scale_out.back_end_rate),
            front_end_ports: 1,
            front_end_rate: share.of(&like.scale_out.front_end_rate),
        },
        price: like.price.as_ref().map(|price| share.price(price)),
        lifetime: like.lifetime.clone(),
        notes: None,
    };
    let efficiency = efficiency(measured, &cite, bandwidth, triad.median);
    let kernels = KernelRow { gather: gather(measured, &cite, sockets), ..KernelRow::default() };
    // Values taken from the catalogue bring the sources that they cite.
    let cited: Vec<Option<&SourceId>> =
        vec![platform.cooling.liquid_share.source(), platform.lifetime.source()];
    let borrowed = cited.into_iter().flatten().filter_map(|id| catalog.sources.get(id).cloned());
    let source: BTreeMap<SourceId, Source> =
        borrowed.chain([cite.entry()]).map(|source| (source.id.clone(), source)).collect();
    Ok(Overlay {
        source: source.into_values().collect(),
        device: vec![device],
        platform: vec![platform],
        efficiency: BTreeMap::from([(id.clone(), efficiency)]),
        kernels: BTreeMap::from([(id, kernels)]),
    })
}

/// Three significant digits: more than the spread of any rate supports.
fn rounded(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// The source that every measured value cites.
struct Cite {
    source: SourceId,
    words: String,
    date: String,
}

impl Cite {
    fn new(measured: &Measured, id: &str) -> Cite {
        Cite {
            source: SourceId(format!("probe-{id}-{}", measured.date)),
            words: measured.topology.words(),
            date: measured.date.clone(),
        }
    }

    fn entry(&self) -> Source {
        Source {
            id: self.source.clone(),
            title: format!("Measurement by `quarterdeck probe` on {}", self.words),
            publisher: "the owner of the machine".to_owned(),
            date: Some(self.date.clone()),
            accessed: None,
            url: "none: this file is the measurement".to_owned(),
            licence: "the owner's".to_owned(),
            note: Some(format!("quarterdeck {}", env!("CARGO_PKG_VERSION"))),
        }
    }

    fn fact<T>(&self, value: T, how: &str) -> Fact<T> {
        Fact {
            value,
            origin: Origin::Measured,
            source: Some(self.source.clone()),
            locator: Some(how.to_owned()),
            reason: None,
        }
    }

    fn citation(&self, how: String) -> Citation {
        Citation {
            origin: Origin::Measured,
            source: Some(self.source.clone()),
            locator: Some(how),
            reason: None,
        }
    }

    fn fitted<T: Clone>(&self, value: T, low: T, high: T, rows: usize, how: &str) -> Fitted<T> {
        Fitted {
            value,
            low,
            high,
            rows: u32::try_from(rows.max(1)).unwrap_or(u32::MAX),
            origin: Origin::Measured,
            source: Some(self.source.clone()),
            locator: Some(how.to_owned()),
            reason: None,
        }
    }
}

/// Part of another platform that the measured machine's cores are.
struct Share<'a> {
    like: &'a Platform,
    share: f64,
}

impl<'a> Share<'a> {
    fn new(like: &'a Platform, catalog: &Catalog, cores: usize) -> Share<'a> {
        let of_socket = catalog.device_of(like).cores.as_ref().map(|fact| f64::from(fact.value));
        let theirs = of_socket.map(|count| count * f64::from(like.devices));
        Share { like, share: theirs.map_or(1.0, |count| cores as f64 / count) }
    }

    fn reason(&self, of: &str) -> String {
        let percent = rounded(100.0 * self.share);
        format!("{of} of `{}`, by the share of its cores: {percent} %; a probe cannot see it", self.like.id)
    }

    fn of<T: Scaled>(&self, fact: &Fact<T>) -> Fact<T> {
        Fact::assumed(fact.value.scaled(self.share), self.reason("that"))
    }

    fn price(&self, price: &PriceFact) -> PriceFact {
        PriceFact {
            value: price.value.scaled(self.share),
            low: price.low.scaled(self.share),
            high: price.high.scaled(self.share),
            origin: Origin::Assumed,
            source: None,
            locator: None,
            reason: Some(self.reason("price")),
            ..price.clone()
        }
    }
}

/// Quantities of which a share can be taken.
trait Scaled {
    fn scaled(&self, share: f64) -> Self;
}

macro_rules! scaled {
    ($($quantity:ty),+) => {$(
        impl Scaled for $quantity {
            fn scaled(&self, share: f64) -> Self {
                use quarterdeck_units::Quantity;
                Self::from_base(rounded(self.base() * share))
            }
        }
    )+};
}
scaled!(quarterdeck_units::Watts, Bandwidth, quarterdeck_units::Usd);

impl Scaled for f64 {
    fn scaled(&self, share: f64) -> Self {
        rounded(self * share)
    }
}

/// The server of the catalogue whose cores multiply 32-bit numbers at the rate nearest to that of a measured core.
fn alike<'a>(measured: &Measured, cores: usize, catalog: &'a Catalog) -> Option<&'a Platform> {
    let table = measured.gemm.iter().find(|table| table.precision == Precision::Fp32)?;
    let per_core = table.peak() / cores as f64;
    let family = family(measured.topology.architecture);
    let servers = catalog.platforms.values().filter_map(|platform| {
        let device = catalog.device_of(platform);
        let cores = f64::from(device.cores.as_ref()?.value);
        let peak = device.peak(Precision::Fp32).ok()?.value.as_per_second();
        let fits = device.class == DeviceClass::Cpu && device.family == family;
        fits.then(|| {
            let ratio = peak / cores / per_core;
            (ratio.max(1.0 / ratio), platform.as_ref())
        })
    });
    servers.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, platform)| platform)
}

fn family(architecture: &str) -> Family {
    match architecture {
        "x86_64" | "x86" => Family::X86,
        "aarch64" | "arm" => Family::Arm,
        _ => Family::Other,
    }
}

fn vendor(model: Option<&str>) -> &'static str {
    let model = model.unwrap_or_default();
    let named = |word: &str| model.to_lowercase().contains(word);
    match () {
        () if named("intel") => "Intel",
        () if named("amd") => "AMD",
        () if named("ampere") => "Ampere",
        () => "not stated by the processor",
    }
}

/// `Intel(R) Xeon(R) Processor @ 2.50GHz` with two cores becomes `measured-intel-xeon-2c`.
fn default_id(model: Option<&str>, cores: usize) -> String {
    let before_clock = model.unwrap_or("processor").split('@').next().unwrap_or_default().to_lowercase();
    let plain = before_clock.replace("(r)", " ").replace("(tm)", " ");
    let words = plain.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> =
        words.filter(|word| !word.is_empty() && !["processor", "cpu", "core"].contains(word)).collect();
    format!("measured-{}-{cores}c", if words.is_empty() { "processor".to_owned() } else { words.join("-") })
}

fn quarter_of(date: &str) -> Result<Quarter, String> {
    let month: u32 = date.get(5..7).and_then(|text| text.parse().ok()).unwrap_or(1);
    let text = format!("{}-Q{}", date.get(..4).unwrap_or_default(), (month.max(1) - 1) / 3 + 1);
    text.parse().map_err(|_| format!("`{date}` is no date"))
}

fn notes(measured: &Measured) -> String {
    let mut notes = format!(
        "Rates are those of all {} threads by processor time, not pinned. Sustained over first second: {:.2}.",
        measured.threads,
        measured.clocks.ratio()
    );
    if measured.noise.is_noisy() {
        notes.push_str(" Others used caches and memory meanwhile, so that rates may be low.");
    }
    if !measured.unmeasured.is_empty() {
        notes.push_str(&format!(" Not measured, for want of a kernel: {}.", measured.unmeasured.join(", ")));
    }
    notes
}

fn efficiency(measured: &Measured, cite: &Cite, bandwidth: f64, triad: f64) -> EfficiencyRow {
    let gemm: BTreeMap<Precision, GemmEfficiency> =
        measured.gemm.iter().map(|table| (table.precision, by_work(table, cite, bandwidth))).collect();
    let runs = measured.stream.first().map_or(1, |rate| rate.rate.runs);
    let share = rounded((triad / bandwidth).min(1.0));
    let memory = cite.fitted(share, share, share, runs, "triad over the best stream");
    let largest = measured.gather.iter().map(|rate| rate.table).reduce(Bytes::max);
    let far = measured.gather.iter().filter(|rate| Some(rate.table) == largest);
    let shares: Vec<f64> = far.map(|rate| (rate.rate.median / bandwidth).min(1.0)).collect();
    let embedding = crate::Summary::of(shares).map(|found| {
        let how = "random rows of 64 to 512 B in the largest table over the best stream";
        cite.fitted(rounded(found.median), rounded(found.low), rounded(found.high), found.runs, how)
    });
    let ranking = measured.gemm.iter().find(|table| table.precision == Precision::Fp32).and_then(|table| {
        let peak = table.peak();
        let shapes =
            table.shapes.iter().filter(|shape| shape.shape.rows >= 256 && shape.shape.columns <= 1024);
        crate::Summary::of(shapes.map(|shape| shape.rate.median / peak).collect())
    });
    let ranking = ranking.map(|found| Fitted {
        origin: Origin::Interpolated,
        reason: Some(
            "products of ranking layers over the peak; what a framework adds was not measured".to_owned(),
        ),
        ..cite.fitted(
            rounded(found.median),
            rounded(found.low),
            rounded(found.high),
            found.runs,
            "products of 256 to 1,024 rows and widths of 256 to 1,024 in 32 bits",
        )
    });
    let launch = measured.gemm.first().map(|table| {
        let time = |value: f64| Seconds::seconds(rounded(value));
        let floor = &table.floor;
        cite.fitted(time(floor.median), time(floor.low), time(floor.high), floor.runs, "the smallest product")
    });
    EfficiencyRow {
        gemm,
        memory: Some(memory),
        embedding,
        recommendation_inference: ranking,
        launch,
        ..EfficiencyRow::default()
    }
}

/// Shares of peak by work, and of bandwidth for a thin product.
fn by_work(table: &GemmTable, cite: &Cite, bandwidth: f64) -> GemmEfficiency {
    let peak = table.peak();
    let mut buckets: BTreeMap<i32, Vec<f64>> = BTreeMap::new();
    for shape in &table.shapes {
        let place =
            (quarterdeck_units::ln(shape.shape.flops()) / quarterdeck_units::ln(BUCKET)).round() as i32;
        buckets.entry(place).or_default().push(shape.rate.median / peak);
    }
    let compute = buckets.into_iter().filter_map(|(place, shares)| {
        let found = crate::Summary::of(shares)?;
        Some(ComputeBucket {
            work: Flop::flop(rounded(pow(BUCKET, f64::from(place)))),
            value: rounded(found.median).min(1.0),
            low: rounded(found.low).min(1.0),
            high: rounded(found.high).min(1.0),
            rows: found.runs as u32,
        })
    });
    let (element, result) = match table.precision {
        Precision::Int8 => (1.0, 4.0),
        _ => (4.0, 4.0),
    };
    let bytes_of_flop = table.thin.shape.bytes(element, result) / table.thin.shape.flops();
    let thin = |rate: f64| rounded((rate * bytes_of_flop / bandwidth).min(1.0));
    let rate = &table.thin.rate;
    GemmEfficiency {
        cite: cite.citation(format!("kernel {} on {} threads", table.kernel, table.threads)),
        compute: compute.collect(),
        memory: MemoryBucket {
            value: thin(rate.median),
            low: thin(rate.low),
            high: thin(rate.high),
            rows: rate.runs as u32,
        },
        floor: Seconds::seconds(rounded(table.floor.median)),
    }
}

fn gather(measured: &Measured, cite: &Cite, sockets: usize) -> Option<GatherCurve> {
    let rate = |value: f64| Bandwidth::bytes_per_second(rounded(value / sockets as f64));
    let point = measured.gather.iter().map(|found| GatherPoint {
        row: found.row,
        table: found.table,
        bandwidth: rate(found.rate.median),
        low: rate(found.rate.low),
        high: rate(found.rate.high),
    });
    let curve = GatherCurve {
        cite: cite
            .citation(format!("rows drawn evenly and summed by {POOLING}, {} threads", measured.threads)),
        pooling: POOLING as u32,
        point: point.collect(),
    };
    curve.grid().is_some().then_some(curve)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain() {
        assert_eq!(default_id(Some("Intel(R) Xeon(R) Processor @ 2.50GHz"), 2), "measured-intel-xeon-2c");
        assert_eq!(default_id(Some("AMD EPYC 9654 96-Core Processor"), 96), "measured-amd-epyc-9654-96-96c");
        assert_eq!(default_id(None, 4), "measured-processor-4c");
    }

    #[test]
    fn dates_become_quarters() {
        assert_eq!(quarter_of("2026-03-31").unwrap().to_string(), "2026-Q1");
        assert_eq!(quarter_of("2026-11-22").unwrap().to_string(), "2026-Q4");
        assert!(quarter_of("soon").is_err());
    }

    #[test]
    fn rates_keep_three_digits() {
        assert_eq!(rounded(123_456.0), 123_000.0);
        assert_eq!(rounded(0.098_76), 0.0988);
    }
}
