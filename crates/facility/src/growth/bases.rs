//! Which assumption decides a growth factor: the factor on every basis, and how far each assumption moves it.

use std::fmt;

use quarterdeck_catalog::{Catalog, Cited, Platform, Provenance};
use quarterdeck_units::Bandwidth;

use super::{CoreShare, Era};
use super::{EraCapacity, fill};
use crate::footprint::Misfit;

/// What is compared with what.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Basis {
    /// Two sites of equal IT power; a megawatt or a kilowatt gives the same.
    Power,
    /// Two racks, or two sites with equally many of them.
    Rack,
    /// Two servers.
    Server,
}

impl Basis {
    /// Every basis.
    pub const ALL: [Basis; 3] = [Basis::Power, Basis::Rack, Basis::Server];
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Basis::Power => "site of equal power",
            Basis::Rack => "rack",
            Basis::Server => "server",
        })
    }
}

/// What is counted as network capacity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Counted {
    /// All ports of both networks.
    Ports,
    /// On the new side only the ports between accelerators.
    BackEnd,
    /// What crosses the core at once.
    Core,
}

impl Counted {
    /// Every way of counting.
    pub const ALL: [Counted; 3] = [Counted::Ports, Counted::BackEnd, Counted::Core];
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Counted::Ports => "all ports",
            Counted::BackEnd => "ports of the new back end",
            Counted::Core => "what crosses the core",
        })
    }
}

/// The factor on one basis.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BasisView {
    /// What is compared.
    pub basis: Basis,
    /// What is counted.
    pub counted: Counted,
    /// The factor, everything else as given.
    pub factor: f64,
    /// Lowest and highest factor over all other assumptions.
    pub range: (f64, f64),
}

/// One value of an assumption.
#[derive(Clone, PartialEq, Debug)]
pub struct Alternative {
    /// The value in words.
    pub value: String,
    /// The factor with it, everything else as given.
    pub factor: f64,
    /// Share of all combinations with it that lie in the published range.
    pub inside: f64,
}

/// One assumption with its values.
#[derive(Clone, PartialEq, Debug)]
pub struct Assumption {
    /// What is assumed.
    pub name: &'static str,
    /// Its values; the first is the one given.
    pub alternatives: Vec<Alternative>,
}

impl Assumption {
    /// Largest factor over smallest, everything else as given.
    pub fn swing(&self) -> f64 {
        let factors = || self.alternatives.iter().map(|alternative| alternative.factor);
        factors().fold(0.0, f64::max) / factors().fold(f64::INFINITY, f64::min)
    }
}

/// The factor on every basis, beside a published range.
#[derive(Clone, PartialEq, Debug)]
pub struct Bases {
    /// The factor as given: sites of equal power, all ports.
    pub given: f64,
    /// Every basis and way of counting.
    pub views: Vec<BasisView>,
    /// Every assumption, the one that moves the factor most first.
    pub assumptions: Vec<Assumption>,
    /// The published range.
    pub published: (f64, f64),
    /// Combinations of all values of all assumptions, and those of them in the published range.
    pub combinations: (usize, usize),
    /// Weakest origin and sources.
    pub provenance: Provenance,
}

/// Whether a published factor is reproduced, and on which basis.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    /// Whether the factor as given lies in the published range.
    pub reproduced: bool,
    /// Bases and ways of counting whose range over the other assumptions holds part of the published one.
    pub possible: Vec<(Basis, Counted)>,
    /// The assumption that moves the factor most.
    pub decides: &'static str,
}

impl Bases {
    /// The assumption that moves the factor most.
    pub fn deciding(&self) -> &Assumption {
        &self.assumptions[0]
    }

    /// Whether the published range is reproduced, and what could.
    pub fn verdict(&self) -> Verdict {
        let (low, high) = self.published;
        let possible = self.views.iter().filter(|view| view.range.0 <= high && view.range.1 >= low);
        Verdict {
            reproduced: (low..=high).contains(&self.given),
            possible: possible.map(|view| (view.basis, view.counted)).collect(),
            decides: self.deciding().name,
        }
    }
}

/// One choice of every assumption.
#[derive(Clone, Copy)]
struct Choice {
    basis: usize,
    counted: usize,
    old: usize,
    new: usize,
    rate: usize,
    front_end: usize,
}

const GIVEN: Choice = Choice { basis: 0, counted: 0, old: 0, new: 0, rate: 0, front_end: 0 };

