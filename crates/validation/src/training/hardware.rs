//! Which platform of the catalogue a row ran on, and the network between its servers.

use quarterdeck_catalog::{Catalog, Platform, Precision};
use quarterdeck_units::Bandwidth;

use super::facts::Facts;
use super::models::plain;

/// A word in a hardware name, the platform that is meant, and its device where the platform's is another.
///
/// Tried in this order, so that `gb200` is found before `b200` and `h100-pcie` before `h100`.
const NAMES: &[(&str, &str, Option<&str>)] = &[
    ("vr200", "vr200-nvl72", None),
    ("gb300", "gb300-nvl72", None),
    ("gb200", "gb200-nvl72", None),
    ("b300", "b300-hgx-8", None),
    ("b200", "b200-hgx-8", None),
    ("b100", "b200-hgx-8", Some("b100")),
    ("h200", "h200-hgx-8", None),
    ("h100nvl", "h100-hgx-8", Some("h100-nvl")),
    ("h100pcie", "h100-hgx-8", Some("h100-pcie")),
    ("h100", "h100-hgx-8", None),
    ("h800", "h100-hgx-8", Some("h800-sxm")),
    ("h20", "h100-hgx-8", Some("h20")),
    ("a100pcie", "a100-pcie-server-8", None),
    // Sources that leave out the memory mean the 80 GB part, the common one of large clusters.
    ("a100sxm40", "a100-sxm-40-hgx-8", None),
    ("a10040", "a100-sxm-40-hgx-8", None),
    ("a100", "a100-sxm-80-hgx-8", None),
    ("v100", "v100-hgx-8", None),
    ("mi250x", "mi250x-8", None),
    ("mi300x", "mi300x-8", None),
    ("mi325x", "mi325x-8", None),
    ("mi350x", "mi350x-8", None),
    ("mi355x", "mi355x-8", None),
    ("tpuv3", "tpu-v3", None),
    ("tpuv4", "tpu-v4", None),
    ("tpuv5e", "tpu-v5e", None),
    ("tpuv5lite", "tpu-v5e", None),
    ("tpuv5p", "tpu-v5p", None),
    ("tpuv6e", "tpu-v6e", None),
    ("trillium", "tpu-v6e", None),
    ("tpuv7", "tpu-v7", None),
    ("tpu7x", "tpu-v7", None),
    ("ironwood", "tpu-v7", None),
    ("trn2", "trn2-ultra", None),
    ("trainium2", "trn2-ultra", None),
    ("trn1", "trn1", None),
    ("trainium", "trn1", None),
    ("gaudi3", "gaudi3-8", None),
    ("gaudi2", "gaudi2-8", None),
    ("ascend910b", "ascend910b-8", None),
];

/// The platform that a row ran on, with its networks as the row states them.
pub fn platform(catalog: &Catalog, facts: &Facts) -> Result<Platform, String> {
    let (mut platform, known_by_name) = named(catalog, &facts.hardware)?;
    if let Some(rate) = between_nodes(&facts.interconnect) {
        // Rates are stated for a server; platforms of several servers have that many times as much.
        let per_node = facts.devices_per_node.unwrap_or(f64::from(platform.devices)).max(1.0);
        let per_device = rate * (1.0 / per_node);
        platform.scale_out.back_end_ports = platform.devices;
        platform.scale_out.back_end_rate.value = per_device;
    }
    if !known_by_name {
        if let Some(per_node) = facts.devices_per_node.filter(|_| platform.servers == 1) {
            limit_domain(&mut platform, per_node);
        }
        if let Some(slices) = slices(&facts.interconnect) {
            // Slices are joined by the data-centre network only.
            platform.scale_up_domain = (facts.devices / slices).max(1.0) as u32;
        }
    }
    Ok(platform)
}

/// A server with fewer devices than the catalogue's has a smaller domain.
fn limit_domain(platform: &mut Platform, per_node: f64) {
    if per_node >= 1.0 && per_node < f64::from(platform.scale_up_domain) && platform.scale_up_domain <= 16 {
        platform.scale_up_domain = per_node as u32;
    }
}

