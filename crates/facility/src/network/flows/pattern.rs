//! Who sends to whom: permutations, rings and the rounds of an all-to-all.

use quarterdeck_kernel::Stream;

/// A permutation without fixed points: every endpoint sends to one other and receives from one.
///
/// Drawn evenly among those that are one cycle of all, by Sattolo's shuffle.
pub fn permutation(endpoints: u32, stream: &mut Stream) -> Vec<(u32, u32)> {
    let mut to: Vec<u32> = (0..endpoints).collect();
    for last in (1..to.len()).rev() {
        let other = stream.below(last as u64) as usize;
        to.swap(last, other);
    }
    (0..endpoints).zip(to).filter(|(from, to)| from != to).collect()
}

/// Every endpoint sends to the one `stride` further on, round and round within blocks of `block` endpoints.
///
/// Rings of all-reduce and all-gather: with a stride of the endpoints of a server, each of its devices is on a ring of
/// its own; longer strides are groups whose members lie apart.
pub fn ring(endpoints: u32, stride: u32, block: u32) -> Vec<(u32, u32)> {
    let block = block.clamp(1, endpoints.max(1));
    let next = |from: u32| {
        let (start, place) = (from / block * block, from % block);
        start + (place + stride) % block.min(endpoints - start)
    };
    (0..endpoints).map(|from| (from, next(from))).filter(|(from, to)| from != to).collect()
}
