//! Operations and parameters of the dense part: layers, and how embeddings and dense features meet.

use quarterdeck_catalog::{Cited, Dense, Interaction, Provenance, Recommendation};
use quarterdeck_units::Flop;

use super::Meeting;
use super::tables::Tables;

/// Operations and parameters of the dense part, as the catalogue has it.
pub(super) struct DenseWork {
    pub(super) bottom: Flop,
    pub(super) interaction: Flop,
    pub(super) meeting: Meeting,
    pub(super) top: Flop,
    pub(super) parameters: f64,
    pub(super) layer_elements: f64,
}

/// Numbers that layers of the given widths give.
fn mlp_outputs(widths: &[u32]) -> f64 {
    widths.iter().skip(1).copied().map(f64::from).sum()
}

/// Multiply-adds of layers of the given widths one after the other.
fn mlp_weights(widths: &[u32]) -> f64 {
    widths.windows(2).map(|pair| f64::from(pair[0]) * f64::from(pair[1])).sum()
}

impl DenseWork {
    pub(super) fn of(model: &Recommendation, tables: &Tables, provenance: &mut Provenance) -> DenseWork {
        match &model.dense {
            Some(dense) => {
                provenance.absorb(&dense.cite.provenance());
                DenseWork::described(dense, tables)
            }
            None => {
                let mut value = |fact: Option<(f64, Provenance)>| {
                    fact.map_or(0.0, |(value, known)| {
                        provenance.absorb(&known);
                        value
                    })
                };
                let totals = &model.totals;
                let flops = value(
                    totals.flops_per_sample.as_ref().map(|fact| (fact.value.as_flop(), fact.provenance())),
                );
                let parameters =
                    value(totals.dense_parameters.as_ref().map(|fact| (fact.value, fact.provenance())));
                DenseWork {
                    bottom: Flop::ZERO,
                    interaction: Flop::ZERO,
                    meeting: Meeting::Layers,
                    top: Flop::flop(flops),
                    parameters,
                    layer_elements: 0.0,
                }
            }
        }
    }

    fn described(dense: &Dense, tables: &Tables) -> DenseWork {
        let bottom = mlp_weights(&dense.bottom_mlp);
        let top = mlp_weights(&dense.top_mlp);
        let vectors = tables.count() + if dense.bottom_mlp.is_empty() { 0.0 } else { 1.0 };
        let (flops, weights) = interaction(&dense.interaction, vectors, tables.width);
        let meeting = match dense.interaction {
            Interaction::DcnV2 { .. } => Meeting::Cross,
            Interaction::Hstu { .. } => Meeting::Attention,
            Interaction::None | Interaction::Concat | Interaction::Dot | Interaction::Wukong { .. } => {
                Meeting::Layers
            }
        };
        DenseWork {
            bottom: Flop::flop(2.0 * bottom),
            interaction: Flop::flop(flops),
            meeting,
            top: Flop::flop(2.0 * top),
            parameters: bottom + top + weights,
            layer_elements: mlp_outputs(&dense.bottom_mlp)
                + mlp_outputs(&dense.top_mlp)
                + interaction_outputs(&dense.interaction, vectors, tables.width),
        }
    }
}

/// Forward operations and weights of an interaction over `vectors` vectors of width `width`.
fn interaction(kind: &Interaction, vectors: f64, width: f64) -> (f64, f64) {
    match kind {
        Interaction::None | Interaction::Concat => (0.0, 0.0),
        Interaction::Dot => (2.0 * vectors * vectors * width, 0.0),
        Interaction::DcnV2 { rank, layers } => {
            let weights = 2.0 * vectors * width * f64::from(*rank) * f64::from(*layers);
            (2.0 * weights, weights)
        }
        Interaction::Hstu { layers, dim, heads: _, sequence_len } => {
            let [layers, dim, history] = [*layers, *dim, *sequence_len].map(f64::from);
            // Four projections in, one out, for the history and the candidate; the history attends to half of
            // itself on average, the candidate to all of it.
            let projections = 10.0 * (history + 1.0) * dim * dim;
            let attention = 4.0 * dim * (history * (history + 1.0) / 2.0 + history);
            (layers * (projections + attention), layers * 5.0 * dim * dim)
        }
        Interaction::Wukong { layers, factorised, compressed, rank, hidden } => wukong(
            f64::from(*layers),
            [*factorised, *compressed, *rank].map(f64::from),
            hidden,
            [vectors, width],
        ),
    }
}

/// Numbers that the layers of an interaction give: both products of each cross layer, the five projections of
/// attention over a history, what a factorisation machine makes. Dot products are too few to count.
fn interaction_outputs(kind: &Interaction, vectors: f64, width: f64) -> f64 {
    match kind {
        Interaction::None | Interaction::Concat | Interaction::Dot => 0.0,
        Interaction::DcnV2 { rank, layers } => f64::from(*layers) * (f64::from(*rank) + vectors * width),
        Interaction::Hstu { layers, dim, heads: _, sequence_len } => {
            5.0 * f64::from(*layers) * f64::from(*dim) * (f64::from(*sequence_len) + 1.0)
        }
        Interaction::Wukong { layers, factorised, compressed, rank, hidden } => {
            let [layers, factorised, compressed, rank] =
                [*layers, *factorised, *compressed, *rank].map(f64::from);
            let hidden: f64 = hidden.iter().copied().map(f64::from).sum();
            layers * (vectors * rank + hidden + (factorised + compressed) * width)
        }
    }
}

/// Stacked factorisation machines: each layer takes `n` vectors of width `d` to `n_F + n_L`.
///
/// $$ F = 4 n d k + 2 M(nk, h, n_F d) + 2 n n_L d + [n \ne n_F + n_L]\; 2 n (n_F + n_L) d $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $n, d$ | vectors, width | 1 |
/// | $k$ | rank of the factorised products | 1 |
/// | $n_F, n_L$ | vectors out of factorisation and of linear compression | 1 |
/// | $M$ | multiply-adds of layers from the products over `h` to the vectors | 1 |
///
/// Source: `wukong-2024`, sections 3.3 to 3.5: products $X X^T Y$ with $Y$ of $n \times k$ computed from the right,
/// and a projection of the residual where the number of vectors changes. Normalisation is not counted.
fn wukong(
    layers: f64,
    [factorised, compressed, rank]: [f64; 3],
    hidden: &[u32],
    [vectors, width]: [f64; 2],
) -> (f64, f64) {
    let out = factorised + compressed;
    let layer = |n: f64| {
        let mut widths = vec![n * rank];
        widths.extend(hidden.iter().copied().map(f64::from));
        widths.push(factorised * width);
        let mlp: f64 = widths.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let residual = if (n - out).abs() > 0.5 { n * out } else { 0.0 };
        let flops =
            4.0 * n * width * rank + 2.0 * mlp + 2.0 * n * compressed * width + 2.0 * residual * width;
        (flops, n * rank + mlp + n * compressed + residual)
    };
    if layers < 1.0 {
        return (0.0, 0.0);
    }
    let (first, later) = (layer(vectors), layer(out));
    (first.0 + (layers - 1.0) * later.0, first.1 + (layers - 1.0) * later.1)
}
