//! The answer in words: one sentence, then halls, power, network, cost, dates and what binds, a line each.

use super::{Answer, Asked, Design, Instead, Misfit, Question, Site};
use crate::number;
use crate::verdict::{Tone, Verdict};
use quarterdeck_facility::CostRange;
use quarterdeck_facility::project::precedence::Month;
use quarterdeck_units::{Bandwidth, Seconds};

/// The answer in words, with what it rests on and what to try next.
pub(super) fn verdict(design: &Design) -> Verdict {
    let question = &design.question;
    let mut verdict = match &design.answer {
        Answer::Stands(site) => stands(question, site),
        Answer::DoesNotFit(misfit) => does_not_fit(question, misfit),
    };
    for sentence in &design.assumptions {
        verdict = verdict.assumption(sentence.clone());
    }
    for command in next(question, &design.answer) {
        verdict = verdict.next(command);
    }
    verdict
}

/// `3,072 × H100 server (24,576 devices)`.
pub(super) fn machines(question: &Question, platforms: f64) -> String {
    let devices = platforms * question.devices_per_platform;
    let platforms = number::count(platforms);
    if question.devices_per_platform == 1.0 {
        format!("{platforms} × {}", question.platform)
    } else {
        format!("{platforms} × {} ({} devices)", question.platform, number::count(devices))
    }
}

/// `$1.7 bn (1.4 to 2.1)`.
pub(super) fn money(range: CostRange) -> String {
    let of = |amount: quarterdeck_units::Usd| number::usd(amount.as_dollars());
    if range.low == range.high {
        return of(range.typical);
    }
    format!("{} ({} to {})", of(range.typical), of(range.low), of(range.high))
}

/// `4.9 Pbit/s`.
pub(super) fn bits(rate: Bandwidth) -> String {
    let giga = rate.as_gigabits_per_second();
    match giga {
        x if x >= 1e6 => number::quantity(x / 1e6, "Pbit/s"),
        x if x >= 1e3 => number::quantity(x / 1e3, "Tbit/s"),
        x => number::quantity(x, "Gbit/s"),
    }
}

/// `14 weeks`, `4.0 years`.
pub(super) fn weeks(time: Seconds) -> String {
    let weeks = time.as_days() / 7.0;
    if weeks < 104.0 {
        format!("{} weeks", number::count(weeks.round()))
    } else {
        format!("{} years", number::decimals(time.as_years(), 1))
    }
}

fn stands(question: &Question, site: &Site) -> Verdict {
    let power = &site.power;
    let halls = &site.halls;
    let size = machines(question, site.fleet.platforms);
    let place = &question.place.words;
    let unpriced = if site.cost.missing.is_empty() { "" } else { " without machines" };
    let what = format!(
        "{} in {}, {} of IT, {} at the meter in the peak hour, {}{unpriced}",
        number::counted(halls.racks().ceil() as i64, "rack"),
        number::counted(halls.count as i64, "hall"),
        number::power(power.nameplate.as_watts()),
        number::power(power.facility_peak().as_watts()),
        number::usd(site.cost.total().typical.as_dollars()),
    );
    let headline = match question.asked {
        Asked::Platforms(_) => format!("{size} {place} take {what}."),
        Asked::ItPower(asked) => format!(
            "{} of IT {place} feed at most {size}, cheapest with {}: {what}.",
            number::power(asked.as_watts()),
            power.plant_id
        ),
    };
    Verdict::new(headline)
        .line("Halls", halls_line(site), None)
        .line(
            "Power",
            format!(
                "{} nameplate, {} drawn; at the meter {} mean, {} in the peak hour; {}",
                number::power(power.nameplate.as_watts()),
                number::power(power.drawn.as_watts()),
                number::power(power.facility_mean().as_watts()),
                number::power(power.facility_peak().as_watts()),
                power.plant
            ),
            Some(&format!(
                "PUE {:.2}, WUE {} L/kWh",
                power.pue(),
                number::significant(power.wue.as_per_kilowatt_hour(), 2)
            )),
        )
        .line("Network", network_line(site), None)
        .line("Cost", cost_line(question, site), None)
        .line("Dates", dates(question, site), None)
        .line(
            "Binds",
            site.binds.first().cloned().unwrap_or_else(|| "nothing that was asked about".to_owned()),
            None,
        )
}

fn halls_line(site: &Site) -> String {
    let halls = &site.halls;
    let groups: Vec<String> = halls
        .racks
        .iter()
        .filter(|group| group.racks > 0.0)
        .map(|group| format!("{} {}", number::count(group.racks.ceil()), group.name.to_lowercase()))
        .collect();
    format!(
        "racks: {}; {} a rack of machines, {} cooling, {} of {}",
        groups.join(", "),
        number::power(halls.rack_power.as_watts()),
        halls.cooling,
        number::counted(halls.count as i64, "hall"),
        number::power(halls.hall_power.as_watts())
    )
}

