//! The answer of a plan in words: how demand grows, what to buy and build, where and by when, at what cost.

use quarterdeck_plan::LedgerKind;

use super::binds::{binds, span};
use super::equivalents::Equivalents;
use super::view::{Course, FULL, Peak, ProjectCourse};
use super::words::{counted, list, machines, sentence, usd};
use super::{Context, Run};
use super::{assumed, compare, judge};
use crate::html::KeyNumber;
use crate::number;
use crate::verdict::{Tone, Verdict};

/// Growth within which demand counts as level.
const LEVEL: f64 = 0.05;
/// Share of the demand's value from which on missing it is bad news.
const BADLY_SHORT: f64 = 0.01;
/// Share of the cost from which on a part of it is named.
const NAMED_SHARE: f64 = 0.005;
/// Purchases named in the verdict.
const NAMED_PURCHASES: usize = 3;

/// The answer of a run in words; with a second run also what differs there.
pub fn verdict(run: &Run<'_>, compare: Option<&Run<'_>>, context: &Context<'_>) -> Verdict {
    let tone = tone(run);
    let mut verdict = Verdict::new(headline(run)).tone(tone);
    verdict = verdict.line("Buy", buy_text(run), order_by(run).map(|at| format!("order by {at}")).as_deref());
    if !run.problem.projects.is_empty() {
        let (text, remark) = build_text(run);
        verdict = verdict.line("Build", text, remark.as_deref());
    }
    let (text, remark) = power_text(run);
    verdict = verdict.line("Power", text, remark.as_deref());
    let (text, remark) = cost_text(run, context);
    verdict = verdict.line("Cost", text, Some(&remark));
    verdict = verdict.line("Binds", binds_text(run), None);
    verdict = verdict.line_toned("Short", short_text(run), None, tone);
    let published = judge::against_published(&context.judgements);
    match (compare, published) {
        (Some(other), Some(text)) => {
            verdict = verdict.beside(compare::beside(run, other).line("Record", text));
        }
        (Some(other), None) => verdict = verdict.beside(compare::beside(run, other)),
        (None, Some(text)) => verdict.assumptions.push(sentence(&text)),
        (None, None) => {}
    }
    verdict.assumptions.extend(assumed::sentence(run, context));
    let at = quarter_to_assess(run);
    verdict = verdict.next(format!("quarterdeck assess {} --at {at}", context.scenario_file));
    match context.run_folder {
        Some(folder) => verdict.next(format!("quarterdeck report {folder} -o plan.html")),
        None => verdict.next(format!("quarterdeck plan {} --out run/", context.scenario_file)),
    }
}

/// The numbers to see first; machines, megawatts and the date of the first order stand together.
pub(super) fn key_numbers(run: &Run<'_>, context: &Context<'_>) -> Vec<KeyNumber> {
    let mut numbers = Vec::new();
    let (count, noun, power) = bought(run);
    let detail = match order_by(run) {
        Some(at) => format!("{noun}, first order by {at}"),
        None => "nothing to order".to_owned(),
    };
    numbers.push(KeyNumber::new("To buy", machines(count), detail));
    numbers.push(KeyNumber::new("IT power for them", number::power(power), "reserved at nameplate"));
    numbers.push(KeyNumber::new(
        "Order by",
        order_by(run).unwrap_or_else(|| "n/a".to_owned()),
        "the first purchase",
    ));
    let present = run.plan.present_cost().as_dollars();
    let year = context.scenario.horizon.price_year;
    numbers.push(KeyNumber::new(
        "Present cost",
        usd(present),
        format!("{} dollars, {}", year, gap_text(run)),
    ));
    let capex = run.capex();
    if let Some((at, most)) = capex.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)) {
        numbers.push(KeyNumber::new("Highest capex", usd(most), format!("in {}", run.quarter(at))));
    }
    let value: f64 = unserved_total(run);
    let (text, detail) = match worst_short(run) {
        Some((workload, quarter, share)) => (
            usd(value),
            format!(
                "worst: {} {} in {}",
                run.workload(workload),
                number::percent(share),
                run.quarter(quarter)
            ),
        ),
        None => ("nothing".to_owned(), "all demand is served in every quarter".to_owned()),
    };
    numbers.push(KeyNumber::new("Demand not served", text, detail).tone(tone(run)));
    numbers
}

