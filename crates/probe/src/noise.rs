//! What else went on while the machine was measured: load, stolen time, and the share of its threads that this
//! program got.

use std::time::Instant;

/// What else went on; each number is absent where the system does not tell.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Noise {
    /// Runnable tasks over the last minute, before.
    pub load_before: Option<f64>,
    /// The same, after.
    pub load_after: Option<f64>,
    /// Share of processor time that a hypervisor gave to others.
    pub stolen: Option<f64>,
    /// Share of processor time that other programs of this system took.
    pub others: Option<f64>,
}

/// Share above which a measurement is called noisy.
const NOISY: f64 = 0.05;

impl Noise {
    /// Whether others took enough to matter.
    pub fn is_noisy(&self) -> bool {
        self.stolen.unwrap_or(0.0) + self.others.unwrap_or(0.0) > NOISY
    }
}

/// Ticks of processors since they started, over all of them.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Ticks {
    /// All, idle included.
    all: f64,
    /// Doing nothing.
    idle: f64,
    /// Given to others by the hypervisor.
    stolen: f64,
}

/// Counts from its start on.
pub struct Watch {
    began: Instant,
    load: Option<f64>,
    ticks: Option<Ticks>,
    own: Option<f64>,
}

impl Watch {
    /// Starts.
    pub fn start() -> Watch {
        Watch { began: Instant::now(), load: load(), ticks: ticks(), own: own_ticks() }
    }

    /// What went on since the start.
    pub fn stop(self) -> Noise {
        let mut noise = Noise { load_before: self.load, load_after: load(), ..Noise::default() };
        if let (Some(before), Some(after)) = (self.ticks, ticks())
            && after.all > before.all
            && self.began.elapsed().as_secs_f64() > 0.0
        {
            let all = after.all - before.all;
            let stolen = after.stolen - before.stolen;
            noise.stolen = Some(stolen / all);
            if let (Some(own_before), Some(own_after)) = (self.own, own_ticks()) {
                let busy = all - (after.idle - before.idle) - stolen;
                noise.others = Some(((busy - (own_after - own_before)) / all).max(0.0));
            }
        }
        noise
    }
}

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

fn load() -> Option<f64> {
    read("/proc/loadavg")?.split_whitespace().next()?.parse().ok()
}

fn ticks() -> Option<Ticks> {
    read_ticks(&read("/proc/stat")?)
}

/// First line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal; guests are in user already.
fn read_ticks(stat: &str) -> Option<Ticks> {
    let line = stat.lines().find(|line| line.starts_with("cpu "))?;
    let fields: Vec<f64> =
        line.split_whitespace().skip(1).map_while(|field| field.parse().ok()).take(8).collect();
    let stolen = fields.get(7).copied().unwrap_or(0.0);
    Some(Ticks { all: fields.iter().sum(), idle: fields.get(3)? + fields.get(4)?, stolen })
}

/// User and system ticks of this program: fields 14 and 15 of `/proc/self/stat`, after the name in brackets.
fn own_ticks() -> Option<f64> {
    read_own(&read("/proc/self/stat")?)
}

fn read_own(stat: &str) -> Option<f64> {
    let after = stat.rsplit_once(") ")?.1;
    let field = |index: usize| after.split_whitespace().nth(index)?.parse::<f64>().ok();
    Some(field(11)? + field(12)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_read() {
        let found = read_ticks("cpu  100 10 50 800 20 1 2 17 5 0\ncpu0 1 2 3\n").unwrap();
        assert_eq!((found.all, found.idle, found.stolen), (1000.0, 820.0, 17.0));
        assert_eq!(read_ticks("intr 5"), None);
    }

    #[test]
    fn own_ticks_are_found_behind_any_name() {
        let stat = "42 (a) b (c) R 1 2 3 4 5 6 7 8 9 10 300 25 0 0";
        assert_eq!(read_own(stat), Some(325.0));
    }

    #[test]
    fn a_busy_neighbour_is_noise() {
        assert!(!Noise::default().is_noisy());
        assert!(Noise { stolen: Some(0.1), ..Noise::default() }.is_noisy());
    }
}
