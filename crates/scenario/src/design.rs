//! The site file of `quarterdeck design --compare`: one site filled with one platform, read like a scenario, with every
//! fault found at once.

use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Warned};
use crate::document::MAX_BYTES;
use crate::entry::unknown_entry;
use crate::fields::{Cited, Id, Map, OneWord, PlatformRef, RegionRef};
use crate::files::{Files, MemoryFiles};
use crate::model::{Basis, ScenarioSource};
use crate::nearest::{listed, nearest};
use crate::read::Reader;
use crate::resolve::check_schema;
use crate::source::Span;
use crate::spec::{At, Slot, Table};
use crate::tables::{DesignFabricTable, DesignSiteTable, DesignTable, SourceTable};
use quarterdeck_catalog::{Catalog, Climate, Cooling, FloorKind};
use quarterdeck_units::{Count, Quarter, Ratio, Watts};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How large a site is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum DesignSize {
    /// So many platforms.
    Platforms(Count),
    /// As many platforms as this IT power carries.
    Power(Watts),
}

/// How the networks of a site are built.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DesignFabric {
    /// Server ports of a front-end leaf over its uplinks; that of the catalogue if none.
    pub front_end_oversubscription: Option<f64>,
    /// Ports of a back-end leaf over its uplinks.
    pub back_end_oversubscription: f64,
    /// Back-end capacity that enters the core over what the core carries.
    pub core_oversubscription: f64,
}

impl Default for DesignFabric {
    /// A back end that blocks nothing.
    fn default() -> Self {
        DesignFabric {
            front_end_oversubscription: None,
            back_end_oversubscription: 1.0,
            core_oversubscription: 1.0,
        }
    }
}

/// One site filled with one platform.
#[derive(Clone, PartialEq, Debug)]
pub struct SiteDesign {
    /// Name of the file's site.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Platform id.
    pub platform: String,
    /// How large it is.
    pub size: DesignSize,
    /// What its halls can cool.
    pub cooling: Cooling,
    /// Most power of one rack.
    pub rack_density_max: Watts,
    /// Climate class.
    pub climate: Climate,
    /// Region of the catalogue, for the cost of building.
    pub region: Option<String>,
    /// What the halls stand on.
    pub floor: FloorKind,
    /// Quarter in which its parts must be had; any of the catalogue if none.
    pub quarter: Option<Quarter>,
    /// How its networks are built.
    pub fabric: DesignFabric,
    /// Kind of building project, a template of the catalogue.
    pub project: String,
    /// Where the inputs come from.
    pub basis: Basis,
    /// Sources that the file declares.
    pub sources: Vec<ScenarioSource>,
}

/// Reads the site file of a comparison.
///
/// Every fault comes back in one go, each with its place; a design comes back only if none is an error.
///
/// ```
/// use quarterdeck_catalog::Catalog;
/// use quarterdeck_scenario::{MemoryFiles, resolve_design};
/// let text = r#"
/// schema = 1
/// name = "old"
/// [site]
/// platform = "cpu-1s-2020"
/// it_power = "54 MV"
/// cooling = "air"
/// climate = "temperate"
/// assumed = "an example"
/// "#;
/// let read = resolve_design("old.toml", &MemoryFiles::one("old.toml", text), &Catalog::builtin());
/// assert!(read.value.unwrap_err().list[0].message.contains("MV"));
/// ```
pub fn resolve_design(
    path: &str,
    files: &dyn Files,
    catalog: &Catalog,
) -> Warned<Result<SiteDesign, Diagnostics>> {
    let mut reader = Reader::new(files);
    let design = read(&mut reader, path, catalog);
    let sources = Arc::new(std::mem::take(&mut reader.sources));
    let all = Diagnostics::new(sources, reader.diagnostics);
    let (errors, warnings): (Vec<_>, Vec<_>) =
        all.list.into_iter().partition(|diagnostic| diagnostic.severity == Severity::Error);
    let value = match design {
        Some(design) if errors.is_empty() => Ok(design),
        _ => Err(Diagnostics { sources: Arc::clone(&all.sources), list: errors }),
    };
    Warned { value, warnings: Diagnostics { sources: all.sources, list: warnings } }
}

