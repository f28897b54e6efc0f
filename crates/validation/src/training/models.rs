//! Shapes of models by name: what their publications say and tables of runs leave out.

use quarterdeck_catalog::{
    Activation, Architecture, Attention, AttentionBiases, Block, Catalog, Citation, FeedForward, GroupLimit,
    Mixer, Mla, Model, Moe, Norm, Origin, Pattern, Position, QkNorm, Residual, Window, WindowForm,
};
use quarterdeck_workload::Shape;

use super::facts::Facts;
use crate::table::shortened;

/// A decoder as most are built since 2023: gated, rotary, root-mean-square norms, no biases, own output matrix.
fn modern() -> Architecture {
    Architecture {
        cite: Citation {
            origin: Origin::Assumed,
            source: None,
            locator: None,
            reason: Some("the row, and what all models of its family share".to_owned()),
        },
        layers: 1,
        hidden: 0,
        ffn_hidden: 0,
        heads: 0,
        kv_heads: 0,
        head_dim: 0,
        vocab: 32_000,
        attention: Attention::Mha,
        mla: None,
        window: None,
        qk_norm: QkNorm::None,
        attention_sinks: false,
        activation: Activation::Swiglu,
        moe: None,
        mamba: None,
        pattern: None,
        position: Position::Rotary,
        position_rows: None,
        norm: Norm::Rms,
        norms_per_layer: 2,
        embedding_norm: false,
        residual: Residual::Serial,
        biases: false,
        attention_biases: AttentionBiases::None,
        head_bias: false,
        tied_embeddings: false,
        mtp_modules: 0,
        context: 0,
    }
}

/// How the names of a family start, letters and digits only, and what its models share, whatever their size. Zero
/// is what rows have to state.
type Family = (&'static [&'static str], fn(&mut Architecture));

/// Families, more special names first. Where a row states a number, the row wins.
const FAMILIES: &[Family] = &[
    // Llama 3 enlarged the vocabulary (`llama-3-2024`).
    (&["llama3"], |model| model.vocab = 128_256),
    // Heads of 128 with norms on queries and keys; model cards of the Qwen3 series.
    (&["qwen3"], |model| {
        model.head_dim = 128;
        model.qk_norm = QkNorm::Head;
        model.vocab = 151_936;
    }),
    // Heads of 64, biases, every second layer with a window of 128; model card of gpt-oss.
    (&["gptoss"], |model| {
        model.head_dim = 64;
        model.vocab = 201_088;
        model.biases = true;
        model.attention_sinks = true;
        model.window = Some(Window { size: 128, form: WindowForm::Sliding });
    }),
    // One shared expert, three dense layers first, experts of four groups of eight (`deepseek-v3-2024`).
    (&["deepseekv3", "deepseekr1"], |model| {
        latent(model);
        model.vocab = 129_280;
        model.moe = Some(Moe {
            shared_experts: 1,
            router_bias: true,
            limit: Some(GroupLimit { groups: 8, groups_per_token: 4 }),
            first_dense_layers: 3,
            ..Moe::plain(256, 8, 2048)
        });
    }),
    // The design of DeepSeek-V3 with half the heads, one dense layer and one group; its model card.
    (&["kimik2"], |model| {
        latent(model);
        model.vocab = 163_840;
        model.moe = Some(Moe {
            shared_experts: 1,
            router_bias: true,
            first_dense_layers: 1,
            ..Moe::plain(384, 8, 2048)
        });
    }),
    // Experts gated by GELU, norms behind both halves, tied embeddings; the published code of Grok-1.
    (&["grok1"], |model| {
        model.vocab = 131_072;
        model.activation = Activation::Geglu;
        model.norms_per_layer = 4;
        model.tied_embeddings = true;
    }),
    // Squared ReLU without a gate, layer norms; the Nemotron-4 reports.
    (&["nemotron4", "nemotron340b", "nemotron15b"], |model| {
        model.activation = Activation::Relu2;
        model.norm = Norm::Layer;
        model.vocab = 256_000;
    }),
    // Plain blocks and norms without biases, learned positions, tied embeddings; the recipes of llm-foundry.
    (&["mpt"], |model| {
        gpt(model);
        model.biases = false;
        model.norm = Norm::LayerScale;
        model.vocab = 50_368;
    }),
    // Scaled models of the benchmark scripts: heads of 128, gated, the vocabulary of Llama 2.
    (&["maxtext"], |model| model.head_dim = 128),
    (&["gpt", "mtnlg", "turing"], gpt),
];

