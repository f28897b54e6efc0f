//! From a step to the whole run: steps, checkpoints, failures, energy and money.

use quarterdeck_catalog::Provenance;
use quarterdeck_catalog::{Catalog, Fact, MissingFact};
use quarterdeck_cluster::{PlatformGoodput, platform_goodput};
use quarterdeck_facility::network::{NetworkPolicy, PlatformNetwork, platform_network};
use quarterdeck_facility::{Prices, annuity};
use quarterdeck_performance::Machine;
use quarterdeck_performance::parallelism::Layout;
use quarterdeck_report::number;
use quarterdeck_report::train::{Cost, CostPart, Energy, Project, Strategy};
use quarterdeck_scenario::WorkloadKind;
use quarterdeck_units::{Bytes, Count, Joules, Price, PriceYear, Quarter, Seconds, Usd, Watts};

use super::question::{Pay, Resolved, TrainQuestion};

/// The whole run on the best strategy.
pub(super) fn project(
    catalog: &Catalog,
    question: &TrainQuestion,
    resolved: &Resolved,
    machine: &Machine,
    best: &Strategy,
) -> Project {
    let steps = (resolved.tokens.value / (resolved.global_batch.value * resolved.sequence.value)).ceil();
    let useful = best.step_time() * steps;
    let held = Held::of(question, machine, &best.layout);
    let reliability = losses(catalog, question, resolved, held.platforms);
    let goodput = reliability.goodput.runtime;
    let elapsed = useful / goodput;
    let spares = (reliability.spares_needed as f64 / f64::from(question.platform.servers.max(1))).ceil();
    let energy = energy(catalog, question, machine, best, &held, (useful, elapsed));
    let interval = reliability.goodput.checkpoint_interval;
    Project {
        steps,
        useful,
        elapsed,
        goodput,
        interruptions: elapsed / reliability.goodput.mean_time_to_failure,
        mean_time_to_failure: reliability.goodput.mean_time_to_failure,
        failures_per_1000_node_days: reliability.failures_per_1000_node_days,
        restart: reliability.restart,
        checkpoint: checkpoint(catalog, question, resolved),
        checkpoint_store: reliability.checkpoint_store,
        checkpoint_stall: reliability.checkpoint_write,
        checkpoint_interval: interval,
        checkpoints: if interval.is_finite() { (useful / interval).floor() } else { 0.0 },
        platforms: held.platforms,
        idle_devices: held.idle,
        spares,
        cost: cost(catalog, question, &energy, elapsed, held.platforms, spares),
        energy,
    }
}

/// Platforms that a run holds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Held {
    /// Whole platforms.
    platforms: f64,
    /// Devices of them that do nothing.
    idle: f64,
}

impl Held {
    /// Groups that exchange through one scale-up domain do not straddle two: of a domain of $s$ devices, groups of
    /// $g$ use $g \lfloor s/g \rfloor$.
    ///
    /// $$ n = \left\lceil \frac{N}{g \lfloor s/g \rfloor} \right\rceil $$
    ///
    /// with $N$ the devices of the run and $g$ the largest group that fits into a domain. Where a domain joins
    /// several platforms, only the devices count.
    fn of(question: &TrainQuestion, machine: &Machine, layout: &Layout) -> Held {
        let (each, domain) = (machine.devices, machine.network.scale_up.size);
        let ways = &layout.parallelism;
        let [tensor, context, expert] = [ways.tensor, ways.context, ways.expert].map(f64::from);
        let fitting = [tensor, tensor * context, expert].into_iter().filter(|group| *group <= domain);
        let group = fitting.fold(1.0, f64::max);
        let used = if domain == each { group * (domain / group).floor() } else { each };
        let platforms = (question.devices / used).ceil();
        Held { platforms, idle: platforms * each - question.devices }
    }
}

