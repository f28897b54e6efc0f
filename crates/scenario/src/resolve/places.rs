//! Sites and projects: defaults from region and catalogue, fleets against the site that must carry them.

use super::names::is_known;
use super::{Resolver, text, value};
use crate::diagnostic::Diagnostic;
use crate::entry::unknown_entry;
use crate::fields::RegionRef;
use crate::model::{Curve, Delivery, Installed, Project, Redesign, Site};
use crate::read::Tables;
use crate::source::Span;
use crate::spec::{At, Slot};
use crate::tables::{DeliveryTable, ProjectTable, RedesignTable, SiteTable};
use quarterdeck_catalog::{Climate, Cooling, Region};
use quarterdeck_units::{Ratio, Watts};
use std::collections::BTreeMap;

impl Resolver<'_, '_> {
    fn region(&mut self, slot: &Slot<RegionRef>) -> Option<Region> {
        let given = slot.as_ref()?;
        match self.catalog.region(&given.value.0) {
            Ok(region) => Some(region.clone()),
            Err(unknown) => {
                unknown_entry(self.reader, given.span, &unknown);
                None
            }
        }
    }

    pub(super) fn site(&mut self, table: &SiteTable) -> Option<Site> {
        let region = self.region(&table.region);
        let climate =
            table.climate.as_ref().map(|climate| climate.value.0).or(region.as_ref().map(|r| r.climate));
        if climate.is_none() && table.climate.is_none() && table.region.is_none() {
            self.climate_due("site", table.id.as_ref().map(|id| id.value.0.clone()), table.place);
        }
        let cooling = table.cooling.as_ref().map(|cooling| cooling.value.0);
        let density = value(&table.rack_density_max).or_else(|| self.usual_density(cooling?));
        for (key, curve) in [("it_power", &table.it_power), ("reserved", &table.reserved)] {
            if let Some(curve) = curve {
                self.expect_points_inside(key, &curve.value);
            }
        }
        let fleet = self.fleet(table, cooling, density);
        let id = table.id.as_ref()?.value.0.clone();
        Some(Site {
            title: text(&table.title).unwrap_or_else(|| id.clone()),
            id,
            it_power: table.it_power.as_ref()?.value.curve(),
            reserved: table.reserved.as_ref().map_or_else(Curve::nothing, |reserved| reserved.value.curve()),
            cooling: cooling?,
            rack_density_max: density?,
            racks_max: value(&table.racks_max),
            climate: climate?.to_string(),
            electricity: value(&table.electricity).or(region.as_ref().map(|region| region.electricity.value)),
            grid_carbon: value(&table.grid_carbon).or(region.as_ref().map(|region| region.carbon.value)),
            supply_water: value(&table.supply_water),
            fleet,
            basis: table.basis(),
        })
    }

    fn climate_due(&mut self, noun: &str, id: Option<String>, place: Span) {
        if self.reader.is_damaged(place.file) {
            return;
        }
        let message = format!("{noun} `{}` has neither `climate` nor `region`", id.unwrap_or_default());
        let help = format!(
            "write `climate = \"temperate\"` (one of {}), or a `region` of the catalogue",
            crate::nearest::listed(Climate::ALL.iter().map(|climate| climate.as_str()))
        );
        self.push(Diagnostic::new("scenario::missing-key", place, message).help(help));
    }

    fn usual_density(&self, cooling: Cooling) -> Option<Watts> {
        self.catalog.facility.hall(cooling).ok().map(|hall| hall.rack_power_usual.value)
    }

