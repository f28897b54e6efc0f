//! The catalogue itself: reading its files, collecting every fault, and looking things up.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::climate::ClimateRecord;
use crate::construction::{self, Construction};
use crate::cooling::CoolingParts;
use crate::device::Device;
use crate::efficiency::{self, DeviceEfficiency, Efficiencies};
use crate::emissions::EmissionFacts;
use crate::error::{CatalogError, UnknownId};
use crate::fabric::Fabric;
use crate::growth::{self, Growth};
use crate::halls::{self, Halls};
use crate::intervals::{self, Intervals};
use crate::kernels::{self, Kernels};
use crate::kinds::Climate;
use crate::model::{KindProbe, Model, ModelKind, Recommendation, Transformer};
use crate::money::Money;
use crate::origin::{Source, SourceId};
use crate::overlay::Overlay;
use crate::performance::{self, StepCalibration};
use crate::platform::Platform;
use crate::power::PowerParts;
use crate::reliability::Reliability;
use crate::silicon::{self, Silicon};
use crate::site::{Facility, Region, Regions};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// Everything under `data/catalog` and `data/calibration`, typed and checked.
#[derive(Debug, Clone, Serialize)]
pub struct Catalog {
    /// Sources by key.
    pub sources: BTreeMap<SourceId, Source>,
    /// Devices by id.
    pub devices: BTreeMap<String, Arc<Device>>,
    /// Platforms by id.
    pub platforms: BTreeMap<String, Arc<Platform>>,
    /// Models by id.
    pub models: BTreeMap<String, Arc<Model>>,
    /// Climates of places, by id.
    pub climates: BTreeMap<String, Arc<ClimateRecord>>,
    /// Regions by key.
    pub regions: BTreeMap<String, Region>,
    /// Buildings, power chain and cooling.
    pub facility: Facility,
    /// Racks, floors, aisles, cables, conversions.
    pub halls: Halls,
    /// Activities, durations and terms of building projects.
    pub construction: Construction,
    /// What the growth of network capacity turns on.
    pub growth: Growth,
    /// Plants that cool.
    pub cooling: CoolingParts,
    /// Stages of the power chain, and how power is drawn.
    pub power: PowerParts,
    /// Grids, embodied carbon, water at power plants.
    pub emissions: EmissionFacts,
    /// Switches, links and network cards.
    pub fabric: Fabric,
    /// Failures, recovery, checkpoints.
    pub reliability: Reliability,
    /// Price index and labour.
    pub money: Money,
    /// What chips are made of.
    pub silicon: Silicon,
    /// Shares of peak that real software reaches, as filed.
    pub efficiencies: Efficiencies,
    /// Kernel curves, as filed.
    pub kernels: Kernels,
    /// Calibration of whole steps.
    pub steps: StepCalibration,
    /// How far measured values may lie from predicted ones.
    pub intervals: Intervals,
    resolved: BTreeMap<String, Arc<DeviceEfficiency>>,
    device_aliases: BTreeMap<String, String>,
    platform_aliases: BTreeMap<String, String>,
    model_aliases: BTreeMap<String, String>,
    climate_aliases: BTreeMap<String, String>,
    hash: String,
}

/// Whether reading makes the checks across files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Checks {
    Made,
    Skipped,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    source: Vec<Source>,
}

impl Catalog {
    /// The catalogue this build carries.
    ///
    /// The checks across files are left out here, because a test of this crate makes them on the same
    /// bytes; they would double the time.
    ///
    /// # Panics
    /// When the embedded files are faulty, which a test of this crate rules out.
    pub fn builtin() -> Self {
        match Self::read(Self::builtin_files().collect(), Checks::Skipped) {
            Ok(catalog) => catalog,
            Err(errors) => {
                let list: Vec<_> = errors.iter().map(ToString::to_string).collect();
                panic!("the embedded catalogue is faulty:\n{}", list.join("\n"));
            }
        }
    }

    /// Path below `data/` and text of every embedded file.
    pub fn builtin_files() -> impl Iterator<Item = (&'static str, &'static str)> {
        embedded::FILES.iter().copied()
    }

    /// Reads and checks a catalogue from `(path below data/, text)` pairs.
    ///
    /// # Errors
    /// All faults of all files together, in order of file and line. A file whose TOML cannot be read
    /// reports its first fault only.
    pub fn from_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<CatalogError>> {
        Self::read(files.into_iter().collect(), Checks::Made)
    }

