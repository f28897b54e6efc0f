//! What one course of a project costs and yields: the arithmetic behind every schedule.

use std::fmt;

use quarterdeck_scenario::{Delivery, Project};
use quarterdeck_units::{Quarter, Quarters, Ratio, Usd, UsdPerWatt};

use super::schedule::{Delivered, Event, Removed, Schedule, ScheduleCash};

/// Why a project can not take a course.
#[derive(Clone, PartialEq, Debug)]
pub struct ImpossibleCourse {
    /// Project id.
    pub project: String,
    /// What can not be done.
    pub event: Event,
    /// When it was to be done.
    pub quarter: Quarter,
    /// Why not.
    pub reason: String,
}

impl fmt::Display for ImpossibleCourse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { project, event, quarter, reason } = self;
        write!(f, "project `{project}` can not {event} in {quarter}: {reason}")
    }
}

impl std::error::Error for ImpossibleCourse {}

/// Work that still has to be done on one design.
struct Work<'a> {
    total: Usd,
    /// Money that is still to be spent of `total`, at the start of this work.
    to_spend: Usd,
    lead_time: Quarters,
    spending: &'a [Ratio],
    done: i32,
    block: String,
    delivery: &'a Delivery,
}

impl<'a> Work<'a> {
    fn new(
        cost: UsdPerWatt,
        lead_time: Quarters,
        spending: &'a [Ratio],
        block: String,
        delivery: &'a Delivery,
    ) -> Self {
        let total = cost * delivery.it_power;
        Self {
            total,
            to_spend: total,
            lead_time: Quarters(lead_time.0.max(0)),
            spending,
            done: 0,
            block,
            delivery,
        }
    }

    fn is_done(&self) -> bool {
        self.done >= self.lead_time.0
    }

    /// Share of the money that is spent once a number of quarters has been worked.
    fn spent_share(&self, quarters: i32) -> f64 {
        if quarters <= 0 {
            return 0.0;
        }
        if quarters >= self.lead_time.0 {
            return 1.0;
        }
        let progress = f64::from(quarters) / f64::from(self.lead_time.0);
        let sum: f64 = self.spending.iter().map(|share| share.0).sum();
        if self.spending.is_empty() || sum <= 0.0 {
            return progress;
        }
        // The shares are a curve over the lead time, so that a delay stretches it instead of breaking it.
        let place = progress * self.spending.len() as f64;
        let whole = place.floor() as usize;
        let before: f64 = self.spending[..whole].iter().map(|share| share.0).sum();
        let part = self.spending.get(whole).map_or(0.0, |share| share.0 * (place - whole as f64));
        (before + part) / sum
    }

    /// Works one quarter and returns what it costs.
    fn advance(&mut self) -> Usd {
        let share = self.spent_share(self.done + 1) - self.spent_share(self.done);
        self.done += 1;
        self.to_spend * share
    }
}

