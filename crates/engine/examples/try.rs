//! Solves a scenario and prints the outline; for trying things.
use quarterdeck_catalog::Catalog;
use quarterdeck_engine::*;
use quarterdeck_plan::*;
use quarterdeck_scenario::{Files, ReadError, resolve};
use std::time::Instant;
struct Disk;
impl Files for Disk {
    fn read(&self, path: &str, _limit: u64) -> Result<Vec<u8>, ReadError> {
        std::fs::read(path).map_err(|e| ReadError::Other(e.to_string()))
    }
}
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let t = Instant::now();
    let catalog = Catalog::builtin();
    eprintln!("catalog {:?}", t.elapsed());
    let read = resolve(&path, &Disk, &catalog);
    for d in read.diagnostics().iter().take(30) {
        eprintln!("{} {} @{:?}", d.code, d.message, d.span());
    }
    let scenario = read.value.unwrap();
    eprintln!("scenario {:?}", t.elapsed());
    let world = World {
        catalog: &catalog,
        options: PlanOptions {
            time_limit: Some(quarterdeck_units::Seconds::seconds(60.0)),
            ..PlanOptions::default()
        },
    };
    let table = fits(&scenario, &catalog);
    eprintln!("fits {:?} priced {}", t.elapsed(), table.priced());
    let q0 = scenario.horizon.start;
    let qn = scenario.horizon.end;
    for q in if std::env::args().nth(2).is_some() { vec![q0, qn] } else { vec![] } {
        for (w, p, quarter, outcome) in table.iter() {
            if quarter == q {
                match outcome {
                    quarterdeck_performance::Outcome::Runs(f) => eprintln!(
                        "{q} {w:24} {p:24} {:12.4e} min {:8.1} {:8.0} W {:?}",
                        f.rate.per_second,
                        f.min_platforms,
                        f.power.as_watts(),
                        f.binds
                    ),
                    quarterdeck_performance::Outcome::CannotRun(c) => {
                        eprintln!("{q} {w:24} {p:24} cannot: {c}")
                    }
                }
            }
        }
    }
    for run in [Run::best(), Run::as_it_happened()] {
        let s = Instant::now();
        let result = plan(&world, &scenario, &[PlanRequest { run }], &mut |_, p| {
            if p.elapsed.as_seconds() > 5.0 {
                eprintln!("{:?} {} {:?}", p.best, p.bound, p.elapsed.as_seconds())
            }
        });
        let runs = match result {
            Ok(r) => r,
            Err(e) => {
                eprintln!("ERROR {e}");
                continue;
            }
        };
        let r = &runs[0];
        eprintln!(
            "== {} {:?}\n{:?}",
            r.label,
            s.elapsed(),
            SolveRecord { progress: vec![], ..r.plan.solve.clone() }
        );
        let n = r.problem.quarters.len();
        for (class, cash) in r.plan.cash_by_class(LedgerKind::Capex, n) {
            eprintln!(
                "capex {class:?}: {:?}",
                cash.iter().map(|c| c.as_billions().round()).collect::<Vec<_>>()
            );
        }
        for kind in [LedgerKind::Capex, LedgerKind::Opex, LedgerKind::Unserved, LedgerKind::Penalty] {
            let c = r.plan.cash(kind, n);
            eprintln!(
                "{kind:?} {:?}",
                c.iter().map(|c| (c.as_billions() * 10.0).round() / 10.0).collect::<Vec<_>>()
            );
        }
        for (p, f) in r.problem.platforms.iter().enumerate() {
            let total: Vec<f64> = (0..n)
                .map(|q| {
                    r.plan
                        .fleet
                        .iter()
                        .filter(|((pp, _), _)| *pp == p)
                        .map(|(_, v)| v[q])
                        .sum::<f64>()
                        .round()
                })
                .collect();
            if total.iter().any(|t| *t > 0.0) {
                eprintln!("fleet {:20} {:?}", f.id, total);
            }
        }
        for (w, u) in &r.plan.unserved {
            let f = &r.problem.workloads[*w];
            eprintln!(
                "unserved {:20} {:?}",
                f.id,
                u.iter()
                    .zip(&f.peak_demand)
                    .map(|(u, d)| if *d > 0.0 { (u / d * 100.0).round() } else { 0.0 })
                    .collect::<Vec<_>>()
            );
        }
        for (j, k) in &r.plan.projects {
            eprintln!("project {} {}", r.problem.projects[*j].id, r.problem.projects[*j].schedules[*k].label);
        }
        for (j, k) in &r.plan.programmes {
            eprintln!(
                "programme {} {}",
                r.problem.programmes[*j].id, r.problem.programmes[*j].schedules[*k].label
            );
        }
        for (j, k) in &r.plan.portings {
            eprintln!(
                "port {} {} {:?}",
                r.problem.workloads[r.problem.portings[*j].workload].id,
                r.problem.portings[*j].family,
                k.map(|k| r.problem.quarters[k].to_string())
            );
        }
        for (p, uses) in &r.plan.power {
            eprintln!(
                "power {:20} {:?}",
                r.problem.places[*p].id,
                uses.iter()
                    .map(|u| format!("{:.0}/{:.0}", u.provisioned.as_megawatts(), u.envelope.as_megawatts()))
                    .collect::<Vec<_>>()
            );
        }
        for s in r.plan.shortfalls.iter().take(40) {
            eprintln!("short {s:?}");
        }
    }
}