    fn read(files: BTreeMap<&str, &str>, checks: Checks) -> Result<Self, Vec<CatalogError>> {
        let mut reader = Reader { files: &files, errors: Vec::new() };
        let mut devices = BTreeMap::new();
        let mut platforms = BTreeMap::new();
        let mut models = BTreeMap::new();
        let mut climates = BTreeMap::new();
        for (path, text) in &files {
            if path.starts_with("catalog/devices/") {
                reader.keyed::<Device>(path, text, |device| &device.id, &mut devices);
            } else if path.starts_with("catalog/platforms/") {
                reader.keyed::<Platform>(path, text, |platform| &platform.id, &mut platforms);
            } else if path.starts_with("catalog/models/") {
                if let Some(model) = reader.model(path, text) {
                    reader.insert(path, model, Model::id, &mut models);
                }
            } else if path.starts_with("catalog/climates/") {
                reader.keyed::<ClimateRecord>(path, text, |climate| &climate.id, &mut climates);
            } else if !SINGLE_FILES.contains(path) {
                reader.fault(path, 0, "", "no part of the catalogue is read from this path");
            }
        }
        let sources: Option<Sources> = reader.single("catalog/sources.toml");
        let regions: Option<Regions> = reader.single("catalog/regions.toml");
        let facility = reader.single("catalog/facility.toml");
        let halls = reader.single(halls::FILE);
        let construction = reader.single(construction::FILE);
        let growth = reader.single(growth::FILE);
        let cooling = reader.single("catalog/cooling.toml");
        let power = reader.single("catalog/power.toml");
        let emissions = reader.single("catalog/emissions.toml");
        let fabric = reader.single("catalog/fabric.toml");
        let reliability = reader.single("catalog/reliability.toml");
        let money = reader.single("catalog/money.toml");
        let silicon: Option<Silicon> = reader.single(silicon::FILE);
        let efficiencies: Option<Efficiencies> = reader.single(efficiency::FILE);
        let kernels: Option<Kernels> = reader.single(kernels::FILE);
        let steps: Option<StepCalibration> = reader.single(performance::FILE);
        let intervals: Option<Intervals> = reader.single(intervals::FILE);
        let mut errors = std::mem::take(&mut reader.errors);

        let (
            Some(sources),
            Some(regions),
            Some(facility),
            Some(halls),
            Some(construction),
            Some(growth),
            Some(cooling),
            Some(power),
            Some(emissions),
            Some(fabric),
            Some(reliability),
            Some(money),
            Some(silicon),
            Some(efficiencies),
            Some(kernels),
            Some(steps),
            Some(intervals),
        ) = (
            sources,
            regions,
            facility,
            halls,
            construction,
            growth,
            cooling,
            power,
            emissions,
            fabric,
            reliability,
            money,
            silicon,
            efficiencies,
            kernels,
            steps,
            intervals,
        )
        else {
            errors.sort();
            return Err(errors);
        };
        let mut reader = Reader { files: &files, errors };

        let mut by_key = BTreeMap::new();
        for source in sources.source {
            let id = source.id.clone();
            if by_key.insert(id.clone(), source).is_some() {
                reader.fault_at(
                    "catalog/sources.toml",
                    &format!("id = \"{id}\""),
                    "source.id",
                    "is given twice",
                );
            }
        }
        let device_aliases = reader.aliases("devices", &devices, |device| &device.aliases);
        let platform_aliases = reader.aliases("platforms", &platforms, |platform| &platform.aliases);
        let model_aliases = reader.aliases("models", &models, Model::aliases);
        let climate_aliases = reader.aliases("climates", &climates, |climate| &climate.aliases);

        let mut resolved = BTreeMap::new();
        for device in devices.values() {
            match efficiencies.resolve(device, &kernels) {
                Ok(row) => drop(resolved.insert(device.id.clone(), Arc::new(row))),
                Err(missing) => {
                    for fact in missing {
                        reader.fault(
                            efficiency::FILE,
                            0,
                            &fact.key,
                            "neither device, sibling nor family has it",
                        );
                    }
                }
            }
        }
        let catalog = Self {
            sources: by_key,
            devices,
            platforms,
            models,
            climates,
            regions: regions.region,
            facility,
            halls,
            construction,
            growth,
            cooling,
            power,
            emissions,
            fabric,
            reliability,
            money,
            silicon,
            efficiencies,
            kernels,
            steps,
            intervals,
            resolved,
            device_aliases,
            platform_aliases,
            model_aliases,
            climate_aliases,
            hash: hash_files(&files),
        };
        let mut errors = reader.errors;
        if checks == Checks::Made {
            crate::check::check(&catalog, &files, &mut errors);
        }
        errors.sort();
        errors.dedup();
        if errors.is_empty() { Ok(catalog) } else { Err(errors) }
    }

