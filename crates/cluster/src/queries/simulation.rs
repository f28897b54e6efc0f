//! Event simulation of queries: they come, wait for a batch, are served together, and leave.

use std::collections::VecDeque;

use quarterdeck_kernel::{Clock, Rank, Streams, Token};
use quarterdeck_units::Seconds;

use super::arrivals::{ArrivalTimes, Arrivals, Candidates, ServiceSpread};

/// How servers form batches. A batch is whole queries, the oldest first.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Batching {
    /// Most candidates of a batch; a query that is larger goes alone.
    pub most: f64,
    /// Longest that the oldest query waits for others while a server is free.
    pub wait: Seconds,
}

/// Queries before equal servers with one queue.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct QuerySimulation {
    /// Queries a second.
    pub rate: f64,
    /// When they come.
    pub arrivals: Arrivals,
    /// Candidates of each.
    pub candidates: Candidates,
    /// Servers.
    pub servers: usize,
    /// How they form batches.
    pub batching: Batching,
    /// How times of equal batches differ.
    pub spread: ServiceSpread,
    /// Queries of a run, those that warm it up not counted.
    pub queries: usize,
    /// Seed of all draws.
    pub seed: u64,
}

/// What queries met.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct QueryOutcome {
    /// Queries that were counted.
    pub queries: usize,
    /// Mean time from coming to leaving.
    pub mean: Seconds,
    /// Mean time from coming to the start of service.
    pub mean_wait: Seconds,
    /// Time within which half leave.
    pub p50: Seconds,
    /// Time within which 99 of 100 leave.
    pub p99: Seconds,
    /// Standard error of the p99, from ten parts of the run one after the other.
    pub p99_error: Seconds,
    /// Share of time that servers work.
    pub utilisation: f64,
    /// Mean queries of a batch.
    pub batch_queries: f64,
    /// Events handled.
    pub events: u64,
}

#[derive(Clone, Copy, Debug)]
enum Happening {
    /// A query comes.
    Query,
    /// The oldest query has waited long enough.
    Patience,
    /// A server ends its batch.
    Done(usize),
}

#[derive(Clone, Copy, Debug)]
struct Query {
    /// Place in the order of coming.
    number: usize,
    came: f64,
    candidates: f64,
}

/// Share of the queries that come first, on top of the counted ones, and are left out: the queue begins empty.
const WARM_UP: f64 = 0.1;
/// Parts of a run whose p99 are compared.
const PARTS: usize = 10;

/// Runs the simulation. `service` is the time of a batch by its candidates.
///
/// The same seed gives the same queries at every rate, only closer together, so that outcomes at two rates or of two
/// machines differ by these and not by luck.
pub fn simulate_queries(run: &QuerySimulation, service: impl Fn(f64) -> Seconds) -> QueryOutcome {
    let warm = (run.queries as f64 * WARM_UP) as usize;
    let mut state = State::new(run, warm);
    let streams = Streams::new(run.seed);
    let mut times = ArrivalTimes::new(run.arrivals, run.rate, streams.of("query", 0), streams.of("burst", 0));
    let mut candidates = streams.of("candidates", 0);
    state.clock.at(Seconds::seconds(times.next()), Rank::NORMAL, Happening::Query);
    let mut come = 0;
    while let Some(happening) = state.clock.advance() {
        state.events += 1;
        match happening {
            Happening::Query => {
                let query = Query {
                    number: come,
                    came: state.clock.now().as_seconds(),
                    candidates: run.candidates.draw(&mut candidates),
                };
                come += 1;
                state.waiting_candidates += query.candidates;
                state.waiting.push_back(query);
                // Queries go on coming until all counted ones have left, so that the last meet a full queue too.
                if state.left < warm + run.queries {
                    let next = Seconds::seconds(times.next());
                    state.clock.at(next, Rank::NORMAL, Happening::Query);
                }
            }
            Happening::Patience => state.patience = None,
            Happening::Done(batch) => state.done(batch),
        }
        if state.left >= warm + run.queries {
            break;
        }
        state.start_batches(&service);
    }
    state.outcome()
}

struct State<'a> {
    run: &'a QuerySimulation,
    clock: Clock<Happening>,
    waiting: VecDeque<Query>,
    waiting_candidates: f64,
    free: usize,
    patience: Option<Token>,
    /// Batches in service, by place; empty places are reused.
    batches: Vec<Vec<Query>>,
    places: Vec<usize>,
    spread: quarterdeck_kernel::Stream,
    warm: usize,
    /// Times in the system of counted queries, by order of coming.
    times: Vec<f64>,
    waits: f64,
    busy: f64,
    started: usize,
    served: usize,
    left: usize,
    events: u64,
}