/// The platform of a name, and whether the name is an id or alias of the catalogue.
fn named(catalog: &Catalog, hardware: &str) -> Result<(Platform, bool), String> {
    let name = hardware.trim();
    if let Ok(platform) = catalog.platform(name) {
        return Ok((platform.as_ref().clone(), true));
    }
    let wanted = plain(name);
    if let Some((_, platform)) = catalog.platforms.iter().find(|(id, _)| plain(id) == wanted) {
        return Ok((platform.as_ref().clone(), true));
    }
    let found = NAMES.iter().find(|(word, _, _)| wanted.contains(word));
    let (_, id, device) = found.ok_or_else(|| {
        format!("the catalogue has no platform for the hardware `{}`", crate::table::shortened(hardware))
    })?;
    let mut platform = catalog.platform(id).map_err(|error| error.to_string())?.as_ref().clone();
    if let Some(device) = device {
        platform.device = (*device).to_owned();
    }
    Ok((platform, false))
}

/// Generation of the hardware of a row, for tables: the device without its form and memory.
pub fn generation(platform: &Platform) -> &str {
    let device = platform.device.as_str();
    device.split("-sxm").next().unwrap_or(device)
}

/// Generation that a hardware name means, where the row could not be read further; the name itself if unknown.
pub(super) fn generation_of(hardware: &str) -> String {
    let wanted = plain(hardware);
    let found = NAMES.iter().find(|(word, _, _)| wanted.contains(word));
    found.map_or_else(
        || hardware.to_owned(),
        |(_, id, device)| {
            let name = device.unwrap_or(id);
            name.split("-sxm")
                .next()
                .unwrap_or(name)
                .trim_end_matches("-hgx-8")
                .trim_end_matches("-8")
                .to_owned()
        },
    )
}

/// Rate between servers, of one server, where the words of a source state one.
///
/// Reads `8x400Gb/s IB`, `8x200G NIC`, `4x Omni-Path 100Gb/s links`, `8x HDR IB` and `1600 Gb/s node-node`.
/// Rates in bytes (`900GB/s`) are those inside servers.
pub fn between_nodes(interconnect: &str) -> Option<Bandwidth> {
    interconnect.split(';').find_map(|part| {
        let words: Vec<&str> = part.split_whitespace().collect();
        words.iter().enumerate().find_map(|(idx, word)| {
            let rest = words.get(idx + 1..).unwrap_or_default();
            ports(word, rest).or_else(|| whole(word, rest, part))
        })
    })
}

/// `8x400Gb/s`, `8x200G`, and `4x` with a rate or a link generation behind it.
fn ports(word: &str, rest: &[&str]) -> Option<Bandwidth> {
    let (count, rate) = word.split_once(['x', '×'])?;
    let count: f64 = count.parse().ok().filter(|count| (1.0..=1024.0).contains(count))?;
    let of_port = gigabits(rate, rest.first().copied()).or_else(|| {
        rest.iter().take(3).enumerate().find_map(|(idx, word)| {
            gigabits(word, rest.get(idx + 1).copied()).or_else(|| link_generation(word))
        })
    })?;
    Some(Bandwidth::gigabits_per_second(count * of_port))
}

/// `1600 Gb/s` of a part that speaks of nodes.
fn whole(word: &str, rest: &[&str], part: &str) -> Option<Bandwidth> {
    let about_nodes = part.contains("node-node") || part.contains("per node") || part.contains("inter-node");
    let rate = gigabits(word, rest.first().copied()).filter(|_| about_nodes)?;
    Some(Bandwidth::gigabits_per_second(rate))
}

/// Gigabits a second of `400Gb/s`, `200G`, or `400` followed by `Gbit/s`; bytes are not taken.
fn gigabits(word: &str, next: Option<&str>) -> Option<f64> {
    let end = word.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(word.len());
    let value: f64 = word[..end].parse().ok().filter(|value| (1.0..=1e6).contains(value))?;
    let unit = if end == word.len() { next.unwrap_or_default() } else { &word[end..] };
    let unit = unit.trim_end_matches([',', ')']);
    matches!(unit, "G" | "Gb" | "Gb/s" | "Gbps" | "Gbit/s" | "Gbit").then_some(value)
}

