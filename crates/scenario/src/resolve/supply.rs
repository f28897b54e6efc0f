//! Offers, portings and programmes.

use super::names::{is_known, offer_id};
use super::{Resolver, text, value};
use crate::diagnostic::Diagnostic;
use crate::fields::Rent;
use crate::model::{Offer, OfferTerms, Porting, Programme, ProgrammeOutcome, Ready};
use crate::tables::{OfferTable, PortingTable, ProgrammeTable};
use quarterdeck_units::{Quarters, Ratio, Usd, UsdPerSecond};

impl Resolver<'_, '_> {
    pub(super) fn offer(&mut self, table: &OfferTable) -> Option<Offer> {
        let platform = table.platform.as_ref().and_then(|name| self.platform((name.span, &name.value.0)));
        let terms = self.terms(table, platform.as_deref());
        self.expect_order(("from", &table.from), ("until", &table.until));
        if let Some(supply) = &table.supply {
            self.expect_points_inside("supply", &supply.value);
        }
        if let Some(programme) = &table.programme {
            let kind = ("scenario::unknown-programme", "programme");
            is_known(self.reader, kind, &self.names.programmes, programme.span, &programme.value.0);
        }
        let platform = platform?;
        let known = self.catalog.platform(&platform).ok()?;
        let (vendor, available) = (self.catalog.device_of(known).vendor.clone(), known.available_from);
        // What is ordered a lead time before the first shipments comes with them.
        let first = match &terms {
            Some(OfferTerms::Purchase { lead_time, .. }) => available - *lead_time,
            _ => available,
        };
        if let Some(from) = table.from.as_ref().filter(|from| from.value < first) {
            let message =
                format!("`{platform}` is offered from {}, and came in volume in {available}", from.value);
            self.push(
                Diagnostic::new("scenario::too-early", from.span, message)
                    .label(format!("an order before {first} comes before the first shipments"))
                    .help(format!("write `from = \"{first}\"`, or keep it if it was had earlier")),
            );
        }
        Some(Offer {
            id: offer_id(table)?.value,
            platform,
            vendor: text(&table.vendor).unwrap_or(vendor),
            terms: terms?,
            supply: table.supply.as_ref().map(|supply| supply.value.curve()),
            from: Some(value(&table.from).unwrap_or(first)),
            until: value(&table.until),
            programme: table.programme.as_ref().map(|programme| programme.value.0.clone()),
            whole: value(&table.whole).unwrap_or(false),
            basis: table.basis(),
        })
    }

    fn terms(&mut self, table: &OfferTable, platform: Option<&str>) -> Option<OfferTerms> {
        match (&table.price, &table.rent) {
            (Some(price), Some(rent)) => {
                let message = "an offer is bought or rented, not both";
                self.push(
                    Diagnostic::new("scenario::one-of", rent.span, message)
                        .also(price.span, "the price")
                        .help("make two offers of it, each with an `id`"),
                );
                None
            }
            (Some(price), None) => {
                self.expect_points_inside("price", &price.value);
                if let Some(term) = &table.term {
                    let message = "`term` belongs to a rental, and this offer has a `price`";
                    self.push(
                        Diagnostic::new("scenario::misplaced-key", term.span, message).help("remove it"),
                    );
                }
                let Some(lead_time) = &table.lead_time else {
                    if !self.may_be_there(table.place) {
                        let id = offer_id(table).map(|id| id.value).unwrap_or_default();
                        let message = format!("offer `{id}` with a `price` has no `lead_time`");
                        let help = "write `lead_time = \"3 quarters\"` (from order to service)";
                        self.push(Diagnostic::new("scenario::missing-key", table.place, message).help(help));
                    }
                    return None;
                };
                Some(OfferTerms::Purchase { price: price.value.curve(), lead_time: lead_time.value })
            }
            (None, Some(rent)) => {
                self.expect_points_inside("rent", &rent.value);
                if let Some(lead_time) = &table.lead_time {
                    let message = "`lead_time` belongs to a purchase, and this offer has a `rent`";
                    self.push(
                        Diagnostic::new("scenario::misplaced-key", lead_time.span, message)
                            .help("remove it; `term` says how long a rental runs at least"),
                    );
                }
                let devices = f64::from(self.catalog.platform(platform?).ok()?.devices);
                let price = rent.value.map(|rent| match rent {
                    Rent::PerPlatform(price) => *price,
                    Rent::PerDevice(dollars) => UsdPerSecond::per_second(dollars * devices),
                });
                Some(OfferTerms::Rental { price, term: value(&table.term).unwrap_or(Quarters(1)) })
            }
            (None, None) => {
                if !self.may_be_there(table.place) {
                    let id = offer_id(table).map(|id| id.value).unwrap_or_default();
                    let message = format!("offer `{id}` has neither `price` nor `rent`");
                    let help = "write `price = \"290e3 USD\"` and `lead_time = \"3 quarters\"`, or \
                                `rent = \"2.5 USD/device/h\"`";
                    self.push(Diagnostic::new("scenario::one-of", table.place, message).help(help));
                }
                None
            }
        }
    }