fn network_line(site: &Site) -> String {
    let Some(network) = site.networks.first() else { return "none leaves the platforms".to_owned() };
    let bill = &network.bill;
    format!(
        "{}: {}, {}, {}, {}; bisection {} ({})",
        network.shape(),
        switches(bill.switches()),
        number::counted(bill.links() as i64, "link"),
        number::power(bill.power().as_watts()),
        money(bill.cost_range()),
        bits(bill.bisection()),
        number::percent(network.bisection_share())
    )
}

/// `1 switch`, `1,272 switches`.
pub(super) fn switches(count: u64) -> String {
    format!("{} {}", number::count(count as f64), if count == 1 { "switch" } else { "switches" })
}

fn cost_line(question: &Question, site: &Site) -> String {
    let mut classes: Vec<_> = site.cost.classes.iter().collect();
    classes.sort_by(|a, b| b.cost.typical.total_cmp(&a.cost.typical));
    let parts: Vec<String> = classes
        .iter()
        .take(3)
        .map(|class| {
            format!("{} {}", class.name.to_lowercase(), number::usd(class.cost.typical.as_dollars()))
        })
        .collect();
    let missing = if site.cost.missing.is_empty() {
        String::new()
    } else {
        format!("; without {}", site.cost.missing.join(", "))
    };
    format!(
        "{} in dollars of {}: {}{missing}",
        money(site.cost.total()),
        question.price_year,
        parts.join(", ")
    )
}

fn dates(question: &Question, site: &Site) -> String {
    let schedule = &site.schedule;
    let (low, middle, high) = schedule.finish;
    let critical: Vec<&str> =
        schedule.tasks.iter().filter(|task| task.is_critical()).map(|task| task.name.as_str()).collect();
    let path = critical.join(", then ").to_lowercase();
    match question.need {
        Some(need) => format!(
            "begin by {} to run in {need} with even odds, by {} with nine in ten; the path is {path}",
            Month::before(need, middle),
            Month::before(need, high)
        ),
        None => format!(
            "{} from the first decision ({} to {}); the path is {path}",
            weeks(middle),
            weeks(low),
            weeks(high)
        ),
    }
}

fn does_not_fit(question: &Question, misfit: &Misfit) -> Verdict {
    let what = match question.asked {
        Asked::Platforms(platforms) => machines(question, platforms),
        Asked::ItPower(power) => format!("{} of {}", number::power(power.as_watts()), question.platform),
    };
    let mut verdict = Verdict::new(format!("{what} can not stand {} like this.", question.place.words))
        .tone(Tone::Bad)
        .line("Why", misfit.reason.clone(), None);
    for instead in misfit.instead.iter().take(4) {
        verdict = verdict.line("Instead", format!("{} (`{}`)", instead.change, instead.flags), None);
    }
    verdict
}

/// Commands worth trying, with what was already asked.
fn next(question: &Question, answer: &Answer) -> Vec<String> {
    let base = &question.command;
    match answer {
        Answer::DoesNotFit(misfit) => {
            let again = |instead: &Instead| {
                let flag = instead.flags.split(' ').next().unwrap_or_default();
                format!("{} {}", without(base, flag), instead.flags)
            };
            misfit.instead.iter().take(2).map(again).collect()
        }
        Answer::Stands(_) => {
            let mut commands = vec![format!("{base} -o design.html")];
            if !base.contains("--oversubscription") {
                commands.push(format!("{base} --oversubscription 7:1"));
            }
            if question.need.is_none() {
                commands.push(format!("{base} --need 2029-Q4"));
            }
            commands
        }
    }
}

/// A command without a flag and its value, which may stand in quotes.
fn without(command: &str, flag: &str) -> String {
    let Some((before, rest)) = command.split_once(&format!(" {flag} ")) else { return command.to_owned() };
    let end = match rest.strip_prefix('\'') {
        Some(quoted) => quoted.find('\'').map_or(rest.len(), |at| at + 2),
        None => rest.find(' ').unwrap_or(rest.len()),
    };
    format!("{before}{}", &rest[end..])
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn a_flag_leaves_with_its_value() {
        let command = "quarterdeck design --count 3 --rack-density '12 kW' --site cold-dry --cooling air";
        assert_eq!(
            without(command, "--rack-density"),
            "quarterdeck design --count 3 --site cold-dry --cooling air"
        );
        assert_eq!(
            without(command, "--cooling"),
            "quarterdeck design --count 3 --rack-density '12 kW' --site cold-dry"
        );
        assert_eq!(without(command, "--switch"), command);
    }
}
