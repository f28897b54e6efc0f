//! What a fabric between scale-up domains lets through, level by level, of what devices send into it.
//!
//! ```text
//!  all devices ─ top
//!    │ share that leaves a pod
//!  pod of D₂ neighbouring devices
//!    │ share that leaves a leaf
//!  leaf of D₁ neighbouring devices
//! ```
//!
//! `facility` computes the levels from a design; without them nothing is oversubscribed and nothing collides.

use super::Group;

/// What joins one block of neighbouring devices to the others.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Level {
    /// Devices of a block.
    pub devices: f64,
    /// Share of the rate of the block's devices that can leave it, to all other blocks together.
    pub leaving: f64,
    /// The same to one other block, which is less where blocks are joined pair by pair.
    pub to_one: f64,
    /// Share of what the links out of a block carry that flows reach over them: 1 where packets are spread evenly,
    /// less where each flow is hashed to a path.
    pub reached: f64,
}

/// Most levels of a fabric.
const MOST: usize = 3;

/// Levels of a fabric, the lowest first.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fabric {
    levels: [Level; MOST],
    known: usize,
    /// Whether switches add up what an all-reduce sends through them.
    pub reduces: bool,
}

impl Fabric {
    /// A fabric of some levels, of which those above the third are left out.
    pub fn new(levels: impl IntoIterator<Item = Level>) -> Fabric {
        let open = Level { devices: f64::INFINITY, leaving: 1.0, to_one: 1.0, reached: 1.0 };
        let mut fabric = Fabric { levels: [open; MOST], known: 0, reduces: false };
        for (place, level) in fabric.levels.iter_mut().zip(levels) {
            *place = level;
            fabric.known += 1;
        }
        fabric
    }

    /// The levels.
    pub fn levels(&self) -> &[Level] {
        &self.levels[..self.known]
    }

    /// Share of a device's rate that rings of a group reach, when all devices run such rings at once.
    ///
    /// $$ s = \min_l \min\left(1,\ \rho_l\,o_l\,\frac{D_l}{\min(D_l, \max(M, k))}\right) \quad
    ///    \text{over levels with } D_l < n k $$
    ///
    /// | symbol | from | unit |
    /// |---|---|---|
    /// | $n, k$ | `group.size`, `group.stride` | devices |
    /// | $M$ | `domain`, devices of a scale-up domain | devices |
    /// | $D_l, o_l, \rho_l$ | `devices`, `to_one`, `reached` of a level | devices, 1, 1 |
    ///
    /// A ring leaves a block once, whatever its length, and so many rings pass a block's border as lie side by side:
    /// one for each device of a domain, or of a stride. So a ring of neighbours is not slowed by an oversubscription
    /// that a ring with a long stride feels in full. Holds for ranks placed in order; a scattered placement has the
    /// shares of the longest stride.
    ///
    /// ```
    /// # use quarterdeck_performance::collectives::{Fabric, Group, Level};
    /// // Pods of 3,072 devices, a seventh of whose rate leaves them.
    /// let pods = Fabric::new([Level { devices: 3072.0, leaving: 1.0 / 7.0, to_one: 1.0 / 7.0, reached: 1.0 }]);
    /// let ring = |size, stride| pods.ring(Group { size, inside: 1.0, stride }, 8.0);
    /// assert_eq!(ring(8.0, 3072.0), 1.0 / 7.0);
    /// assert_eq!(ring(1536.0, 16.0), 1.0);
    /// ```
    pub fn ring(&self, group: Group, domain: f64) -> f64 {
        let span = group.size * group.stride;
        let abreast = domain.max(group.stride);
        self.least(|level| {
            (level.devices < span)
                .then(|| level.reached * level.to_one * level.devices / level.devices.min(abreast))
        })
    }

    /// Share of a device's rate out of its domain that an all-to-all of a group reaches, when all devices run such
    /// exchanges at once.
    ///
    /// $$ s = \min_l \min\left(1,\ \rho_l\,o_l\,\frac{n - g}{n - d_l}\right), \quad
    ///    d_l = \max\left(1, \min\left(n, \frac{D_l}{k}\right)\right) $$
    ///
    /// with $o_l$ the share that leaves a block to all others, $g$ the members of the group in one domain and $d_l$
    /// those in one block: only what leaves the block, $(n - d_l)/n$ of the bytes, shares its links.
    pub fn all_to_all(&self, group: Group) -> f64 {
        self.least(|level| {
            let members = (level.devices / group.stride).clamp(1.0, group.size.max(1.0));
            let outside = group.size - members;
            (outside > 0.0)
                .then(|| level.reached * level.leaving * (group.size - group.inside).max(outside) / outside)
        })
    }

    fn least(&self, share: impl Fn(&Level) -> Option<f64>) -> f64 {
        self.levels().iter().filter_map(share).fold(1.0, f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pods(over: f64, reached: f64) -> Fabric {
        let leaf = Level { devices: 256.0, leaving: 1.0, to_one: 1.0, reached };
        let share = 1.0 / over;
        Fabric::new([leaf, Level { devices: 3072.0, leaving: share, to_one: share, reached }])
    }

    #[test]
    fn an_exchange_pays_for_what_leaves_the_pod() {
        let group = |size| Group { size, inside: 8.0, stride: 1.0 };
        let fabric = pods(7.0, 1.0);
        assert_eq!(fabric.all_to_all(group(3072.0)), 1.0);
        // Of 24,576 devices seven eighths of the bytes leave the pod, through a seventh of the rate.
        let found = fabric.all_to_all(group(24_576.0));
        assert!((found - (24_568.0 / 21_504.0) / 7.0).abs() < 1e-12, "{found}");
        // Far-apart members find none of their group in the pod.
        let apart = Group { size: 8.0, inside: 1.0, stride: 3072.0 };
        assert!((fabric.all_to_all(apart) - 1.0 / 7.0).abs() < 1e-12);
    }

    #[test]
    fn collisions_slow_what_crosses_and_nothing_else() {
        let fabric = pods(1.0, 0.6);
        let ring = |size, stride| fabric.ring(Group { size, inside: 1.0, stride }, 8.0);
        assert_eq!(ring(32.0, 8.0), 1.0);
        assert_eq!(ring(64.0, 256.0), 0.6);
        // Eight rings abreast find room among 256 uplinks.
        assert_eq!(ring(64.0, 8.0), 1.0);
    }

    #[test]
    fn without_levels_everything_passes() {
        let group = Group { size: 4096.0, inside: 1.0, stride: 512.0 };
        let open = Fabric::new([]);
        assert_eq!((open.ring(group, 8.0), open.all_to_all(group), open.levels().len()), (1.0, 1.0, 0));
    }
}