/// The values of every assumption; the first of each is the one given.
struct Values {
    old: Vec<(String, EraCapacity, Bandwidth)>,
    new: Vec<(String, EraCapacity, CoreShare)>,
    rates: Vec<(String, Option<Bandwidth>)>,
    front_end: Vec<f64>,
}

impl Values {
    fn lengths(&self) -> [usize; 6] {
        [
            Basis::ALL.len(),
            Counted::ALL.len(),
            self.old.len(),
            self.new.len(),
            self.rates.len(),
            self.front_end.len(),
        ]
    }

    /// The factor of a choice: new over old, each divided by what is compared.
    fn factor(&self, choice: Choice) -> f64 {
        let (_, old, own_rate) = &self.old[choice.old];
        let (_, new, share) = &self.new[choice.new];
        let front_end = self.front_end[choice.front_end];
        let rate = self.rates[choice.rate].1.map_or(1.0, |rate| rate / *own_rate);
        let old_ports = old.front_end * rate + old.back_end;
        let old_core = old.front_end * rate / front_end + old.back_end;
        let (before, after) = match Counted::ALL[choice.counted] {
            Counted::Ports => (old_ports, new.total()),
            Counted::BackEnd => (old_ports, new.back_end),
            Counted::Core => (old_core, new.front_end / front_end + new.back_end / share.back_end),
        };
        let compared = |capacity: &EraCapacity| match Basis::ALL[choice.basis] {
            Basis::Power => capacity.filled.as_watts(),
            Basis::Rack => capacity.racks,
            Basis::Server => capacity.servers,
        };
        (after / before) / (compared(new) / compared(old))
    }

    /// Every choice.
    fn all(&self) -> impl Iterator<Item = Choice> + '_ {
        let lengths = self.lengths();
        (0..lengths.iter().product()).map(move |mut index: usize| {
            let mut next = |length: usize| {
                let value = index % length;
                index /= length;
                value
            };
            let [basis, counted, old, new, rate, front_end] = lengths.map(&mut next);
            Choice { basis, counted, old, new, rate, front_end }
        })
    }
}

/// The growth factor on every basis, with the assumption that decides it named.
///
/// Six things have to be assumed before network capacity has a growth factor: what is compared (sites of equal power,
/// racks, servers), what is counted (all ports, the new back end, the core), which old and which new generation, the
/// rate of an old port, and the oversubscription of front ends. Each is varied alone, and all together:
///
/// $$ \text{swing}_a = \frac{\max_v f(a = v)}{\min_v f(a = v)},\qquad
///    \text{inside}_{a,v} = \frac{|\{c \in C : c_a = v,\ l \le f(c) \le h\}|}{|\{c \in C : c_a = v\}|} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $f$ | the factor of [`super::growth_factor`] under a choice of all assumptions | 1 |
/// | $C$ | all combinations of all values | |
/// | $l, h$ | the published range of the catalogue | 1 |
///
/// Shares count combinations and are no probabilities. Old and new platforms beside those given are the catalogue's
/// usual ones of the two generations; those that can not stand in the halls are left out.
///
/// # Errors
/// When one of the two platforms given can not stand in its halls.
pub fn bases(old: Era<'_>, new: Era<'_>, catalog: &Catalog) -> Result<Bases, Misfit> {
    let facts = &catalog.growth;
    let mut provenance = Provenance::analytical();
    let mut values = Values { old: Vec::new(), new: Vec::new(), rates: Vec::new(), front_end: Vec::new() };
    for platform in others(old.platform, &facts.generations.old, catalog) {
        let era = Era { platform, ..old };
        match fill(&era, &mut provenance) {
            Ok(found) => {
                values.old.push((platform.id.clone(), found, platform.scale_out.front_end_rate.value))
            }
            Err(misfit) if platform.id == old.platform.id => return Err(misfit),
            Err(_) => {}
        }
    }
    for platform in others(new.platform, &facts.generations.new, catalog) {
        let era = Era { platform, ..new };
        match fill(&era, &mut provenance) {
            Ok(found) => values.new.push((platform.id.clone(), found, new.oversubscription)),
            Err(misfit) if platform.id == new.platform.id => return Err(misfit),
            Err(_) => {}
        }
    }
    let rate = &facts.old_port_rate;
    provenance.absorb(&rate.provenance());
    provenance.absorb(&facts.front_end_oversubscription.provenance());
    values.rates.push(("as in the catalogue".to_owned(), None));
    for value in [rate.low, rate.likely, rate.high] {
        let text = format!("{:.0} Gbit/s", value.as_gigabits_per_second());
        if values.rates.iter().all(|(known, _)| *known != text) {
            values.rates.push((text, Some(value)));
        }
    }
    let over = &facts.front_end_oversubscription;
    values.front_end.push(old.oversubscription.front_end);
    for value in [over.low, over.likely, over.high] {
        if values.front_end.iter().all(|known| (known - value).abs() > 1e-9) {
            values.front_end.push(value);
        }
    }
    let published = (facts.published.low.value, facts.published.high.value);
    provenance.absorb_fact(&facts.published.low);
    Ok(summary(&values, published, provenance))
}

