//! Parameters of published weights, to the last one, from the configurations they came with.
//!
//! The configurations hold the keys that decide the shape, as published with the weights. Each count is the sum
//! over the published tensors, buffers that are not trained left out where the note says so.

use quarterdeck_catalog::hugging_face;
use quarterdeck_workload::{Parameters, Shape};
use serde_json::{Value, json};

fn parameters(config: &Value) -> Parameters {
    let read =
        hugging_face::read(&config.to_string(), "golden").unwrap_or_else(|faults| panic!("{faults:?}"));
    Shape::from(&read.model.architecture).parameters()
}

/// A decoder with `[layers, hidden, inner, heads, key-value heads, vocabulary, context]` and further keys.
fn config(model_type: &str, sizes: [u32; 7], more: Value) -> Value {
    let [layers, hidden, inner, heads, kv, vocab, context] = sizes;
    let mut config = json!({
        "model_type": model_type, "num_hidden_layers": layers, "hidden_size": hidden,
        "intermediate_size": inner, "num_attention_heads": heads, "num_key_value_heads": kv,
        "vocab_size": vocab, "max_position_embeddings": context,
    });
    let (Value::Object(into), Value::Object(more)) = (&mut config, more) else { return config };
    into.extend(more);
    config
}

fn none() -> Value {
    json!({})
}