    /// SHA-256 of all files with their paths, in hexadecimal: equal catalogues, equal hash.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// A device by id or alias.
    pub fn device(&self, name: &str) -> Result<&Arc<Device>, UnknownId> {
        find("device", name, &self.devices, &self.device_aliases)
    }

    /// A platform by id or alias.
    pub fn platform(&self, name: &str) -> Result<&Arc<Platform>, UnknownId> {
        find("platform", name, &self.platforms, &self.platform_aliases)
    }

    /// A model by id or alias. Case, spaces and underscores do not matter, nor does a remark in brackets behind
    /// the name, as tables of results print them.
    ///
    /// ```
    /// let catalog = quarterdeck_catalog::Catalog::builtin();
    /// for name in ["llama-3-405b", "LLAMA3.1_405B", "Llama3.1 405B (w/o MTP)"] {
    ///     assert_eq!(catalog.model(name).unwrap().id(), "llama-3-405b");
    /// }
    /// ```
    pub fn model(&self, name: &str) -> Result<&Arc<Model>, UnknownId> {
        let exact = find("model", name, &self.models, &self.model_aliases);
        let plain = name.split('(').next().unwrap_or(name).trim().to_lowercase().replace(['_', ' '], "-");
        exact.or_else(|unknown| find("model", &plain, &self.models, &self.model_aliases).map_err(|_| unknown))
    }

    /// The device that a platform is built on.
    ///
    /// # Panics
    /// Never for a platform of this catalogue: reading checks that its device exists.
    pub fn device_of(&self, platform: &Platform) -> &Arc<Device> {
        &self.devices[&platform.device]
    }

    /// A climate by id or alias, or by the word of a class, which stands for its representative.
    ///
    /// ```
    /// let catalog = quarterdeck_catalog::Catalog::builtin();
    /// assert_eq!(catalog.climate("northern-virginia").unwrap().id, "ashburn");
    /// assert_eq!(catalog.climate("hot-humid").unwrap().id, "singapore");
    /// assert_eq!(catalog.climate("singapour").unwrap_err().nearest[0], "singapore");
    /// ```
    pub fn climate(&self, name: &str) -> Result<&Arc<ClimateRecord>, UnknownId> {
        let class = name.parse::<Climate>().ok().and_then(|class| self.cooling.representative.get(&class));
        find("climate", class.map_or(name, String::as_str), &self.climates, &self.climate_aliases).map_err(
            |_| {
                let classes: Vec<String> = Climate::ALL.iter().map(Climate::to_string).collect();
                let named = self.climates.keys().chain(self.climate_aliases.keys()).chain(&classes);
                UnknownId::new("climate", name, named.map(String::as_str))
            },
        )
    }

    /// A region by key.
    pub fn region(&self, key: &str) -> Result<&Region, UnknownId> {
        let unknown = || UnknownId::new("region", key, self.regions.keys().map(String::as_str));
        self.regions.get(key).ok_or_else(unknown)
    }

    /// Every efficiency of a device, by id or alias.
    pub fn efficiency(&self, device: &str) -> Result<&Arc<DeviceEfficiency>, UnknownId> {
        let device = self.device(device)?;
        let unknown =
            || UnknownId::new("calibrated device", &device.id, self.resolved.keys().map(String::as_str));
        self.resolved.get(&device.id).ok_or_else(unknown)
    }

    /// Adds or replaces a platform and returns the changed catalogue; for platforms written in a scenario.
    ///
    /// # Errors
    /// When the platform's device is not in the catalogue.
    pub fn with_platform(mut self, platform: Platform) -> Result<Self, UnknownId> {
        self.device(&platform.device)?;
        self.platforms.insert(platform.id.clone(), Arc::new(platform));
        Ok(self)
    }

