//! Decoder-only models as operators: parameters, forward FLOPs, bytes, what training keeps, and the memory of
//! keys and values.
//!
//! Symbols as in the literature: `T` tokens of a pass, `h` hidden, `a`/`k` query and key-value heads of width
//! `d`, `f` feed-forward width, `L` layers, `V` vocabulary, `E` experts of which `K` are used. Forward FLOPs of
//! a layer: QKV `2Thd(a+2k)`, output `2Tadh`, scores and context `4Tsad`, gated `6Thf` or plain `4Thf`, router
//! `2ThE`, head `2ThV` (`narayanan-2021`, `palm-2022`; latent attention from `deepseek-v3-2024`; Mamba-2 from
//! `mamba2-2024`).
//!
//! ```text
//!  Shape ──blocks()──► (Block, count) ──layer_operators(block, pass, split, widths)──► Operators
//!    │                                                     each: FLOPs, bytes, parameters, bytes kept
//!    └──parameters()──► exact counts         ──count.rs──► FLOPs of training by the conventions of the field
//! ```

mod attention;
mod count;
mod ends;
mod feed_forward;
mod mamba;
mod parameters;
mod pass;

use std::sync::Arc;

use quarterdeck_catalog::{
    Activation, Architecture, Attention, AttentionBiases, Block, FeedForward, Mamba, Mixer, Mla, Moe,
    Pattern, Position, QkNorm, Residual, Window,
};
use quarterdeck_units::Bytes;

use crate::operator::{Operator, Operators};
use crate::role::Role;

pub use count::{FlopConvention, LoraTargets};
pub use feed_forward::experts_touched;
pub use parameters::Parameters;
pub use pass::{Latent, Partition, Pass, Widths, Work};

/// Shape of a transformer, in numbers ready for arithmetic.
#[derive(Clone, PartialEq, Debug)]
pub struct Shape {
    /// Blocks.
    pub layers: f64,
    /// Blocks without experts: the leading ones unless `order` says otherwise.
    pub dense_layers: f64,
    /// Width of the residual stream.
    pub hidden: f64,
    /// Inner width of the dense feed-forward block.
    pub ffn_hidden: f64,
    /// Query heads.
    pub heads: f64,
    /// Key-value heads.
    pub kv_heads: f64,
    /// Width of one head.
    pub head_dim: f64,
    /// Vocabulary.
    pub vocab: f64,
    /// Learned positions; none with rotary embeddings.
    pub positions: f64,
    /// Whether queries and keys are rotated.
    pub rotary: bool,
    /// Matrices of the feed-forward block: 3 gated, 2 plain.
    pub ffn_matrices: f64,
    /// Form of the feed-forward block.
    pub activation: Activation,
    /// Vectors of one norm: 1 scale, 2 scale and shift.
    pub norm_vectors: f64,
    /// Norms of a block with attention and a feed-forward part.
    pub norms_per_layer: f64,
    /// Whether the embedding is normed.
    pub embedding_norm: bool,
    /// How the halves of a block follow each other.
    pub residual: Residual,
    /// Norms of queries and keys.
    pub qk_norm: QkNorm,
    /// Whether query heads have learned sinks.
    pub sinks: bool,
    /// Whether linear layers carry a bias vector.
    pub biases: bool,
    /// Biases of attention in a model whose other layers have none.
    pub attention_biases: AttentionBiases,
    /// Whether the output matrix carries a bias.
    pub head_bias: bool,
    /// Whether input and output embeddings are one matrix.
    pub tied_embeddings: bool,
    /// Ranks of latent attention.
    pub mla: Option<Mla>,
    /// Window of windowed blocks.
    pub window: Option<Window>,
    /// Mixture of experts.
    pub moe: Option<Moe>,
    /// Mamba-2 parts.
    pub mamba: Option<Mamba>,
    /// Modules that predict further tokens in training.
    pub mtp_modules: f64,
    /// Order of the blocks, where they are not dense ones followed by ones with experts.
    pub order: Option<Order>,
}

/// Order of a model's blocks.
#[derive(Clone, PartialEq, Debug)]
pub struct Order {
    blocks: Arc<[Block]>,
    counts: Arc<[(Block, f64)]>,
}

impl Order {
    /// An order from its blocks.
    pub fn new(blocks: &[Block]) -> Order {
        let mut kinds = blocks.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        let count = |kind: &Block| blocks.iter().filter(|block| *block == kind).count() as f64;
        Order { counts: kinds.iter().map(|kind| (*kind, count(kind))).collect(), blocks: blocks.into() }
    }