/// Demand growth and what to do about it, in one or two sentences.
fn headline(run: &Run<'_>) -> String {
    let action = action_text(run);
    match growth_text(run) {
        Some(growth) => format!("{growth} {action}"),
        None => sentence(&action),
    }
}

fn growth_text(run: &Run<'_>) -> Option<String> {
    let equivalents = Equivalents::of(run)?;
    let first = (0..run.n()).find(|quarter| equivalents.total(*quarter) > 0.0)?;
    let last = run.n() - 1;
    let factor = equivalents.total(last) / equivalents.total(first);
    let at = run.quarter(last);
    Some(if (factor - 1.0).abs() < LEVEL {
        format!("Demand for computing stays level to {at}.")
    } else if factor < 1.0 {
        format!("Demand for computing falls by {} to {at}.", number::percent(1.0 - factor))
    } else if factor < 2.0 {
        format!("Demand for computing grows by {} to {at}.", number::percent(factor - 1.0))
    } else {
        format!(
            "Demand for computing grows {} by {at}.",
            number::factor(number::round_significant(factor, 2))
        )
    })
}

fn action_text(run: &Run<'_>) -> String {
    let (count, noun, power) = bought(run);
    let rented = most_rented(run);
    let buy = (count > 0.0).then(|| {
        let at = order_by(run).unwrap_or_default();
        format!("{} more {noun}, {} of IT power, first orders by {at}", machines(count), number::power(power))
    });
    let rent =
        rented.map(|(count, noun, from)| format!("up to {} rented {noun} from {from}", machines(count)));
    let gross: f64 = run.plan.ledger.iter().map(|line| line.present.as_dollars().max(0.0)).sum();
    let is_notable = run.present(|line| line.kind == LedgerKind::Unserved) >= NAMED_SHARE * gross;
    let short = match worst_short(run).filter(|_| is_notable) {
        Some((workload, quarter, share)) => format!(
            " Even so {} of {} goes unserved in {}.",
            number::percent(share),
            run.workload(workload),
            run.quarter(quarter)
        ),
        None => String::new(),
    };
    match (buy, rent) {
        (None, None) if worst_short(run).is_none() => {
            "The machines in place serve it; nothing needs to be bought.".to_owned()
        }
        (None, None) => format!("No purchase pays.{}", short.replacen("Even so ", "", 1)),
        (buy, rent) => {
            let parts: Vec<String> = buy.into_iter().chain(rent).collect();
            format!("Meet it with {}.{short}", parts.join(", and "))
        }
    }
}

/// Machines bought: how many, what to call them, and their IT power in watts.
fn bought(run: &Run<'_>) -> (f64, &'static str, f64) {
    let purchases = run.purchases();
    let power = purchases.iter().map(|purchase| purchase.power.as_watts()).sum();
    let of = |accelerators: bool| -> f64 {
        purchases
            .iter()
            .filter(|purchase| run.is_accelerator(purchase.platform) == accelerators)
            .map(|purchase| if accelerators { purchase.devices } else { purchase.platforms })
            .sum()
    };
    match (of(true), of(false)) {
        (accelerators, 0.0) => (accelerators, "accelerators", power),
        (0.0, servers) => (servers, "CPU servers", power),
        (accelerators, servers) => (accelerators + servers, "accelerators and CPU servers", power),
    }
}