/// Time of a run of that many tokens at a step time under a layout, with its share that counts.
pub(super) fn elapsed(
    catalog: &Catalog,
    question: &TrainQuestion,
    resolved: &Resolved,
    machine: &Machine,
    layout: &Layout,
    step_time: Seconds,
) -> (Seconds, f64) {
    let steps = (resolved.tokens.value / (resolved.global_batch.value * resolved.sequence.value)).ceil();
    let platforms = Held::of(question, machine, layout).platforms;
    let goodput = losses(catalog, question, resolved, platforms).goodput.runtime;
    (step_time * steps / goodput, goodput)
}

/// Bytes of one checkpoint: weights and states of what is trained.
fn checkpoint(catalog: &Catalog, question: &TrainQuestion, resolved: &Resolved) -> Bytes {
    let shape = &resolved.shape;
    let trained = match question.lora_rank {
        None => shape.parameters().total(),
        // Four attention and all feed-forward matrices, `r (in + out)` each.
        Some(rank) => {
            let attention = 2.0 * shape.hidden + shape.head_dim * (2.0 * shape.heads + 2.0 * shape.kv_heads);
            let ffn = shape.ffn_matrices * (shape.hidden + shape.ffn_hidden);
            rank * shape.layers * (attention + ffn)
        }
    };
    Bytes::bytes(catalog.reliability.checkpoint.bytes_per_parameter.value * trained)
}

/// What failures, restarts and checkpoints take, in closed form.
fn losses(
    catalog: &Catalog,
    question: &TrainQuestion,
    resolved: &Resolved,
    platforms: f64,
) -> PlatformGoodput {
    let now = question.platform.available_from;
    let kind = match question.lora_rank {
        None => WorkloadKind::LlmPretraining {
            tokens: Count(resolved.tokens.value),
            window: (now, Quarter::new(now.year() + 1, 1)),
            sequence_length: Count(resolved.sequence.value),
            global_batch: Count(resolved.global_batch.value),
            precision: Some(resolved.precision),
        },
        Some(rank) => WorkloadKind::LlmFineTuning {
            sequence_length: Count(resolved.sequence.value),
            global_batch: Count(resolved.global_batch.value),
            precision: Some(resolved.precision),
            lora_rank: Some(Count(rank)),
        },
    };
    platform_goodput(
        &kind,
        &question.platform,
        platforms,
        checkpoint(catalog, question, resolved),
        None,
        catalog,
    )
}

/// Power usage effectiveness of a new hall of the platform's cooling kind in the region's climate.
pub(super) fn pue_fact<'a>(
    catalog: &'a Catalog,
    question: &TrainQuestion,
) -> Result<&'a Fact<f64>, MissingFact> {
    let climate = catalog
        .region(&question.economics.region)
        .map(|region| region.climate)
        .map_err(|_| MissingFact::new("catalog/regions.toml", &question.economics.region))?;
    catalog.facility.pue(question.platform.cooling.kind, climate)
}

/// Power while steps are made, idle power while the run is down, over the elapsed time; times PUE at the site.
fn energy(
    catalog: &Catalog,
    question: &TrainQuestion,
    machine: &Machine,
    best: &Strategy,
    held: &Held,
    (useful, elapsed): (Seconds, Seconds),
) -> Energy {
    let platforms = held.platforms;
    let idle = question.platform.power.idle.value * platforms;
    // Devices that do nothing draw idle power while the others work.
    let working = question.devices / machine.devices;
    let busy = best.power * working + question.platform.power.idle.value * (platforms - working);
    let fabric = fabric(catalog, question, platforms).map_or(Watts::ZERO, |network| network.power());
    let it = busy * useful + idle * (elapsed - useful) + fabric * elapsed;
    let pue = pue_fact(catalog, question).map_or(1.0, |fact| fact.value);
    Energy {
        platforms: busy,
        fabric,
        rated: question.platform.power.rated.value * platforms,
        pue,
        it,
        site: it * pue,
    }
}

