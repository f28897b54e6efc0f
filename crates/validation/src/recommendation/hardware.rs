//! Which device and platform of the catalogue a row of recommendation measurements ran on.

use quarterdeck_catalog::{Catalog, DeviceClass, Platform, Precision};

use super::facts::{Facts, Quantity};
use crate::table::shortened;

/// Words of a hardware name, all of which it has without marks and spaces; device; platform whose host and
/// networks are taken. Tried in this order, so that `h100pcie` is found before `h100`.
const NAMES: &[(&[&str], &str, &str)] = &[
    (&["gb300"], "gb300-nvl72", "gb300-nvl72"),
    (&["gb200"], "gb200-nvl72", "gb200-nvl72"),
    (&["gh200", "144"], "gh200-144", "h100-hgx-8"),
    (&["gh200"], "gh200-96", "h100-hgx-8"),
    (&["b300"], "b300-sxm", "b300-hgx-8"),
    (&["b200"], "b200-sxm", "b200-hgx-8"),
    (&["h200"], "h200-sxm", "h200-hgx-8"),
    (&["h100", "nvl"], "h100-nvl", "a100-pcie-server-8"),
    (&["h100", "pcie"], "h100-pcie", "a100-pcie-server-8"),
    (&["h100"], "h100-sxm", "h100-hgx-8"),
    (&["a100", "pcie"], "a100-pcie-80", "a100-pcie-server-8"),
    (&["a100", "40gb"], "a100-sxm-40", "a100-sxm-40-hgx-8"),
    (&["a100"], "a100-sxm-80", "a100-sxm-80-hgx-8"),
    (&["a30"], "a30", "a30-server-8"),
    (&["a40"], "a40", "a100-pcie-server-8"),
    (&["a10"], "a10", "a100-pcie-server-8"),
    (&["a2"], "a2", "t4-server-4"),
    (&["l40s"], "l40s", "l40s-server-8"),
    (&["l40"], "l40", "l40s-server-8"),
    (&["l4"], "l4", "l4-server-8"),
    (&["v100", "dgx2"], "v100-sxm2-32", "dgx-2"),
    (&["v100", "16gb"], "v100-sxm2-16", "v100-hgx-8"),
    (&["v100"], "v100-sxm2-32", "v100-hgx-8"),
    (&["mi300x"], "mi300x", "mi300x-8"),
    (&["mi325x"], "mi325x", "mi325x-8"),
    (&["mi350x"], "mi350x", "mi350x-8"),
    (&["mi355x"], "mi355x", "mi355x-8"),
    (&["tpuv4"], "tpu-v4", "tpu-v4"),
    (&["tpuv5e"], "tpu-v5e", "tpu-v5e"),
    (&["tpuv5p"], "tpu-v5p", "tpu-v5p"),
    (&["tpuv6e"], "tpu-v6e", "tpu-v6e"),
    (&["mtia", "2i"], "mtia-2i", "mtia-2i"),
    (&["mtia"], "mtia-v1", "mtia-v1"),
    (&["recaccel"], "n3000", "n3000-8"),
    (&["n3000"], "n3000", "n3000-8"),
    (&["nnpi"], "nnpi-m2", "nnpi-yosemite-6"),
    (&["8380h"], "xeon-8380h", "cpu-2s-icx"),
    (&["8376h"], "xeon-8380h", "cpu-2s-icx"),
    (&["8380"], "xeon-8380", "cpu-2s-icx"),
    (&["6980p"], "xeon-6980p", "cpu-2s-gnr"),
    (&["8592"], "xeon-8592p", "cpu-2s-emr"),
    (&["8480"], "xeon-8480p", "cpu-2s-spr"),
    (&["sapphirerapids"], "xeon-8480p", "cpu-2s-spr"),
    (&["epyc9004"], "epyc-9654", "cpu-2s-genoa"),
    (&["epyc7742"], "epyc-7742", "cpu-2s-rome"),
    (&["t4"], "t4", "t4-server-4"),
];

/// Letters and digits in lower case.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A platform that stands for a row's hardware, and the share of a device that the row used.
pub(super) struct Hardware {
    pub(super) platform: Platform,
    /// Below 1 for a slice of a device.
    pub(super) slice: f64,
    /// Whether the platform is the catalogue's own, with the row's device in it.
    pub(super) own: bool,
}

