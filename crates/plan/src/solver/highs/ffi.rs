//! The one place that talks to the C interface of HiGHS, and the only `unsafe` of the project.
//!
//! [`Engine`] owns a HiGHS object and frees it; every method keeps the promises that the C side
//! needs (lengths, lifetimes, strings that end in zero) and turns status codes into errors.

#![allow(unsafe_code)]

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::{NonNull, null, null_mut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ThreadId;

use highs_sys as c;

use super::super::model::{Kind, Model};
use super::super::outcome::{OnProgress, Phase, Progress, SolveError};

/// Progress is passed on at most this often, unless the incumbent improves.
const REPORT_EVERY_S: f64 = 0.1;

/// How a run ended, in the solver's own terms but with our type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunEnd {
    Optimal,
    Infeasible,
    UnboundedOrInfeasible,
    Unbounded,
    TimeLimit,
    SolutionLimit,
    Interrupt,
    Empty,
    /// HiGHS proved an optimum and then, adding its rows up again, found one broken by a hair more
    /// than its tolerance. It drops the values; [`Hooks::improved`] has kept them.
    Disputed,
    Unknown,
}

/// Listeners of one run. HiGHS calls back from the thread that runs it; should it ever do so from
/// another, only the two atomics are touched there.
pub(super) struct Hooks<'a> {
    home: ThreadId,
    cancel: Option<&'a AtomicBool>,
    stop: AtomicBool,
    log: Option<&'a dyn Fn(&str)>,
    listener: RefCell<Listener<'a>>,
}

struct Listener<'a> {
    on_progress: &'a mut OnProgress<'a>,
    last: Progress,
    last_report_s: f64,
    /// Values of the last improving solution.
    improved: Option<Vec<f64>>,
    panic: Option<Box<dyn Any + Send>>,
}

impl<'a> Hooks<'a> {
    pub(super) fn new(
        on_progress: &'a mut OnProgress<'a>,
        phase: Phase,
        cancel: Option<&'a AtomicBool>,
        log: Option<&'a dyn Fn(&str)>,
    ) -> Hooks<'a> {
        let last = Progress {
            phase,
            incumbent: None,
            bound: f64::NEG_INFINITY,
            elapsed_s: 0.0,
            nodes: 0,
            lp_iterations: 0,
            improved: false,
        };
        Hooks {
            home: std::thread::current().id(),
            cancel,
            stop: AtomicBool::new(false),
            log,
            listener: RefCell::new(Listener {
                on_progress,
                last,
                last_report_s: 0.0,
                improved: None,
                panic: None,
            }),
        }
    }

    /// True once the caller's flag or listener asked to stop.
    pub(super) fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.cancel.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// Values of the last improving solution, and the highest bound reported.
    pub(super) fn improved(&self) -> (Option<Vec<f64>>, f64) {
        let mut listener = self.listener.borrow_mut();
        (listener.improved.take(), listener.last.bound)
    }

    fn at_home(&self) -> bool {
        std::thread::current().id() == self.home
    }

    /// Runs a listener's code; a panic must not cross C++ frames, so it is kept until the run ends.
    fn guarded(&self, act: impl FnOnce(&mut Listener<'a>)) {
        let Ok(mut listener) = self.listener.try_borrow_mut() else { return };
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| act(&mut listener))) {
            listener.panic.get_or_insert(payload);
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    fn report(&self, kind: c_int, out: &c::HighsCallbackDataOut, values: Option<&[f64]>) {
        self.guarded(|listener| {
            if let Some(values) = values {
                listener.improved = Some(values.to_vec());
            }
            let last = &mut listener.last;
            let incumbent = Some(out.mip_primal_bound).filter(|cost| cost.is_finite());
            last.improved = match (incumbent, last.incumbent) {
                (Some(now), Some(before)) => now < before,
                (now, _) => now.is_some(),
            };
            if last.improved {
                last.incumbent = incumbent;
            }
            if !out.mip_dual_bound.is_nan() {
                last.bound = last.bound.max(out.mip_dual_bound);
            }
            last.elapsed_s = last.elapsed_s.max(out.running_time);
            last.nodes = last.nodes.max(u64::try_from(out.mip_node_count).unwrap_or(0));
            last.lp_iterations =
                last.lp_iterations.max(u64::try_from(out.mip_total_lp_iterations).unwrap_or(0));
            let due = last.elapsed_s >= listener.last_report_s + REPORT_EVERY_S
                || kind == c::kHighsCallbackMipLogging;
            if last.improved || due {
                listener.last_report_s = last.elapsed_s;
                let report = *last;
                if (listener.on_progress)(report) == ControlFlow::Break(()) {
                    self.stop.store(true, Ordering::Relaxed);
                }
            }
        });
    }
}