impl SiteDesign {
    /// The file of this site in canonical form, all defaults written out; reading it gives the same site.
    pub fn to_toml(&self) -> String {
        let some = |value: f64| Some(At::nowhere(Ratio(value)));
        let fabric = DesignFabricTable {
            front_end_oversubscription: self.fabric.front_end_oversubscription.and_then(some),
            back_end_oversubscription: some(self.fabric.back_end_oversubscription),
            core_oversubscription: some(self.fabric.core_oversubscription),
            ..DesignFabricTable::default()
        };
        let (count, it_power) = match self.size {
            DesignSize::Platforms(count) => (Some(At::nowhere(count)), None),
            DesignSize::Power(power) => (None, Some(At::nowhere(power))),
        };
        let site = DesignSiteTable {
            platform: Some(At::nowhere(PlatformRef(self.platform.clone()))),
            count,
            it_power,
            cooling: Some(At::nowhere(OneWord(self.cooling))),
            rack_density_max: Some(At::nowhere(self.rack_density_max)),
            floor: Some(At::nowhere(OneWord(self.floor))),
            climate: Some(At::nowhere(OneWord(self.climate))),
            region: self.region.clone().map(|region| At::nowhere(RegionRef(region))),
            quarter: self.quarter.map(At::nowhere),
            project: Some(At::nowhere(self.project.clone())),
            fabric: Some(At::nowhere(fabric)),
            ..DesignSiteTable::default()
        };
        let source = |source: &ScenarioSource| {
            let table = SourceTable {
                title: Some(At::nowhere(source.title.clone())),
                url: source.url.clone().map(At::nowhere),
                date: source.date.clone().map(At::nowhere),
                ..SourceTable::default()
            };
            (At::nowhere(source.id.clone()), At::nowhere(table))
        };
        let sources = (!self.sources.is_empty()).then(|| Map(self.sources.iter().map(source).collect()));
        let table = DesignTable {
            schema: Some(At::nowhere(crate::resolve::SCHEMA_VERSION)),
            name: Some(At::nowhere(Id(self.name.clone()))),
            title: Some(At::nowhere(self.title.clone())),
            site: Some(At::nowhere(site.with_basis(&self.basis))),
            source: sources.map(At::nowhere),
            ..DesignTable::default()
        };
        toml::to_string(&table.write_table()).unwrap_or_default()
    }
}

/// Reads a site file held in memory, under the name `site.toml`.
pub fn resolve_design_text(text: &str, catalog: &Catalog) -> Warned<Result<SiteDesign, Diagnostics>> {
    resolve_design("site.toml", &MemoryFiles::one("site.toml", text), catalog)
}

fn read(reader: &mut Reader<'_>, path: &str, catalog: &Catalog) -> Option<SiteDesign> {
    let file = reader.load(path, None, MAX_BYTES)?;
    let root = reader.parse(file);
    if root.entries().is_none_or(<[_]>::is_empty) && !reader.any_damaged() {
        let message = format!("`{}` holds no site", reader.sources.name(file));
        reader.push(
            Diagnostic::new("scenario::empty", Span::new(file, 0, 0), message)
                .help("examples are in `examples/`; `quarterdeck explain design` lists the keys"),
        );
        return None;
    }
    let table = DesignTable::read_table(reader, &root)?;
    check_schema(reader, &table.schema);
    let sources = declared(&table);
    let site = table.site.as_ref().map(|slot| &slot.value);
    if let Some(site) = site {
        check_sources(reader, site, &table, catalog);
    }
    let design = site.and_then(|site| design(reader, &table, site, catalog));
    design.map(|design| SiteDesign { sources, ..design })
}