/// Name, configuration, count.
fn golden() -> Vec<(&'static str, Value, f64)> {
    let mixtral = json!({"num_local_experts": 8, "num_experts_per_tok": 2});
    let qwen3_moe = json!({"num_experts": 128, "num_experts_per_tok": 8, "head_dim": 128});
    let with = |base: &Value, more: Value| {
        let mut base = base.clone();
        if let (Value::Object(into), Value::Object(more)) = (&mut base, more) {
            into.extend(more);
        }
        base
    };
    let gemma2 = |head_dim: u32| json!({"head_dim": head_dim, "sliding_window": 4096});
    let oss = |experts: u32| json!({"head_dim": 64, "sliding_window": 128, "num_local_experts": experts, "num_experts_per_tok": 4});
    let latent =
        json!({"kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128});
    let v2 =
        with(&latent, json!({"n_shared_experts": 2, "num_experts_per_tok": 6, "first_k_dense_replace": 1}));
    let nemotron_3 = json!({
        "hybrid_override_pattern": "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME", "head_dim": 128,
        "mamba_num_heads": 64, "mamba_head_dim": 64, "n_groups": 8, "ssm_state_size": 128, "conv_kernel": 4,
        "chunk_size": 128, "n_routed_experts": 128, "n_shared_experts": 1, "num_experts_per_tok": 6,
        "moe_intermediate_size": 1856, "moe_shared_expert_intermediate_size": 3712, "mlp_hidden_act": "relu2",
    });
    let nemotron_3_super = json!({
        "hybrid_override_pattern": "MEMEMEM*EMEMEMEM*EMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEMEM*EMEMEMEM*EMEMEMEME",
        "mamba_num_heads": 128, "mamba_head_dim": 64, "n_groups": 8, "ssm_state_size": 128, "conv_kernel": 4,
        "chunk_size": 128, "head_dim": 128, "n_routed_experts": 512, "n_shared_experts": 1,
        "num_experts_per_tok": 22, "moe_latent_size": 1024, "moe_intermediate_size": 2688,
        "moe_shared_expert_intermediate_size": 5376, "mlp_hidden_act": "relu2", "num_nextn_predict_layers": 1,
    });
    vec![
        ("Llama 2 7B", config("llama", [32, 4096, 11008, 32, 32, 32000, 4096], none()), 6_738_415_616.0),
        (
            "Llama 3.1 8B",
            config("llama", [32, 4096, 14336, 32, 8, 128_256, 131_072], none()),
            8_030_261_248.0,
        ),
        (
            "Llama 3.1 405B",
            config("llama", [126, 16384, 53248, 128, 8, 128_256, 131_072], none()),
            405_853_388_800.0,
        ),
        (
            "Mistral 7B",
            config("mistral", [32, 4096, 14336, 32, 8, 32000, 32768], json!({"sliding_window": 4096})),
            7_241_732_096.0,
        ),
        (
            "Mixtral 8x7B",
            config("mixtral", [32, 4096, 14336, 32, 8, 32000, 32768], mixtral.clone()),
            46_702_792_704.0,
        ),
        (
            "Mixtral 8x22B",
            config("mixtral", [56, 6144, 16384, 48, 8, 32000, 65536], mixtral),
            140_620_634_112.0,
        ),
        ("Qwen2 7B", config("qwen2", [28, 3584, 18944, 28, 4, 152_064, 131_072], none()), 7_615_616_512.0),
        (
            "Qwen2.5 72B",
            config("qwen2", [80, 8192, 29568, 64, 8, 152_064, 131_072], none()),
            72_706_203_648.0,
        ),
        (
            "Qwen1.5-MoE A2.7B",
            config(
                "qwen2_moe",
                [24, 2048, 5632, 16, 16, 151_936, 8192],
                json!({
                    "num_experts": 60, "num_experts_per_tok": 4, "moe_intermediate_size": 1408,
                    "shared_expert_intermediate_size": 5632,
                }),
            ),
            14_315_784_192.0,
        ),
        ("Qwen3 8B", config("qwen3", [36, 4096, 12288, 32, 8, 151_936, 40960], none()), 8_190_735_360.0),
        (
            "Qwen3 30B-A3B",
            config(
                "qwen3_moe",
                [48, 2048, 6144, 32, 4, 151_936, 40960],
                with(&qwen3_moe, json!({"moe_intermediate_size": 768})),
            ),
            30_532_122_624.0,
        ),
        (
            "Qwen3 235B-A22B",
            config(
                "qwen3_moe",
                [94, 4096, 12288, 64, 4, 151_936, 40960],
                with(&qwen3_moe, json!({"moe_intermediate_size": 1536})),
            ),
            235_093_634_560.0,
        ),
        (
            "Gemma 7B",
            config("gemma", [28, 3072, 24576, 16, 16, 256_000, 8192], json!({"head_dim": 256})),
            8_537_680_896.0,
        ),
        (
            "Gemma 2 9B",
            config("gemma2", [42, 3584, 14336, 16, 8, 256_000, 8192], gemma2(256)),
            9_241_705_984.0,
        ),
        (
            "Gemma 2 27B",
            config("gemma2", [46, 4608, 36864, 32, 16, 256_000, 8192], gemma2(128)),
            27_227_128_320.0,
        ),
        (
            "Gemma 3 1B",
            config(
                "gemma3_text",
                [26, 1152, 6912, 4, 1, 262_144, 32768],
                json!({"head_dim": 256, "sliding_window": 512}),
            ),
            999_885_952.0,
        ),
        ("Phi-2", config("phi", [32, 2560, 10240, 32, 32, 51200, 2048], none()), 2_779_683_840.0),
        (
            "GPT-2",
            json!({"model_type": "gpt2", "n_layer": 12, "n_embd": 768, "n_head": 12, "n_positions": 1024, "vocab_size": 50257}),
            124_439_808.0,
        ),
        (
            "GPT-2 XL",
            json!({"model_type": "gpt2", "n_layer": 48, "n_embd": 1600, "n_head": 25, "n_positions": 1024, "vocab_size": 50257}),
            1_557_611_200.0,
        ),
        (
            "GPT-NeoX 20B",
            config("gpt_neox", [44, 6144, 24576, 64, 64, 50432, 2048], none()),
            20_554_567_680.0,
        ),
        (
            "OPT 125M",
            json!({"model_type": "opt", "num_hidden_layers": 12, "hidden_size": 768, "ffn_dim": 3072, "num_attention_heads": 12, "vocab_size": 50272, "max_position_embeddings": 2048}),
            125_239_296.0,
        ),
        (
            "BLOOM 560M",
            json!({"model_type": "bloom", "n_layer": 24, "n_embed": 1024, "n_head": 16, "vocab_size": 250_880, "seq_length": 2048}),
            559_214_592.0,
        ),
        (
            "BLOOM 176B",
            json!({"model_type": "bloom", "n_layer": 70, "n_embed": 14336, "n_head": 112, "vocab_size": 250_880, "seq_length": 2048}),
            176_247_271_424.0,
        ),
        (
            "Falcon 7B",
            json!({"model_type": "falcon", "num_hidden_layers": 32, "hidden_size": 4544, "num_attention_heads": 71, "vocab_size": 65024, "multi_query": true, "parallel_attn": true, "bias": false}),
            6_921_720_704.0,
        ),
        (
            "Falcon 40B",
            json!({"model_type": "falcon", "num_hidden_layers": 60, "hidden_size": 8192, "num_attention_heads": 128, "num_kv_heads": 8, "vocab_size": 65024, "new_decoder_architecture": true, "bias": false}),
            41_303_293_952.0,
        ),
        (
            "MPT 7B",
            json!({"model_type": "mpt", "n_layers": 32, "d_model": 4096, "n_heads": 32, "expansion_ratio": 4, "vocab_size": 50432, "max_seq_len": 2048, "no_bias": true}),
            6_649_286_656.0,
        ),
        (
            "DeepSeek-V2-Lite",
            config(
                "deepseek_v2",
                [27, 2048, 10944, 16, 16, 102_400, 163_840],
                with(&v2, json!({"n_routed_experts": 64, "moe_intermediate_size": 1408})),
            ),
            15_706_484_224.0,
        ),
        (
            "DeepSeek-V2",
            config(
                "deepseek_v2",
                [60, 5120, 12288, 128, 128, 102_400, 163_840],
                with(
                    &v2,
                    json!({"n_routed_experts": 160, "moe_intermediate_size": 1536, "q_lora_rank": 1536, "n_group": 8, "topk_group": 3}),
                ),
            ),
            235_741_434_880.0,
        ),
        (
            // Without the module that predicts a further token.
            "DeepSeek-V3",
            config(
                "deepseek_v3",
                [61, 7168, 18432, 128, 128, 129_280, 163_840],
                with(
                    &latent,
                    json!({"q_lora_rank": 1536, "n_routed_experts": 256, "n_shared_experts": 1, "num_experts_per_tok": 8, "moe_intermediate_size": 2048, "first_k_dense_replace": 3, "n_group": 8, "topk_group": 4}),
                ),
            ),
            671_026_419_200.0,
        ),
        (
            "GPT-OSS 20B",
            config("gpt_oss", [24, 2880, 2880, 64, 8, 201_088, 131_072], oss(32)),
            20_914_757_184.0,
        ),
        (
            "GPT-OSS 120B",
            config("gpt_oss", [36, 2880, 2880, 64, 8, 201_088, 131_072], oss(128)),
            116_829_156_672.0,
        ),
        (
            "Nemotron 3 Nano",
            config("nemotron_h", [52, 2688, 1856, 32, 2, 131_072, 262_144], nemotron_3),
            31_577_937_344.0 + 23.0 * 128.0,
        ),
        (
            // Trained weights of the backbone, 120,668,687,360, and 40 balancing biases of 512 numbers.
            "Nemotron 3 Super",
            config("nemotron_h", [88, 4096, 2688, 32, 2, 131_072, 262_144], nemotron_3_super),
            120_668_687_360.0 + 40.0 * 512.0,
        ),
    ]
}

#[test]
fn counts_are_those_of_the_published_weights() {
    let wrong: Vec<String> = golden()
        .iter()
        .map(|(name, config, due)| (name, parameters(config).total(), *due))
        .filter(|(_, found, due)| found != due)
        .map(|(name, found, due)| format!("{name}: {found} instead of {due}, {:+}", found - due))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
