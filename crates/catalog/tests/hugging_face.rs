//! Configurations as published: what is read, what is said of faulty ones, and that nothing panics.

use proptest::prelude::*;
use quarterdeck_catalog::hugging_face::{self, Config};
use quarterdeck_catalog::{
    Activation, Architecture, Attention, AttentionBiases, GroupLimit, Norm, Position, QkNorm, Residual,
    WindowForm,
};
use serde_json::{Value, json};

fn read(config: &Value) -> Config {
    hugging_face::read(&config.to_string(), "test").unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn shape(config: &Value) -> Architecture {
    read(config).model.architecture
}

fn faults(config: &Value) -> Vec<String> {
    hugging_face::read(&config.to_string(), "test").unwrap_err().iter().map(ToString::to_string).collect()
}

fn llama() -> Value {
    json!({
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
        "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
        "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256,
        "max_position_embeddings": 131072, "tie_word_embeddings": false, "attention_bias": false,
    })
}

fn deepseek() -> Value {
    json!({
        "model_type": "deepseek_v3", "hidden_act": "silu", "hidden_size": 7168, "intermediate_size": 18432,
        "num_hidden_layers": 61, "num_attention_heads": 128, "num_key_value_heads": 128, "vocab_size": 129280,
        "max_position_embeddings": 163840, "tie_word_embeddings": false, "q_lora_rank": 1536,
        "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
        "n_routed_experts": 256, "num_experts_per_tok": 8, "n_shared_experts": 1,
        "moe_intermediate_size": 2048, "first_k_dense_replace": 3, "moe_layer_freq": 1, "n_group": 8,
        "topk_group": 4, "topk_method": "noaux_tc", "num_nextn_predict_layers": 1,
    })
}

fn hybrid() -> Value {
    json!({
        "model_type": "nemotron_h", "hidden_size": 4096, "intermediate_size": 21504, "num_hidden_layers": 52,
        "num_attention_heads": 32, "num_key_value_heads": 8, "attention_head_dim": 128, "vocab_size": 131072,
        "max_position_embeddings": 8192, "mlp_hidden_act": "relu2", "mamba_num_heads": 128,
        "mamba_head_dim": 64, "ssm_state_size": 128, "n_groups": 8, "conv_kernel": 4, "chunk_size": 128,
        "use_conv_bias": true, "use_bias": false, "attention_bias": false,
        "hybrid_override_pattern": "M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M*-M-M-M-M-M-",
    })
}

#[test]
fn llama_is_read_as_written() {
    let shape = shape(&llama());
    assert_eq!((shape.layers, shape.hidden, shape.head_dim), (32, 4096, 128));
    assert_eq!((shape.attention, shape.activation), (Attention::Gqa, Activation::Swiglu));
    assert!(shape.pattern.is_none() && shape.moe.is_none() && !shape.biases && !shape.tied_embeddings);
}

#[test]
fn deepseek_has_latent_attention_and_limited_routing() {
    let shape = shape(&deepseek());
    let moe = shape.moe.unwrap();
    assert_eq!((moe.experts, moe.top_k, moe.shared_experts, moe.first_dense_layers), (256, 8, 1, 3));
    assert_eq!(moe.limit, Some(GroupLimit { groups: 8, groups_per_token: 4 }));
    assert!(moe.router_bias && shape.pattern.is_none());
    assert_eq!((shape.mla.unwrap().q_rank, shape.head_dim, shape.mtp_modules), (1536, 128, 1));
    let mut lite = deepseek();
    lite["q_lora_rank"] = Value::Null;
    assert_eq!(self::shape(&lite).mla.unwrap().q_rank, 0);
}

#[test]
fn hybrids_keep_the_order_of_their_blocks() {
    let shape = shape(&hybrid());
    let text = shape.pattern.unwrap().to_string();
    assert_eq!(text.chars().filter(|letter| *letter == 'M').count(), 24);
    assert_eq!(text.chars().filter(|letter| *letter == '*').count(), 4);
    let mamba = shape.mamba.unwrap();
    assert_eq!((mamba.heads, mamba.state, mamba.chunk), (128, 128, 128));
    assert_eq!((shape.activation, shape.position), (Activation::Relu2, Position::None));
}

#[test]
fn windows_follow_types_or_the_rule_of_the_family() {
    let oss = json!({
        "model_type": "gpt_oss", "hidden_size": 2880, "intermediate_size": 2880, "num_hidden_layers": 4,
        "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 64, "vocab_size": 201088,
        "max_position_embeddings": 131072, "sliding_window": 128, "num_local_experts": 32,
        "num_experts_per_tok": 4, "attention_bias": true,
        "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
    });
    let by_types = shape(&oss);
    assert_eq!(by_types.pattern.as_ref().unwrap().to_string(), "xXxX");
    assert!(by_types.biases && by_types.attention_sinks);
    let mut without = oss;
    without.as_object_mut().unwrap().remove("layer_types");
    assert_eq!(shape(&without).pattern, by_types.pattern);

    let mut mistral = llama();
    mistral["model_type"] = json!("mistral");
    mistral["sliding_window"] = json!(4096);
    assert!(shape(&mistral).pattern.unwrap().to_string().chars().all(|letter| letter == 'd'));
    mistral["sliding_window"] = Value::Null;
    assert!(shape(&mistral).pattern.is_none());

    let mut qwen = llama();
    qwen["model_type"] = json!("qwen2");
    qwen["sliding_window"] = json!(4096);
    qwen["max_window_layers"] = json!(30);
    assert_eq!(shape(&qwen).attention_biases, AttentionBiases::Qkv);
    assert!(shape(&qwen).pattern.is_none());
    qwen["use_sliding_window"] = json!(true);
    assert!(shape(&qwen).pattern.unwrap().to_string().ends_with("DDdd"));
}

#[test]
fn text_parts_are_found_and_gemma_fills_its_defaults() {
    let gemma = json!({
        "model_type": "gemma3", "vision_config": {"hidden_size": 1152},
        "text_config": {
            "model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10240,
            "num_hidden_layers": 34, "sliding_window": 1024, "max_position_embeddings": 131072
        }
    });
    let read = read(&gemma);
    let shape = &read.model.architecture;
    assert_eq!((shape.heads, shape.kv_heads, shape.head_dim, shape.vocab), (8, 4, 256, 262_208));
    assert_eq!((shape.norms_per_layer, shape.qk_norm), (4, QkNorm::Head));
    assert!(shape.tied_embeddings && shape.activation == Activation::Geglu);
    assert!(shape.pattern.as_ref().unwrap().to_string().starts_with("dddddDddddd"));
    assert_eq!(read.notes.len(), 4, "{:?}", read.notes);
}

#[test]
fn chunks_and_experts_of_llama_4_alternate() {
    let maverick = json!({
        "model_type": "llama4", "text_config": {
            "model_type": "llama4_text", "hidden_size": 5120, "intermediate_size": 8192,
            "intermediate_size_mlp": 16384, "num_hidden_layers": 8, "num_attention_heads": 40,
            "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 202048,
            "max_position_embeddings": 1048576, "num_local_experts": 128, "num_experts_per_tok": 1,
            "interleave_moe_layer_step": 2, "attention_chunk_size": 8192, "use_qk_norm": false,
        }
    });
    let shape = shape(&maverick);
    assert_eq!(shape.pattern.unwrap().to_string(), "dxdXdxdX");
    assert_eq!(shape.window.unwrap().form, WindowForm::Chunked);
    let moe = shape.moe.unwrap();
    assert_eq!((moe.shared_experts, moe.expert_ffn, shape.ffn_hidden), (1, 8192, 16384));
}

#[test]
fn older_models_are_read_by_their_own_names() {
    let gpt2 = json!({"model_type": "gpt2", "n_embd": 768, "n_head": 12, "n_layer": 12, "n_positions": 1024,
        "vocab_size": 50257, "n_inner": null, "activation_function": "gelu_new"});
    let shape = shape(&gpt2);
    assert_eq!((shape.ffn_hidden, shape.position, shape.norm), (3072, Position::Learned, Norm::Layer));
    let falcon = json!({"model_type": "RefinedWebModel", "hidden_size": 4544, "n_head": 71, "n_layer": 32,
        "vocab_size": 65024, "multi_query": true, "parallel_attn": true, "bias": false, "alibi": false});
    let shape = self::shape(&falcon);
    assert_eq!((shape.kv_heads, shape.norms_per_layer, shape.residual), (1, 1, Residual::Parallel));
    let mpt = json!({"model_type": "mpt", "d_model": 4096, "n_heads": 32, "n_layers": 32, "vocab_size": 50432,
        "max_seq_len": 2048, "no_bias": true, "attn_config": {"alibi": true, "qk_ln": false}});
    let shape = self::shape(&mpt);
    assert_eq!((shape.position, shape.norm, shape.biases), (Position::Alibi, Norm::LayerScale, false));
    let bloom = json!({"model_type": "bloom", "n_embed": 14336, "num_attention_heads": 112, "n_layer": 70,
        "vocab_size": 250880, "seq_length": 2048});
    let shape = self::shape(&bloom);
    assert!(shape.embedding_norm && shape.biases && shape.tied_embeddings);
    let opt = json!({"model_type": "opt", "hidden_size": 768, "num_attention_heads": 12, "ffn_dim": 3072,
        "num_hidden_layers": 12, "vocab_size": 50272, "max_position_embeddings": 2048,
        "activation_function": "relu"});
    assert_eq!(self::shape(&opt).position_rows, Some(2050));
}

#[test]
fn an_unknown_type_is_read_like_llama_with_a_note() {
    let mut config = llama();
    config["model_type"] = json!("lllama");
    let read = read(&config);
    assert_eq!(read.model.architecture.layers, 32);
    let note = &read.notes[0];
    assert!(note.contains("`lllama` is not known (nearest known: `llama`)"), "{note}");
}

#[test]
fn all_faults_are_named_at_once_with_key_value_and_choice() {
    let mut config = llama();
    config["num_key_value_heads"] = json!(7);
    config["hidden_act"] = json!("tanh");
    config["vocab_size"] = json!("many");
    config.as_object_mut().unwrap().remove("intermediate_size");
    config["num_hidden_layer"] = config["num_hidden_layers"].take();
    let found = faults(&config);
    assert_eq!(found.len(), 5, "{found:#?}");
    let has = |text: &str| assert!(found.iter().any(|fault| fault.contains(text)), "{text} in {found:#?}");
    has("`num_hidden_layers` is missing");
    has("nearest: the file has `num_hidden_layer`");
    has("`num_key_value_heads` = 7 does not divide the 32 query heads; nearest: 8");
    has("`hidden_act` = \"tanh\" is not an activation");
    has("`vocab_size` = \"many\" is not a whole number");
    has("`intermediate_size` is missing");
}

#[test]
fn contradictions_of_experts_and_hybrids_are_named() {
    let mut config = deepseek();
    config["num_experts_per_tok"] = json!(512);
    config["topk_group"] = json!(9);
    config.as_object_mut().unwrap().remove("v_head_dim");
    let found = faults(&config).join("\n");
    assert!(
        found.contains("`num_experts_per_tok` = 512 is more than the 256 experts; nearest: 256"),
        "{found}"
    );
    assert!(found.contains("`topk_group` = 9 is more than the 8 groups"), "{found}");
    assert!(found.contains("`v_head_dim` is missing"), "{found}");

    let mut config = hybrid();
    config["num_hidden_layers"] = json!(50);
    assert!(faults(&config)[0].contains("names 52 blocks, but there are 50"));
    config["hybrid_override_pattern"] = json!("M?");
    assert!(faults(&config)[0].contains("`?`"));

    let found = faults(&json!({"model_type": "t5", "is_encoder_decoder": true}));
    assert!(found.iter().any(|fault| fault.contains("is_encoder_decoder")), "{found:?}");
}

#[test]
fn files_that_are_no_table_are_refused() {
    for text in ["", "[]", "3", "{", "\u{0}", "{\"a\": 1e999}", &"[".repeat(10_000)] {
        assert!(!hugging_face::read(text, "test").unwrap_err().is_empty(), "{text:.20}");
    }
}

/// Values that a key could wrongly have.
fn strange() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(0)),
        Just(json!(-1)),
        Just(json!(1.5)),
        Just(json!(1e300)),
        Just(json!(u64::MAX)),
        Just(json!(true)),
        Just(json!("")),
        Just(json!("M*-E")),
        Just(json!([])),
        Just(json!(["full_attention", 3, null])),
        Just(json!({"text_config": {}})),
        (0_u32..1 << 28).prop_map(|number| json!(number)),
        (0_u32..200).prop_map(|number| json!(number)),
        ".{0,8}".prop_map(Value::String),
    ]
}