    /// The machines of a site, checked against its cooling, its racks and its power.
    fn fleet(
        &mut self,
        table: &SiteTable,
        cooling: Option<Cooling>,
        density: Option<Watts>,
    ) -> Vec<Installed> {
        let mut fleet = Vec::new();
        let (mut rated, mut idle) = (Watts::ZERO, Watts::ZERO);
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for (name, installed) in table.fleet.iter().flat_map(|slot| &slot.value.0) {
            let Some(id) = self.platform((name.span, &name.value)) else { continue };
            if let Some(first) = seen.insert(id.clone(), name.span) {
                let message = format!("platform `{id}` is listed twice in one fleet");
                self.push(
                    Diagnostic::new("scenario::duplicate-id", name.span, message)
                        .also(first, "first listed here")
                        .help("add the two numbers"),
                );
            }
            let Ok(platform) = self.catalog.platform(&id) else { continue };
            let (need, power, idle_power) =
                (platform.cooling.kind, platform.power.rated.value, platform.power.idle.value);
            rated += power * installed.value.count.0;
            idle += idle_power * installed.value.count.0;
            if let Some(cooling) = cooling.filter(|cooling| *cooling < need) {
                let message = format!("`{id}` needs {need} cooling, and the site has {cooling}");
                self.push(
                    Diagnostic::new("scenario::fleet-cooling", name.span, message)
                        .help(format!("write `cooling = \"{need}\"`, or place it at another site")),
                );
            }
            if let Some(density) = density.filter(|density| power > *density) {
                let message = format!(
                    "one `{id}` draws {power:.1}, more than the {density:.1} that a rack of the site may draw"
                );
                self.push(Diagnostic::new("scenario::fleet-density", name.span, message).help(format!(
                    "raise `rack_density_max` to \"{power}\" or more, or place it at another site"
                )));
            }
            fleet.push(Installed {
                platform: id,
                count: installed.value.count,
                since: installed.value.since,
            });
        }
        if let (Some(power), Some(horizon), Some(slot)) = (&table.it_power, &self.horizon, &table.fleet) {
            let start = horizon.start;
            let available = power.value.curve().at(start).unwrap_or(Watts::ZERO);
            let reserved = table
                .reserved
                .as_ref()
                .and_then(|curve| curve.value.curve().at(start))
                .unwrap_or(Watts::ZERO);
            self.fleet_power(&At::new(slot.span, (rated, idle)), available - reserved, power.span);
        }
        fleet
    }

    fn fleet_power(&mut self, fleet: &At<(Watts, Watts)>, available: Watts, power: Span) {
        let (rated, idle) = fleet.value;
        let help = "correct the numbers of machines, `it_power` or `reserved`";
        if idle > available {
            let message =
                format!("the fleet draws {idle:.1} without work, and the site has {available:.1} for it");
            self.push(
                Diagnostic::new("scenario::fleet-power", fleet.span, message)
                    .also(power, "the site's power at the start")
                    .help(help),
            );
        } else if rated > available * 1.000_001 {
            let message = format!("the fleet is rated at {rated:.1}, and the site has {available:.1} for it");
            self.push(
                Diagnostic::new("scenario::fleet-power-rated", fleet.span, message)
                    .label("at full load it would not fit")
                    .also(power, "the site's power at the start")
                    .help(help),
            );
        }
    }

    /// Projects need the sites: a delivery takes its rack density from the site it serves.
    pub(super) fn projects(&mut self, tables: &Slot<Tables<ProjectTable>>) -> Vec<Project> {
        let mut projects = Vec::new();
        for table in tables.iter().flat_map(|slot| &slot.value.0) {
            let known =
                table.site.as_ref().is_some_and(|site| self.site_is_known(table, &site.value.0, site.span));
            let region = self.region(&table.region);
            let climate =
                table.climate.as_ref().map(|climate| climate.value.0).or(region.map(|region| region.climate));
            let adds = table.adds.as_ref().and_then(|adds| self.delivery(&adds.value));
            let redesign = table.redesign.as_ref().and_then(|redesign| self.redesign(&redesign.value));
            self.project_checks(table);
            let project = || {
                let id = table.id.as_ref()?.value.0.clone();
                Some(Project {
                    title: text(&table.title).unwrap_or_else(|| id.clone()),
                    id,
                    site: table.site.as_ref()?.value.0.clone(),
                    climate: climate.map(|climate| climate.to_string()),
                    adds: adds?,
                    removes: value(&table.removes),
                    cost: value(&table.cost)?,
                    lead_time: value(&table.lead_time),
                    spending: table
                        .spending
                        .iter()
                        .flat_map(|slot| &slot.value.0)
                        .map(|share| share.value)
                        .collect(),
                    started: value(&table.started),
                    from: value(&table.from),
                    until: value(&table.until),
                    cancel_cost: value(&table.cancel_cost),
                    pause_cost: value(&table.pause_cost),
                    redesign,
                    excludes: table
                        .excludes
                        .iter()
                        .flat_map(|slot| &slot.value.0)
                        .map(|other| other.value.0.clone())
                        .collect(),
                    basis: table.basis(),
                })
            };
            if known {
                projects.extend(project());
            }
        }
        projects
    }

