//! The names that a scenario declares, and what happens when one is used that nobody declared.

use crate::diagnostic::Diagnostic;
use crate::document::cut;
use crate::fields::SourceRef;
use crate::nearest::{listed, nearest};
use crate::read::{Reader, Tables};
use crate::source::Span;
use crate::spec::{At, Slot};
use crate::tables::{OfferTable, RootTable};
use quarterdeck_catalog::Catalog;
use std::collections::BTreeMap;

/// Declared names with their places.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) workloads: BTreeMap<String, Span>,
    pub(crate) sites: BTreeMap<String, Span>,
    pub(crate) projects: BTreeMap<String, Span>,
    pub(crate) offers: BTreeMap<String, Span>,
    pub(crate) programmes: BTreeMap<String, Span>,
    /// Sites that only projects make.
    pub(crate) new_sites: BTreeMap<String, Span>,
}

/// Sources of the catalogue and of a file.
pub(crate) struct KnownSources(BTreeMap<String, Span>);

impl Names {
    /// Every name that the file declares; names declared twice are reported.
    pub(crate) fn gather(reader: &mut Reader<'_>, table: &RootTable) -> Names {
        fn ids<T>(slot: &Slot<Tables<T>>, id: impl Fn(&T) -> Option<At<String>>) -> Vec<At<String>> {
            slot.iter().flat_map(|slot| &slot.value.0).filter_map(id).collect()
        }
        macro_rules! declared {
            ($field:ident, $noun:literal) => {{
                let ids = ids(&table.$field, |entry| {
                    entry.id.as_ref().map(|id| At::new(id.span, id.value.0.clone()))
                });
                unique(reader, $noun, "give each an `id` of its own", ids)
            }};
        }
        let offers = ids(&table.offer, offer_id);
        let portings = ids(&table.porting, |porting| {
            let (workload, to) = (porting.workload.as_ref()?, porting.to.as_ref()?);
            Some(At::new(porting.place, format!("{} to {}", workload.value.0, to.value.0.0)))
        });
        unique(reader, "porting", "keep one of the two", portings);
        declared!(shock, "shock");
        declared!(commitment, "commitment");
        declared!(expect, "expectation");
        let sites = declared!(site, "site");
        let mut new_sites = BTreeMap::new();
        for project in table.project.iter().flat_map(|slot| &slot.value.0) {
            if let Some(site) = &project.site
                && !sites.contains_key(&site.value.0)
                && (project.climate.is_some() || project.region.is_some())
            {
                new_sites.entry(site.value.0.clone()).or_insert(site.span);
            }
        }
        Names {
            workloads: declared!(workload, "workload"),
            sites,
            projects: declared!(project, "project"),
            offers: unique(
                reader,
                "offer",
                "give each an `id` of its own; without one it is the platform's",
                offers,
            ),
            programmes: declared!(programme, "programme"),
            new_sites,
        }
    }
}

impl KnownSources {
    /// Those of the catalogue and a file's own.
    pub(crate) fn new(catalog: &Catalog, own: impl Iterator<Item = (String, Span)>) -> KnownSources {
        let known = catalog.sources.keys().map(|id| (id.0.clone(), Span::default()));
        KnownSources(known.chain(own).collect())
    }

    /// Reports a source that nobody knows.
    pub(crate) fn check(&self, reader: &mut Reader<'_>, given: &At<SourceRef>) {
        let id = given.value.0.as_str();
        if self.0.contains_key(id) || reader.hides_names() || reader.is_full() {
            return;
        }
        let message = format!("`{}` is no source of this scenario or the catalogue", cut(id));
        let mut diagnostic = Diagnostic::new("scenario::unknown-source", given.span, message)
            .help(format!("declare it with `[source.{id}]` and its `title`, or correct the id"));
        if let Some(near) = nearest(id, self.0.keys().map(String::as_str)) {
            diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
        }
        reader.push(diagnostic);
    }
}

/// Whether a name is declared; if not it is reported with the nearest that is.
pub(crate) fn is_known(
    reader: &mut Reader<'_>,
    (code, what): (&'static str, &str),
    known: &BTreeMap<String, Span>,
    span: Span,
    given: &str,
) -> bool {
    if known.contains_key(given) {
        return true;
    }
    if reader.is_full() {
        return false;
    }
    // The declaration may be in the part of the file that could not be read.
    if reader.hides_names() {
        return false;
    }
    let message = format!("there is no {what} `{}` in this scenario", cut(given));
    let mut diagnostic = Diagnostic::new(code, span, message);
    let names = known.keys().map(String::as_str);
    if let Some(near) = nearest(given, names.clone()) {
        diagnostic = diagnostic.label(format!("did you mean `{near}`?"));
    }
    let help = if known.is_empty() {
        format!("declare one with `[[{what}]]`")
    } else {
        format!("known: {}", listed(names))
    };
    reader.push(diagnostic.help(help));
    false
}

/// The id of an offer: its own, or its platform's.
pub(crate) fn offer_id(offer: &OfferTable) -> Option<At<String>> {
    let own = offer.id.as_ref().map(|id| At::new(id.span, id.value.0.clone()));
    own.or_else(|| offer.platform.as_ref().map(|platform| At::new(platform.span, platform.value.0.clone())))
}

fn unique(reader: &mut Reader<'_>, noun: &str, help: &str, ids: Vec<At<String>>) -> BTreeMap<String, Span> {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for id in ids {
        match seen.get(&id.value) {
            Some(first) => reader.push(
                Diagnostic::new(
                    "scenario::duplicate-id",
                    id.span,
                    format!("{noun} `{}` is declared twice", id.value),
                )
                .also(*first, "first declared here")
                .help(help),
            ),
            None => drop(seen.insert(id.value, id.span)),
        }
    }
    seen
}
