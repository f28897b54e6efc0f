//! Progress of a solve on standard error: the best plan so far, the bound, the gap. Off when nobody watches.

use crate::args::Global;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use quarterdeck_plan::PlanProgress;
use quarterdeck_report::number;
use std::io::IsTerminal;
use std::time::Duration;

/// A line that tells how a solve goes.
pub struct SolveLine {
    bar: ProgressBar,
    label: String,
    plain: bool,
    said: f64,
}

impl SolveLine {
    /// A line for one run.
    pub fn new(label: &str, global: &Global) -> SolveLine {
        let watched = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let target = if watched && !global.no_progress {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        bar.set_message(format!("{label}: writing the model"));
        SolveLine { bar, label: label.to_owned(), plain: !watched && !global.no_progress, said: 0.0 }
    }

    /// Tells where the solve is; without a terminal, one line every ten seconds.
    pub fn tell(&mut self, progress: PlanProgress) {
        let seconds = progress.elapsed.as_seconds();
        let bound = if progress.bound.is_finite() {
            number::usd(progress.bound.as_dollars())
        } else {
            "unknown".to_owned()
        };
        let text = match progress.best {
            Some(best) => {
                let gap = (best - progress.bound) / best;
                let gap = if gap.is_finite() { number::percent(gap.abs()) } else { "unknown".to_owned() };
                format!(
                    "{}: best plan {}, bound {bound}, gap {gap}, {seconds:.0} s (Ctrl-C keeps the best plan)",
                    self.label,
                    number::usd(best.as_dollars())
                )
            }
            None => format!("{}: no plan yet, bound {bound}, {seconds:.0} s", self.label),
        };
        if self.plain && seconds - self.said >= 10.0 {
            self.said = seconds;
            eprintln!("{text}");
        }
        self.bar.set_message(text);
    }
}

impl Drop for SolveLine {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