/// Most accelerators rented at once, and the first quarter of rent.
fn most_rented(run: &Run<'_>) -> Option<(f64, &'static str, String)> {
    let from = run.plan.rentals.iter().map(|rental| rental.quarter).min()?;
    let at_once = |quarter: usize| -> f64 {
        run.plan.rented.iter().map(|(platform, counts)| counts[quarter] * run.devices(*platform)).sum()
    };
    let most = (0..run.n()).map(at_once).fold(0.0, f64::max);
    let all = run.plan.rented.keys().all(|platform| run.is_accelerator(*platform));
    Some((most, if all { "accelerators" } else { "devices" }, run.quarter(from)))
}

/// Quarter of the first order.
fn order_by(run: &Run<'_>) -> Option<String> {
    run.plan.orders.iter().map(|order| order.quarter).min().map(|quarter| run.quarter(quarter))
}

fn buy_text(run: &Run<'_>) -> String {
    let purchases = run.purchases();
    let mut parts: Vec<String> = purchases
        .iter()
        .take(NAMED_PURCHASES)
        .map(|purchase| {
            let place = match purchase.places.as_slice() {
                [only] => format!("at {}", run.place(*only)),
                many => format!("at {}", counted(many.len(), "place")),
            };
            let dates = dates(run, purchase.first_order, purchase.last_order);
            format!("{} {place} ({dates})", run.counted(purchase.platform, purchase.platforms))
        })
        .collect();
    if purchases.len() > NAMED_PURCHASES {
        parts.push(counted(purchases.len() - NAMED_PURCHASES, "more kind"));
    }
    for (platform, counts) in &run.plan.rented {
        let most = counts.iter().copied().fold(0.0, f64::max);
        let from = counts.iter().position(|count| *count > 0.0).unwrap_or(0);
        parts.push(format!("rent up to {} from {}", run.counted(*platform, most), run.quarter(from)));
    }
    if parts.is_empty() { "nothing".to_owned() } else { list(&parts) }
}

fn dates(run: &Run<'_>, first: usize, last: usize) -> String {
    if first == last {
        run.quarter(first)
    } else {
        format!("{} to {}", run.quarter(first), run.quarter(last))
    }
}

fn build_text(run: &Run<'_>) -> (String, Option<String>) {
    let courses = run.courses();
    let of = |wanted: Course| -> Vec<&ProjectCourse> {
        courses.iter().filter(|course| course.course == wanted).collect()
    };
    let mut parts = Vec::new();
    let groups = [
        ("build", Course::Built),
        ("redesign", Course::Redesigned),
        ("pause", Course::Paused),
        ("cancel", Course::Cancelled),
    ];
    let mut first: Option<usize> = None;
    for (verb, wanted) in groups {
        let found = of(wanted);
        let when =
            |course: &ProjectCourse| if wanted == Course::Built { course.start } else { course.turned };
        first = found.iter().filter_map(|course| when(course)).chain(first).min();
        match found.as_slice() {
            [] => {}
            few if few.len() <= 2 => {
                let names: Vec<String> = few.iter().map(|course| named(run, course, when(course))).collect();
                parts.push(format!("{verb} {}", names.join(" and ")));
            }
            many => {
                let quarters: Vec<usize> = many.iter().filter_map(|course| when(course)).collect();
                let power: f64 = many.iter().map(|course| course.adds.as_watts()).sum();
                let power =
                    if power > 0.0 { format!(" with {}", number::power(power)) } else { String::new() };
                let dates = match (quarters.iter().min(), quarters.iter().max()) {
                    (Some(first), Some(last)) => format!(" ({})", dates(run, *first, *last)),
                    _ => String::new(),
                };
                parts.push(format!("{verb} {}{power}{dates}", counted(many.len(), "project")));
            }
        }
    }
    let idle = of(Course::NotStarted).len();
    if parts.is_empty() {
        return (format!("nothing; {} not started", counted(idle, "project")), None);
    }
    if idle > 0 {
        parts.push(format!("leave {idle} not started"));
    }
    (parts.join("; "), first.map(|at| format!("decide by {}", run.quarter(at))))
}

/// `Temple (2022-Q4)`, with the title cut at its first comma if that still tells it from the others.
fn named(run: &Run<'_>, course: &ProjectCourse, at: Option<usize>) -> String {
    let name = brief(run, &course.title);
    match at {
        Some(at) => format!("{name} ({})", run.quarter(at)),
        None => name,
    }
}

