//! What was found, for people: a sentence, then tables within 100 columns.

use crate::Measured;
use crate::sample::Summary;
use quarterdeck_catalog::Precision;
use quarterdeck_units::{Bandwidth, Bytes, FlopRate};
use std::fmt::Write as _;

fn flops(value: f64) -> String {
    format!("{:.1}", FlopRate::per_second(value))
}

fn bytes(value: f64) -> String {
    format!("{:.1}", Bandwidth::bytes_per_second(value))
}

fn with_spread(found: &Summary, show: fn(f64) -> String) -> String {
    format!("{} ± {:.0} %", show(found.median), 100.0 * found.spread())
}

impl Measured {
    /// The sentence that comes first.
    pub fn verdict(&self) -> String {
        let mut text = format!("{}:", self.topology.words());
        for table in &self.gemm {
            let unit = if table.precision == Precision::Int8 { " (8-bit integers)" } else { "" };
            let _ = write!(text, " {}{unit},", flops(table.peak()));
        }
        let fastest = self.stream.iter().map(|rate| rate.rate.median).fold(0.0, f64::max);
        let far = self
            .gather
            .iter()
            .max_by(|one, other| one.table.total_cmp(&other.table).then(other.row.total_cmp(&one.row)));
        let _ = write!(text, " {} of streams", bytes(fastest));
        if let Some(far) = far {
            let _ = write!(text, ", {} of random rows of {:.0}", bytes(far.rate.median), far.row);
        }
        text.push('.');
        text
    }

    /// For people, within 100 columns.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for line in wrapped(&self.verdict(), 100) {
            let _ = writeln!(text, "{line}");
        }
        self.write_machine(&mut text);
        self.write_gemm(&mut text);
        self.write_stream(&mut text);
        self.write_gather(&mut text);
        self.write_rest(&mut text);
        text
    }

    fn write_machine(&self, text: &mut String) {
        let topology = &self.topology;
        let count = |found: Option<usize>| found.map_or("not stated".to_owned(), |count| count.to_string());
        let _ = writeln!(text, "\nMachine");
        let _ = writeln!(
            text,
            "  sockets {}, cores {}, logical processors {}, memory nodes {}, threads used {}",
            count(topology.sockets),
            count(topology.cores),
            count(topology.logical),
            count(topology.nodes),
            self.threads
        );
        let caches: Vec<String> = topology
            .caches
            .iter()
            .map(|cache| {
                format!(
                    "L{} {} {} x {:.0} KiB",
                    cache.level,
                    cache.kind.to_lowercase(),
                    cache.count,
                    cache.size.as_bytes() / 1024.0
                )
            })
            .collect();
        if !caches.is_empty() {
            let _ = writeln!(text, "  caches  {}", caches.join(", "));
        }
        let instructions: Vec<&str> = topology.instructions.iter().map(String::as_str).collect();
        let _ = writeln!(
            text,
            "  matrix instructions  {}",
            if instructions.is_empty() { "none stated".to_owned() } else { instructions.join(", ") }
        );
        if let Some(pages) = &topology.huge_pages {
            let _ = writeln!(text, "  large pages  {pages}");
        }
    }

    fn write_gemm(&self, text: &mut String) {
        for table in &self.gemm {
            let _ = writeln!(
                text,
                "\nMatrix multiplies in {}, {} threads, kernels of rten-gemm ({})",
                table.precision, table.threads, table.kernel
            );
            let _ =
                writeln!(text, "  {:>6}  {:>24} {:>24} {:>24}", "width", "64 rows", "256 rows", "1024 rows");
            let mut widths: Vec<usize> = table.shapes.iter().map(|rate| rate.shape.columns).collect();
            widths.sort_unstable();
            widths.dedup();
            for width in widths {
                let _ = write!(text, "  {width:>6} ");
                for rate in table.shapes.iter().filter(|rate| rate.shape.columns == width) {
                    let _ = write!(text, " {:>24}", with_spread(&rate.rate, flops));
                }
                text.push('\n');
            }
            let _ = writeln!(
                text,
                "  one thread {}; smallest product {:.1} us",
                with_spread(&table.one_thread, flops),
                table.floor.median * 1e6
            );
        }
        if !self.unmeasured.is_empty() {
            let _ = writeln!(text, "  not measured, for want of a kernel: {}", self.unmeasured.join(", "));
        }
    }

    fn write_stream(&self, text: &mut String) {
        let _ = writeln!(text, "\nMemory streams");
        for rate in &self.stream {
            let _ = writeln!(
                text,
                "  {:<14} {:>3} threads {:>24}",
                rate.kind.as_str(),
                rate.threads,
                with_spread(&rate.rate, bytes)
            );
        }
    }

    fn write_gather(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "\nRandom rows, summed by {}, bytes of rows a second on {} threads",
            crate::gather::POOLING,
            self.threads
        );
        let mut rows: Vec<Bytes> = self.gather.iter().map(|rate| rate.row).collect();
        rows.sort_by(Bytes::total_cmp);
        rows.dedup();
        let _ = write!(text, "  {:>10}", "table");
        for row in &rows {
            let _ = write!(text, " {:>19}", format!("rows of {row:.0}"));
        }
        text.push('\n');
        let mut table = None;
        for rate in &self.gather {
            if table != Some(rate.table) {
                let _ = write!(
                    text,
                    "{}  {:>10}",
                    if table.is_some() { "\n" } else { "" },
                    format!("{:.1}", rate.table)
                );
                table = Some(rate.table);
            }
            let _ = write!(text, " {:>19}", with_spread(&rate.rate, bytes));
        }
        text.push('\n');
    }

    fn write_rest(&self, text: &mut String) {
        let percent = |share: Option<f64>| {
            share.map_or("not stated".to_owned(), |share| format!("{:.1} %", 100.0 * share))
        };
        let load = |load: Option<f64>| load.map_or("not stated".to_owned(), |load| format!("{load:.1}"));
        let _ = writeln!(
            text,
            "\nSustained  {} in the first second, {} over the last third of {:.1} s ({:.2}x)",
            flops(self.clocks.first.median),
            flops(self.clocks.sustained.median),
            self.clocks.ran,
            self.clocks.ratio()
        );
        let noise = &self.noise;
        let _ = writeln!(
            text,
            "Noise      stolen by the hypervisor {}, taken by others {}, load {} before and {} after",
            percent(noise.stolen),
            percent(noise.others),
            load(noise.load_before),
            load(noise.load_after)
        );
        if noise.is_noisy() {
            let _ = writeln!(
                text,
                "           others were busy: rates are by processor time, but caches and memory were shared"
            );
        }
        match &self.gpu {
            Err(reason) => {
                let _ = writeln!(text, "GPU        {reason}");
            }
            Ok(found) => {
                for gpu in found {
                    let _ = writeln!(text, "GPU        {}", gpu.words());
                }
            }
        }
    }
}

/// Lines of at most `width` letters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.len() - 1;
        if !lines[line].is_empty() && lines[line].chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !lines[line].is_empty() {
                lines[line].push(' ');
            }
            lines[line].push_str(word);
        }
    }
    lines
}
