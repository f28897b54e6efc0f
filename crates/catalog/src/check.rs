//! Checks across the files of a catalogue: names that must exist, sources used and present, ranges.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Catalog;
use crate::device::Device;
use crate::efficiency::EfficiencyRow;
use crate::error::CatalogError;
use crate::halls::FloorKind;
use crate::kernels::{KernelRow, Residuals};
use crate::kinds::Cooling;
use crate::model::{Model, Recommendation, Transformer};
use crate::origin::{Fact, SourceId};
use crate::overlay::Overlay;
use crate::platform::Platform;
use crate::{construction, efficiency, growth, halls, kernels, site};

/// Collects faults and finds the line of the key they are about.
struct Faults<'a> {
    files: &'a BTreeMap<&'a str, &'a str>,
    errors: &'a mut Vec<CatalogError>,
}

impl Faults<'_> {
    fn add(&mut self, file: &str, key: &str, message: impl Into<String>) {
        let text = self.files.get(file).copied().unwrap_or_default();
        let line = line_of_key(text, key);
        self.errors.push(CatalogError {
            file: file.to_owned(),
            line,
            key: key.to_owned(),
            message: message.into(),
        });
    }

    /// Whether a device exists, if only as a file whose own fault is reported elsewhere.
    fn knows_device(&self, catalog: &Catalog, id: &str) -> bool {
        catalog.devices.contains_key(id)
            || self.files.contains_key(format!("catalog/devices/{id}.toml").as_str())
    }

    fn share(&mut self, file: &str, key: &str, value: f64) {
        if !(value > 0.0 && value <= 1.0) {
            self.add(file, key, format!("is {value}; a share lies above 0 and is at most 1"));
        }
    }
}

/// First line that assigns the last part of a dotted key below the header of the parts before it.
fn line_of_key(text: &str, key: &str) -> usize {
    let last = key.rsplit('.').next().unwrap_or(key).trim_matches('"');
    let parent = key.rsplit_once('.').map_or("", |(parent, _)| parent);
    let mut header = "";
    let mut fallback = 0;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_start();
        if line.starts_with('[') {
            header = line.trim_start_matches('[').split(']').next().unwrap_or_default();
            if header == key {
                return number;
            }
        } else if line.starts_with(last) && line[last.len()..].trim_start().starts_with('=') {
            if header == parent {
                return number;
            }
            if fallback == 0 {
                fallback = number;
            }
        }
    }
    fallback
}

pub(crate) fn check(catalog: &Catalog, files: &BTreeMap<&str, &str>, errors: &mut Vec<CatalogError>) {
    let mut faults = Faults { files, errors };
    check_sources(catalog, &mut faults);
    check_text(&mut faults);
    check_prices(catalog, &mut faults);
    check_devices(catalog, &mut faults);
    for platform in catalog.platforms.values() {
        check_platform(catalog, platform, &mut faults);
    }
    for (id, model) in &catalog.models {
        let file = format!("catalog/models/{id}.toml");
        match model.as_ref() {
            Model::Transformer(model) => check_transformer(&file, model, &mut faults),
            Model::Recommendation(model) => check_recommendation(&file, model, &mut faults),
        }
    }
    check_site(catalog, &mut faults);
    check_halls(catalog, &mut faults);
    check_construction(catalog, &mut faults);
    check_growth(catalog, &mut faults);
    check_plants(catalog, &mut faults);
    check_efficiency(catalog, &mut faults);
    check_kernels(catalog, &mut faults);
}

/// The same checks on the entries of one file that stands beside the catalogue; `catalog` holds them already.
pub(crate) fn check_overlay(
    catalog: &Catalog,
    overlay: &Overlay,
    text: &str,
    errors: &mut Vec<CatalogError>,
) {
    // Faults look for their line in the text of the file that they name.
    let names = overlay.device.iter().map(Device::file).chain(overlay.platform.iter().map(Platform::file));
    let names: Vec<String> = names.chain([efficiency::FILE, kernels::FILE].map(str::to_owned)).collect();
    let files = names.iter().map(|name| (name.as_str(), text)).collect();
    let mut faults = Faults { files: &files, errors };
    let mut unknown = Vec::new();
    cited_in(catalog, efficiency::FILE, text, &mut unknown);
    faults.errors.append(&mut unknown);
    check_prices(catalog, &mut faults);
    for device in &overlay.device {
        check_device(device, &mut faults);
    }
    for platform in &overlay.platform {
        check_platform(catalog, platform, &mut faults);
    }
    for (id, row) in &overlay.efficiency {
        check_efficiency_row(&format!("efficiency.{id}"), row, &mut faults);
    }
    for (id, row) in &overlay.kernels {
        check_gather(&format!("kernels.{id}"), row, &mut faults);
    }
}