/// The platform given, then the others of its generation.
fn others<'a>(given: &'a Platform, ids: &[String], catalog: &'a Catalog) -> Vec<&'a Platform> {
    let known = ids.iter().filter(|id| **id != given.id).filter_map(|id| catalog.platforms.get(id.as_str()));
    std::iter::once(given).chain(known.map(AsRef::as_ref)).collect()
}

fn summary(values: &Values, published: (f64, f64), provenance: Provenance) -> Bases {
    let all: Vec<(Choice, f64)> = values.all().map(|choice| (choice, values.factor(choice))).collect();
    let is_inside = |factor: f64| factor >= published.0 && factor <= published.1;
    let mut views = Vec::new();
    for (basis, of) in Basis::ALL.into_iter().enumerate() {
        for (counted, what) in Counted::ALL.into_iter().enumerate() {
            let factors = || {
                all.iter()
                    .filter(move |(choice, _)| choice.basis == basis && choice.counted == counted)
                    .map(|(_, factor)| *factor)
            };
            let range = (factors().fold(f64::INFINITY, f64::min), factors().fold(0.0, f64::max));
            let factor = values.factor(Choice { basis, counted, ..GIVEN });
            views.push(BasisView { basis: of, counted: what, factor, range });
        }
    }
    let assumption =
        |name, labels: Vec<String>, with: fn(Choice, usize) -> Choice, of: fn(&Choice) -> usize| {
            let alternatives = labels.into_iter().enumerate().map(|(index, value)| {
                let chosen = || all.iter().filter(|(choice, _)| of(choice) == index);
                let inside = chosen().filter(|(_, factor)| is_inside(*factor)).count();
                Alternative {
                    value,
                    factor: values.factor(with(GIVEN, index)),
                    inside: inside as f64 / chosen().count().max(1) as f64,
                }
            });
            Assumption { name, alternatives: alternatives.collect() }
        };
    let text = |words: &[&dyn fmt::Display]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    let basis_words: Vec<&dyn fmt::Display> =
        Basis::ALL.iter().map(|basis| basis as &dyn fmt::Display).collect();
    let counted_words: Vec<&dyn fmt::Display> =
        Counted::ALL.iter().map(|what| what as &dyn fmt::Display).collect();
    let ids = |list: &mut dyn Iterator<Item = &String>| list.cloned().collect::<Vec<String>>();
    let mut assumptions = vec![
        assumption(
            "what is compared: sites of equal power, racks or servers",
            text(&basis_words),
            |choice, basis| Choice { basis, ..choice },
            |choice| choice.basis,
        ),
        assumption(
            "what is counted: all ports, the new back end or the core",
            text(&counted_words),
            |choice, counted| Choice { counted, ..choice },
            |choice| choice.counted,
        ),
        assumption(
            "the old generation",
            ids(&mut values.old.iter().map(|(id, _, _)| id)),
            |choice, old| Choice { old, ..choice },
            |choice| choice.old,
        ),
        assumption(
            "the new generation",
            ids(&mut values.new.iter().map(|(id, _, _)| id)),
            |choice, new| Choice { new, ..choice },
            |choice| choice.new,
        ),
        assumption(
            "the rate of an old server's port",
            ids(&mut values.rates.iter().map(|(text, _)| text)),
            |choice, rate| Choice { rate, ..choice },
            |choice| choice.rate,
        ),
        assumption(
            "the oversubscription of front ends, where the core is counted",
            values.front_end.iter().map(|over| format!("{over}:1")).collect(),
            // It moves nothing but the core, so it is varied there.
            |choice, front_end| Choice { front_end, counted: Counted::ALL.len() - 1, ..choice },
            |choice| choice.front_end,
        ),
    ];
    assumptions.sort_by(|a, b| b.swing().total_cmp(&a.swing()));
    let inside = all.iter().filter(|(_, factor)| is_inside(*factor)).count();
    Bases {
        given: values.factor(GIVEN),
        views,
        assumptions,
        published,
        combinations: (all.len(), inside),
        provenance,
    }
}
