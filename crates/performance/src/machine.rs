//! A platform as fits see it: peaks, memory, networks and efficiencies gathered once from the catalogue.

use quarterdeck_catalog::{
    Catalog, Device, DeviceClass, DeviceEfficiency, Family, GeneralEfficiency, Platform, Precision,
    Provenance, StepCalibration,
};
use quarterdeck_units::{Bandwidth, Bytes, FlopRate};

use crate::collectives::{Fabric, Measured, Network, Tier};
use crate::fit::Reason;

/// A platform with the facts and calibrations that fits need.
#[derive(Clone, Debug)]
pub struct Machine<'a> {
    /// The platform.
    pub platform: &'a Platform,
    /// Its device.
    pub device: &'a Device,
    /// Shares of peak of the device.
    pub efficiency: &'a DeviceEfficiency,
    /// Efficiencies of every device.
    pub general: &'a GeneralEfficiency,
    /// Calibration of whole steps.
    pub steps: &'a StepCalibration,
    /// Devices in one platform.
    pub devices: f64,
    /// Memory of one device.
    pub memory: Bytes,
    /// Peak memory bandwidth of one device.
    pub memory_bandwidth: Bandwidth,
    /// The networks between devices.
    pub network: Network,
}

impl<'a> Machine<'a> {
    /// Gathers a platform from the catalogue.
    pub fn of(catalog: &'a Catalog, platform: &'a Platform) -> Result<Machine<'a>, Reason> {
        let missing = |error: &dyn std::fmt::Display| Reason::Missing { fact: error.to_string() };
        let device = catalog.device(&platform.device).map_err(|error| missing(&error))?;
        let efficiency = catalog.efficiency(&device.id).map_err(|error| missing(&error))?;
        let devices = f64::from(platform.devices.max(1));
        Ok(Machine {
            platform,
            device,
            efficiency,
            general: &catalog.efficiencies.general,
            steps: &catalog.steps,
            devices,
            memory: device.memory.capacity.value,
            memory_bandwidth: device.memory.bandwidth.value,
            network: Network {
                scale_up: scale_up(platform, device, efficiency),
                scale_out: scale_out(platform, efficiency),
                fabric: None,
            },
        })
    }

    /// The same platform behind a fabric that passes a share of its rate between domains.
    #[must_use]
    pub fn behind(mut self, fabric_share: f64) -> Machine<'a> {
        self.network.scale_out = self.network.scale_out.slowed(fabric_share.clamp(0.0, 1.0));
        self
    }

    /// The same platform joined to others by a fabric, whose levels take their share of what collectives reach.
    ///
    /// The calibrated share of the link rate is kept below it: it was measured on fabrics that block nothing.
    #[must_use]
    pub fn joined_by(mut self, fabric: Option<Fabric>) -> Machine<'a> {
        self.network.fabric = fabric;
        self
    }

    /// Dense peak at a precision, or why there is none.
    pub fn peak(&self, precision: Precision) -> Result<FlopRate, Reason> {
        self.device.peak(precision).map(|peak| peak.value).map_err(|error| Reason::Precision {
            wanted: Some(precision),
            known: error.known.clone(),
            detail: error.to_string(),
        })
    }

    /// The precision asked for, or the first that the device has of a list.
    pub fn choose(&self, wanted: Option<Precision>, order: &[Precision]) -> Result<Precision, Reason> {
        if let Some(precision) = wanted {
            return self.peak(precision).map(|_| precision);
        }
        self.device.first_peak(order).map(|(precision, _)| precision).ok_or_else(|| Reason::Precision {
            wanted: None,
            known: self.device.peak.keys().copied().collect(),
            detail: format!(
                "device `{}` has no peak rate at any usable precision (key `peak` in {})",
                self.device.id,
                self.device.file()
            ),
        })
    }

    /// The precision asked for, or a wider one where the device lacks it: another 16-bit format first, then 32 bits.
    ///
    /// For settings that name the narrowest numbers a model trains in, which older devices may exceed.
    pub fn choose_at_least(&self, wanted: Precision) -> Result<Precision, Reason> {
        let order = [wanted, Precision::Bf16, Precision::Fp16, Precision::Tf32, Precision::Fp32];
        let wide_enough = |precision: &Precision| precision.bytes_per_element() >= wanted.bytes_per_element();
        let order: Vec<Precision> = order.into_iter().filter(wide_enough).collect();
        self.choose(None, &order)
    }

    /// Whether the device is a general-purpose processor, whose memory is the host's.
    pub fn is_cpu(&self) -> bool {
        self.device.class == DeviceClass::Cpu
    }

    /// Refuses kinds of work that the device's family does not cover.
    ///
    /// In-house inference chips (family `own`) run recommendation inference only: their compilers cover the
    /// operators of rankers, and neither training nor long attention (`mtia-v1-2023`). A device may say that it trains.
    pub fn covers_only_ranking(&self) -> Result<(), Reason> {
        if !self.device.trains.unwrap_or(self.device.family != Family::Own) {
            return Err(Reason::Coverage { covers: "inference of recommendation models".to_owned() });
        }
        Ok(())
    }

    /// Provenance of the facts that every fit on this platform rests on, under a kind of load.
    pub fn provenance(&self, precision: Precision, load: &str) -> Provenance {
        let mut known = Provenance::none();
        if let Some(share) = self.general.busy_power.get(load) {
            known.absorb_fact(share);
        }
        if let Ok(peak) = self.device.peak(precision) {
            known.absorb_fact(peak);
        }
        known.absorb_fact(&self.device.memory.capacity);
        known.absorb_fact(&self.device.memory.bandwidth);
        known.absorb_fact(&self.efficiency.memory);
        known.absorb_fact(&self.platform.power.rated);
        known.absorb_fact(&self.platform.power.idle);
        known
    }

    /// Provenance of the networks, for fits that use them.
    pub fn network_provenance(&self) -> Provenance {
        let mut known = Provenance::none();
        if let Some(link) = &self.device.scale_up {
            known.absorb_fact(&link.bandwidth);
        }
        known.absorb_fact(&self.platform.scale_out.back_end_rate);
        known.absorb_fact(&self.efficiency.scale_up.all_reduce);
        if let Some(hops) = &self.platform.scale_up_hops {
            known.absorb_fact(hops);
        }
        known.absorb_fact(&self.efficiency.scale_out);
        known
    }
}