    /// Adds or replaces a device, with its efficiencies; for devices written in a scenario.
    ///
    /// # Errors
    /// The efficiencies that neither a sibling nor the family prior has.
    pub fn with_device(mut self, device: Device) -> Result<Self, Vec<crate::error::MissingFact>> {
        let row = self.efficiencies.resolve(&device, &self.kernels)?;
        self.resolved.insert(device.id.clone(), Arc::new(row));
        self.devices.insert(device.id.clone(), Arc::new(device));
        Ok(self)
    }

    /// Adds or replaces a model; for models written in a scenario.
    #[must_use]
    pub fn with_model(mut self, model: Model) -> Self {
        self.models.insert(model.id().to_owned(), Arc::new(model));
        self
    }

    /// Adds the entries of a file that stands beside the catalogue, such as a measured machine.
    ///
    /// # Errors
    /// Every fault of the file: names that the catalogue has already, devices that it lacks, values that cannot be.
    pub fn overlaid(mut self, overlay: &Overlay, path: &str, text: &str) -> Result<Self, Vec<CatalogError>> {
        let mut errors = Vec::new();
        let mut fault = |key: &str, message: String| {
            let at =
                text.lines().position(|line| message.split('`').nth(1).is_some_and(|id| line.contains(id)));
            let line = at.map_or(0, |index| index + 1);
            errors.push(CatalogError { file: path.to_owned(), line, key: key.to_owned(), message });
        };
        for source in &overlay.source {
            self.sources.insert(source.id.clone(), source.clone());
        }
        self.efficiencies.device.extend(overlay.efficiency.clone());
        self.kernels.device.extend(overlay.kernels.clone());
        for device in &overlay.device {
            if self.device(&device.id).is_ok() {
                fault("device.id", format!("`{}` is a device of the catalogue already", device.id));
                continue;
            }
            match self.efficiencies.resolve(device, &self.kernels) {
                Ok(row) => {
                    self.resolved.insert(device.id.clone(), Arc::new(row));
                    self.devices.insert(device.id.clone(), Arc::new(device.clone()));
                }
                Err(missing) => {
                    for fact in missing {
                        let key = fact.key.replacen("device.", "efficiency.", 1);
                        fault(&key, format!("`{}`: neither the file nor the family has it", device.id));
                    }
                }
            }
        }
        for platform in &overlay.platform {
            if self.platform(&platform.id).is_ok() {
                fault("platform.id", format!("`{}` is a platform of the catalogue already", platform.id));
            }
            self.platforms.insert(platform.id.clone(), Arc::new(platform.clone()));
        }
        let mut found = Vec::new();
        crate::check::check_overlay(&self, overlay, text, &mut found);
        errors.extend(found.into_iter().map(|error| CatalogError { file: path.to_owned(), ..error }));
        if !errors.is_empty() {
            errors.sort();
            errors.dedup();
            return Err(errors);
        }
        self.hash = hash_files(&BTreeMap::from([("catalogue", self.hash.as_str()), ("overlay", text)]));
        Ok(self)
    }
}

const SINGLE_FILES: &[&str] = &[
    "catalog/sources.toml",
    "catalog/regions.toml",
    "catalog/facility.toml",
    halls::FILE,
    construction::FILE,
    growth::FILE,
    "catalog/cooling.toml",
    "catalog/power.toml",
    "catalog/emissions.toml",
    "catalog/fabric.toml",
    "catalog/reliability.toml",
    "catalog/money.toml",
    silicon::FILE,
    efficiency::FILE,
    kernels::FILE,
    performance::FILE,
    intervals::FILE,
];

fn find<'a, T>(
    kind: &'static str,
    name: &str,
    table: &'a BTreeMap<String, Arc<T>>,
    aliases: &BTreeMap<String, String>,
) -> Result<&'a Arc<T>, UnknownId> {
    let id = aliases.get(name).map_or(name, String::as_str);
    let known = || table.keys().chain(aliases.keys()).map(String::as_str);
    table.get(id).ok_or_else(|| UnknownId::new(kind, name, known()))
}

fn hash_files(files: &BTreeMap<&str, &str>) -> String {
    let mut digest = Sha256::new();
    for (path, text) in files {
        for part in [path, text] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part.as_bytes());
        }
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Line of a byte offset, counted from 1.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count()
}