    /// The blocks in order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }
}

impl From<&Pattern> for Order {
    fn from(pattern: &Pattern) -> Order {
        Order::new(pattern.blocks())
    }
}

/// One plain block of no width, for shapes given field by field.
impl Default for Shape {
    fn default() -> Shape {
        Shape {
            layers: 1.0,
            dense_layers: 1.0,
            hidden: 0.0,
            ffn_hidden: 0.0,
            heads: 1.0,
            kv_heads: 1.0,
            head_dim: 0.0,
            vocab: 0.0,
            positions: 0.0,
            rotary: false,
            ffn_matrices: 2.0,
            activation: Activation::Gelu,
            norm_vectors: 1.0,
            norms_per_layer: 2.0,
            embedding_norm: false,
            residual: Residual::Serial,
            qk_norm: QkNorm::None,
            sinks: false,
            biases: false,
            attention_biases: AttentionBiases::None,
            head_bias: false,
            tied_embeddings: false,
            mla: None,
            window: None,
            moe: None,
            mamba: None,
            mtp_modules: 0.0,
            order: None,
        }
    }
}

impl From<&Architecture> for Shape {
    fn from(model: &Architecture) -> Shape {
        let layers = f64::from(model.layers);
        let order = model.pattern.as_ref().map(Order::from);
        let dense = |order: &Order| {
            let counts = order.counts.iter().filter(|(block, _)| block.ffn != FeedForward::Experts);
            counts.map(|(_, count)| count).sum()
        };
        Shape {
            layers,
            dense_layers: match (&order, model.moe) {
                (Some(order), _) => dense(order),
                (None, Some(moe)) => f64::from(moe.first_dense_layers),
                (None, None) => layers,
            },
            hidden: f64::from(model.hidden),
            ffn_hidden: f64::from(model.ffn_hidden),
            heads: f64::from(model.heads),
            kv_heads: f64::from(model.kv_heads),
            head_dim: f64::from(model.head_dim),
            vocab: f64::from(model.vocab),
            positions: match model.position {
                Position::Rotary | Position::Alibi | Position::None => 0.0,
                Position::Learned => f64::from(model.position_rows.unwrap_or(model.context)),
            },
            rotary: model.position == Position::Rotary,
            ffn_matrices: f64::from(model.activation.matrices()),
            activation: model.activation,
            norm_vectors: f64::from(model.norm.vectors()),
            norms_per_layer: f64::from(model.norms_per_layer),
            embedding_norm: model.embedding_norm,
            residual: model.residual,
            qk_norm: model.qk_norm,
            sinks: model.attention_sinks,
            biases: model.biases,
            attention_biases: model.attention_biases,
            head_bias: model.head_bias,
            tied_embeddings: model.tied_embeddings,
            mla: if model.attention == Attention::Mla { model.mla } else { None },
            window: model.window,
            moe: model.moe,
            mamba: model.mamba,
            mtp_modules: f64::from(model.mtp_modules),
            order,
        }
    }
}

/// Whether a block's feed-forward part is a mixture of experts: the two kinds that a plain model has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LayerKind {
    /// Every token passes the same matrices, or the block has no feed-forward part.
    Dense,
    /// Each token passes its chosen experts.
    Experts,
}

impl LayerKind {
    /// The kind of a block.
    pub fn of(block: Block) -> LayerKind {
        if block.ffn == FeedForward::Experts { LayerKind::Experts } else { LayerKind::Dense }
    }
}

impl From<LayerKind> for Block {
    fn from(kind: LayerKind) -> Block {
        match kind {
            LayerKind::Dense => Block::DENSE,
            LayerKind::Experts => Block::EXPERTS,
        }
    }
}