/// A project's title cut at its first comma or colon, if no other project begins alike.
pub(super) fn brief(run: &Run<'_>, title: &str) -> String {
    let cut = |title: &str| title.split([',', ':']).next().unwrap_or(title).trim().to_owned();
    let short = cut(title);
    let twins = run.problem.projects.iter().filter(|project| cut(&project.title) == short).count();
    if twins > 1 { title.to_owned() } else { short }
}

fn power_text(run: &Run<'_>) -> (String, Option<String>) {
    let mut peaks = run.peaks();
    peaks.sort_by(|a, b| b.share.total_cmp(&a.share).then(b.power.envelope.total_cmp(&a.power.envelope)));
    let reserved = run.reserved();
    let most = reserved.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    let remark = most
        .filter(|(_, watts)| *watts > 0.0)
        .map(|(at, watts)| format!("{} in {}", number::power(watts), run.quarter(at)));
    let full: Vec<&Peak> = peaks.iter().filter(|peak| peak.share >= FULL).collect();
    let text = match (peaks.first(), full.as_slice()) {
        (None, _) => "no own machine draws power".to_owned(),
        (Some(peak), [] | [_]) => {
            format!(
                "{} reaches {} of its {} in {}",
                run.place(peak.place),
                number::percent(peak.share),
                number::power(peak.power.envelope.as_watts()),
                run.quarter(peak.quarter)
            )
        }
        (Some(_), full) => {
            let first = full.iter().min_by_key(|peak| peak.quarter).copied().unwrap_or(full[0]);
            format!(
                "{} of {} run full, first {} ({}) in {}",
                full.len(),
                counted(peaks.len(), "place"),
                run.place(first.place),
                number::power(first.power.envelope.as_watts()),
                run.quarter(first.quarter)
            )
        }
    };
    (text, remark)
}

fn cost_text(run: &Run<'_>, context: &Context<'_>) -> (String, String) {
    let present = run.plan.present_cost().as_dollars();
    let of = |kind: LedgerKind| run.present(|line| line.kind == kind);
    let spent =
        of(LedgerKind::Capex) + of(LedgerKind::Opex) + of(LedgerKind::Unserved) + of(LedgerKind::Penalty);
    let share = |dollars: f64| if spent > 0.0 { dollars / spent } else { 0.0 };
    let given = run.present(|line| Run::is_given(line) && line.kind == LedgerKind::Capex);
    let capex = of(LedgerKind::Capex);
    let mut parts = Vec::new();
    if share(given) >= NAMED_SHARE {
        let decided = number::percent(share(capex - given));
        parts.push(format!(
            "capex {decided} decided here and {} taken as given",
            number::percent(share(given))
        ));
    } else {
        parts.push(format!("capex {}", number::percent(share(capex))));
    }
    for (kind, name) in [(LedgerKind::Opex, "running"), (LedgerKind::Unserved, "demand not served")] {
        if share(of(kind)) >= NAMED_SHARE {
            parts.push(format!("{name} {}", number::percent(share(of(kind)))));
        }
    }
    let years = run.n() as f64 / 4.0;
    let text = format!(
        "{} present value over {} years in {} dollars ({})",
        usd(present),
        number::significant(years, 2),
        context.scenario.horizon.price_year,
        parts.join(", ")
    );
    (text, gap_text(run))
}

fn gap_text(run: &Run<'_>) -> String {
    let solve = &run.plan.solve;
    let early = if solve.stopped_early { ", stopped early" } else { "" };
    format!("gap {}{early}", number::percent(solve.gap.max(0.0)))
}

fn binds_text(run: &Run<'_>) -> String {
    let found = binds(run);
    match found.as_slice() {
        [] => "no limit on power, space, supply or money".to_owned(),
        [only] => only.text(run),
        [first, second, ..] => format!("{}; {}", first.text(run), second.text(run)),
    }
}

