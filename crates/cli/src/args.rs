//! Arguments of the command line; names of flags equal names of scenario fields, so nothing is learned twice.

mod design;
mod probe;
mod rank;
mod train;

pub use design::Design;
pub use probe::Probe;
pub use rank::Rank;
pub use train::Train;

use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use quarterdeck_units::{Quarter, Seconds};
use std::path::PathBuf;

/// Plan the compute fleet behind AI: what to buy, build, redesign, pause or cancel, quarter by quarter.
#[derive(Parser, Debug)]
#[command(name = "quarterdeck", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Examples:
  quarterdeck demo                                          a full plan in a few seconds
  quarterdeck check scenarios/meta-2022/scenario.toml       every fault of a file at once
  quarterdeck plan scenarios/meta-2022/scenario.toml --out run/
  quarterdeck assess scenarios/meta-2022/scenario.toml --at 2022-Q3
  quarterdeck catalog compare a100-sxm-80 h100-sxm mtia-v1 tpu-v4
  quarterdeck validate training                             predictions beside measurements")]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Flags of every command.
    #[command(flatten)]
    pub global: Global,
}

/// Real uses of `train`.
const TRAIN_EXAMPLES: &str = "Examples:
  quarterdeck train llama-3-405b --on h100-hgx-8 --devices 16384 --tokens 15.6T
  quarterdeck train gpt-3-175b --on a100-sxm-80-hgx-8 --devices 4096 --global-batch 1536 --top 10 --format json
  quarterdeck train deepseek-v3 --devices 2048 --compare h100-hgx-8,h200-hgx-8 -o train.html";

/// Real uses of `rank`.
const RANK_EXAMPLES: &str = "Examples:
  quarterdeck rank dlrm-ads-2021 --on cpu-2s-spr,a100-hgx-8,h100-hgx-8,mtia-v1,tpu-v4 --qps 5e6 --p99 60ms
  quarterdeck rank dlrm-dcnv2 --train --on h100-hgx-8,b200-hgx-8 --devices 64
  quarterdeck rank --chip-design examples/own-chip.toml --against h100-hgx-8 -o chip.html
  quarterdeck rank --funnel examples/funnel-ads.toml";

/// Real uses of `probe`.
const PROBE_EXAMPLES: &str = "Examples:
  quarterdeck probe --out probe.toml
  quarterdeck probe --quick --format json
  quarterdeck rank dlrm-ads-2021 --on measured:probe.toml,cpu-2s-spr --qps 5e6 --p99 60ms";

/// Real uses of `design`.
const DESIGN_EXAMPLES: &str = "Examples:
  quarterdeck design --platform h100-hgx-8 --count 3072 --site cold-dry --need 2027-Q4
  quarterdeck design --platform gb200-nvl72 --it-power '100 MW' --climate hot-humid
  quarterdeck design --platform h100-hgx-8 --devices 24576 --site cold-dry --oversubscription 7:1 -o design.html
  quarterdeck design --compare examples/meta-cpu-site.toml examples/meta-gpu-site.toml";

/// Flags that work before or after the verb.
#[derive(Group, Debug, Clone)]
pub struct Global {
    /// Form of the answer on standard output.
    #[arg(long, global = true, value_enum, default_value = "text", help_heading = "Global")]
    pub format: Format,
    /// Form of faults on standard error.
    #[arg(long, global = true, value_enum, default_value = "text", help_heading = "Global")]
    pub diagnostics: DiagnosticsForm,
    /// Folder of a catalogue to use instead of the built-in one.
    #[arg(long, global = true, value_name = "DIR", help_heading = "Global")]
    pub catalog: Option<PathBuf>,
    /// Show no progress.
    #[arg(long, global = true, help_heading = "Global")]
    pub no_progress: bool,
}

/// Form of an answer.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For people, within 100 columns.
    Text,
    /// One versioned document.
    Json,
    /// One tidy table.
    Csv,
    /// Tables to paste in a review.
    Md,
    /// One page with charts, of `design`, `train` and `plan`.
    Html,
}

/// Form of faults.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiagnosticsForm {
    /// Drawn in place, for people.
    Text,
    /// For editors and scripts.
    Json,
}

