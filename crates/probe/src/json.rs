//! What was found, for programs: keys end in their units.

use crate::Measured;
use crate::sample::Summary;
use serde_json::{Value, json};

fn summary(found: &Summary, unit: &str) -> Value {
    json!({
        format!("median_{unit}"): found.median,
        format!("low_{unit}"): found.low,
        format!("high_{unit}"): found.high,
        "runs": found.runs,
    })
}

impl Measured {
    /// For programs.
    pub fn to_json(&self) -> Value {
        let topology = &self.topology;
        let caches: Vec<Value> = topology
            .caches
            .iter()
            .map(|cache| json!({ "level": cache.level, "kind": cache.kind, "size_bytes": cache.size.as_bytes(), "count": cache.count }))
            .collect();
        let gemm: Vec<Value> = self
            .gemm
            .iter()
            .map(|table| {
                let shapes: Vec<Value> = table
                    .shapes
                    .iter()
                    .chain([&table.thin])
                    .map(|rate| {
                        let shape = rate.shape;
                        json!({
                            "rows": shape.rows, "columns": shape.columns, "depth": shape.depth,
                            "rate": summary(&rate.rate, "flop_per_s"),
                        })
                    })
                    .collect();
                json!({
                    "precision": table.precision.as_str(),
                    "kernel": table.kernel,
                    "threads": table.threads,
                    "peak_flop_per_s": table.peak(),
                    "one_thread": summary(&table.one_thread, "flop_per_s"),
                    "smallest": summary(&table.floor, "s"),
                    "shapes": shapes,
                })
            })
            .collect();
        let stream: Vec<Value> = self
            .stream
            .iter()
            .map(|rate| {
                json!({
                    "stream": rate.kind.as_str(), "threads": rate.threads, "rate": summary(&rate.rate, "bytes_per_s"),
                })
            })
            .collect();
        let gather: Vec<Value> = self
            .gather
            .iter()
            .map(|rate| {
                json!({
                    "row_bytes": rate.row.as_bytes(), "table_bytes": rate.table.as_bytes(),
                    "rate": summary(&rate.rate, "bytes_per_s"),
                })
            })
            .collect();
        let gpu = match &self.gpu {
            Ok(found) => json!({ "found": found.iter().map(crate::gpu::Gpu::to_json).collect::<Vec<_>>() }),
            Err(reason) => json!({ "found": [], "reason": reason }),
        };
        json!({
            "date": self.date,
            "taken_s": self.taken.as_secs_f64(),
            "threads": self.threads,
            "verdict": self.verdict(),
            "machine": {
                "words": topology.words(),
                "model": topology.model,
                "architecture": topology.architecture,
                "system": topology.system,
                "sockets": topology.sockets,
                "cores": topology.cores,
                "logical_processors": topology.logical,
                "memory_nodes": topology.nodes,
                "memory_bytes": topology.memory.map(|memory| memory.as_bytes()),
                "stated_clock_mhz": topology.megahertz,
                "large_pages": topology.huge_pages,
                "virtual_machine": topology.virtual_machine,
                "instructions": topology.instructions,
                "caches": caches,
            },
            "gemm": gemm,
            "not_measured": self.unmeasured,
            "stream": stream,
            "gather": { "pooling": crate::gather::POOLING, "rates": gather },
            "clocks": {
                "first_second": summary(&self.clocks.first, "flop_per_s"),
                "sustained": summary(&self.clocks.sustained, "flop_per_s"),
                "ran_s": self.clocks.ran,
            },
            "noise": {
                "stolen_share": self.noise.stolen,
                "others_share": self.noise.others,
                "load_before": self.noise.load_before,
                "load_after": self.noise.load_after,
            },
            "gpu": gpu,
        })
    }
}