/// Called by HiGHS with the pointer given to `Highs_setCallback`.
unsafe extern "C" fn on_event(
    kind: c_int,
    message: *const c_char,
    out: *const c::HighsCallbackDataOut,
    input: *mut c::HighsCallbackDataIn,
    hooks: *mut c_void,
) {
    // SAFETY: `Engine::run` passes a pointer to hooks that outlive the run and are only shared.
    let Some(hooks) = (unsafe { hooks.cast_const().cast::<Hooks<'_>>().as_ref() }) else { return };
    if hooks.at_home() {
        match kind {
            c::kHighsCallbackLogging => {
                if let (Some(log), false) = (hooks.log, message.is_null()) {
                    // SAFETY: HiGHS passes a string that ends in zero and lives for this call.
                    let text = unsafe { CStr::from_ptr(message) }.to_string_lossy();
                    hooks.guarded(|_| log(text.trim_end()));
                }
            }
            c::kHighsCallbackMipImprovingSolution
            | c::kHighsCallbackMipLogging
            | c::kHighsCallbackMipInterrupt => {
                // SAFETY: HiGHS passes its own record, valid for this call, or null.
                if let Some(out) = unsafe { out.as_ref() } {
                    let size = usize::try_from(out.mip_solution_size).unwrap_or(0);
                    let sent = kind == c::kHighsCallbackMipImprovingSolution && !out.mip_solution.is_null();
                    // SAFETY: HiGHS announces how many values the array holds; valid for this call.
                    let values = sent.then(|| unsafe { std::slice::from_raw_parts(out.mip_solution, size) });
                    hooks.report(kind, out, values);
                }
            }
            _ => {}
        }
    }
    let may_interrupt = matches!(
        kind,
        c::kHighsCallbackMipInterrupt | c::kHighsCallbackSimplexInterrupt | c::kHighsCallbackIpmInterrupt
    );
    if may_interrupt {
        // SAFETY: HiGHS passes its own record, valid and not shared for this call, or null.
        if let Some(input) = unsafe { input.as_mut() } {
            input.user_interrupt = c_int::from(hooks.stopping());
        }
    }
}

thread_local! {
    /// HiGHS keeps its workers per calling thread and stops them when any object is freed there,
    /// so two live objects on one thread would pull the workers from under each other.
    static ENGINE_ALIVE: Cell<bool> = const { Cell::new(false) };
}

/// An owned HiGHS object. Not `Send`: HiGHS ties its workers to the creating thread.
pub(super) struct Engine {
    highs: NonNull<c_void>,
    n_columns: usize,
    n_rows: usize,
}

impl Drop for Engine {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `Highs_create` and is freed once.
        unsafe { c::Highs_destroy(self.highs.as_ptr()) };
        ENGINE_ALIVE.set(false);
    }
}

/// Primal and dual values as HiGHS holds them after a run.
pub(super) struct RawSolution {
    pub(super) column_values: Vec<f64>,
    pub(super) column_duals: Vec<f64>,
    pub(super) row_duals: Vec<f64>,
}

/// For each row, the smallest and largest right-hand side for which its dual holds.
pub(super) struct RowRanges {
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
}

/// Where a row stands in the optimal basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowBasis {
    AtLower,
    AtUpper,
    Slack,
}

impl Engine {
    pub(super) fn new() -> Result<Engine, SolveError> {
        if ENGINE_ALIVE.replace(true) {
            return Err(SolveError::Nested);
        }
        // SAFETY: no precondition.
        let highs = unsafe { c::Highs_create() };
        match NonNull::new(highs) {
            Some(highs) => {
                let mut engine = Engine { highs, n_columns: 0, n_rows: 0 };
                engine.set_bool(c"output_flag", false)?;
                engine.set_bool(c"log_to_console", false)?;
                Ok(engine)
            }
            None => {
                ENGINE_ALIVE.set(false);
                Err(SolveError::Engine { call: "Highs_create" })
            }
        }
    }

