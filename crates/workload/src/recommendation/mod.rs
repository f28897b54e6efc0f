//! Recommendation models as work of one sample (one user-item pair): dense FLOPs by part, lookups, bytes read
//! and moved, and how all of it drifts as the model grows.
//!
//! Dense layers `2 Σ d_i d_{i+1}`; pairwise dot products `2 f² D` over `f` vectors of width `D` (`naumov-2019`);
//! low-rank cross layers `4 n r` each (`dcnv2-2020`); HSTU blocks `10 n d² + 2 n² d` (`hstu-2024`). A lookup
//! reads `ceil(D b / line)` lines, whatever it needs of them.

mod dense;
mod tables;

use quarterdeck_catalog::{Provenance, Recommendation};
use quarterdeck_scenario::Drift;
use quarterdeck_units::{Bytes, Flop, Quarter};

pub use tables::TableWork;

use dense::DenseWork;
use tables::Tables;

/// What one sample asks of a machine, at the model's size in some quarter.
#[derive(Clone, PartialEq, Debug)]
pub struct SampleWork {
    /// Forward operations of the layers below the interaction.
    pub bottom: Flop,
    /// Forward operations of the interaction.
    pub interaction: Flop,
    /// What the interaction is made of.
    pub meeting: Meeting,
    /// Forward operations of the layers above it.
    pub top: Flop,
    /// Embedding rows read.
    pub lookups: f64,
    /// The tables, in groups of equal ones.
    pub tables: Vec<TableWork>,
    /// Numbers that leave the tables after pooling: what the all-to-all moves.
    pub pooled_elements: f64,
    /// Numbers that dense and cross layers give, which software with unfused layers passes through memory; none
    /// where the model has totals and no shapes.
    pub layer_elements: f64,
    /// Parameters of the dense part, which every device of a data-parallel group holds.
    pub dense_parameters: f64,
    /// Elements of all embedding tables.
    pub table_elements: f64,
    /// Bytes of one stored element in training, averaged over the tables.
    pub training_element_bytes: f64,
    /// Rows of all tables.
    pub table_rows: f64,
    /// Share of operations that depends on the user alone.
    pub user_flops_share: f64,
    /// Share of lookups that depends on the user alone.
    pub user_lookup_share: f64,
    /// Candidates ranked in one request, as the model's publication has it.
    pub samples_per_request: f64,
    /// Bytes that one training sample takes from storage.
    pub stored_bytes: Bytes,
    /// How well all of this is known.
    pub provenance: Provenance,
}

/// What an interaction is made of: what decides how well it fills a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meeting {
    /// Products as those of the layers.
    Layers,
    /// Low-rank cross layers.
    Cross,
    /// Attention over a history.
    Attention,
}

/// How much heavier a model is than the catalogue's.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DriftFactors {
    /// On operations of a sample.
    pub flops: f64,
    /// On bytes of the tables.
    pub embedding_bytes: f64,
    /// On rows read for a sample.
    pub lookups: f64,
}

impl DriftFactors {
    /// The model as the catalogue has it.
    pub const NONE: DriftFactors = DriftFactors { flops: 1.0, embedding_bytes: 1.0, lookups: 1.0 };

    /// The factors of a quarter: each growth over the years since the drift's first quarter; before that
    /// quarter the model was lighter.
    ///
    /// $$ \phi(q) = g^{(q - q_0)/4} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $g$ | `drift` | 1/yr |
    /// | $q, q_0$ | `quarter`, `drift.from` | quarters |
    pub fn at(drift: &Drift, quarter: Quarter) -> DriftFactors {
        let years = (quarter - drift.from).years();
        DriftFactors {
            flops: drift.flops_per_sample.over_years(years),
            embedding_bytes: drift.embedding_bytes.over_years(years),
            lookups: drift.lookups_per_sample.over_years(years),
        }
    }
}

