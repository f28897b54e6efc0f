//! Shapes of models by name: what their publications say and tables of runs leave out.

use quarterdeck_catalog::{Catalog, Mla, Model, Moe};
use quarterdeck_workload::Shape;

use super::facts::Facts;

/// What a family of models shares, whatever its size.
struct Traits {
    /// How names of the family start, letters and digits only.
    starts: &'static [&'static str],
    /// Width of a head where it is not `hidden / heads`.
    head_dim: Option<f64>,
    /// Matrices of a feed-forward block: 3 gated, 2 plain.
    ffn_matrices: f64,
    /// Vocabulary where rows leave it out.
    vocab: f64,
    /// Whether positions are learned: one vector for each place of the sequence.
    learned_positions: bool,
    /// Vectors of a norm: 1 scale, 2 scale and shift.
    norm_vectors: f64,
    /// Whether linear layers have biases.
    biases: bool,
    /// Whether input and output embedding are one matrix.
    tied: bool,
    /// Latent attention.
    mla: Option<Mla>,
    /// Experts that every token visits.
    shared_experts: u32,
    /// Leading dense layers.
    first_dense: u32,
}

const LATENT: Mla = Mla { q_rank: 1536, kv_rank: 512, nope_dim: 128, rope_dim: 64, v_dim: 128 };

/// A decoder as most are built since 2023: gated, rotary, root-mean-square norms, no biases, own output matrix.
const MODERN: Traits = Traits {
    starts: &["llama", "mixtral", "mistral"],
    head_dim: None,
    ffn_matrices: 3.0,
    vocab: 32_000.0,
    learned_positions: false,
    norm_vectors: 1.0,
    biases: false,
    tied: false,
    mla: None,
    shared_experts: 0,
    first_dense: 0,
};

/// The design of GPT-2 and GPT-3: plain blocks, learned positions, biases, tied embeddings. Megatron pads its
/// 50,257 words to 51,200.
const GPT: Traits = Traits {
    starts: &["gpt", "mtnlg", "turing"],
    ffn_matrices: 2.0,
    vocab: 51_200.0,
    learned_positions: true,
    norm_vectors: 2.0,
    biases: true,
    tied: true,
    ..MODERN
};

/// Families, more special names first. Where a row states a number, the row wins.
const FAMILIES: &[Traits] = &[
    // Llama 3 enlarged the vocabulary (`llama-3-2024`).
    Traits { starts: &["llama3", "llama31", "llama33"], vocab: 128_256.0, ..MODERN },
    // Heads of 128 whatever the width is; model cards of the Qwen3 series.
    Traits { starts: &["qwen3"], head_dim: Some(128.0), vocab: 151_936.0, ..MODERN },
    // Heads of 64, biases; model card of gpt-oss.
    Traits { starts: &["gptoss"], head_dim: Some(64.0), vocab: 201_088.0, biases: true, ..MODERN },
    // One shared expert, three dense layers first (`deepseek-v3-2024`).
    Traits {
        starts: &["deepseekv3", "deepseekr1"],
        vocab: 129_280.0,
        mla: Some(LATENT),
        shared_experts: 1,
        first_dense: 3,
        ..MODERN
    },
    // The design of DeepSeek-V3 with half the heads and one dense layer; its model card.
    Traits {
        starts: &["kimik2"],
        vocab: 163_840.0,
        mla: Some(LATENT),
        shared_experts: 1,
        first_dense: 1,
        ..MODERN
    },
    // Gated experts, tied embeddings; the published code of Grok-1.
    Traits { starts: &["grok1"], vocab: 131_072.0, tied: true, ..MODERN },
    // Squared ReLU without a gate, layer norms, rotary positions; the Nemotron-4 reports.
    Traits {
        starts: &["nemotron4", "nemotron340", "nemotron15"],
        ffn_matrices: 2.0,
        vocab: 256_000.0,
        norm_vectors: 2.0,
        ..MODERN
    },
    // Plain blocks without biases, learned positions, tied embeddings; the pretraining recipes of llm-foundry.
    Traits { starts: &["mpt"], vocab: 50_368.0, biases: false, ..GPT },
    // Scaled models of the benchmark scripts: heads of 128, gated, the vocabulary of Llama 2.
    Traits { starts: &["maxtext"], head_dim: Some(128.0), ..MODERN },
    MODERN,
    GPT,
];