/// Devices of one scale-up domain and what their links reach. Devices without such links talk over the host.
fn scale_up(platform: &Platform, device: &Device, efficiency: &DeviceEfficiency) -> Tier {
    let link = &efficiency.scale_up;
    let over_host = platform.host.link.as_ref().map(|link| link.value);
    let bandwidth = device.scale_up.as_ref().map(|link| link.bandwidth.value).or(over_host);
    let domain = if bandwidth.is_some() { platform.scale_up_domain.max(1) } else { 1 };
    let bandwidth = bandwidth.unwrap_or(Bandwidth::ZERO);
    // Where devices pass messages on for each other, each takes as many bytes of links as it makes hops.
    let hops = platform.scale_up_hops.as_ref().map_or(1.0, |hops| hops.value);
    Tier {
        size: f64::from(domain),
        all_reduce: bandwidth * link.all_reduce.value,
        all_gather: bandwidth * link.all_gather.value,
        all_to_all: bandwidth * (link.all_to_all.value / hops),
        latency: link.latency.value,
        measured: device
            .scale_up
            .as_ref()
            .zip(efficiency.collectives.as_ref())
            .map(|(link, curves)| Measured::new(curves, link.bandwidth.value)),
    }
}

/// Share of the platform's back-end network that one device has; the front end where there is no back end.
fn scale_out(platform: &Platform, efficiency: &DeviceEfficiency) -> Tier {
    let networks = &platform.scale_out;
    let whole = if networks.back_end_ports > 0 { networks.back_end() } else { networks.front_end() };
    let reached = whole * (efficiency.scale_out.value / f64::from(platform.devices.max(1)));
    Tier {
        size: f64::INFINITY,
        all_reduce: reached,
        all_gather: reached,
        all_to_all: reached,
        latency: efficiency.scale_out_latency.value,
        measured: None,
    }
}