fn check_gather(key: &str, row: &KernelRow, faults: &mut Faults<'_>) {
    if row.gather.as_ref().is_some_and(|curve| curve.grid().is_none()) {
        let message = "needs one positive rate for every width of row at every size of table";
        faults.add(kernels::FILE, &format!("{key}.gather"), message);
    }
}

/// Value of `key = "value"` at every place a line assigns it, inline tables included.
fn assigned<'t>(line: &'t str, key: &str) -> Vec<&'t str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(key) {
        let starts_word = at == 0 || matches!(rest.as_bytes()[at - 1], b' ' | b'{' | b',' | b'\t');
        rest = &rest[at + key.len()..];
        if !starts_word {
            continue;
        }
        let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
        if let Some(value) = value.and_then(|value| value.strip_prefix('"')) {
            found.push(value.split('"').next().unwrap_or_default());
        }
    }
    found
}

fn check_sources(catalog: &Catalog, faults: &mut Faults<'_>) {
    let mut unknown = Vec::new();
    for (file, text) in faults.files {
        if *file == "catalog/sources.toml" {
            continue;
        }
        cited_in(catalog, file, text, &mut unknown);
    }
    faults.errors.append(&mut unknown);
    for (id, source) in &catalog.sources {
        if source.date.is_none() && source.accessed.is_none() {
            faults.add("catalog/sources.toml", "source", format!("`{id}` has neither `date` nor `accessed`"));
        }
        if [&source.title, &source.publisher, &source.url, &source.licence].iter().any(|text| text.is_empty())
        {
            faults.add("catalog/sources.toml", "source", format!("`{id}` has an empty field"));
        }
    }
}

/// Sources that a file cites and the catalogue lacks; whether each listed one is cited is seen by tidy, which reads
/// comments too.
fn cited_in(catalog: &Catalog, file: &str, text: &str, unknown: &mut Vec<CatalogError>) {
    for (number, line) in (1..).zip(text.lines()) {
        for id in assigned(line, "source") {
            let id = SourceId::from(id);
            if !catalog.sources.contains_key(&id) {
                unknown.push(CatalogError {
                    file: file.to_owned(),
                    line: number,
                    key: "source".to_owned(),
                    message: format!("`{id}` is not in catalog/sources.toml"),
                });
            }
        }
    }
}

fn check_text(faults: &mut Faults<'_>) {
    const UNFINISHED: &[&str] = &["TODO", "FIXME", "XXX", "TBD"];
    let mut found = Vec::new();
    for (file, text) in faults.files {
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(word) = UNFINISHED.iter().find(|word| line.contains(**word)) {
                found.push(CatalogError {
                    file: (*file).to_owned(),
                    line: number,
                    key: String::new(),
                    message: format!("holds `{word}`; the catalogue keeps finished entries only"),
                });
            }
        }
    }
    faults.errors.append(&mut found);
}

fn check_prices(catalog: &Catalog, faults: &mut Faults<'_>) {
    let index = &catalog.money.price_index;
    let mut found = Vec::new();
    for (file, text) in faults.files {
        for (number, line) in (1..).zip(text.lines()) {
            let at = |key: &str, message: String| CatalogError {
                file: (*file).to_owned(),
                line: number,
                key: key.to_owned(),
                message,
            };
            for region in assigned(line, "region") {
                if !catalog.regions.contains_key(region) {
                    found.push(at("region", format!("`{region}` is not in catalog/regions.toml")));
                }
            }
            if let Some(year) = line.split("price_year").nth(1) {
                let year: String = year.chars().filter(char::is_ascii_digit).take(4).collect();
                if !index.level.contains_key(&year) && !index.projected.contains_key(&year) {
                    found.push(at(
                        "price_year",
                        format!("{year} is not in the price index of catalog/money.toml"),
                    ));
                }
            }
        }
    }
    faults.errors.append(&mut found);
}