/// Names whose blocks the model of performance does not know.
const UNKNOWN_BLOCKS: &[(&str, &str)] = &[
    ("nemotron3nano", "blocks of state-space layers are not modelled"),
    ("nemotronh", "blocks of state-space layers are not modelled"),
];

/// A name without marks, in small letters.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The catalogue's model of a name, marks aside.
fn of_catalog(catalog: &Catalog, name: &str) -> Option<Shape> {
    let wanted = plain(name);
    let found = catalog.model(name).ok().cloned().or_else(|| {
        catalog.models.iter().find(|(id, _)| plain(id) == wanted).map(|(_, model)| model.clone())
    })?;
    match found.as_ref() {
        Model::Transformer(model) => Some(Shape::from(&model.architecture)),
        Model::Recommendation(_) => None,
    }
}

/// The shape of a row's model: what the row states, then the catalogue's model of that name, then the family's
/// traits. Layers that are not stated are counted from the parameters.
pub fn shape(catalog: &Catalog, facts: &Facts) -> Result<Shape, String> {
    let name = plain(&facts.model);
    if let Some((_, why)) = UNKNOWN_BLOCKS.iter().find(|(start, _)| name.starts_with(start)) {
        return Err((*why).to_owned());
    }
    let known = of_catalog(catalog, &facts.model);
    let family = FAMILIES.iter().find(|family| family.starts.iter().any(|start| name.starts_with(start)));
    if known.is_none() && facts.hidden.is_none() {
        return Err(format!(
            "`hidden` is empty, and the catalogue has no model `{}`",
            crate::table::shortened(&facts.model)
        ));
    }
    let traits = family.unwrap_or(&MODERN);
    let widths = FfnWidths::read(&facts.ffn_hidden)?;
    let hidden = facts.hidden.or(known.as_ref().map(|shape| shape.hidden)).unwrap_or_default();
    let heads = facts
        .heads
        .or(known.as_ref().map(|shape| shape.heads))
        .ok_or("`heads` is empty, and the catalogue does not have the model")?;
    let head_dim = known.as_ref().map(|shape| shape.head_dim).or(traits.head_dim).unwrap_or(hidden / heads);
    let plain_width = if traits.ffn_matrices > 2.5 { (8.0 * hidden / 3.0).round() } else { 4.0 * hidden };
    let dense_width = widths.dense.or(known.as_ref().map(|shape| shape.ffn_hidden)).unwrap_or(plain_width);
    let known_moe = known.as_ref().and_then(|shape| shape.moe);
    let moe = match facts.experts.or(known_moe.map(|moe| moe.experts)) {
        Some(experts) if experts > 1 => Some(Moe {
            experts,
            top_k: facts
                .top_k
                .or(known_moe.map(|moe| moe.top_k))
                .ok_or("`experts` is stated without `top_k`")?
                .min(experts),
            expert_ffn: widths
                .expert
                .or(known_moe.map(|moe| f64::from(moe.expert_ffn)))
                .unwrap_or(dense_width) as u32,
            shared_experts: known_moe.map_or(traits.shared_experts, |moe| moe.shared_experts),
            first_dense_layers: widths
                .first_dense
                .or(known_moe.map(|moe| moe.first_dense_layers))
                .unwrap_or(traits.first_dense),
        }),
        _ => None,
    };
    let mla = known.as_ref().map_or(traits.mla, |shape| shape.mla);
    let mut shape = Shape {
        layers: 1.0,
        dense_layers: 1.0,
        hidden,
        ffn_hidden: dense_width,
        heads,
        kv_heads: if mla.is_some() {
            heads
        } else {
            facts.kv_heads.or(known.as_ref().map(|shape| shape.kv_heads)).unwrap_or(heads)
        },
        head_dim,
        vocab: facts.vocab.or(known.as_ref().map(|shape| shape.vocab)).unwrap_or(traits.vocab),
        positions: match &known {
            Some(shape) => shape.positions,
            None if traits.learned_positions => facts.sequence.unwrap_or(2048.0),
            None => 0.0,
        },
        ffn_matrices: known.as_ref().map_or(traits.ffn_matrices, |shape| shape.ffn_matrices),
        norm_vectors: known.as_ref().map_or(traits.norm_vectors, |shape| shape.norm_vectors),
        biases: known.as_ref().map_or(traits.biases, |shape| shape.biases),
        tied_embeddings: known.as_ref().map_or(traits.tied, |shape| shape.tied_embeddings),
        mla,
        moe,
    };
    let layers = match facts.layers.or(known.as_ref().map(|shape| shape.layers)) {
        Some(layers) => layers,
        None => {
            let stages = facts.pipeline.unwrap_or(1) * facts.interleave.unwrap_or(1);
            let billions = facts.billions.ok_or("`layers` and `params_b` are empty")?;
            layers_from_parameters(&shape, billions, f64::from(stages))?
        }
    };
    shape.layers = layers;
    shape.dense_layers = match moe {
        Some(moe) => f64::from(moe.first_dense_layers).min(layers),
        None => layers,
    };
    Ok(shape)
}