    pub(super) fn version() -> String {
        // SAFETY: returns a static string that ends in zero.
        let version = unsafe { CStr::from_ptr(c::Highs_version()) };
        version.to_string_lossy().into_owned()
    }

    pub(super) fn set_bool(&mut self, option: &CStr, value: bool) -> Result<(), SolveError> {
        // SAFETY: live object, string ends in zero.
        let status =
            unsafe { c::Highs_setBoolOptionValue(self.ptr(), option.as_ptr(), c::HighsInt::from(value)) };
        accept("Highs_setBoolOptionValue", status)
    }

    pub(super) fn set_int(&mut self, option: &CStr, value: i32) -> Result<(), SolveError> {
        // SAFETY: live object, string ends in zero.
        let status = unsafe { c::Highs_setIntOptionValue(self.ptr(), option.as_ptr(), value) };
        accept("Highs_setIntOptionValue", status)
    }

    pub(super) fn set_double(&mut self, option: &CStr, value: f64) -> Result<(), SolveError> {
        // SAFETY: live object, string ends in zero.
        let status = unsafe { c::Highs_setDoubleOptionValue(self.ptr(), option.as_ptr(), value) };
        accept("Highs_setDoubleOptionValue", status)
    }

    pub(super) fn set_text(&mut self, option: &CStr, value: &str) -> Result<(), SolveError> {
        let failed = SolveError::Engine { call: "Highs_setStringOptionValue" };
        let value = CString::new(value).map_err(|_| failed)?;
        // SAFETY: live object, both strings end in zero.
        let status = unsafe { c::Highs_setStringOptionValue(self.ptr(), option.as_ptr(), value.as_ptr()) };
        accept("Highs_setStringOptionValue", status)
    }

    /// Hands the model over; whole numbers are forgotten where `relax` is set.
    pub(super) fn pass(&mut self, model: &Model, relax: bool) -> Result<(), SolveError> {
        const CALL: &str = "Highs_passMip";
        let too_large = |_| SolveError::Engine { call: CALL };
        let (starts, columns, values) = model.matrix();
        let to_int = |index: usize| c::HighsInt::try_from(index).map_err(too_large);
        let starts: Vec<c::HighsInt> =
            starts[..model.n_rows()].iter().map(|&start| to_int(start)).collect::<Result<_, _>>()?;
        let columns: Vec<c::HighsInt> = columns
            .iter()
            .map(|&column| c::HighsInt::try_from(column).map_err(too_large))
            .collect::<Result<_, _>>()?;
        let cost: Vec<f64> = model.columns().map(|column| model.cost(column)).collect();
        let (lower, upper): (Vec<f64>, Vec<f64>) = model.columns().map(|column| model.bounds(column)).unzip();
        let (row_lower, row_upper): (Vec<f64>, Vec<f64>) =
            model.rows().map(|row| model.row_limits(row)).unzip();
        let integrality: Vec<c::HighsInt> = model
            .columns()
            .map(|column| match model.kind(column) {
                Kind::Integer | Kind::Binary if !relax => c::VAR_TYPE_INTEGER,
                _ => c::VAR_TYPE_CONTINUOUS,
            })
            .collect();
        // SAFETY: live object; every array has the length announced and lives for the call, which
        // copies them. A null integrality makes it a linear programme.
        let status = unsafe {
            c::Highs_passMip(
                self.ptr(),
                to_int(model.n_columns())?,
                to_int(model.n_rows())?,
                to_int(values.len())?,
                c::MATRIX_FORMAT_ROW_WISE,
                c::OBJECTIVE_SENSE_MINIMIZE,
                model.offset(),
                cost.as_ptr(),
                lower.as_ptr(),
                upper.as_ptr(),
                row_lower.as_ptr(),
                row_upper.as_ptr(),
                starts.as_ptr(),
                columns.as_ptr(),
                values.as_ptr(),
                if integrality.iter().any(|&kind| kind != c::VAR_TYPE_CONTINUOUS) {
                    integrality.as_ptr()
                } else {
                    null()
                },
            )
        };
        (self.n_columns, self.n_rows) = (model.n_columns(), model.n_rows());
        accept(CALL, status)
    }