struct Reader<'a> {
    files: &'a BTreeMap<&'a str, &'a str>,
    errors: Vec<CatalogError>,
}

impl Reader<'_> {
    fn fault(&mut self, file: &str, line: usize, key: &str, message: &str) {
        let (file, key, message) = (file.to_owned(), key.to_owned(), message.to_owned());
        self.errors.push(CatalogError { file, line, key, message });
    }

    /// Reports a fault at the first line that holds the given text.
    fn fault_at(&mut self, file: &str, holds: &str, key: &str, message: &str) {
        let text = self.files.get(file).copied().unwrap_or_default();
        let line = text.find(holds).map_or(0, |offset| line_of(text, offset));
        self.fault(file, line, key, message);
    }

    fn parse<T: DeserializeOwned>(&mut self, path: &str, text: &str) -> Option<T> {
        parse(path, text).map_err(|error| self.errors.push(error)).ok()
    }

    fn single<T: DeserializeOwned>(&mut self, path: &str) -> Option<T> {
        match self.files.get(path).copied() {
            Some(text) => self.parse(path, text),
            None => {
                self.fault(path, 0, "", "the file is missing");
                None
            }
        }
    }

    fn keyed<T: DeserializeOwned>(
        &mut self,
        path: &str,
        text: &str,
        id: impl Fn(&T) -> &str,
        into: &mut BTreeMap<String, Arc<T>>,
    ) {
        if let Some(value) = self.parse::<T>(path, text) {
            self.insert(path, value, id, into);
        }
    }

    fn insert<T>(
        &mut self,
        path: &str,
        value: T,
        id: impl Fn(&T) -> &str,
        into: &mut BTreeMap<String, Arc<T>>,
    ) {
        let key = id(&value).to_owned();
        let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".toml");
        if key != stem {
            self.fault_at(path, "id =", "id", &format!("is `{key}`, but the file is named `{stem}`"));
        }
        into.insert(key, Arc::new(value));
    }

    fn model(&mut self, path: &str, text: &str) -> Option<Model> {
        let probe: KindProbe = self.parse(path, text)?;
        match probe.kind {
            ModelKind::Transformer => {
                self.parse::<Transformer>(path, text).map(|model| Model::Transformer(Box::new(model)))
            }
            ModelKind::Recommendation => {
                self.parse::<Recommendation>(path, text).map(|model| Model::Recommendation(Box::new(model)))
            }
        }
    }

    fn aliases<T>(
        &mut self,
        folder: &str,
        table: &BTreeMap<String, Arc<T>>,
        aliases: impl Fn(&T) -> &[String],
    ) -> BTreeMap<String, String> {
        let mut all = BTreeMap::new();
        for (id, entry) in table {
            for alias in aliases(entry) {
                let taken = table.contains_key(alias) || all.insert(alias.clone(), id.clone()).is_some();
                if taken {
                    let file = format!("catalog/{folder}/{id}.toml");
                    self.fault_at(
                        &file,
                        alias,
                        "aliases",
                        &format!("`{alias}` is already a name of another entry"),
                    );
                }
            }
        }
        all
    }
}

/// Reads one file; a fault names its line and key.
pub(crate) fn parse<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, CatalogError> {
    toml::from_str(text).map_err(|error| {
        let line = line_of(text, error.span().unwrap_or(0..0).start);
        CatalogError {
            file: path.to_owned(),
            line,
            key: key_at(text, line),
            message: error.message().to_owned(),
        }
    })
}

/// Dotted key that a line assigns, with the table header above it.
fn key_at(text: &str, line: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let here = lines.get(line.saturating_sub(1)).copied().unwrap_or_default().trim();
    let header =
        |text: &str| text.trim_start_matches('[').split(']').next().unwrap_or_default().trim().to_owned();
    if here.starts_with('[') {
        return header(here);
    }
    let assigned = here.trim_start_matches(['{', ' ']).split_once('=');
    let key = assigned.map(|(key, _)| key.trim().trim_matches('"').to_owned()).unwrap_or_default();
    let above =
        lines[..line.saturating_sub(1).min(lines.len())].iter().rev().find(|text| text.starts_with('['));
    match above {
        Some(above) if !key.is_empty() => format!("{}.{key}", header(above)),
        Some(above) => header(above),
        None => key,
    }
}