/// Layers that fill every stage alike and whose parameters come nearest to the stated number, embeddings counted or
/// not: sources do either.
fn layers_from_parameters(one: &Shape, billions: f64, stages: f64) -> Result<f64, String> {
    let of = |layers: f64| Shape { layers, dense_layers: layers, ..one.clone() }.parameters();
    let (first, second) = (of(1.0), of(2.0));
    let each = second.total() - first.total();
    let with = 1.0 + (billions * 1e9 - first.total()) / each;
    let without = with + (first.embedding + first.head) / each;
    let filled = |layers: f64| (layers / stages).round().max(1.0) * stages;
    let off = |layers: f64| (filled(layers) - layers).abs();
    let layers = if off(with) <= off(without) { filled(with) } else { filled(without) };
    if layers.is_finite() && (1.0..10_000.0).contains(&layers) && with > 0.5 {
        Ok(layers)
    } else {
        Err(format!("`layers` is empty, and no number of layers has {billions} billion parameters"))
    }
}

/// Feed-forward widths of a cell such as `28672` or `18432(dense x3)/2048(expert)`.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
struct FfnWidths {
    dense: Option<f64>,
    expert: Option<f64>,
    first_dense: Option<u32>,
}

impl FfnWidths {
    fn read(text: &str) -> Result<FfnWidths, String> {
        if text.is_empty() {
            return Ok(FfnWidths::default());
        }
        let wrong = || format!("`ffn_hidden` is `{}`, which is no width", crate::table::shortened(text));
        let mut widths = FfnWidths::default();
        for part in text.split('/') {
            let (number, remark) = part.split_once('(').unwrap_or((part, ""));
            let value: f64 = number.trim().parse().map_err(|_| wrong())?;
            if !(1.0..=1e7).contains(&value) {
                return Err(wrong());
            }
            if remark.contains("expert") {
                widths.expert = Some(value);
            } else {
                widths.dense = Some(value);
                let count = remark.split_once('x').map(|(_, count)| count.trim_end_matches([')', ' ']));
                widths.first_dense = count.and_then(|count| count.trim().parse().ok());
            }
        }
        Ok(widths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs whose log names the size of the model and the stages, and layers by the name of their neighbours.
    #[test]
    fn layers_follow_from_parameters_and_stages() {
        let one = Shape {
            layers: 1.0,
            dense_layers: 1.0,
            hidden: 14_400.0,
            ffn_hidden: 57_600.0,
            heads: 96.0,
            kv_heads: 96.0,
            head_dim: 150.0,
            vocab: 250_000.0,
            positions: 2048.0,
            ffn_matrices: 2.0,
            norm_vectors: 2.0,
            biases: true,
            tied_embeddings: true,
            mla: None,
            moe: None,
        };
        for (billions, stages, layers) in [
            (200.0, 4.0, 80.0),
            (194.0, 6.0, 78.0),
            (191.0, 7.0, 77.0),
            (205.0, 9.0, 81.0),
            (183.0, 12.0, 72.0),
        ] {
            assert_eq!(layers_from_parameters(&one, billions, stages), Ok(layers), "{billions}");
        }
        assert!(layers_from_parameters(&one, 0.001, 1.0).is_err());
        assert!(layers_from_parameters(&one, 1e9, 1.0).is_err());
    }

    #[test]
    fn widths_of_experts_and_dense_layers_are_read() {
        let both = FfnWidths::read("18432(dense x3)/2048(expert)").unwrap();
        assert_eq!(both, FfnWidths { dense: Some(18432.0), expert: Some(2048.0), first_dense: Some(3) });
        assert_eq!(FfnWidths::read("28672").unwrap().dense, Some(28672.0));
        assert_eq!(FfnWidths::read("").unwrap(), FfnWidths::default());
        assert!(FfnWidths::read("wide").is_err());
        assert!(FfnWidths::read("-4").is_err());
    }
}