    /// Gives a complete solution to begin from.
    pub(super) fn set_start(&mut self, values: &[f64]) -> Result<(), SolveError> {
        if values.len() != self.n_columns {
            return Err(SolveError::WrongLength { expected: self.n_columns, given: values.len() });
        }
        // SAFETY: live object; one value per column; the parts left out are null.
        let status = unsafe { c::Highs_setSolution(self.ptr(), values.as_ptr(), null(), null(), null()) };
        accept("Highs_setSolution", status)
    }

    /// Runs to the end or until a listener stops it.
    ///
    /// # Panics
    /// Passes on a panic of the listener, once HiGHS has returned.
    pub(super) fn run(&mut self, hooks: &Hooks<'_>) -> Result<RunEnd, SolveError> {
        let events = [
            Some(c::kHighsCallbackMipImprovingSolution),
            Some(c::kHighsCallbackMipLogging),
            Some(c::kHighsCallbackMipInterrupt),
            Some(c::kHighsCallbackSimplexInterrupt),
            Some(c::kHighsCallbackIpmInterrupt),
            hooks.log.map(|_| c::kHighsCallbackLogging),
        ];
        self.set_bool(c"output_flag", hooks.log.is_some())?;
        let data = std::ptr::from_ref(hooks).cast_mut().cast::<c_void>();
        // SAFETY: live object; `hooks` outlives the run, and the callback is taken away below.
        let status = unsafe { c::Highs_setCallback(self.ptr(), Some(on_event), data) };
        accept("Highs_setCallback", status)?;
        for event in events.into_iter().flatten() {
            // SAFETY: live object, a callback is set.
            let status = unsafe { c::Highs_startCallback(self.ptr(), event) };
            accept("Highs_startCallback", status)?;
        }
        // SAFETY: live object with a model; callbacks obey the rules told at `on_event`.
        let status = unsafe { c::Highs_run(self.ptr()) };
        // SAFETY: live object; from here on HiGHS holds no pointer of ours.
        let cleared = unsafe { c::Highs_setCallback(self.ptr(), None, null_mut()) };
        if let Some(payload) = hooks.listener.borrow_mut().panic.take() {
            resume_unwind(payload);
        }
        accept("Highs_setCallback", cleared)?;
        if status == c::STATUS_ERROR && hooks.stopping() {
            return Ok(RunEnd::Interrupt);
        }
        // SAFETY: live object.
        let end = unsafe { c::Highs_getModelStatus(self.ptr()) };
        let kept = hooks.listener.borrow().improved.as_ref().map(Vec::len) == Some(self.n_columns);
        if status == c::STATUS_ERROR && end == c::MODEL_STATUS_SOLVE_ERROR && kept {
            return Ok(RunEnd::Disputed);
        }
        accept("Highs_run", status)?;
        Ok(match end {
            c::MODEL_STATUS_OPTIMAL => RunEnd::Optimal,
            c::MODEL_STATUS_INFEASIBLE => RunEnd::Infeasible,
            c::MODEL_STATUS_UNBOUNDED_OR_INFEASIBLE => RunEnd::UnboundedOrInfeasible,
            c::MODEL_STATUS_UNBOUNDED => RunEnd::Unbounded,
            c::MODEL_STATUS_REACHED_TIME_LIMIT => RunEnd::TimeLimit,
            c::MODEL_STATUS_REACHED_SOLUTION_LIMIT => RunEnd::SolutionLimit,
            c::MODEL_STATUS_REACHED_INTERRUPT => RunEnd::Interrupt,
            c::MODEL_STATUS_MODEL_EMPTY => RunEnd::Empty,
            _ => RunEnd::Unknown,
        })
    }

    /// True when HiGHS holds primal values that it takes for feasible.
    pub(super) fn has_feasible_values(&self) -> bool {
        self.int_info(c"primal_solution_status") == Some(c::SOLUTION_STATUS_FEASIBLE)
    }