    pub(super) fn porting(&mut self, table: &PortingTable) -> Option<Porting> {
        let workload = table.workload.as_ref()?;
        let kind = ("scenario::unknown-workload", "workload");
        is_known(self.reader, kind, &self.names.workloads, workload.span, &workload.value.0);
        Some(Porting {
            workload: workload.value.0.clone(),
            to: table.to.as_ref()?.value.0.0.to_string(),
            effort: value(&table.effort)?,
            cost: value(&table.cost)?,
            maturity_at_first: value(&table.maturity_at_first).unwrap_or(Ratio(1.0)),
            maturity_after: value(&table.maturity_after).unwrap_or_default(),
            basis: table.basis(),
        })
    }

    pub(super) fn programme(&mut self, table: &ProgrammeTable) -> Option<Programme> {
        let platform = table.platform.as_ref().and_then(|name| self.platform((name.span, &name.value.0)));
        let ready = table.ready.as_ref().map(|slot| &slot.value);
        if let Some(ready) = ready {
            self.expect_order(("earliest", &ready.earliest), ("likely", &ready.likely));
            self.expect_order(("likely", &ready.likely), ("latest", &ready.latest));
        }
        if let (Some(started), Some(earliest)) =
            (&table.started, ready.and_then(|ready| ready.earliest.as_ref()))
            && earliest.value < started.value
        {
            let message = format!("the programme can ship in {}, before it started", earliest.value);
            self.push(
                Diagnostic::new("scenario::reversed", earliest.span, message)
                    .also(started.span, "started here")
                    .help("correct `started` or `ready`"),
            );
        }
        let outcome = table.outcome.as_ref().map(|slot| &slot.value);
        let outcome = outcome.map(|outcome| {
            Some(ProgrammeOutcome {
                performance: value(&outcome.performance)?,
                ready: value(&outcome.ready)?,
                known: value(&outcome.known)?,
            })
        });
        let id = table.id.as_ref()?.value.0.clone();
        let start = self.horizon.as_ref()?.start;
        let ready = ready?;
        Some(Programme {
            title: text(&table.title).unwrap_or_else(|| id.clone()),
            id,
            platform: platform?,
            cost: value(&table.cost)?,
            started: value(&table.started).unwrap_or(start),
            ready: Ready {
                earliest: value(&ready.earliest)?,
                likely: value(&ready.likely)?,
                latest: value(&ready.latest)?,
            },
            meets_target: value(&table.meets_target).unwrap_or(Ratio(1.0)),
            missed_performance: value(&table.missed_performance).unwrap_or_default(),
            outcome: outcome.flatten(),
            stop_cost: value(&table.stop_cost).unwrap_or(Usd::ZERO),
            basis: table.basis(),
        })
    }
}