    fn site_is_known(&mut self, table: &ProjectTable, site: &str, span: Span) -> bool {
        if self.names.sites.contains_key(site)
            || self.names.new_sites.contains_key(site)
            || self.reader.hides_names()
        {
            return true;
        }
        if table.climate.is_some() || table.region.is_some() {
            return true;
        }
        let known: BTreeMap<String, Span> = self
            .names
            .sites
            .iter()
            .chain(&self.names.new_sites)
            .map(|(id, span)| (id.clone(), *span))
            .collect();
        let mut diagnostic = Diagnostic::new(
            "scenario::unknown-site",
            span,
            format!("there is no site `{site}`, and nothing says where a new one would be"),
        )
        .help("correct the id, or write `climate = \"temperate\"` (or a `region`) to make it a new site");
        if let Some(near) = crate::nearest::nearest(site, known.keys().map(String::as_str)) {
            diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
        }
        self.push(diagnostic);
        false
    }

    fn delivery(&mut self, table: &DeliveryTable) -> Option<Delivery> {
        let cooling = table.cooling.as_ref()?.value.0;
        let by_kind = || self.catalog.facility.hall(cooling).ok().map(|hall| hall.rack_power_max.value);
        Some(Delivery {
            it_power: value(&table.it_power)?,
            cooling,
            rack_density_max: value(&table.rack_density_max).or_else(by_kind)?,
        })
    }

    fn redesign(&mut self, table: &RedesignTable) -> Option<Redesign> {
        let adds = self.delivery(&table.adds.as_ref()?.value)?;
        Some(Redesign {
            adds,
            cost: value(&table.cost)?,
            lead_time: value(&table.lead_time)?,
            reuse: value(&table.reuse).unwrap_or_default(),
        })
    }

    fn project_checks(&mut self, table: &ProjectTable) {
        self.expect_order(("from", &table.from), ("until", &table.until));
        if let (Some(started), Some(from)) = (&table.started, &table.from) {
            let message = "a project that is `started` has no first quarter to start in";
            self.push(
                Diagnostic::new("scenario::conflict", from.span, message)
                    .also(started.span, "already under way")
                    .help("keep one of `started` and `from`"),
            );
        }
        let end = self.horizon.as_ref().map(|horizon| horizon.end);
        if let Some(started) =
            table.started.as_ref().filter(|started| end.is_some_and(|end| started.value > end))
        {
            self.expect_inside("the start in", started);
        }
        if let Some(spending) = &table.spending {
            let sum: f64 = spending.value.0.iter().map(|share| share.value.0).sum();
            let quarters = table.lead_time.as_ref().map(|lead_time| lead_time.value.0);
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
            let count = spending.value.0.len() as i32;
            if !spending.value.0.is_empty() && (sum - 1.0).abs() > 1e-6 {
                let message =
                    format!("the shares of `spending` sum to {}, not to 1", Ratio((sum * 1e6).round() / 1e6));
                self.push(
                    Diagnostic::new("scenario::spending-sum", spending.span, message)
                        .help("write shares that sum to 100 %"),
                );
            }
            if let Some(quarters) = quarters.filter(|quarters| count != 0 && *quarters != count) {
                let message =
                    format!("`spending` has {count} shares, and `lead_time` has {quarters} quarters");
                self.push(
                    Diagnostic::new("scenario::spending-sum", spending.span, message)
                        .help("write one share for each quarter of the lead time"),
                );
            }
        }
        let own = table.id.as_ref().map(|id| id.value.0.as_str());
        for other in table.excludes.iter().flat_map(|slot| &slot.value.0) {
            if own == Some(other.value.0.as_str()) {
                let message = format!("project `{}` excludes itself", other.value.0);
                self.push(
                    Diagnostic::new("scenario::cyclic-excludes", other.span, message)
                        .help("remove it from `excludes`"),
                );
                continue;
            }
            let kind = ("scenario::unknown-project", "project");
            is_known(self.reader, kind, &self.names.projects, other.span, &other.value.0);
        }
    }
}
