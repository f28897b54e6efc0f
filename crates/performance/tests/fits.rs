//! Fits of every kind of work on every platform of the catalogue: what must hold for each of them.

#[path = "common/workloads.rs"]
#[allow(dead_code)]
mod workloads;

use quarterdeck_catalog::{Catalog, Family, Origin};
use quarterdeck_performance::{Outcome, Reason};
use workloads::all;

/// The parts of a step sum to its time, memory fits, power lies between idle and rating, and sources are named.
#[test]
fn every_fit_is_whole() {
    let catalog = Catalog::builtin();
    let mut running = 0;
    for work in all(&catalog) {
        for platform in catalog.platforms.values() {
            let Outcome::Runs(fit) = work.on(&catalog, platform) else { continue };
            running += 1;
            let name =
                format!("{} {:?} on {}", work.id, work.model.as_ref().map(|model| model.id()), platform.id);
            let sum: f64 = fit.breakdown.parts().iter().map(|(_, time)| time.as_seconds()).sum();
            assert!((sum / fit.breakdown.total().as_seconds() - 1.0).abs() < 1e-12, "{name}");
            assert!(
                fit.breakdown.parts().iter().all(|(_, time)| time.as_seconds() >= 0.0),
                "{name}: {:?}",
                fit.breakdown
            );
            assert!(fit.rate.per_second.is_finite() && fit.rate.per_second > 0.0, "{name}");
            assert!(fit.memory.fits(), "{name}: {:?}", fit.memory);
            let power = &platform.power;
            assert!(fit.power >= power.idle.value && fit.power <= power.rated.value, "{name}: {}", fit.power);
            assert!(fit.min_platforms >= 1.0, "{name}");
            let cited = !fit.provenance.sources.is_empty() || fit.provenance.origin == Origin::Assumed;
            assert!(cited, "{name}");
            assert!(!fit.strategy.to_string().is_empty());
        }
    }
    assert!(running > 300, "{running} fits");
}

/// A refusal says why, in words and numbers.
#[test]
fn every_refusal_says_why() {
    let catalog = Catalog::builtin();
    for work in all(&catalog) {
        for platform in catalog.platforms.values() {
            let Outcome::CannotRun(refusal) = work.on(&catalog, platform) else { continue };
            let text = refusal.to_string();
            assert!(text.contains(&platform.id) && text.len() > 40, "{text}");
            if let Reason::Memory { needed, available, .. } = refusal.reason {
                assert!(needed > available, "{text}");
            }
        }
    }
}

/// In-house inference chips rank and do nothing else.
#[test]
fn own_chips_only_rank() {
    let catalog = Catalog::builtin();
    let own = |platform: &&std::sync::Arc<quarterdeck_catalog::Platform>| {
        catalog.device_of(platform).family == Family::Own
    };
    for platform in catalog.platforms.values().filter(own) {
        for work in all(&catalog) {
            let refused = matches!(
                work.on(&catalog, platform),
                Outcome::CannotRun(refusal) if matches!(refusal.reason, Reason::Coverage { .. })
            );
            assert_eq!(refused, work.id != "ranking", "{} on {}", work.id, platform.id);
        }
    }
}