impl SampleWork {
    /// The work of one sample of a model of the catalogue, made heavier by `drift`.
    ///
    /// Shapes decide where the model has them, published totals where it has not. Returns the names of the
    /// facts that are missing, where the model has neither.
    pub fn of(model: &Recommendation, drift: &DriftFactors) -> Result<SampleWork, Vec<String>> {
        let missing: Vec<String> = model.missing_totals().into_iter().map(|fact| fact.to_string()).collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let mut provenance = Provenance::none();
        provenance.absorb_fact(&model.sample.user_flops_share);
        provenance.absorb_fact(&model.sample.user_lookup_share);
        let tables = Tables::of(model, &mut provenance);
        let dense = DenseWork::of(model, &tables, &mut provenance);
        let pooled_elements = tables.pooled_elements;
        let tables = tables.drifted(drift);
        let table_elements: f64 = tables.iter().map(TableWork::elements).sum();
        let training_bytes: f64 = tables.iter().map(|table| table.elements() * table.element_bytes).sum();
        Ok(SampleWork {
            bottom: dense.bottom * drift.flops,
            interaction: dense.interaction * drift.flops,
            meeting: dense.meeting,
            top: dense.top * drift.flops,
            lookups: tables.iter().map(TableWork::lookups).sum(),
            pooled_elements,
            // A denser model has more layers of the same width: outputs and parameters in step with its operations.
            layer_elements: dense.layer_elements * drift.flops,
            dense_parameters: dense.parameters * drift.flops,
            table_elements,
            training_element_bytes: training_bytes / table_elements.max(1.0),
            table_rows: tables.iter().map(|table| table.count * table.rows).sum(),
            tables,
            user_flops_share: model.sample.user_flops_share.value,
            user_lookup_share: model.sample.user_lookup_share.value,
            samples_per_request: model.sample.samples_per_request.value,
            stored_bytes: model.sample.stored_bytes.value * drift.lookups,
            provenance,
        })
    }

    /// Forward operations of the dense part.
    pub fn flops(&self) -> Flop {
        self.bottom + self.interaction + self.top
    }

    /// Bytes of rows read for one sample from memory that is fetched `line` bytes at a time.
    ///
    /// $$ E = \sum_t L_t \left\lceil \frac{D_t b}{\text{line}} \right\rceil \text{line} $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $L_t, D_t$ | tables | lookups, elements |
    /// | $b$ | `element_bytes` | B |
    ///
    /// Source: `gupta-2020`. Holds where rows are not found in a cache; an upper bound otherwise.
    pub fn bytes_read(&self, element_bytes: f64, line: f64) -> Bytes {
        self.rows_by_width(element_bytes, line).map(|(lookups, row)| row * lookups).sum()
    }

    /// Rows read for one sample by bytes of the lines that they cover: lookups and bytes of a row of each table.
    pub fn rows_by_width(&self, element_bytes: f64, line: f64) -> impl Iterator<Item = (f64, Bytes)> + '_ {
        self.tables.iter().map(move |table| {
            (table.lookups(), Bytes::bytes((table.width * element_bytes / line).ceil().max(1.0) * line))
        })
    }

    /// Bytes of all tables with elements of the given width.
    pub fn table_bytes(&self, element_bytes: f64) -> Bytes {
        Bytes::bytes(self.table_elements * element_bytes)
    }

    /// Share of a sample's operations left when a request's candidates share the user's part: `1 - u + u/K`.
    pub fn flops_share(&self, candidates: f64) -> f64 {
        share_left(self.user_flops_share, candidates)
    }

    /// The same of its lookups.
    pub fn lookup_share(&self, candidates: f64) -> f64 {
        share_left(self.user_lookup_share, candidates)
    }

    /// Share of lookups that a memory answers which keeps `kept` of the bytes of all tables, the rows looked up
    /// most for each of their bytes.
    pub fn hit_rate(&self, kept: f64) -> f64 {
        tables::hit_rate(&self.tables, kept)
    }

    /// Share of the lookups of a batch that are the first of their row: what an optimizer reads and writes.
    pub fn unique_share(&self, batch: f64) -> f64 {
        tables::unique_share(&self.tables, batch)
    }

    /// Operations of the layers around the interaction, those of the interaction with them unless it fills a device
    /// in another way.
    pub fn layer_flops(&self) -> Flop {
        match self.meeting {
            Meeting::Cross => self.bottom + self.top,
            Meeting::Layers | Meeting::Attention => self.flops(),
        }
    }

    /// Operations of low-rank cross layers.
    pub fn cross_flops(&self) -> Flop {
        self.flops() - self.layer_flops()
    }
}

fn share_left(user_share: f64, candidates: f64) -> f64 {
    1.0 - user_share + user_share / candidates.max(1.0)
}