fn check_devices(catalog: &Catalog, faults: &mut Faults<'_>) {
    for device in catalog.devices.values() {
        check_device(device, faults);
    }
}

fn check_device(device: &Device, faults: &mut Faults<'_>) {
    let file = device.file();
    for (precision, peak) in &device.peak {
        if !peak.value.is_positive() || peak.value.as_tera() > 1e6 {
            faults.add(
                &file,
                &format!("peak.{precision}"),
                format!("{} is not a plausible peak", peak.value),
            );
        }
    }
    let (capacity, bandwidth) = (device.memory.capacity.value, device.memory.bandwidth.value);
    if !capacity.is_positive() || capacity.as_terabytes() > 100.0 {
        faults.add(&file, "memory.capacity", format!("{capacity} is not a plausible capacity"));
    }
    if !bandwidth.is_positive() || bandwidth.as_terabytes_per_second() > 1e5 {
        faults.add(&file, "memory.bandwidth", format!("{bandwidth} is not a plausible bandwidth"));
    }
    if device.scale_up.as_ref().is_some_and(|link| link.domain.value == 0) {
        faults.add(&file, "scale_up.domain", "a domain holds at least the device itself");
    }
}

fn check_platform(catalog: &Catalog, platform: &Platform, faults: &mut Faults<'_>) {
    let file = platform.file();
    match catalog.devices.get(&platform.device) {
        None if faults.knows_device(catalog, &platform.device) => {}
        None => {
            faults.add(&file, "device", format!("`{}` is not a device of the catalogue", platform.device))
        }
        Some(device) if platform.available_from < device.available_from => {
            let message =
                format!("{} is before its device, {}", platform.available_from, device.available_from);
            faults.add(&file, "available_from", message);
        }
        Some(_) => {}
    }
    if let Some(host) = &platform.host.device
        && !faults.knows_device(catalog, host)
    {
        faults.add(&file, "host.device", format!("`{host}` is not a device of the catalogue"));
    }
    for (key, count) in [
        ("devices", platform.devices),
        ("servers", platform.servers),
        ("scale_up_domain", platform.scale_up_domain),
        ("host.sockets", platform.host.sockets),
    ] {
        if count == 0 {
            faults.add(&file, key, "is 0");
        }
    }
    if let Some(hops) = platform.scale_up_hops.as_ref().filter(|hops| !(1.0..=64.0).contains(&hops.value)) {
        faults.add(&file, "scale_up_hops", format!("{} is not from 1 to 64", hops.value));
    }
    let (idle, rated) = (platform.power.idle.value, platform.power.rated.value);
    if !(idle.is_positive() && idle <= rated) {
        faults.add(&file, "power.idle", format!("{idle} is not between nothing and the rated {rated}"));
    }
    for measured in &platform.power.measured {
        if measured.power.value > rated * 1.05 {
            let message = format!("{} measured is above the rated {rated}", measured.power.value);
            faults.add(&file, "power.measured", message);
        }
    }
    let share = platform.cooling.liquid_share.value;
    let fits = match platform.cooling.kind {
        Cooling::Air => share == 0.0,
        Cooling::AirAssistedLiquid | Cooling::Liquid => share > 0.0 && share <= 1.0,
    };
    if !fits {
        let message = format!("{share} does not fit cooling by {}", platform.cooling.kind);
        faults.add(&file, "cooling.liquid_share", message);
    }
    for (key, value) in [
        ("rack.rack_units", platform.rack.rack_units.value),
        ("rack.platforms_per_rack", platform.rack.platforms_per_rack.value),
    ] {
        if value <= 0.0 {
            faults.add(&file, key, format!("is {value}"));
        }
    }
}

