//! The answer in words: one sentence, then step, use, time, energy, money and failures, a line each.

use super::{Answer, Misfit, Project, Question, Run, Training};
use crate::number;
use crate::verdict::{Tone, Verdict};

/// The answer in words, with what it rests on and what to try next.
pub(super) fn verdict(training: &Training) -> Verdict {
    let question = &training.question;
    let mut verdict = match &training.answer {
        Answer::Runs(run) => runs(question, run),
        Answer::DoesNotFit(misfit) => does_not_fit(question, misfit),
    };
    for sentence in training.assumptions.iter().filter(|_| training.run().is_some()) {
        verdict = verdict.assumption(sentence.clone());
    }
    for command in next(question, &training.answer) {
        verdict = verdict.next(command);
    }
    verdict
}

/// `16,384 × H100 SXM`.
pub(super) fn machines(question: &Question) -> String {
    format!("{} × {}", number::count(question.devices), question.device)
}

fn runs(question: &Question, run: &Run) -> Verdict {
    let best = run.best();
    let project = &run.project;
    let use_of = &run.utilisation;
    let doing = if question.lora_rank.is_some() { "is fine-tuned" } else { "trains" };
    let price =
        project.cost.total().map_or(String::new(), |cost| format!(", {}", number::usd(cost.as_dollars())));
    let headline = format!(
        "{} {doing} on {} tokens in {} on {}: {} a step at {} MFU, {}{price}.",
        question.model_name,
        number::count(question.tokens.value),
        number::duration(project.elapsed.as_seconds()),
        machines(question),
        number::duration(best.step_time().as_seconds()),
        number::percent(best.mfu),
        number::energy(project.energy.site.as_joules() / 3600.0),
    );
    let band = best.interval.map(|(low, high)| {
        format!("80 %: {} to {}", number::duration(low.as_seconds()), number::duration(high.as_seconds()))
    });
    let mut verdict = Verdict::new(headline)
        .line(
            "Step",
            format!(
                "{} for {} sequences of {} tokens in {}, {}",
                number::duration(best.step_time().as_seconds()),
                number::count(question.global_batch.value),
                number::count(question.sequence.value),
                question.precision,
                best.layout
            ),
            band.as_deref(),
        )
        .line("Use", utilisation(run), None)
        .line(
            "Time",
            format!(
                "{} for {} steps; goodput {}, {} interruptions, one each {}",
                number::duration(project.elapsed.as_seconds()),
                number::count(project.steps),
                number::percent(project.goodput),
                number::count(project.interruptions.round()),
                number::duration(project.mean_time_to_failure.as_seconds())
            ),
            None,
        )
        .line(
            "State",
            format!(
                "a checkpoint of {} each {}, stored in {}, stalls {}; {} spare platforms{}",
                number::bytes(project.checkpoint.as_bytes()),
                number::duration(project.checkpoint_interval.as_seconds()),
                number::duration(project.checkpoint_store.as_seconds()),
                number::duration(project.checkpoint_stall.as_seconds()),
                number::count(project.spares),
                idle(project)
            ),
            None,
        )
        .line(
            "Energy",
            format!(
                "{} at the site: {} of machines ({} rated) and {} of network, PUE {:.2}",
                number::energy(project.energy.site.as_joules() / 3600.0),
                number::power(project.energy.platforms.as_watts()),
                number::power(project.energy.rated.as_watts()),
                number::power(project.energy.fabric.as_watts()),
                project.energy.pue
            ),
            None,
        )
        .line("Cost", cost(run), None);
    let full = best.memory.used() / best.memory.capacity;
    if use_of.mfu < 0.2 || full > 0.98 {
        verdict = verdict.tone(Tone::Warning);
    }
    verdict
}

/// Devices that a run holds and does not use.
fn idle(project: &Project) -> String {
    if project.idle_devices < 1.0 {
        return String::new();
    }
    let (idle, platforms) = (number::count(project.idle_devices), number::count(project.platforms));
    format!("; {idle} devices of {platforms} platforms stay idle and are paid")
}

fn utilisation(run: &Run) -> String {
    let found = &run.utilisation;
    let mut text = format!(
        "MFU {} (model FLOPs, visible half of attention), {} as PaLM counts, HFU {}",
        number::percent(found.mfu),
        number::percent(found.mfu_palm),
        number::percent(found.hfu)
    );
    if let Some(published) = found.published.first() {
        text.push_str(&format!(
            "; published {} on {} devices ({})",
            number::percent(published.mfu),
            number::count(published.devices),
            published.source
        ));
    }
    text
}

fn cost(run: &Run) -> String {
    let cost = &run.project.cost;
    match (cost.total(), &cost.missing) {
        (Some(total), _) => {
            let parts: Vec<String> = cost
                .parts
                .iter()
                .map(|part| format!("{} {}", part.name, number::usd(part.amount.as_dollars())))
                .collect();
            let per_token = total.as_dollars() / (run.project.steps.max(1.0));
            format!(
                "{} in dollars of {}: {}; {} a step",
                number::usd(total.as_dollars()),
                cost.price_year,
                parts.join(", "),
                number::usd(per_token)
            )
        }
        (None, Some(missing)) => format!("unknown: {missing}; give a rent with `--price`"),
        (None, None) => "unknown".to_owned(),
    }
}

fn does_not_fit(question: &Question, misfit: &Misfit) -> Verdict {
    let headline = match misfit.smallest_devices {
        _ if question.strategy_given => {
            format!("This strategy of {} does not fit on {}.", question.model_name, machines(question))
        }
        Some(smallest) => format!(
            "{} does not fit on {}; it fits on {} of them.",
            question.model_name,
            machines(question),
            number::count(smallest)
        ),
        None => format!("{} does not fit on any number of {}.", question.model_name, question.device),
    };
    let mut verdict = Verdict::new(headline).tone(Tone::Bad).line("Why", misfit.reason.clone(), None);
    if let Some(memory) = misfit.memory {
        let over = memory.needed - memory.available;
        verdict = verdict.line(
            "Short",
            format!(
                "by {} a device at best: {} needed, {} there",
                number::bytes(over.as_bytes()),
                number::bytes(memory.needed.as_bytes()),
                number::bytes(memory.available.as_bytes())
            ),
            None,
        );
    }
    verdict
}

/// Commands worth trying, with what was already asked.
fn next(question: &Question, answer: &Answer) -> Vec<String> {
    let base = format!("quarterdeck train {} --on {}", question.model, question.platform);
    match answer {
        Answer::DoesNotFit(_) if question.strategy_given => {
            vec![format!("{base} --devices {}", question.devices)]
        }
        Answer::DoesNotFit(misfit) => misfit
            .smallest_devices
            .map(|smallest| format!("{base} --devices {smallest}"))
            .into_iter()
            .collect(),
        Answer::Runs(_) => {
            let devices = question.devices;
            vec![
                format!("{base} --devices {devices} -o train.html"),
                format!(
                    "quarterdeck train {} --devices {devices} --compare {},gb200-nvl72",
                    question.model, question.platform
                ),
                "quarterdeck explain mfu".to_owned(),
            ]
        }
    }
}