    pub(super) fn solution(&self) -> Result<RawSolution, SolveError> {
        let mut column_values = vec![0.0; self.n_columns];
        let mut column_duals = vec![0.0; self.n_columns];
        let mut row_values = vec![0.0; self.n_rows];
        let mut row_duals = vec![0.0; self.n_rows];
        // SAFETY: live object; arrays have one entry per column or row.
        let status = unsafe {
            c::Highs_getSolution(
                self.ptr(),
                column_values.as_mut_ptr(),
                column_duals.as_mut_ptr(),
                row_values.as_mut_ptr(),
                row_duals.as_mut_ptr(),
            )
        };
        accept("Highs_getSolution", status)?;
        Ok(RawSolution { column_values, column_duals, row_duals })
    }

    /// Where each row stands in the basis of the linear programme just solved.
    pub(super) fn row_basis(&self) -> Result<Vec<RowBasis>, SolveError> {
        let mut columns: Vec<c::HighsInt> = vec![0; self.n_columns];
        let mut rows: Vec<c::HighsInt> = vec![0; self.n_rows];
        // SAFETY: live object; arrays have one entry per column or row.
        let status = unsafe { c::Highs_getBasis(self.ptr(), columns.as_mut_ptr(), rows.as_mut_ptr()) };
        accept("Highs_getBasis", status)?;
        Ok(rows
            .into_iter()
            .map(|status| match status {
                c::kHighsBasisStatusLower => RowBasis::AtLower,
                c::kHighsBasisStatusUpper => RowBasis::AtUpper,
                _ => RowBasis::Slack,
            })
            .collect())
    }

    /// Ranges of the right-hand sides, meaningful for rows that are not slack.
    pub(super) fn row_ranges(&mut self) -> Result<RowRanges, SolveError> {
        let mut lower = vec![0.0; self.n_rows];
        let mut upper = vec![0.0; self.n_rows];
        let (none_f, none_i) = (null_mut::<f64>(), null_mut::<c::HighsInt>());
        // SAFETY: live object; the two arrays have one entry per row; a null array is left out.
        let status = unsafe {
            c::Highs_getRanging(
                self.ptr(),
                none_f,
                none_f,
                none_i,
                none_i,
                none_f,
                none_f,
                none_i,
                none_i,
                none_f,
                none_f,
                none_i,
                none_i,
                none_f,
                none_f,
                none_i,
                none_i,
                upper.as_mut_ptr(),
                none_f,
                none_i,
                none_i,
                lower.as_mut_ptr(),
                none_f,
                none_i,
                none_i,
            )
        };
        accept("Highs_getRanging", status)?;
        Ok(RowRanges { lower, upper })
    }

    pub(super) fn double_info(&self, name: &CStr) -> Option<f64> {
        let mut value = 0.0;
        // SAFETY: live object, string ends in zero, one double is written.
        let status = unsafe { c::Highs_getDoubleInfoValue(self.ptr(), name.as_ptr(), &mut value) };
        (status == c::STATUS_OK).then_some(value)
    }

    pub(super) fn int_info(&self, name: &CStr) -> Option<i32> {
        let mut value = 0;
        // SAFETY: live object, string ends in zero, one integer is written.
        let status = unsafe { c::Highs_getIntInfoValue(self.ptr(), name.as_ptr(), &mut value) };
        (status == c::STATUS_OK).then_some(value)
    }

    pub(super) fn int64_info(&self, name: &CStr) -> Option<i64> {
        let mut value = 0;
        // SAFETY: live object, string ends in zero, one integer is written.
        let status = unsafe { c::Highs_getInt64InfoValue(self.ptr(), name.as_ptr(), &mut value) };
        (status == c::STATUS_OK).then_some(value)
    }

    /// Wall time spent in runs of this object, in seconds.
    pub(super) fn run_time_s(&self) -> f64 {
        // SAFETY: live object.
        unsafe { c::Highs_getRunTime(self.ptr()) }
    }

    fn ptr(&self) -> *mut c_void {
        self.highs.as_ptr()
    }
}

/// A warning still means that the call did its work.
fn accept(call: &'static str, status: c::HighsInt) -> Result<(), SolveError> {
    if status == c::STATUS_ERROR { Err(SolveError::Engine { call }) } else { Ok(()) }
}