fn declared(table: &DesignTable) -> Vec<ScenarioSource> {
    let text = |slot: &Slot<String>| slot.as_ref().map(|slot| slot.value.clone());
    let sources = table.source.iter().flat_map(|slot| &slot.value.0);
    sources
        .map(|(id, source)| ScenarioSource {
            id: id.value.clone(),
            title: text(&source.value.title).unwrap_or_default(),
            url: text(&source.value.url),
            date: text(&source.value.date),
        })
        .collect()
}

/// Sources that nobody knows or cites, and a site that is neither cited nor assumed.
fn check_sources(reader: &mut Reader<'_>, site: &DesignSiteTable, table: &DesignTable, catalog: &Catalog) {
    let citation = site.cited();
    let own = || table.source.iter().flat_map(|slot| &slot.value.0).map(|(id, _)| id);
    let mut used = BTreeSet::new();
    for given in citation.sources {
        let id = given.value.0.as_str();
        used.insert(id.to_owned());
        let known = || own().map(|id| id.value.as_str()).chain(catalog.sources.keys().map(|id| id.as_str()));
        if known().any(|known| known == id) || reader.any_damaged() {
            continue;
        }
        let message = format!("`{}` is no source of this file or the catalogue", crate::document::cut(id));
        let mut diagnostic = Diagnostic::new("scenario::unknown-source", given.span, message)
            .help(format!("declare it with `[source.{id}]` and its `title`, or correct the id"));
        if let Some(near) = nearest(id, known()) {
            diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
        }
        reader.push(diagnostic);
    }
    if citation.sources.is_empty() && !citation.assumed {
        let message = format!("nothing says where the numbers of {} come from", citation.noun);
        reader.push(
            Diagnostic::new("scenario::no-basis", citation.place, message).help(
                "cite with `source = \"ID\"` and a table `[source.ID]`, or write `assumed = \"why these values\"`",
            ),
        );
    }
    for id in own().filter(|id| !used.contains(&id.value)) {
        let message = format!("source `{}` is cited nowhere", id.value);
        reader.push(
            Diagnostic::new("scenario::unused-source", id.span, message)
                .help(format!("cite it with `source = \"{}\"`, or remove it", id.value)),
        );
    }
}

fn design(
    reader: &mut Reader<'_>,
    table: &DesignTable,
    site: &DesignSiteTable,
    catalog: &Catalog,
) -> Option<SiteDesign> {
    let platform = site.platform.as_ref().and_then(|given| match catalog.platform(&given.value.0) {
        Ok(platform) => Some(platform.clone()),
        Err(unknown) => {
            unknown_entry(reader, given.span, &unknown);
            None
        }
    });
    let region = site.region.as_ref().and_then(|given| match catalog.region(&given.value.0) {
        Ok(region) => Some((given.value.0.clone(), region.climate)),
        Err(unknown) => {
            unknown_entry(reader, given.span, &unknown);
            None
        }
    });
    let climate =
        site.climate.as_ref().map(|slot| slot.value.0).or(region.as_ref().map(|(_, climate)| *climate));
    if climate.is_none() && site.climate.is_none() && site.region.is_none() && !reader.any_damaged() {
        let known = listed(Climate::ALL.iter().map(|climate| climate.as_str()));
        reader.push(
            Diagnostic::new(
                "scenario::missing-key",
                site.place,
                "the site has neither `climate` nor `region`",
            )
            .help(format!(
                "write `climate = \"temperate\"` (one of {known}), or a `region` of the catalogue"
            )),
        );
    }
    let size = size(reader, site);
    let cooling = site.cooling.as_ref().map(|slot| slot.value.0);
    let usual = || catalog.facility.hall(cooling?).ok().map(|hall| hall.rack_power_usual.value);
    let density = site.rack_density_max.as_ref().map(|slot| slot.value).or_else(usual);
    if let (Some(platform), Some(given), Some(cooling)) = (&platform, &site.cooling, cooling)
        && cooling < platform.cooling.kind
    {
        let need = platform.cooling.kind;
        let message = format!("`{}` needs {need} cooling, and the site has {cooling}", platform.id);
        reader.push(
            Diagnostic::new("scenario::fleet-cooling", given.span, message)
                .help(format!("write `cooling = \"{need}\"`, or take another platform")),
        );
    }
    if let (Some(platform), Some(density)) = (&platform, density) {
        let lightest = platform.power.rated.value * platform.rack.platforms_per_rack.value.min(1.0);
        let place = site.rack_density_max.as_ref().map_or(site.place, |slot| slot.span);
        if lightest > density * 1.001 {
            let message = format!(
                "one `{}` makes a rack of {lightest:.1}, more than the {density:.1} of the site",
                platform.id
            );
            reader.push(
                Diagnostic::new("scenario::fleet-density", place, message)
                    .help(format!("write `rack_density_max = \"{lightest}\"` or more")),
            );
        }
    }
    let project = project(reader, site, catalog);
    let name = table.name.as_ref()?.value.0.clone();
    let cooling = cooling?;
    let floor = if cooling == Cooling::Air { FloorKind::Raised } else { FloorKind::Slab };
    Some(SiteDesign {
        title: table.title.as_ref().map_or_else(|| name.clone(), |slot| slot.value.clone()),
        name,
        platform: platform?.id.clone(),
        size: size?,
        cooling,
        rack_density_max: density?,
        climate: climate?,
        region: region.map(|(id, _)| id),
        floor: site.floor.as_ref().map_or(floor, |slot| slot.value.0),
        quarter: site.quarter.as_ref().map(|slot| slot.value),
        fabric: site.fabric.as_ref().map_or_else(DesignFabric::default, |slot| fabric(&slot.value)),
        project: project?,
        basis: site.basis(),
        sources: Vec::new(),
    })
}