/// The design of GPT-2 and GPT-3: plain blocks, learned positions, biases, tied embeddings. Megatron pads its
/// 50,257 words to 51,200.
fn gpt(model: &mut Architecture) {
    model.activation = Activation::Gelu;
    model.position = Position::Learned;
    model.norm = Norm::Layer;
    model.biases = true;
    model.tied_embeddings = true;
    model.vocab = 51_200;
}

/// Latent attention as in DeepSeek-V3.
fn latent(model: &mut Architecture) {
    model.attention = Attention::Mla;
    model.head_dim = 128;
    model.mla = Some(Mla { q_rank: 1536, kv_rank: 512, nope_dim: 128, rope_dim: 64, v_dim: 128 });
}

/// Names of models that mix state-space and attention blocks, in an order that no row states.
const HYBRID_NAMES: &[&str] = &["nemotron3nano", "nemotron3super", "nemotronh"];

/// Names that runs share with published models of another design: llm-foundry timed MPT shapes with learned
/// positions, and published them with linear biases instead.
const OWN_RECIPES: &[&str] = &["mpt"];

/// A name without marks, in small letters.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The catalogue's model of a name, marks aside.
fn of_catalog(catalog: &Catalog, name: &str) -> Option<Architecture> {
    // Points count: 18.4 billion parameters are not 184.
    let dotted = |name: &str| -> String {
        let kept = name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '.');
        kept.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let wanted = dotted(name);
    let found = catalog.model(name).ok().cloned().or_else(|| {
        catalog.models.iter().find(|(id, _)| dotted(id) == wanted).map(|(_, model)| model.clone())
    })?;
    match found.as_ref() {
        Model::Transformer(model) => Some(model.architecture.clone()),
        Model::Recommendation(_) => None,
    }
}

/// What all models of a family share, by the start of the name.
fn of_family(name: &str) -> Architecture {
    let mut model = modern();
    let found = FAMILIES.iter().find(|(starts, _)| starts.iter().any(|start| name.starts_with(start)));
    if let Some((_, change)) = found {
        change(&mut model);
    }
    model
}