/// The verbs.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Plan the bundled flagship scenario and write its report.
    Demo {
        /// Folder for the results.
        #[arg(long, default_value = "quarterdeck-demo", value_name = "DIR")]
        out: PathBuf,
        /// How to solve.
        #[command(flatten)]
        solve: Solve,
    },
    /// Write a short commented scenario to start from.
    Init {
        /// File to write; standard output if none.
        #[arg(default_value = "-", hide_default_value = true, value_name = "FILE")]
        path: String,
        /// Kind of scenario.
        #[arg(long, value_enum, default_value = "fleet")]
        template: Template,
        /// Overwrite an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Is a scenario valid, complete, plausible? All faults at once; nothing is computed.
    Check {
        /// Scenario files, or `-` for standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<String>,
        /// Change a field before checking, as in `site.prineville.it_power=30 MW`.
        #[arg(long, value_name = "FIELD=VALUE")]
        set: Vec<String>,
    },
    /// What each fleet, platform and site carries in a quarter, and what binds.
    Assess {
        /// The scenario, or `-` for standard input.
        #[command(flatten)]
        input: Input,
        /// The quarter; the first of the horizon if none.
        #[arg(long, value_name = "QUARTER")]
        at: Option<Quarter>,
        /// How to solve.
        #[command(flatten)]
        solve: Solve,
    },
    /// What a training run takes: best strategies, step time, memory, energy, days and dollars.
    #[command(after_help = TRAIN_EXAMPLES)]
    Train(Box<Train>),
    /// Which platform carries a recommendation model: machines, MW, capex, cost, what binds, drift.
    #[command(after_help = RANK_EXAMPLES)]
    Rank(Box<Rank>),
    /// What platforms need at a place: racks, halls, MW, cooling, network, cost, weeks, carbon, water.
    #[command(after_help = DESIGN_EXAMPLES)]
    Design(Box<Design>),
    /// Measure this machine: matrix multiplies, memory, random rows; write it as an entry of the catalogue.
    #[command(after_help = PROBE_EXAMPLES)]
    Probe(Probe),
    /// What to buy, build, redesign, pause, retire; where and when; at what cost.
    Plan {
        /// The scenario, or `-` for standard input.
        #[command(flatten)]
        input: Input,
        /// Folder for the results: tables, plan.json, report.html, the scenario itself.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Which runs: the best plan, history as it happened, or both where there is history.
        #[arg(long, value_enum, default_value = "both")]
        runs: Runs,
        /// Write the model of the best plan as an MPS file with readable names, for any other solver.
        #[arg(long, value_name = "FILE")]
        write_mps: Option<PathBuf>,
        /// How to solve.
        #[command(flatten)]
        solve: Solve,
    },
    /// Write the single-file HTML report of a scenario's plan.
    Report {
        /// The scenario, or a folder written by `plan --out`.
        #[command(flatten)]
        input: Input,
        /// File to write.
        #[arg(long, short = 'o', default_value = "report.html", value_name = "FILE")]
        output: PathBuf,
        /// How to solve.
        #[command(flatten)]
        solve: Solve,
    },
    /// Definition of a word, a scenario field or table, or a diagnostic code; works offline.
    Explain {
        /// Such as `pue`, `scenario.site.it_power` or `scenario::unknown-key`; all topics if none.
        topic: Option<String>,
    },
    /// JSON Schema of scenario files, for editors.
    Schema,
    /// Facts with their sources.
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// How far predictions lie from published measurements, or from your own runs.
    Validate {
        /// Which measurements; all families are listed if none.
        #[arg(value_enum)]
        family: Option<ValidationFamily>,
        /// Score this CSV file instead of the published measurements; `-` for standard input.
        #[arg(long, value_name = "FILE")]
        data: Option<String>,
        /// Explain one row: what was read and filled in, and where its time goes.
        #[arg(long, value_name = "ID")]
        row: Option<String>,
        /// Rows that the model may be fitted on, rows for scoring only, or all.
        #[arg(long, value_enum, default_value = "all")]
        split: ValidateSplit,
    },
    /// Completions for a shell, on standard output.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// Families of measurements.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValidationFamily {
    /// Steps of language-model training.
    Training,
    /// Inference, training and node power of recommendation models.
    Recommendation,
    /// Fabrics, power, cooling and halls.
    Facility,
}

/// Splits of measurements.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValidateSplit {
    /// Rows that bands are fitted on.
    Calibrate,
    /// Rows for scoring only.
    Test,
    /// Both.
    All,
}

/// Questions about the catalogue.
#[derive(Subcommand, Debug)]
pub enum CatalogCommand {
    /// What the catalogue holds.
    List {
        /// One kind of entry; all if none.
        #[arg(value_enum)]
        kind: Option<CatalogKind>,
    },
    /// Every fact of an entry with origin and source.
    Show {
        /// Id of a device, platform or model.
        id: String,
    },
    /// Entries side by side.
    Compare {
        /// Ids of devices or platforms.
        #[arg(required = true, num_args = 2..)]
        ids: Vec<String>,
    },
}

/// Kinds of catalogue entries.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum CatalogKind {
    /// Accelerators and CPU sockets.
    Devices,
    /// What one buys and places.
    Platforms,
    /// Architectures.
    Models,
    /// Where facts come from.
    Sources,
}

/// A scenario with changes.
#[derive(Group, Debug, Clone)]
pub struct Input {
    /// Scenario file, or `-` for standard input.
    #[arg(value_name = "FILE")]
    pub file: String,
    /// Change a field, as in `site.prineville.it_power=30 MW`.
    #[arg(long, value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
}

/// How long and how well to solve.
#[derive(Group, Debug, Clone)]
pub struct Solve {
    /// Stop with the best plan so far after this time, such as `30 s`.
    #[arg(long, value_name = "TIME", help_heading = "Solve")]
    pub time_limit: Option<Seconds>,
    /// Stop when the plan is proven within this share of its cost.
    #[arg(long, default_value_t = 0.001, value_name = "SHARE", value_parser = gap, help_heading = "Solve")]
    pub gap: f64,
    /// The same seed gives the same bytes.
    #[arg(long, default_value_t = 0, help_heading = "Solve")]
    pub seed: u32,
    /// Threads of the solver.
    #[arg(long, default_value_t = 1, help_heading = "Solve")]
    pub threads: u32,
}

fn gap(text: &str) -> Result<f64, String> {
    let share = quarterdeck_units::parse_ratio(text).map_err(|error| error.to_string())?;
    if (0.0..1.0).contains(&share) {
        Ok(share)
    } else {
        Err("a gap is a share from 0 to 1, such as 0.1 %".to_owned())
    }
}

/// Which runs of a plan.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Runs {
    /// The cheapest plan.
    Best,
    /// History pinned where it is known, the rest at least cost.
    History,
    /// Both, compared.
    Both,
}

/// Scenarios to start from.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Template {
    /// One product that answers requests.
    Serving,
    /// Training runs on a cluster.
    Training,
    /// A company's fleet.
    Fleet,
}