fn size(reader: &mut Reader<'_>, site: &DesignSiteTable) -> Option<DesignSize> {
    match (&site.count, &site.it_power) {
        (Some(count), None) => Some(DesignSize::Platforms(count.value)),
        (None, Some(power)) => Some(DesignSize::Power(power.value)),
        (Some(count), Some(power)) => {
            let message = "the site has both `count` and `it_power`, and each gives the other";
            reader.push(
                Diagnostic::new("scenario::one-of", power.span, message)
                    .also(count.span, "the number of platforms")
                    .help("keep one of the two"),
            );
            None
        }
        (None, None) if reader.has_errors_within(site.place) || reader.any_damaged() => None,
        (None, None) => {
            reader.push(
                Diagnostic::new(
                    "scenario::missing-key",
                    site.place,
                    "the site has neither `count` nor `it_power`",
                )
                .help("write `it_power = \"54 MW\"` (as many platforms as fit), or `count = 5000`"),
            );
            None
        }
    }
}

fn project(reader: &mut Reader<'_>, site: &DesignSiteTable, catalog: &Catalog) -> Option<String> {
    const USUAL: &str = "powered-site";
    let Some(given) = &site.project else { return Some(USUAL.to_owned()) };
    let known = || catalog.construction.template.keys().map(String::as_str);
    if known().any(|known| known == given.value) {
        return Some(given.value.clone());
    }
    let message = format!("`{}` is no kind of building project", crate::document::cut(&given.value));
    let mut diagnostic = Diagnostic::new("scenario::unknown-word", given.span, message)
        .help(format!("`project` is one of {}", listed(known())));
    if let Some(near) = nearest(&given.value, known()) {
        diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
    }
    reader.push(diagnostic);
    None
}

fn fabric(table: &DesignFabricTable) -> DesignFabric {
    let usual = DesignFabric::default();
    let or = |slot: &Slot<Ratio>, default: f64| slot.as_ref().map_or(default, |slot| slot.value.0);
    DesignFabric {
        front_end_oversubscription: table.front_end_oversubscription.as_ref().map(|slot| slot.value.0),
        back_end_oversubscription: or(&table.back_end_oversubscription, usual.back_end_oversubscription),
        core_oversubscription: or(&table.core_oversubscription, usual.core_oversubscription),
    }
}
