//! Plain device time, as a job trace asks for: how many devices of the reference platform one platform stands for.

use quarterdeck_catalog::{Catalog, Precision};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Flop, Seconds, WorkRate, WorkUnit};

use crate::energy::mean_power;
use crate::fit::{Binding, Breakdown, Fit, FitRequest, MemoryUse, Reason, Strategy};
use crate::machine::Machine;
use crate::operators::Roofline;

/// Kind of load, for power.
const LOAD: &str = "device-hours";

/// Precisions by which devices are compared, first that both have.
const COMPARED: [Precision; 4] = [Precision::Bf16, Precision::Fp16, Precision::Tf32, Precision::Fp32];

/// The fit of device time.
///
/// $$ r = n \sqrt{\frac{\eta P}{\eta_0 P_0}\cdot\frac{B}{B_0}} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $n$ | devices of the platform | 1 |
/// | $\eta P, \eta_0 P_0$ | reached rate of large matrix multiplies, here and on the reference | FLOP/s |
/// | $B, B_0$ | memory bandwidth | B/s |
///
/// Jobs of a trace are a mix of arithmetic and memory traffic that the trace does not describe, so the geometric
/// mean stands for it (own assumption; the origin of the fit says so). On the reference platform itself the rate
/// is its number of devices, exactly.
pub fn fit(request: &FitRequest, catalog: &Catalog, machine: &Machine) -> Result<Fit, Reason> {
    machine.covers_only_ranking()?;
    let WorkloadKind::DeviceHours { reference, devices_per_job, memory_per_device } = request.kind else {
        return Err(Reason::Model { wanted: "device-time settings" });
    };
    if let Some(needed) = memory_per_device.filter(|needed| *needed > machine.memory) {
        return Err(Reason::Memory { of: "jobs", needed, available: machine.memory });
    }
    let reference =
        catalog.platform(reference).map_err(|error| Reason::Missing { fact: error.to_string() })?;
    let same = reference.device == request.platform.device;
    let speed = if same { 1.0 } else { relative_speed(&Machine::of(catalog, reference)?, machine)? };
    let platforms_per_job = (devices_per_job.0.max(1.0) / machine.devices).ceil();
    let mut provenance = machine.provenance(COMPARED[0], LOAD);
    if !same {
        provenance.absorb(&quarterdeck_catalog::Provenance::assumed());
    }
    Ok(Fit {
        workload: request.workload.to_owned(),
        platform: request.platform.id.clone(),
        strategy: Strategy::Devices,
        rate: WorkRate::new(machine.devices * speed, WorkUnit::DeviceSeconds),
        latency: None,
        breakdown: Breakdown { matrix: Seconds::seconds(1.0), ..Breakdown::default() },
        memory: MemoryUse { capacity: machine.memory, ..MemoryUse::default() },
        power: mean_power(machine, LOAD, 1.0)?,
        min_platforms: platforms_per_job,
        binds: Binding::Compute,
        provenance,
    })
}

fn relative_speed(reference: &Machine, machine: &Machine) -> Result<f64, Reason> {
    let precision = COMPARED
        .into_iter()
        .find(|precision| machine.peak(*precision).is_ok() && reference.peak(*precision).is_ok())
        .ok_or_else(|| Reason::Precision {
            wanted: None,
            known: machine.device.peak.keys().copied().collect(),
            detail: format!(
                "`{}` and `{}` have no precision in common",
                machine.device.id, reference.device.id
            ),
        })?;
    let reached = |machine: &Machine| -> Result<f64, Reason> {
        let share = Roofline::of(machine, precision, 1.0)?.cube_share(Flop::tera(1.0));
        Ok(machine.peak(precision)?.as_per_second() * share)
    };
    let arithmetic = reached(machine)? / reached(reference)?;
    let memory = machine.memory_bandwidth / reference.memory_bandwidth;
    Ok((arithmetic * memory).sqrt())
}
