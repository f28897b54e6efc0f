//! The schedule of a pipeline as an SVG picture that stands alone, for light and dark paper.

use std::fmt::Write as _;

use super::{Run, SlotKind};
use crate::html::escape;
use crate::number;

const WIDTH: f64 = 1200.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 56.0;
const ROW: f64 = 22.0;

impl Run {
    /// The schedule as SVG; none without a pipeline, or with one too large to draw.
    pub fn schedule_svg(&self) -> Option<String> {
        let schedule = self.schedule.as_ref()?;
        let length = schedule.length.as_seconds();
        let scale = (WIDTH - LEFT - 16.0) / length;
        let height = TOP + ROW * schedule.stages.len() as f64 + 40.0;
        let title = format!(
            "{}: stages wait {} of a step; {} of {} micro-batches drawn",
            schedule.name,
            number::percent(schedule.bubble),
            schedule.microbatches.0,
            schedule.microbatches.1
        );
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
             height=\"{height}\" font-family=\"sans-serif\">\n<title>{}</title>\n<style>text{{fill:#14202e}}\
             @media(prefers-color-scheme:dark){{text{{fill:#f2f5f9}}}}</style>\n\
             <text x=\"16\" y=\"26\" font-size=\"15\" font-weight=\"600\">{}</text>\n",
            escape(&title),
            escape(&title)
        );
        // A picture is a text: what is written to it can not fail.
        for (kind, name, at) in [
            (SlotKind::Forward, "forward", 0.0),
            (SlotKind::Backward, "backward", 110.0),
            (SlotKind::Weight, "weight gradients", 230.0),
        ] {
            let there = schedule.stages.iter().flatten().any(|slot| slot.kind == kind);
            if there {
                let _ = writeln!(
                    svg,
                    "<rect x=\"{:.1}\" y=\"36\" width=\"12\" height=\"12\" fill=\"{}\"/><text x=\"{:.1}\" y=\"46\" \
                     font-size=\"11\">{name}</text>",
                    LEFT + at,
                    colour(kind),
                    LEFT + at + 17.0
                );
            }
        }
        for (stage, slots) in schedule.stages.iter().enumerate() {
            let y = TOP + ROW * stage as f64;
            let _ =
                writeln!(svg, "<text x=\"16\" y=\"{:.1}\" font-size=\"11\">stage {stage}</text>", y + 14.0);
            for slot in slots {
                let (from, to) = (slot.from.as_seconds() * scale, slot.to.as_seconds() * scale);
                let width = (to - from).max(0.2);
                let _ = writeln!(
                    svg,
                    "<rect x=\"{:.2}\" y=\"{:.1}\" width=\"{:.2}\" height=\"{:.1}\" fill=\"{}\" fill-opacity=\"{:.2}\"/>",
                    LEFT + from,
                    y + 1.0,
                    (width - 0.3).max(0.2),
                    ROW - 2.0,
                    colour(slot.kind),
                    1.0 - 0.5 * f64::from(slot.chunk % 8) / 8.0
                );
                if width > 14.0 {
                    let _ = writeln!(
                        svg,
                        "<text x=\"{:.2}\" y=\"{:.1}\" font-size=\"9\" text-anchor=\"middle\" style=\"fill:#fff\">{}</text>",
                        LEFT + from + width / 2.0,
                        y + 14.0,
                        slot.microbatch
                    );
                }
            }
        }
        let _ = writeln!(
            svg,
            "<text x=\"{LEFT}\" y=\"{:.1}\" font-size=\"11\">0</text><text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\" \
             text-anchor=\"end\">{}</text>\n</svg>",
            height - 16.0,
            WIDTH - 16.0,
            height - 16.0,
            number::duration(length)
        );
        Some(svg)
    }
}

/// Blue, orange and grey of the palette, told apart in grey too.
const fn colour(kind: SlotKind) -> &'static str {
    match kind {
        SlotKind::Forward => "#0a5c9c",
        SlotKind::Backward => "#c98500",
        SlotKind::Weight => "#7d8799",
    }
}