fn check_transformer(file: &str, model: &Transformer, faults: &mut Faults<'_>) {
    for run in &model.training {
        if run.sequence == 0 || run.global_batch == 0 {
            faults.add(file, "training", "a run has no tokens");
        }
        if run.mfu.is_some_and(|mfu| !(0.0..=1.0).contains(&mfu)) {
            faults.add(file, "training.mfu", "is no share of 1");
        }
    }
    for (key, message) in model.architecture.faults() {
        faults.add(file, &format!("architecture.{key}"), message);
    }
    if model.published.is_none() {
        faults.add(file, "published", "is missing");
    }
    if model.published_parameters.is_none() {
        faults.add(file, "published_parameters", "is missing; the shape is tested against it");
    }
}

fn check_recommendation(file: &str, model: &Recommendation, faults: &mut Faults<'_>) {
    for missing in model.missing_totals() {
        faults.add(file, &missing.key, "is due, because the model gives no shape to compute it from");
    }
    for (key, share) in [
        ("sample.user_flops_share", model.sample.user_flops_share.value),
        ("sample.user_lookup_share", model.sample.user_lookup_share.value),
    ] {
        if !(0.0..1.0).contains(&share) {
            faults.add(file, key, format!("{share} is not a share below 1"));
        }
    }
    for group in &model.tables {
        let positive = group.count > 0 && group.rows >= 1.0 && group.dim > 0;
        if !(positive && group.pooling > 0.0 && group.bytes_per_element > 0.0 && group.skew >= 0.0) {
            faults.add(file, "tables", "a group has a count, size or pooling that is not positive");
        }
    }
    if let Some(dense) = &model.dense
        && dense.top_mlp.len() < 2
    {
        faults.add(file, "dense.top_mlp", "needs at least an input and an output width");
    }
}

fn check_halls(catalog: &Catalog, faults: &mut Faults<'_>) {
    let file = halls::FILE;
    let facts = &catalog.halls;
    for kind in FloorKind::ALL.iter().copied() {
        if let Err(missing) = facts.floor(kind) {
            faults.add(file, &missing.key, "is missing");
        }
    }
    for (from, to) in [
        (Cooling::Air, Cooling::AirAssistedLiquid),
        (Cooling::Air, Cooling::Liquid),
        (Cooling::AirAssistedLiquid, Cooling::Liquid),
    ] {
        if let Err(missing) = facts.conversion(from, to) {
            faults.add(file, &missing.key, "is missing");
        }
    }
    let reaches: Vec<_> = facts.cable_class.iter().map(|class| class.longest.value).collect();
    if reaches.is_empty() || reaches.windows(2).any(|pair| pair[0] >= pair[1]) {
        faults.add(file, "cable_class", "classes must be there, the shortest first");
    }
    let positive = [
        ("rack.units", facts.rack.units.value),
        ("rack.width", facts.rack.width.value.as_metres()),
        ("rack.depth", facts.rack.depth.value.as_metres()),
        ("rack.weight_max", facts.rack.weight_max.value.as_kilograms()),
        ("aisle.row_positions", f64::from(facts.aisle.row_positions.value)),
        ("support.switches_per_rack", facts.support.switches_per_rack.value),
        ("support.compute_racks_per_storage_rack", facts.support.compute_racks_per_storage_rack.value),
        ("support.cdu_heat", facts.support.cdu_heat.value.as_watts()),
        ("support.sidecar_heat", facts.support.sidecar_heat.value.as_watts()),
        ("support.hall_power", facts.support.hall_power.value.as_watts()),
    ];
    for (key, value) in positive {
        if value <= 0.0 {
            faults.add(file, key, format!("is {value}"));
        }
    }
    faults.share(file, "support.groups_leaf_ports", facts.support.groups_leaf_ports.value);
    faults.share(file, "floor_rule.clearance_counted", facts.floor_rule.clearance_counted.value);
}