/// The platform that a row ran on.
pub(super) fn of(catalog: &Catalog, facts: &Facts) -> Result<Hardware, String> {
    if let Ok(platform) = catalog.platform(facts.hardware.trim()) {
        return Ok(Hardware { platform: platform.as_ref().clone(), slice: 1.0, own: true });
    }
    // A host beside the device is no part of its name.
    let name = plain(facts.hardware.split(" + ").next().unwrap_or_default());
    let named = NAMES.iter().find(|(words, _, _)| words.iter().all(|word| name.contains(word)));
    if name.contains("fpga") {
        return Err("a prototype on programmable logic is no device of the catalogue".to_owned());
    }
    let by_id = catalog.devices.keys().find(|id| plain(id) == name).map(String::as_str);
    let (device, platform) = match (by_id, named) {
        (Some(id), Some((_, _, platform))) => (id, *platform),
        (Some(id), None) => (id, "h100-hgx-8"),
        (None, Some((_, device, platform))) => (*device, *platform),
        (None, None) => {
            return Err(format!(
                "the catalogue has no device for the hardware `{}`",
                shortened(&facts.hardware)
            ));
        }
    };
    let mut platform = catalog.platform(platform).map_err(|error| error.to_string())?.as_ref().clone();
    let own = platform.device == device;
    device.clone_into(&mut platform.device);
    if !facts.host_cpu.is_empty() {
        platform.host.cpu.clone_from(&facts.host_cpu);
    }
    if platform.servers == 1 && platform.scale_up_domain < platform.devices {
        // Cards of one server that have no links of their own talk over its host.
        platform.scale_up_domain = platform.devices;
    }
    // Slices that partition compute into seven (A100) or four (A30) parts, as the name counts them.
    let slice = match () {
        () if !facts.hardware.contains("MIG") => 1.0,
        () if device == "a30" => 0.25,
        () => 1.0 / 7.0,
    };
    Ok(Hardware { platform, slice, own })
}

/// Generation of a device, for tables and for the null model: the device without its form and memory.
pub fn generation(device: &str) -> &str {
    let end = ["-sxm", "-pcie", "-nvl"].iter().filter_map(|form| device.find(form)).min();
    &device[..end.unwrap_or(device.len())]
}

/// Number formats of a row, and how they were found where the source does not state them.
pub(super) struct Chosen {
    /// Of the layers.
    pub(super) layers: Precision,
    /// Of low-rank cross layers.
    pub(super) cross: Precision,
    /// How they were found; empty where the source states them.
    pub(super) why: &'static str,
}

/// Number formats of a row.
pub(super) fn formats(catalog: &Catalog, facts: &Facts, device: &str) -> Result<Chosen, String> {
    let device = catalog.device(device).map_err(|error| error.to_string())?;
    let first = |order: &[Precision]| {
        device
            .first_peak(order)
            .map(|(precision, _)| precision)
            .ok_or_else(|| format!("the catalogue has no usable peak of `{}`", device.id))
    };
    const NARROW: [Precision; 2] = [Precision::Fp8, Precision::Int8];
    const HALF: [Precision; 3] = [Precision::Bf16, Precision::Fp16, Precision::Fp32];
    const SINGLE: [Precision; 2] = [Precision::Tf32, Precision::Fp32];
    let all = |precision: Precision, why| Chosen { layers: precision, cross: precision, why };
    let stated = plain(&facts.precision);
    if !stated.is_empty() {
        return match () {
            () if stated.contains("fp8") => first(&[Precision::Fp8]),
            () if stated.contains("int8") || stated.contains("8bit") => first(&NARROW),
            () if stated.contains("16") || stated == "amp" => first(&HALF),
            // Libraries run single precision on matrix units where the device has them for it.
            () if stated.contains("32") => first(&SINGLE),
            () => Err(format!("`precision` is `{}`, which is no number format", shortened(&facts.precision))),
        }
        .map(|precision| all(precision, ""));
    }
    let multi_hot = plain(&facts.model).contains("dcnv2");
    let cpu = device.class == DeviceClass::Cpu;
    if facts.quantity.is_training() {
        // Examples train in single precision unless they say otherwise.
        let single = !cpu && (multi_hot || facts.software().is_some());
        let order: &[Precision] = if single { &SINGLE } else { &HALF };
        return Ok(all(first(order)?, "as submissions of this benchmark train"));
    }
    // The faster of the two narrow formats, as in serving; wider where there is none.
    let peak = |precision: &Precision| device.peak(*precision).map_or(0.0, |peak| peak.value.as_tera());
    let narrow = NARROW.into_iter().filter(|precision| peak(precision) > 0.0);
    let Some(narrow) = narrow.max_by(|one, other| peak(one).total_cmp(&peak(other))) else {
        return Ok(all(first(&HALF)?, "the device has no 8-bit format"));
    };
    let since = catalog.steps.recommendation.benchmark.narrow_interaction_round.value;
    let narrow_round = facts.round().is_none_or(|round| round >= since);
    // One result for both targets has met the higher one.
    let accurate = facts.accuracy.contains("99.9%");
    // Processors meet the higher target in 8 bits throughout, as the folders of their code are named.
    if facts.quantity == Quantity::NodePower || !multi_hot || cpu || (narrow_round && !accurate) {
        return Ok(all(narrow, "8 bits, as the accuracy target and round allow"));
    }
    let why = "16 bits in cross layers and 8 elsewhere, as the accuracy target and round ask";
    Ok(Chosen { layers: narrow, cross: first(&HALF)?, why })
}