impl<'a> State<'a> {
    fn new(run: &'a QuerySimulation, warm: usize) -> State<'a> {
        State {
            run,
            clock: Clock::new(),
            waiting: VecDeque::new(),
            waiting_candidates: 0.0,
            free: run.servers,
            patience: None,
            batches: vec![Vec::new(); run.servers],
            places: (0..run.servers).rev().collect(),
            spread: Streams::new(run.seed).of("service", 0),
            warm,
            times: vec![f64::NAN; run.queries],
            waits: 0.0,
            busy: 0.0,
            started: 0,
            served: 0,
            left: 0,
            events: 0,
        }
    }

    /// Starts batches while a server is free and the oldest query need not wait longer.
    fn start_batches(&mut self, service: &impl Fn(f64) -> Seconds) {
        while self.free > 0
            && let Some(oldest) = self.waiting.front()
        {
            let now = self.clock.now().as_seconds();
            let patient = oldest.came + self.run.batching.wait.as_seconds();
            if self.waiting_candidates < self.run.batching.most && now < patient {
                if self.patience.is_none() && patient.is_finite() {
                    let at = Seconds::seconds(patient);
                    self.patience = Some(self.clock.at(at, Rank::LAST, Happening::Patience));
                }
                return;
            }
            self.start(now, service);
        }
        // No server is free or nobody waits: the next batch decides anew.
        if let Some(token) = self.patience.take() {
            self.clock.cancel(token);
        }
    }

    fn start(&mut self, now: f64, service: &impl Fn(f64) -> Seconds) {
        if let Some(token) = self.patience.take() {
            self.clock.cancel(token);
        }
        let Some(place) = self.places.pop() else { return };
        let mut candidates = 0.0;
        while let Some(query) = self.waiting.front().copied() {
            if candidates > 0.0 && candidates + query.candidates > self.run.batching.most {
                break;
            }
            self.waiting.pop_front();
            candidates += query.candidates;
            if query.number >= self.warm && query.number < self.warm + self.run.queries {
                self.waits += now - query.came;
            }
            self.batches[place].push(query);
        }
        self.waiting_candidates -= candidates;
        if self.waiting.is_empty() {
            // Sums of many fractions drift; an empty queue is exact.
            self.waiting_candidates = 0.0;
        }
        let time = service(candidates) * self.run.spread.draw(&mut self.spread);
        self.busy += time.as_seconds();
        self.started += 1;
        self.served += self.batches[place].len();
        self.free -= 1;
        self.clock.after(time, Rank::FIRST, Happening::Done(place));
    }

    fn done(&mut self, place: usize) {
        let now = self.clock.now().as_seconds();
        for query in self.batches[place].drain(..) {
            if let Some(time) = query.number.checked_sub(self.warm).and_then(|at| self.times.get_mut(at)) {
                *time = now - query.came;
            }
            // With several servers a later query may leave first; a run ends when as many have left as are counted.
            if query.number < self.warm + self.run.queries {
                self.left += 1;
            }
        }
        self.places.push(place);
        self.free += 1;
    }

    fn outcome(self) -> QueryOutcome {
        let queries = self.times.len();
        let part = queries.div_ceil(PARTS).max(1);
        let parts: Vec<f64> = self.times.chunks(part).map(|part| quantile(part.to_vec(), 0.99)).collect();
        let mean_part = parts.iter().sum::<f64>() / parts.len() as f64;
        let spread = parts.iter().map(|part| (part - mean_part) * (part - mean_part)).sum::<f64>();
        let error = (spread / (parts.len() * (parts.len() - 1).max(1)) as f64).sqrt();
        let elapsed = self.clock.now().as_seconds();
        QueryOutcome {
            queries,
            mean: Seconds::seconds(self.times.iter().sum::<f64>() / queries as f64),
            mean_wait: Seconds::seconds(self.waits / queries as f64),
            p50: Seconds::seconds(quantile(self.times.clone(), 0.5)),
            p99: Seconds::seconds(quantile(self.times, 0.99)),
            p99_error: Seconds::seconds(error),
            utilisation: self.busy / elapsed / self.run.servers as f64,
            batch_queries: self.served as f64 / self.started as f64,
            events: self.events,
        }
    }
}

/// The value that a share of all stay below.
fn quantile(mut values: Vec<f64>, share: f64) -> f64 {
    let place = ((values.len() as f64 * share).ceil() as usize).clamp(1, values.len()) - 1;
    *values.select_nth_unstable_by(place, f64::total_cmp).1
}