fn check_construction(catalog: &Catalog, faults: &mut Faults<'_>) {
    let file = construction::FILE;
    let facts = &catalog.construction;
    for (id, template) in &facts.template {
        let key = format!("template.{id}");
        let mut above: BTreeSet<&str> = BTreeSet::new();
        for step in &template.step {
            let name = step.activity.as_str();
            if !facts.activity.contains_key(name) {
                faults.add(file, &key, format!("`{name}` is not an activity of this file"));
            }
            // A step may wait for those above it only, so that no template goes round in a circle.
            for before in step.after.iter().filter(|before| !above.contains(before.as_str())) {
                faults.add(
                    file,
                    &key,
                    format!("`{name}` waits for `{before}`, which does not stand above it"),
                );
            }
            if !above.insert(name) {
                faults.add(file, &key, format!("`{name}` is given twice"));
            }
        }
        let total: f64 = template.step.iter().map(|step| step.cost_share).sum();
        if (total - 1.0).abs() > 1e-9 || template.step.iter().any(|step| step.cost_share < 0.0) {
            faults.add(file, &key, format!("cost shares sum to {total}, not 1"));
        }
    }
    let terms = &facts.terms;
    for (key, fact) in [
        ("order_deposit", &terms.order_deposit),
        ("order_cancel_first", &terms.order_cancel_first),
        ("order_cancel_last", &terms.order_cancel_last),
        ("work_cancel", &terms.work_cancel),
        ("holding", &terms.holding),
    ] {
        faults.share(file, &format!("terms.{key}"), fact.value);
    }
    if !(0.0..1.0).contains(&terms.market_correlation.value) {
        faults.add(file, "terms.market_correlation", "is no share below 1");
    }
}

fn check_growth(catalog: &Catalog, faults: &mut Faults<'_>) {
    let file = growth::FILE;
    let facts = &catalog.growth;
    if facts.front_end_oversubscription.low < 1.0 {
        faults.add(file, "front_end_oversubscription.low", "is below 1, where nothing blocks");
    }
    if facts.published.low.value > facts.published.high.value {
        faults.add(file, "published.low", "is above the upper end");
    }
    for (key, ids) in [("old", &facts.generations.old), ("new", &facts.generations.new)] {
        for id in ids.iter().filter(|id| !catalog.platforms.contains_key(*id)) {
            faults.add(
                file,
                &format!("generations.{key}"),
                format!("`{id}` is not a platform of the catalogue"),
            );
        }
    }
}

fn check_site(catalog: &Catalog, faults: &mut Faults<'_>) {
    let file = site::FACILITY;
    let facility = &catalog.facility;
    let chain = &facility.power_chain;
    let shares: [(&str, &Fact<f64>); 8] = [
        ("transformer", &chain.transformer),
        ("ups_double_conversion", &chain.ups_double_conversion),
        ("ups_eco", &chain.ups_eco),
        ("pdu", &chain.pdu),
        ("rack_shelf", &chain.rack_shelf),
        ("fan_share_air", &chain.fan_share_air),
        ("distribution_loss", &chain.distribution_loss),
        ("usable_share", &chain.usable_share),
    ];
    for (key, fact) in shares {
        faults.share(file, &format!("power_chain.{key}"), fact.value);
    }
    for cooling in Cooling::ALL.iter().copied() {
        for climate in crate::kinds::Climate::ALL.iter().copied() {
            match facility.pue(cooling, climate) {
                Ok(pue) if (1.0..3.0).contains(&pue.value) => {}
                Ok(pue) => {
                    faults.add(file, &format!("hall.{cooling}.pue.{climate}"), format!("is {}", pue.value))
                }
                Err(missing) => faults.add(file, &missing.key, "is missing"),
            }
            if let Err(missing) = facility.wue(cooling, climate) {
                faults.add(file, &missing.key, "is missing");
            }
        }
        if !facility.project.build.contains_key(&cooling) {
            faults.add(file, &format!("project.build.{cooling}"), "is missing");
        }
    }
    let total: f64 = facility.project.cost_share.values().map(|share| share.value).sum();
    if (total - 1.0).abs() > 1e-9 {
        faults.add(file, "project.cost_share", format!("sums to {total}, not 1"));
    }
    let fabric = "catalog/fabric.toml";
    for (key, fact) in [
        ("hashed_share", &catalog.fabric.design.hashed_share),
        ("tuned_share", &catalog.fabric.design.tuned_share),
        ("network_share_of_capex", &catalog.fabric.design.network_share_of_capex),
    ] {
        faults.share(fabric, &format!("design.{key}"), fact.value);
    }
    let design = &catalog.fabric.design;
    for (key, fact) in [("queue_pairs", &design.queue_pairs), ("racks_per_row", &design.racks_per_row)] {
        if fact.value == 0 {
            faults.add(fabric, &format!("design.{key}"), "is 0; at least one is needed");
        }
    }
    for network in &catalog.fabric.scale_up {
        let key = format!("scale_up.{}", network.id);
        for id in network.platforms.iter().filter(|id| catalog.platform(id).is_err()) {
            faults.add(fabric, &key, format!("`{id}` is not a platform of the catalogue"));
        }
        if network.chips.value == 0 || network.devices.value == 0 || network.links.value == 0 {
            faults.add(fabric, &key, "has no devices, no chips or no links");
        }
    }
    for switch in catalog.fabric.optical_switch.iter().filter(|switch| switch.ports.value < 2) {
        faults.add(fabric, &format!("optical_switch.{}", switch.id), "joins fewer than two fibres");
    }
    for (class, band) in &catalog.reliability.node {
        if !(band.low.value <= band.typical.value && band.typical.value <= band.high.value) {
            faults.add(
                "catalog/reliability.toml",
                &format!("node.{class}"),
                "low, typical and high are not in order",
            );
        }
    }
}

