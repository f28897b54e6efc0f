//! What the run is spent on: time, energy and money by part of a step, and what is lost between steps.

use quarterdeck_performance::energy::{Activity, training_power};
use quarterdeck_performance::{Breakdown, Machine};
use quarterdeck_report::train::{BillLine, Project, Strategy};
use quarterdeck_units::{Joules, Seconds, Usd};

/// Lines that sum to the run's time, energy and money.
///
/// Energy follows the draw of each kind of work, money without energy the time.
pub(super) fn bill(machine: &Machine, best: &Strategy, project: &Project) -> Vec<BillLine> {
    let step = best.step_time();
    // Draw while the device does nothing but this part.
    let draw =
        |part: &Breakdown| training_power(machine, &Activity::of(part)).map_or(0.0, |power| power.as_watts());
    let mut parts: Vec<(&'static str, Seconds, f64)> = Vec::new();
    for (id, time) in best.breakdown.parts() {
        if time.is_positive() {
            parts.push((id, project.useful * (time / step), draw(&only(id, time))));
        }
    }
    let lost = project.elapsed - project.useful;
    if lost.is_positive() {
        parts.push((LOST, lost, machine.platform.power.idle.value.as_watts()));
    }
    let weight: f64 = parts.iter().map(|(_, time, draw)| time.as_seconds() * draw).sum();
    let energy_cost: Usd =
        project.cost.parts.iter().filter(|part| part.name == "energy").map(|part| part.amount).sum();
    let total = project.cost.total();
    parts
        .into_iter()
        .map(|(id, time, draw)| {
            let share = if weight > 0.0 { time.as_seconds() * draw / weight } else { 0.0 };
            let cost =
                total.map(|total| (total - energy_cost) * (time / project.elapsed) + energy_cost * share);
            BillLine {
                id: id.to_owned(),
                name: name(id),
                time,
                energy: Joules::joules(project.energy.site.as_joules() * share),
                cost,
            }
        })
        .collect()
}

/// Id of what failures, restarts and checkpoints take.
const LOST: &str = "lost";

fn name(id: &str) -> String {
    if id == LOST {
        "failures, restarts, checkpoints".to_owned()
    } else {
        quarterdeck_report::train::part_name(id).to_owned()
    }
}

/// A breakdown of one part alone.
fn only(id: &str, time: Seconds) -> Breakdown {
    let mut alone = Breakdown::default();
    let part = match id {
        "matrix" => &mut alone.matrix,
        "attention" => &mut alone.attention,
        "streaming" => &mut alone.streaming,
        "embedding" => &mut alone.embedding,
        "recompute" => &mut alone.recompute,
        "prefill" => &mut alone.prefill,
        "scale-up" => &mut alone.scale_up,
        "scale-out" => &mut alone.scale_out,
        "host" => &mut alone.host,
        "headroom" => &mut alone.headroom,
        "optimizer" => &mut alone.optimizer,
        "bubble" => &mut alone.bubble,
        _ => &mut alone.overhead,
    };
    *part = time;
    alone
}

#[cfg(test)]
mod tests {
    use super::only;
    use quarterdeck_performance::Breakdown;
    use quarterdeck_units::Seconds;

    #[test]
    fn every_part_of_a_step_can_stand_alone() {
        for (id, _) in Breakdown::default().parts() {
            assert_eq!(only(id, Seconds::seconds(1.0)).total(), Seconds::seconds(1.0), "{id}");
        }
    }
}