/// Rate of one port of an InfiniBand generation, by its name.
fn link_generation(word: &str) -> Option<f64> {
    match word.trim_end_matches(',') {
        "EDR" => Some(100.0),
        "HDR" => Some(200.0),
        "NDR" => Some(400.0),
        "XDR" => Some(800.0),
        _ => None,
    }
}

/// Slices of a TPU run, from `2x v5p-128`.
pub(super) fn slices(interconnect: &str) -> Option<f64> {
    let (count, rest) = interconnect.split_once('x')?;
    let slices: f64 = count.trim().parse().ok()?;
    rest.trim_start().starts_with('v').then_some(slices).filter(|slices| *slices > 1.0)
}

/// Number format of a row. Both 16-bit formats run on the same units at the same rate, so fp16 is priced as bf16
/// where the device has bf16.
pub fn precision(text: &str, has_bf16: bool) -> Result<Precision, String> {
    let name = plain(text);
    let wide = if has_bf16 { Precision::Bf16 } else { Precision::Fp16 };
    Ok(match () {
        () if name.contains("fp4") => Precision::Fp4,
        () if name.contains("fp8") || name.contains("float8") => Precision::Fp8,
        () if name.contains("int8") => Precision::Int8,
        () if name.is_empty() || name.contains("bf16") || name.contains("bfloat16") => wide,
        () if name.contains("fp16") || name.contains("float16") || name.contains("mixed") => wide,
        () if name.contains("tf32") => Precision::Tf32,
        () if name.contains("fp32") || name.contains("float32") => Precision::Fp32,
        () => {
            return Err(format!(
                "`precision` is `{}`, which is no number format",
                crate::table::shortened(text)
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Option<f64> {
        between_nodes(text).map(|rate| rate.as_gigabits_per_second().round())
    }

    #[test]
    fn rates_between_nodes_are_read_as_sources_write_them() {
        assert_eq!(rate("NVLink4; 8x400Gb/s IB per DGX node"), Some(3200.0));
        assert_eq!(rate("NVLink in node; 4x Omni-Path 100Gb/s links per node (Jean Zay)"), Some(400.0));
        assert_eq!(rate("1600 Gb/s node-node RoCE; NVLink in node"), Some(1600.0));
        assert_eq!(rate("NVLink3/NVSwitch in node; 8x200Gb/s HDR IB (Selene)"), Some(1600.0));
        assert_eq!(rate("NVLink in node; 8x HDR IB (Selene)"), Some(1600.0));
        assert_eq!(rate("NVLink in node; 8x200G NIC, Tomahawk-4 CLOS"), Some(1600.0));
        assert_eq!(rate("NVLink; 8x200G"), Some(1600.0));
        assert_eq!(rate("8x400 Gbit/s RoCE per node"), Some(3200.0));
        assert_eq!(rate("NVLink5 1.8TB/s in node; 8x400Gb/s IB per node"), Some(3200.0));
        assert_eq!(rate("NVLink4 900GB/s in node; 8x400Gb/s IB per node"), Some(3200.0));
    }

    #[test]
    fn words_without_a_rate_between_nodes_give_none() {
        for text in [
            "",
            "NVLink5 NVL72 domain",
            "NVLink in node; inter-node not stated",
            "2x v5p-128 (ICI)",
            "x",
            "8x",
            "0x400Gb/s",
        ] {
            assert_eq!(rate(text), None, "{text}");
        }
    }

    #[test]
    fn formats_are_read_as_sources_write_them() {
        for (text, expected) in [
            ("FP8-CS", Precision::Fp8),
            ("MXFP8", Precision::Fp8),
            ("NVFP4", Precision::Fp4),
            ("amp_bf16", Precision::Bf16),
            ("fp16 (per later remark)", Precision::Bf16),
            ("", Precision::Bf16),
            ("fp32", Precision::Fp32),
        ] {
            assert_eq!(precision(text, true), Ok(expected), "{text}");
        }
        assert_eq!(precision("fp16", false), Ok(Precision::Fp16));
        assert!(precision("decimal", true).is_err());
    }
}
