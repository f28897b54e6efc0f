//! Models from the `config.json` that comes with published weights, read as they are.
//!
//! ```text
//!  text ──JSON──► keys (nested text part on top) ──family of model_type──► common keys ──► attention, experts,
//!                                                                            hybrid, windows ──► Architecture
//!          all faults at once, each with its key, what was given and the nearest valid choice
//! ```
//!
//! A `model_type` that is not known is read in the form of Llama, and a note says so.

mod family;
mod keys;
mod layers;
mod shape;

use std::fmt;

use serde_json::{Map, Value};

use self::family::Family;
use self::keys::Keys;
use super::{ModelKind, Transformer};
use crate::origin::{Citation, Origin};

/// Keys under which models that also see or hear keep the configuration of their text part, and MPT its
/// attention.
const INNER_PARTS: [&str; 5] =
    ["text_config", "language_config", "llm_config", "language_model_config", "attn_config"];

/// One fault of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigFault {
    /// The key that is missing or wrong; empty where the file as a whole is.
    pub key: String,
    /// What was given, as text; none where the key is missing.
    pub given: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The nearest valid choice, where there is one.
    pub nearest: Option<String>,
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            write!(f, "`{}`", self.key)?;
            if let Some(given) = &self.given {
                write!(f, " = {given}")?;
            }
            f.write_str(" ")?;
        }
        f.write_str(&self.message)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; nearest: {nearest}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ConfigFault {}

/// A model read from its configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The model. It has no published counts, as the file has none.
    pub model: Transformer,
    /// `model_type` as given, or empty.
    pub model_type: String,
    /// What was read in another form than written, or left out.
    pub notes: Vec<String>,
}

/// Reads the text of a `config.json`. `id` names the model in results.
///
/// # Errors
/// Every missing, wrong or contradictory key at once.
///
/// ```
/// use quarterdeck_catalog::hugging_face;
/// let config = r#"{"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32,
///     "intermediate_size": 14336, "num_attention_heads": 32, "num_key_value_heads": 8,
///     "vocab_size": 128256, "max_position_embeddings": 131072}"#;
/// let read = hugging_face::read(config, "my-llama").unwrap();
/// assert_eq!(read.model.architecture.head_dim, 128);
///
/// let faults = hugging_face::read(r#"{"model_type": "lama", "hiden_size": 4096}"#, "x").unwrap_err();
/// assert!(faults.iter().any(|fault| fault.to_string().contains("the file has `hiden_size`")));
/// assert!(faults.len() >= 4);
/// ```
pub fn read(text: &str, id: &str) -> Result<Config, Vec<ConfigFault>> {
    let whole =
        |message: String| vec![ConfigFault { key: String::new(), given: None, message, nearest: None }];
    let value: Value =
        serde_json::from_str(text).map_err(|error| whole(format!("the file is not JSON: {error}")))?;
    let Value::Object(top) = value else {
        return Err(whole("the file is JSON, but not a table of keys and values".to_owned()));
    };
    let merged = text_part(&top);
    let keys = Keys::new(&merged);
    let model_type = keys.word(&["model_type"]).unwrap_or_default();
    let family = family_of(&keys, model_type);
    for part in ["vision_config", "audio_config"] {
        if top.contains_key(part) {
            keys.note(format!("`{part}` is left out: only the text part is counted"));
        }
    }
    if keys.flag(&["is_encoder_decoder"]) == Some(true) {
        keys.fault(
            "is_encoder_decoder",
            "asks for an encoder and a decoder; decoder-only models are read",
            Some("false".to_owned()),
        );
    }
    let cite = Citation {
        origin: Origin::Published,
        source: None,
        locator: Some(format!("config.json of {id}")),
        reason: None,
    };
    let architecture = shape::architecture(&keys, family, cite);
    let (mut faults, notes) = keys.into_parts();
    match architecture {
        Some(architecture) if faults.is_empty() => {
            // What the reader lets through must also satisfy the catalogue's own rules.
            faults.extend(architecture.faults().into_iter().map(|(key, message)| ConfigFault {
                key: key.to_owned(),
                given: None,
                message,
                nearest: None,
            }));
            if !faults.is_empty() {
                return Err(faults);
            }
            let model = Transformer {
                id: id.to_owned(),
                kind: ModelKind::Transformer,
                aliases: Vec::new(),
                name: id.to_owned(),
                vendor: String::new(),
                published: None,
                architecture,
                published_parameters: None,
                published_active_parameters: None,
                training_tokens: None,
                training: Vec::new(),
                notes: (!notes.is_empty()).then(|| notes.join("; ")),
            };
            Ok(Config { model, model_type: model_type.to_owned(), notes })
        }
        _ => {
            if faults.is_empty() {
                faults = whole("the file does not describe a transformer".to_owned());
            }
            Err(faults)
        }
    }
}

/// The keys of the inner parts over those of the whole.
fn text_part(top: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = top.clone();
    for part in INNER_PARTS {
        if let Some(Value::Object(inner)) = top.get(part) {
            for (key, value) in inner {
                if !value.is_null() || !merged.contains_key(key) {
                    merged.insert(key.clone(), value.clone());
                }
            }
        }
    }
    merged
}

fn family_of(keys: &Keys<'_>, model_type: &str) -> &'static Family {
    let by_class = || {
        let (_, classes) = keys.list(&["architectures"])?;
        classes.iter().filter_map(Value::as_str).find_map(Family::of_class)
    };
    if let Some(family) = by_class().or_else(|| Family::of(model_type)) {
        return family;
    }
    let fallback = Family::fallback();
    let nearest = Family::nearest(model_type)
        .map(|nearest| format!(" (nearest known: `{nearest}`)"))
        .unwrap_or_default();
    keys.note(if model_type.is_empty() {
        format!("`model_type` is missing; read in the form of `{}`", fallback.name)
    } else {
        format!(
            "`model_type` = `{model_type}` is not known{nearest}; read in the form of `{}`",
            fallback.name
        )
    });
    fallback
}