/// The shape of a row's model: what the row states, then the catalogue's model of that name, then what its family
/// shares. Layers that are not stated are counted from the parameters.
pub fn shape(catalog: &Catalog, facts: &Facts) -> Result<Shape, String> {
    let name = plain(&facts.model);
    // Tables of runs name their own recipes as models that were published with other positions.
    let is_own = OWN_RECIPES.iter().any(|start| name.starts_with(start));
    let known = of_catalog(catalog, &facts.model).filter(|_| !is_own);
    let is_known = known.is_some();
    let mut model = known.unwrap_or_else(|| of_family(&name));
    let hybrid =
        model.pattern.as_ref().is_some_and(|pattern| pattern.any(|block| block.mixer == Mixer::Mamba));
    if hybrid {
        // Its parameters and its memory are counted by the mean block, which holds for a single stage only.
        return match facts.pipeline {
            Some(stages) if stages > 1 => {
                Err("models of mixed blocks are priced on one stage only".to_owned())
            }
            _ => Ok(Shape::from(&model)),
        };
    }
    if HYBRID_NAMES.iter().any(|start| name.starts_with(start)) {
        return Err(format!(
            "the order of its blocks is not known: no `{}` in the catalogue",
            shortened(&facts.model)
        ));
    }
    let whole = |value: f64| value as u32;
    let missing = |column: &str| {
        format!("`{column}` is empty, and the catalogue has no model `{}`", shortened(&facts.model))
    };
    model.hidden = facts.hidden.map_or(model.hidden, whole);
    if model.hidden == 0 {
        return Err(missing("hidden"));
    }
    let widths = FfnWidths::read(&facts.ffn_hidden)?;
    let usual = if model.activation.matrices() > 2 { model.hidden * 8 / 3 } else { model.hidden * 4 };
    let known_width = if model.ffn_hidden > 0 { model.ffn_hidden } else { usual };
    model.ffn_hidden = widths.dense.map_or(known_width, whole);
    if let Some(heads) = facts.heads.map(whole) {
        model.heads = heads;
        if !is_known {
            model.kv_heads = heads;
        }
    }
    if model.heads == 0 {
        return Err(missing("heads"));
    }
    if model.mla.is_none() {
        model.kv_heads = facts.kv_heads.map_or(model.kv_heads, whole).clamp(1, model.heads);
        model.attention = if model.kv_heads < model.heads { Attention::Gqa } else { Attention::Mha };
    } else {
        model.kv_heads = model.heads;
    }
    if model.head_dim == 0 {
        model.head_dim = (model.hidden / model.heads).max(1);
    }
    model.vocab = facts.vocab.map_or(model.vocab, whole);
    if !is_known && model.position == Position::Learned {
        model.position_rows = Some(facts.sequence.map_or(2048, whole));
    }
    // A module that predicts a further token is trained where the row says so.
    model.mtp_modules = u32::from(facts.notes_say("mtp on"));
    if let Some(experts) = facts.experts.filter(|experts| *experts > 1) {
        let base = model.moe.unwrap_or_else(|| Moe::plain(experts, 0, model.ffn_hidden));
        model.moe = Some(Moe {
            experts,
            top_k: facts.top_k.unwrap_or(base.top_k).min(experts),
            expert_ffn: widths.expert.map_or(base.expert_ffn, whole),
            first_dense_layers: widths.first_dense.unwrap_or(base.first_dense_layers),
            ..base
        });
    }
    if model.moe.is_some_and(|moe| moe.top_k == 0) {
        return Err("`experts` is stated without `top_k`".to_owned());
    }
    if let Some(layers) = facts.layers {
        model.layers = whole(layers);
    } else if !is_known {
        let stages = facts.pipeline.unwrap_or(1) * facts.interleave.unwrap_or(1);
        let billions = facts.billions.ok_or("`layers` and `params_b` are empty")?;
        model.layers = layers_from_parameters(&model, billions, f64::from(stages))?;
    }
    if let Some(moe) = &mut model.moe {
        moe.first_dense_layers = moe.first_dense_layers.min(model.layers);
    }
    model.pattern = pattern(&model);
    Ok(Shape::from(&model))
}

/// Order of the blocks of a model with windows: every second one attends to all. A catalogue's order holds while
/// the row has as many layers.
fn pattern(model: &Architecture) -> Option<Pattern> {
    let layers = model.layers as usize;
    if let Some(pattern) = &model.pattern {
        return (pattern.blocks().len() == layers).then(|| pattern.clone());
    }
    model.window?;
    let ffn = if model.moe.is_some() { FeedForward::Experts } else { FeedForward::Dense };
    let mixers = [Mixer::Window, Mixer::Attention];
    Pattern::new((0..layers).map(|idx| Block { mixer: mixers[idx % 2], ffn }).collect())
}

/// Layers that fill every stage alike and whose parameters come nearest to the stated number, embeddings counted or
/// not: sources do either.
fn layers_from_parameters(one: &Architecture, billions: f64, stages: f64) -> Result<u32, String> {
    let of = |layers: u32| Shape::from(&Architecture { layers, moe: None, ..one.clone() }).parameters();
    if one.moe.is_some() {
        return Err("`layers` is empty, and experts hide how many there are".to_owned());
    }
    let (first, second) = (of(1), of(2));
    let each = second.total() - first.total();
    let with = 1.0 + (billions * 1e9 - first.total()) / each;
    let without = with + (first.embedding + first.head) / each;
    let filled = |layers: f64| (layers / stages).round().max(1.0) * stages;
    let off = |layers: f64| (filled(layers) - layers).abs();
    let layers = if off(with) <= off(without) { filled(with) } else { filled(without) };
    if layers.is_finite() && (1.0..10_000.0).contains(&layers) && with > 0.5 {
        Ok(layers as u32)
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
        let wrong = || format!("`ffn_hidden` is `{}`, which is no width", shortened(text));
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
        let mut one = of_family("gpt");
        one.hidden = 14_400;
        one.ffn_hidden = 57_600;
        (one.heads, one.kv_heads, one.head_dim) = (96, 96, 150);
        one.vocab = 250_000;
        one.position_rows = Some(2048);
        for (billions, stages, layers) in
            [(200.0, 4.0, 80), (194.0, 6.0, 78), (191.0, 7.0, 77), (205.0, 9.0, 81), (183.0, 12.0, 72)]
        {
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