fn check_plants(catalog: &Catalog, faults: &mut Faults<'_>) {
    for climate in catalog.climates.values() {
        for (key, message) in climate.faults() {
            faults.add(&climate.file(), &key, message);
        }
    }
    for (key, message) in catalog.cooling.faults() {
        faults.add("catalog/cooling.toml", &key, message);
    }
    for (class, id) in &catalog.cooling.representative {
        match catalog.climates.get(id) {
            Some(climate) if climate.class == *class => {}
            Some(climate) => faults.add(
                "catalog/cooling.toml",
                &format!("representative.{class}"),
                format!("`{id}` is {}", climate.class),
            ),
            None => faults.add(
                "catalog/cooling.toml",
                &format!("representative.{class}"),
                format!("`{id}` is not a climate of the catalogue"),
            ),
        }
    }
    for (key, message) in catalog.power.faults() {
        faults.add("catalog/power.toml", &key, message);
    }
    let file = "catalog/emissions.toml";
    for (id, grid) in &catalog.emissions.grid {
        for climate in grid.climates.iter().filter(|climate| !catalog.climates.contains_key(*climate)) {
            faults.add(file, &format!("grid.{id}.climates"), format!("`{climate}` is not a climate"));
        }
    }
    for id in catalog.emissions.embodied.keys().filter(|id| !catalog.platforms.contains_key(*id)) {
        faults.add(file, &format!("embodied.{id}"), "is not a platform of the catalogue");
    }
    for (table, ids) in [
        ("platform_coolant", catalog.cooling.inlet.platform_coolant.keys()),
        ("platform_air", catalog.cooling.inlet.platform_air.keys()),
    ] {
        for id in ids.filter(|id| !catalog.platforms.contains_key(*id)) {
            faults.add("catalog/cooling.toml", &format!("inlet.{table}.{id}"), "is not a platform");
        }
    }
}

fn check_efficiency(catalog: &Catalog, faults: &mut Faults<'_>) {
    let file = efficiency::FILE;
    for (id, row) in &catalog.efficiencies.device {
        if !faults.knows_device(catalog, id) {
            faults.add(file, &format!("device.{id}"), "is not a device of the catalogue");
        }
        if let Some(like) = row.like.as_ref().filter(|like| !faults.knows_device(catalog, like)) {
            faults.add(
                file,
                &format!("device.{id}.like"),
                format!("`{like}` is not a device of the catalogue"),
            );
        }
    }
    let priors = catalog.efficiencies.prior.iter().map(|(family, row)| (format!("prior.{family}"), row));
    let devices = catalog.efficiencies.device.iter().map(|(id, row)| (format!("device.{id}"), row));
    for (key, row) in priors.chain(devices) {
        check_efficiency_row(&key, row, faults);
    }
}