fn base() -> impl Strategy<Value = Value> {
    let types = prop_oneof![
        Just("llama"),
        Just("mistral"),
        Just("mixtral"),
        Just("qwen2"),
        Just("qwen2_moe"),
        Just("qwen3_moe"),
        Just("gemma2"),
        Just("gemma3"),
        Just("phi"),
        Just("gpt2"),
        Just("gpt_neox"),
        Just("opt"),
        Just("bloom"),
        Just("falcon"),
        Just("mpt"),
        Just("deepseek_v3"),
        Just("gpt_oss"),
        Just("nemotron"),
        Just("nemotron_h"),
        Just("llama4"),
        Just("grok-1"),
        Just("glm4_moe"),
        Just("none such"),
    ];
    (prop_oneof![Just(llama()), Just(deepseek()), Just(hybrid())], types).prop_map(|(mut config, name)| {
        config["model_type"] = json!(name);
        config
    })
}

/// Keys of the reader that the three bases may lack.
const MORE_KEYS: &[&str] = &[
    "sliding_window",
    "layer_types",
    "use_sliding_window",
    "max_window_layers",
    "head_dim",
    "n_embd",
    "expand",
    "expansion_ratio",
    "attn_config",
    "text_config",
    "num_local_experts",
    "moe_layers",
    "mlp_only_layers",
    "decoder_sparse_step",
    "interleave_moe_layer_step",
    "no_rope_layers",
    "layers_block_type",
    "architectures",
    "shared_expert_intermediate_size",
    "moe_latent_size",
    "num_ln_in_parallel_attn",
    "attention_chunk_size",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever is wrong, there is a sound shape or a named fault.
    #[test]
    fn mutations_give_a_sound_shape_or_faults(
        mut config in base(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), strange(), any::<bool>()), 1..5),
    ) {
        for (index, value, remove) in changes {
            let map = config.as_object_mut().unwrap();
            let keys: Vec<String> =
                map.keys().cloned().chain(MORE_KEYS.iter().map(|key| (*key).to_owned())).collect();
            let key = index.get(&keys);
            if remove { map.remove(key); } else { map.insert(key.clone(), value); }
        }
        match hugging_face::read(&config.to_string(), "test") {
            Ok(read) => prop_assert!(read.model.architecture.faults().is_empty()),
            Err(faults) => prop_assert!(!faults.is_empty()),
        }
    }

    /// Text that is cut or garbled gives faults, not a panic.
    #[test]
    fn garbled_text_is_refused(cut in 0_usize..600, junk in ".{0,12}") {
        let text = deepseek().to_string();
        let cut = cut.min(text.len());
        let _ = hugging_face::read(&format!("{}{junk}", &text[..cut]), "test");
    }
}