/// The schedule that follows when a project's events are those given, in order of quarters.
///
/// Power comes `lead_time` worked quarters after the start. With $T$ the total cost, $s_k$ the share spent in
/// the $k$-th worked quarter, $P$ the money spent before an event:
///
/// $$ \text{building}_q = T s_k,\quad \text{pause}_q = p\,T,\quad \text{cancel} = c\,(T - P) $$
/// $$ \text{redesign: } T' = \max(0,\ a' W' - \rho P) \text{ evenly over its own lead time} $$
///
/// | symbol | from | unit |
/// |---|---|---|
/// | $T$ | `cost` × `adds.it_power` | USD |
/// | $s_k$ | `spending`, even if empty; stretched if the lead time has another length | 1 |
/// | $p, c$ | `pause_cost` for each quarter without work, `cancel_cost` | 1 |
/// | $a', W', \rho$ | `redesign.cost`, `redesign.adds.it_power`, `redesign.reuse` | USD/W, W, 1 |
///
/// Rules where a scenario is silent: an event takes effect at the start of its quarter, so the quarter of a
/// pause has no work. A redesign pays `cancel_cost` only on old money that the new design does not need. A
/// pause that never ends is paid until `paid_until`. What a retrofit takes out of service stays out,
/// whatever becomes of it.
///
/// The schedule's id and label are made from the events.
///
/// # Errors
/// When the events can not happen in this order: a pause before the start, a cancellation after delivery, a
/// redesign that the project does not have.
pub fn course(
    project: &Project,
    events: &[(Quarter, Event)],
    paid_until: Quarter,
) -> Result<Schedule, ImpossibleCourse> {
    let lead_time = match (project.lead_time, events.first()) {
        (Some(lead_time), _) => lead_time,
        (None, None) => Quarters(0),
        (None, Some((quarter, event))) => {
            return Err(ImpossibleCourse {
                project: project.id.clone(),
                event: *event,
                quarter: *quarter,
                reason: "nothing says how long it takes; complete it from its precedence network".to_owned(),
            });
        }
    };
    let mut run = Run::new(project, lead_time);
    for (quarter, event) in events {
        run.work_until(*quarter);
        run.apply(*quarter, *event)?;
    }
    run.finish(paid_until);
    let removes = project.removes.filter(|_| !run.events.is_empty());
    let removes =
        removes.zip(run.events.first()).map(|(power, (quarter, _))| Removed { quarter: *quarter, power });
    let served = if run.delivered.is_some() { run.reused } else { Usd::ZERO };
    Ok(Schedule {
        id: id_of(&run.events),
        project: project.id.clone(),
        label: label_of(project, &run.events),
        sunk: (run.spent_before_redesign - served).max(Usd::ZERO)
            + if run.delivered.is_some() { Usd::ZERO } else { run.spent },
        stopped: run.stopped,
        events: run.events,
        cash: run.cash,
        delivers: run.delivered,
        removes,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Working,
    Paused,
    Over,
}

/// A project as it goes through the quarters.
struct Run<'a> {
    project: &'a Project,
    work: Work<'a>,
    state: State,
    now: Option<Quarter>,
    /// Money spent on the present design.
    spent: Usd,
    spent_before_redesign: Usd,
    reused: Usd,
    stopped: bool,
    events: Vec<(Quarter, Event)>,
    cash: ScheduleCash,
    delivered: Option<Delivered>,
}

impl<'a> Run<'a> {
    fn new(project: &'a Project, lead_time: Quarters) -> Self {
        let block = project.id.clone();
        Self {
            project,
            work: Work::new(project.cost, lead_time, &project.spending, block, &project.adds),
            state: State::Idle,
            now: None,
            spent: Usd::ZERO,
            spent_before_redesign: Usd::ZERO,
            reused: Usd::ZERO,
            stopped: false,
            events: Vec::new(),
            cash: ScheduleCash::default(),
            delivered: None,
        }
    }

    /// Works, or pays for the pause, until the start of a quarter.
    fn work_until(&mut self, end: Quarter) {
        while let Some(now) = self.now.filter(|now| *now < end) {
            match self.state {
                State::Working => self.work_one(now),
                State::Paused => {
                    let share = self.project.pause_cost.map_or(0.0, |share| share.0);
                    add(&mut self.cash.exit, now, self.work.total * share);
                }
                State::Idle | State::Over => {}
            }
            self.now = Some(now + Quarters(1));
        }
    }

    fn work_one(&mut self, now: Quarter) {
        if !self.work.is_done() || self.work.lead_time.0 == 0 {
            let cost = self.work.advance();
            add(&mut self.cash.building, now, cost);
            self.spent += cost;
        }
        if self.work.is_done() {
            // Energised once the last quarter of work is over; at once where no time is needed.
            let wait = Quarters(i32::from(self.work.lead_time.0 > 0));
            self.deliver(now + wait);
        }
    }

    fn deliver(&mut self, quarter: Quarter) {
        let (block, delivery) = (self.work.block.clone(), self.work.delivery.clone());
        self.delivered = Some(Delivered { quarter, block, delivery });
        self.events.push((quarter, Event::Deliver));
        self.state = State::Over;
    }

    fn apply(&mut self, quarter: Quarter, event: Event) -> Result<(), ImpossibleCourse> {
        let refuse = |reason: &str| {
            Err(ImpossibleCourse {
                project: self.project.id.clone(),
                event,
                quarter,
                reason: reason.to_owned(),
            })
        };
        if self.now.is_some_and(|now| quarter < now) {
            return refuse("an earlier decision already lies behind it");
        }
        match (event, self.state) {
            (Event::Deliver, _) => return refuse("delivery follows from the work and is not decided"),
            (Event::Start, State::Idle) => {
                self.now = Some(quarter);
                self.state = State::Working;
            }
            (Event::Start, _) => return refuse("it has been started already"),
            (_, State::Idle) => return refuse("it has not been started"),
            (_, State::Over) if self.delivered.is_some() => return refuse("it has been delivered"),
            (_, State::Over) => return refuse("it has been cancelled"),
            (Event::Pause, State::Working) => {
                self.state = State::Paused;
                self.stopped = true;
            }
            (Event::Pause, State::Paused) => return refuse("it is paused already"),
            (Event::Resume, State::Paused) => self.state = State::Working,
            (Event::Resume, State::Working) => return refuse("it is not paused"),
            (Event::Cancel, _) => {
                let unspent = self.unspent();
                self.exit(quarter, unspent);
                self.state = State::Over;
                self.stopped = true;
            }
            (Event::Redesign, _) => {
                if self.work.block != self.project.id {
                    return refuse("it has been redesigned already");
                }
                let Some(redesign) = &self.project.redesign else {
                    return refuse("the scenario gives it no `redesign`");
                };
                let block = redesigned_block(&self.project.id);
                let mut work = Work::new(redesign.cost, redesign.lead_time, &[], block, &redesign.adds);
                self.reused = (self.spent * redesign.reuse.0).min(work.total);
                work.to_spend = work.total - self.reused;
                // Work that had not begun is not stopped by beginning it in another form.
                if self.work.done > 0 {
                    let not_needed = self.unspent() - work.to_spend;
                    self.exit(quarter, not_needed);
                    self.stopped = true;
                }
                self.spent_before_redesign = self.spent;
                self.spent = Usd::ZERO;
                self.work = work;
                self.state = State::Working;
            }
        }
        self.events.push((quarter, event));
        Ok(())
    }

    fn unspent(&self) -> Usd {
        self.work.to_spend - self.spent
    }

    fn exit(&mut self, quarter: Quarter, given_up: Usd) {
        let share = self.project.cancel_cost.map_or(0.0, |share| share.0);
        add(&mut self.cash.exit, quarter, given_up.max(Usd::ZERO) * share);
    }

    /// Works to the end; a pause that never ends is paid up to and with the last quarter.
    fn finish(&mut self, paid_until: Quarter) {
        match self.state {
            State::Working => {
                while self.state == State::Working {
                    let Some(now) = self.now else { break };
                    self.work_until(now + Quarters(1));
                }
            }
            State::Paused => self.work_until(paid_until + Quarters(1)),
            State::Idle | State::Over => {}
        }
    }
}

/// Id of the block that a redesigned project forms.
pub(crate) fn redesigned_block(project: &str) -> String {
    format!("{project}+redesign")
}

fn add(class: &mut std::collections::BTreeMap<Quarter, Usd>, quarter: Quarter, amount: Usd) {
    if amount.is_positive() {
        *class.entry(quarter).or_insert(Usd::ZERO) += amount;
    }
}

fn decisions(events: &[(Quarter, Event)]) -> impl Iterator<Item = &(Quarter, Event)> {
    events.iter().filter(|(_, event)| *event != Event::Deliver)
}

fn id_of(events: &[(Quarter, Event)]) -> String {
    let parts: Vec<String> = decisions(events).map(|(quarter, event)| format!("{event}@{quarter}")).collect();
    if parts.is_empty() { "never".to_owned() } else { parts.join("+") }
}

fn label_of(project: &Project, events: &[(Quarter, Event)]) -> String {
    let title = if project.title.is_empty() { &project.id } else { &project.title };
    let word = |event: Event| match event {
        Event::Start => "started",
        Event::Pause => "paused",
        Event::Resume => "resumed",
        Event::Cancel => "cancelled",
        Event::Redesign => "redesigned",
        Event::Deliver => "energised",
    };
    let parts: Vec<String> =
        events.iter().map(|(quarter, event)| format!("{} {quarter}", word(*event))).collect();
    if parts.is_empty() { format!("{title} not started") } else { format!("{title} {}", parts.join(", ")) }
}