pub(super) fn price_year(question: &TrainQuestion) -> PriceYear {
    question.platform.price.as_ref().map_or(PriceYear(2024), quarterdeck_catalog::PriceFact::year)
}

/// Switches and links that join the platforms of the run.
fn fabric(catalog: &Catalog, question: &TrainQuestion, platforms: f64) -> Option<PlatformNetwork> {
    let prices = Prices::new(&catalog.money, price_year(question));
    let mut policy = NetworkPolicy::default();
    policy.back_end.shape = question.fabric.unwrap_or(policy.back_end.shape);
    platform_network(&question.platform, platforms as u64, &catalog.fabric, &policy, &prices).ok()
}

/// Rent, or the use of machines, fabric and hall over the elapsed time with energy.
fn cost(
    catalog: &Catalog,
    question: &TrainQuestion,
    energy: &Energy,
    elapsed: Seconds,
    working: f64,
    spares: f64,
) -> Cost {
    let year = price_year(question);
    let economics = &question.economics;
    if let Pay::Rent { device_hour } = economics.pay {
        let amount = device_hour * (question.devices * elapsed.as_hours());
        let basis = format!("{} a device-hour, all included", number::usd(device_hour.as_dollars()));
        let parts = vec![CostPart { name: "rent".to_owned(), amount, basis }];
        return Cost { parts, price_year: year.0, purchase: None, missing: None };
    }
    let prices = Prices::new(&catalog.money, year);
    let mut provenance = Provenance::none();
    let platforms = working + spares;
    let machines = match question.platform.price() {
        Ok(price) => price.value * platforms,
        Err(missing) => {
            let missing = Some(missing.to_string());
            return Cost { parts: Vec::new(), price_year: year.0, purchase: None, missing };
        }
    };
    let network = fabric(catalog, question, working).map_or(Usd::ZERO, |network| network.cost());
    let life = question.platform.lifetime.value;
    let rate = economics.discount_rate;
    let mut parts = vec![CostPart {
        name: "machines".to_owned(),
        amount: annuity(machines, rate, life, elapsed),
        basis: format!(
            "{} of purchase, {} spare platforms among them, over {:.0} years at {}",
            number::usd(machines.as_dollars()),
            number::count(spares),
            life.as_years(),
            number::percent(rate)
        ),
    }];
    if network.is_positive() {
        parts.push(CostPart {
            name: "network".to_owned(),
            amount: annuity(network, rate, life, elapsed),
            basis: format!("{} of switches and links, non-blocking", number::usd(network.as_dollars())),
        });
    }
    let projects = &catalog.facility.project;
    if let Some(build) = projects.build.get(&question.platform.cooling.kind)
        && let Ok(per_watt) = prices.of(build, &mut provenance)
    {
        let hall = per_watt * (energy.rated + energy.fabric);
        let upkeep = hall * (projects.upkeep_share.value * elapsed.as_years());
        parts.push(CostPart {
            name: "building".to_owned(),
            amount: annuity(hall, rate, projects.lifetime.value, elapsed) + upkeep,
            basis: format!(
                "{} of hall for {}, with upkeep",
                number::usd(hall.as_dollars()),
                number::power((energy.rated + energy.fabric).as_watts())
            ),
        });
    }
    let electricity = economics.electricity.or_else(|| {
        let region = catalog.region(&economics.region).ok()?;
        prices.of(&region.electricity, &mut provenance).ok()
    });
    if let Some(price) = electricity {
        parts.push(CostPart {
            name: "energy".to_owned(),
            amount: price * energy.site,
            basis: format!(
                "{} at {} a MWh",
                number::energy(energy.site.as_joules() / 3600.0),
                number::usd((price * Joules::megawatt_hours(1.0)).as_dollars())
            ),
        });
    }
    let purchase = Some(Price { amount: machines + network, year });
    Cost { parts, price_year: year.0, purchase, missing: None }
}