impl Shape {
    /// The different blocks and how many there are of each.
    ///
    /// Where `layers` was changed after the order was given, the order is stretched evenly.
    pub fn blocks(&self) -> impl Iterator<Item = (Block, f64)> + '_ {
        let ordered: &[(Block, f64)] = self.order.as_ref().map_or(&[], |order| &order.counts);
        let plain = [(Block::DENSE, self.dense_layers), (Block::EXPERTS, self.layers - self.dense_layers)];
        let stretch = self.order.as_ref().map_or(1.0, |order| self.layers / order.blocks.len().max(1) as f64);
        let alone = ordered.is_empty();
        plain
            .into_iter()
            .filter(move |(_, count)| alone && *count > 0.0)
            .chain(ordered.iter().map(move |(block, count)| (*block, count * stretch)))
    }

    /// The block at a place, counted from 0.
    pub fn block_at(&self, layer: usize) -> Block {
        match &self.order {
            Some(order) if !order.blocks.is_empty() => {
                let place = (layer as f64 * order.blocks.len() as f64 / self.layers) as usize;
                order.blocks[place.min(order.blocks.len() - 1)]
            }
            _ if (layer as f64) < self.dense_layers => Block::DENSE,
            _ => Block::EXPERTS,
        }
    }

    /// The two kinds of blocks and how many there are of each.
    pub fn layer_kinds(&self) -> impl Iterator<Item = (LayerKind, f64)> {
        [(LayerKind::Dense, self.dense_layers), (LayerKind::Experts, self.layers - self.dense_layers)]
            .into_iter()
            .filter(|(_, count)| *count > 0.0)
    }

    /// The blocks of one kind, each with its share of the kind; the shares sum to 1.
    pub fn blocks_of(&self, kind: LayerKind) -> impl Iterator<Item = (Block, f64)> + '_ {
        let all: f64 = self.blocks().filter(|(block, _)| LayerKind::of(*block) == kind).map(|(_, n)| n).sum();
        self.blocks()
            .filter(move |(block, _)| LayerKind::of(*block) == kind)
            .map(move |(block, count)| (block, count / all))
    }

    /// Whether any block keeps a state-space recurrence.
    pub fn is_hybrid(&self) -> bool {
        self.mamba.is_some()
    }

    /// Numbers kept for one token and one attending layer to attend to it later: `2 k d`, or the latent and the
    /// rotary part with latent attention.
    pub fn kv_elements_per_layer(&self) -> f64 {
        match self.mla {
            Some(mla) => f64::from(mla.kv_rank + mla.rope_dim),
            None => 2.0 * self.kv_heads * self.head_dim,
        }
    }

    /// Bytes of keys and values of one token over all layers that attend to everything: `2 L k d b`;
    /// `L (r_{kv} + d_r) b` with latent attention.
    ///
    /// Sources: `llama-3-2024` and `deepseek-v3-2024` configurations; exact. Windowed layers and recurrences keep
    /// a fixed amount for each sequence instead: [`Shape::fixed_cache_bytes`].
    pub fn kv_bytes_per_token(&self, bytes_per_element: f64) -> Bytes {
        let everywhere: f64 =
            self.blocks().filter(|(block, _)| block.mixer == Mixer::Attention).map(|(_, count)| count).sum();
        Bytes::bytes(everywhere * self.kv_elements_per_layer() * bytes_per_element)
    }

    /// Bytes that a sequence keeps however long it is: keys and values of windowed layers, states in four bytes
    /// and the inputs of convolutions.
    pub fn fixed_cache_bytes(&self, bytes_per_element: f64) -> Bytes {
        let window = self.window.map_or(0.0, |window| f64::from(window.size));
        let state = self.mamba.map_or(0.0, |mamba| {
            let [heads, width, state, groups, conv] =
                [mamba.heads, mamba.head_dim, mamba.state, mamba.groups, mamba.conv].map(f64::from);
            4.0 * heads * width * state
                + bytes_per_element * (heads * width + 2.0 * groups * state) * (conv - 1.0)
        });
        let kept = |block: Block| match block.mixer {
            Mixer::Window => window * self.kv_elements_per_layer() * bytes_per_element,
            Mixer::Mamba => state,
            Mixer::Attention | Mixer::None => 0.0,
        };
        Bytes::bytes(self.blocks().map(|(block, count)| count * kept(block)).sum())
    }

    /// The operators of one block's forward pass on one device of a group.
    ///
    /// ```
    /// use quarterdeck_workload::{Block, Partition, Pass, Shape, Widths};
    /// let shape = Shape { hidden: 64.0, ffn_hidden: 256.0, heads: 4.0, kv_heads: 4.0, head_dim: 16.0, ..Shape::default() };
    /// let pass = Pass::training(1.0, 8.0);
    /// let operators = shape.layer_operators(Block::DENSE, &pass, &Partition::WHOLE, &Widths::HALF);
    /// // 24 T h² of products and 4 T s̄ h of attention over s̄ = 9/2 positions.
    /// assert_eq!(operators.flops().as_flop(), 24.0 * 8.0 * 64.0 * 64.0 + 4.0 * 8.0 * 4.5 * 64.0);
    /// ```
    pub fn layer_operators(
        &self,
        block: impl Into<Block>,
        pass: &Pass,
        split: &Partition,
        widths: &Widths,
    ) -> Operators {
        let block = block.into();
        let mut operators = Operators::new();
        let part = Part { shape: self, pass, split, widths };
        // Where both parts read one normed input, the second has no norm of its own unless there are two, and
        // one sum adds both branches.
        let parallel = self.residual == Residual::Parallel
            && block.mixer != Mixer::None
            && block.ffn != FeedForward::None;
        let behind = self.norms_per_layer > 2.0;
        if block.mixer != Mixer::None {
            let name = if block.mixer == Mixer::Mamba { "mamba norm" } else { "attention norm" };
            operators.push(part.norm(name, pass.tokens));
            match (block.mixer, &self.window) {
                (Mixer::Mamba, _) => part.mamba(&mut operators),
                (Mixer::Window, Some(window)) => {
                    let through = pass.through(window);
                    Part { pass: &through, ..part }.attention(&mut operators);
                }
                _ => part.attention(&mut operators),
            }
            if behind {
                operators.push(part.norm_behind("attention norm behind"));
            }
            if !parallel {
                part.residual(2.0, &mut operators);
            }
        }
        if block.ffn != FeedForward::None {
            if !parallel || self.norms_per_layer > 1.0 {
                operators.push(part.norm("feed-forward norm", pass.tokens));
            }
            match block.ffn {
                FeedForward::Experts => part.experts(&mut operators),
                _ => part.dense(&mut operators),
            }
            if behind {
                operators.push(part.norm_behind("feed-forward norm behind"));
            }
            part.residual(if parallel { 3.0 } else { 2.0 }, &mut operators);
        }
        operators
    }
}