fn short_text(run: &Run<'_>) -> String {
    let mut parts = Vec::new();
    if let Some((workload, quarter, share)) = worst_short(run) {
        parts.push(format!(
            "{} {} short in {}; {} of demand goes unserved in all",
            run.workload(workload),
            number::percent(share),
            run.quarter(quarter),
            usd(unserved_total(run))
        ));
    }
    parts.extend(limits_not_kept(run));
    if parts.is_empty() {
        "nothing: all demand is served within every limit".to_owned()
    } else {
        parts.join("; ")
    }
}

/// Limits that could not be kept, one sentence each family and subject.
pub(super) fn limits_not_kept(run: &Run<'_>) -> Vec<String> {
    let mut found: Vec<(&str, &str, Vec<usize>, f64)> = Vec::new();
    for shortfall in &run.plan.shortfalls {
        let quarter = shortfall.quarter.into_iter();
        match found
            .iter_mut()
            .find(|(family, subject, ..)| (*family, *subject) == (shortfall.family, &*shortfall.subject))
        {
            Some((_, _, quarters, most)) => {
                quarters.extend(quarter);
                *most = most.max(shortfall.amount);
            }
            None => found.push((shortfall.family, &shortfall.subject, quarter.collect(), shortfall.amount)),
        }
    }
    found
        .into_iter()
        .map(|(family, subject, quarters, most)| {
            let when = span(run, &quarters);
            match family {
                "power" => format!(
                    "{} of power short at {} {when}",
                    number::power(most * 1e6),
                    run.place_title(subject)
                ),
                "racks" => {
                    format!("room for {} racks short at {} {when}", machines(most), run.place_title(subject))
                }
                "budget" => format!("the capital budget is passed by up to {} {when}", usd(most * 1e6)),
                "history" => format!("history not kept by {} platforms: {subject}", machines(most)),
                other => format!("{other} of {subject} not kept {when}"),
            }
        })
        .collect()
}

/// The workload and quarter that lose most money unserved, and the share that is missing there.
pub(super) fn worst_short(run: &Run<'_>) -> Option<(usize, usize, f64)> {
    let losses = run.plan.unserved.keys().flat_map(|workload| {
        run.unserved_value(*workload)
            .into_iter()
            .enumerate()
            .map(|(quarter, value)| (*workload, quarter, value))
    });
    let (workload, quarter, _) =
        losses.filter(|(_, _, value)| *value > 0.0).max_by(|a, b| a.2.total_cmp(&b.2))?;
    Some((workload, quarter, run.unserved_share(workload, quarter)))
}

/// Dollars of demand not served over all quarters, not discounted.
pub(super) fn unserved_total(run: &Run<'_>) -> f64 {
    run.cash(|line| line.kind == LedgerKind::Unserved).iter().sum()
}

/// Good if nothing is short, bad if limits are broken or a hundredth of the demand's value is lost.
pub(super) fn tone(run: &Run<'_>) -> Tone {
    let total: f64 = (0..run.problem.workloads.len())
        .flat_map(|workload| (0..run.n()).map(move |quarter| (workload, quarter)))
        .map(|(w, q)| quarterdeck_plan::ledger::value_of_demand(run.problem, w, q).as_dollars())
        .sum();
    let lost = unserved_total(run);
    if !run.plan.shortfalls.is_empty() || lost > BADLY_SHORT * total {
        Tone::Bad
    } else if lost > 0.0 {
        Tone::Warning
    } else {
        Tone::Good
    }
}

/// The quarter worth a closer look: the worst loss, else the fullest place, else the first.
fn quarter_to_assess(run: &Run<'_>) -> String {
    let fullest =
        || run.peaks().into_iter().max_by(|a, b| a.share.total_cmp(&b.share)).map(|peak| peak.quarter);
    let quarter = worst_short(run).map(|(_, quarter, _)| quarter).or_else(fullest).unwrap_or(0);
    run.quarter(quarter)
}