fn check_efficiency_row(key: &str, row: &EfficiencyRow, faults: &mut Faults<'_>) {
    let file = efficiency::FILE;
    for (precision, gemm) in &row.gemm {
        let key = format!("{key}.gemm.{precision}");
        for bucket in &gemm.compute {
            spread(faults, &key, bucket.low, bucket.value, bucket.high);
        }
        spread(faults, &key, gemm.memory.low, gemm.memory.value, gemm.memory.high);
        if gemm.compute.is_empty() || !gemm.compute.is_sorted_by(|a, b| a.work < b.work) {
            faults.add(file, &key, "`compute` is empty or not ascending in `work`");
        }
    }
    let links = row.scale_up.iter().flat_map(|link| [&link.all_reduce, &link.all_gather, &link.all_to_all]);
    let shares = [
        &row.memory,
        &row.attention_prefill,
        &row.attention_decode,
        &row.embedding,
        &row.recommendation_inference,
        &row.recommendation_cross,
        &row.recommendation_training,
        &row.scale_out,
    ];
    for share in shares.into_iter().flatten().chain(links) {
        spread(faults, key, share.low, share.value, share.high);
    }
}

fn check_kernels(catalog: &Catalog, faults: &mut Faults<'_>) {
    let file = kernels::FILE;
    for (id, row) in &catalog.kernels.device {
        if !faults.knows_device(catalog, id) {
            faults.add(file, &format!("device.{id}"), "is not a device of the catalogue");
        }
        check_other_curves(id, row, faults);
        check_gather(&format!("device.{id}"), row, faults);
        for (precision, curve) in &row.gemm {
            let key = |field: &str| format!("device.{id}.gemm.{precision}.{field}");
            for (field, share) in [
                ("peak_share", curve.peak_share),
                ("split_share", curve.split_share),
                ("memory_share", curve.memory_share),
            ] {
                faults.share(file, &key(field), share);
            }
            for (field, value, most) in [
                ("ramp", curve.ramp, 1e5),
                ("wave_share", curve.wave_share, 1.0),
                ("tile_loss", curve.tile_loss, 1e4),
                ("heating", curve.heating, 1.0),
                ("cast", curve.cast, 10.0),
            ] {
                if !(0.0..=most).contains(&value) {
                    faults.add(file, &key(field), format!("is {value}, not within 0 to {most}"));
                }
            }
            check_residuals(faults, file, &key("training"), &[curve.all, curve.training]);
            if catalog.devices.get(id).is_some_and(|device| device.processors.is_none()) {
                faults.add(file, &key("ramp"), "the device has no `processors`, which tiles are dealt to");
            }
        }
    }
}

fn check_other_curves(id: &str, row: &KernelRow, faults: &mut Faults<'_>) {
    let file = kernels::FILE;
    for (precision, curve) in &row.experts {
        let key = format!("device.{id}.experts.{precision}.share");
        faults.share(file, &key, curve.share);
        check_residuals(faults, file, &key, &[curve.all, curve.training]);
    }
    for (precision, curve) in &row.attention {
        let key = format!("device.{id}.attention.{precision}.peak_share");
        for share in [curve.peak_share, curve.memory_share] {
            faults.share(file, &key, share);
        }
        check_residuals(faults, file, &key, &[curve.all, curve.training]);
    }
    if let Some(curves) = &row.collectives {
        for curve in [&curves.all_reduce, &curves.all_gather, &curves.all_to_all] {
            let key = format!("device.{id}.collectives");
            for share in [curve.small_share, curve.large_share] {
                faults.share(file, &key, share);
            }
            if curve.small_latency > curve.large_latency || curve.small_share > curve.large_share {
                faults.add(file, &key, "the protocol for small messages is not the quicker to start");
            }
            check_residuals(faults, file, &key, &[curve.all, curve.training]);
        }
    }
}

fn check_residuals(faults: &mut Faults<'_>, file: &str, key: &str, residuals: &[Residuals]) {
    for fit in residuals {
        let ordered = 0.0 <= fit.median && fit.median <= fit.p90 && fit.mean > 0.0;
        if fit.rows == 0 || !ordered {
            faults.add(file, key, "a fit has rows, a median not above its ninetieth percentile, and a mean");
        }
    }
}

fn spread(faults: &mut Faults<'_>, key: &str, low: f64, value: f64, high: f64) {
    faults.share(efficiency::FILE, key, value);
    if !(0.0 < low && low <= value && value <= high && high <= 1.0) {
        let message = format!("low {low}, value {value}, high {high} are not in order within 0 to 1");
        faults.add(efficiency::FILE, key, message);
    }
}