/// A shape with what passes through it and how it is split: what each group of operators is built from.
#[derive(Clone, Copy)]
struct Part<'a> {
    shape: &'a Shape,
    pass: &'a Pass,
    split: &'a Partition,
    widths: &'a Widths,
}

impl Part<'_> {
    fn training(&self) -> bool {
        self.pass.work == Work::Training
    }

    /// Bytes kept for a backward pass, where there is one.
    fn kept(&self, elements: f64) -> f64 {
        if self.training() { elements * self.widths.activation } else { 0.0 }
    }

    /// An operator that reads and writes `elements` activations in all.
    fn stream(&self, name: &'static str, role: Role, elements: f64) -> Operator {
        Operator::streaming(name, role, elements * self.widths.activation, 0.0)
    }

    /// A product of every token with a matrix.
    fn gemm(&self, name: &'static str, role: Role, columns: f64, depth: f64) -> Operator {
        let gemm = crate::operator::Gemm { rows: self.pass.tokens, columns, depth, groups: 1.0 };
        Operator::gemm(name, role, gemm, self.widths.weight, self.widths.activation)
    }

    /// Norm of the stream: read and written. In serving the residual sum before it is fused with it: stream and
    /// branch are read, sum and result written.
    fn norm(&self, name: &'static str, tokens: f64) -> Operator {
        let shape = self.shape;
        let elements = tokens * shape.hidden / self.split.residual();
        let moved = if self.training() { 2.0 } else { 4.0 };
        let parameters = shape.norm_vectors * shape.hidden;
        // Its input, and what it writes for the product behind it.
        self.stream(name, Role::Norm, moved * elements)
            .keeping(self.kept(2.0 * elements))
            .with_more_parameters(parameters)
    }

    /// Norm of what a part gives, before the residual sum: it keeps its input only.
    fn norm_behind(&self, name: &'static str) -> Operator {
        let elements = self.pass.tokens * self.shape.hidden / self.split.residual();
        let norm = self.stream(name, Role::Norm, 2.0 * elements).keeping(self.kept(elements));
        norm.with_more_parameters(self.shape.norm_vectors * self.shape.hidden)
    }

    /// Sum of the stream and its branches, which training does in a kernel of its own.
    fn residual(&self, read: f64, into: &mut Operators) {
        if self.training() {
            let elements = self.pass.tokens * self.shape.hidden / self.split.residual();
            into.push(self.stream("residual", Role::Residual, (read + 1.0) * elements));
        }
    }
}
