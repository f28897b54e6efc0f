//! Short names, dates, lists and money as the sentences of a plan need them.

use quarterdeck_plan::{CostClass, LedgerKind};
use quarterdeck_units::WorkUnit;

use crate::number;
use crate::unit::Unit;

/// A platform's name cut to what tells it apart: `8 x H100 SXM server (DGX H100 class)` → `H100 SXM`.
pub(crate) fn short_name(title: &str) -> String {
    let head = title.split(['(', ',']).next().unwrap_or(title).trim();
    let counted = head
        .split_once(" x ")
        .filter(|(n, _)| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|(_, name)| name);
    let core = counted.unwrap_or(head);
    let core = core.split(" in ").next().unwrap_or(core);
    let core = core.split(" with ").next().unwrap_or(core);
    let ends: &[&str] = match counted {
        Some(_) => &[" inference server", " server", " cards", " platform"],
        None => &[" rack", " chassis", " platform"],
    };
    let core = ends.iter().find_map(|end| core.strip_suffix(end)).unwrap_or(core);
    let words: Vec<&str> = core.split(' ').filter(|word| !word.starts_with("NVL")).collect();
    let short = words.join(" ");
    if short.is_empty() { title.to_owned() } else { short }
}

/// Id in kebab case: `as it happened` → `as-it-happened`.
pub(crate) fn kebab(text: &str) -> String {
    crate::unit::snake(text).replace('_', "-")
}

/// First letter in upper case.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// `a`, `a and b`, `a, b and c`; names of several parts are parted by semicolons.
pub(crate) fn list<S: AsRef<str>>(items: &[S]) -> String {
    let mark = if items.iter().any(|item| item.as_ref().contains(", ")) { "; " } else { ", " };
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [head @ .., last] => {
            let head: Vec<&str> = head.iter().map(AsRef::as_ref).collect();
            let joint = if mark == "; " { "; and " } else { " and " };
            format!("{}{joint}{}", head.join(mark), last.as_ref())
        }
    }
}

/// The first `most` items and how many more there are: `a, b and 3 more`.
pub(crate) fn list_up_to<S: AsRef<str>>(items: &[S], most: usize) -> String {
    if items.len() <= most {
        return list(items);
    }
    let mut head: Vec<String> = items.iter().take(most).map(|item| item.as_ref().to_owned()).collect();
    head.push(format!("{} more", items.len() - most));
    list(&head)
}

/// A word and its number: `2 places`, `1 place`.
pub(crate) fn counted(n: usize, noun: &str) -> String {
    number::counted(i64::try_from(n).unwrap_or(i64::MAX), noun)
}

/// A number of machines, to three digits: a plan does not know the ninth of 812,345,678.
pub(crate) fn machines(count: f64) -> String {
    if count.abs() < 1000.0 {
        number::significant(count, 3)
    } else {
        number::count(number::round_significant(count, 3))
    }
}

/// A rate of work at its peak: `1.21 bn samples/s`, `320,000 devices`.
pub(crate) fn rate(per_second: f64, unit: WorkUnit) -> String {
    let amount = if per_second < 1e3 { number::significant(per_second, 3) } else { machines(per_second) };
    match unit {
        WorkUnit::DeviceSeconds => format!("{amount} devices"),
        unit => format!("{amount} {unit}/s"),
    }
}

/// What work is counted in each second.
pub(crate) fn work_noun(unit: WorkUnit) -> &'static str {
    match unit {
        WorkUnit::DeviceSeconds => "devices",
        unit => unit.noun(),
    }
}

/// A family of machines in words: `cuda` → `CUDA GPUs`.
pub(crate) fn family_word(family: &str) -> &str {
    match family {
        "x86" => "x86 CPUs",
        "arm" => "Arm CPUs",
        "cuda" => "CUDA GPUs",
        "rocm" => "ROCm GPUs",
        "own" => "own chips",
        "tpu-xla" => "TPUs",
        "neuron" => "Neuron chips",
        "gaudi" => "Gaudi chips",
        "ascend" => "Ascend chips",
        other => other,
    }
}

/// Id of a class of money, also of its colour.
pub(crate) fn class_id(class: CostClass) -> &'static str {
    match class {
        CostClass::Machines => "machines",
        CostClass::Network => "network",
        CostClass::Buildings => "buildings",
        CostClass::Programmes => "programme",
        CostClass::Porting => "porting",
        CostClass::Energy => "energy",
        CostClass::Operations => "operations",
        CostClass::Rental => "rent",
        CostClass::Exit => "exit",
        CostClass::Other => "other",
    }
}

/// A class of money in words.
pub(crate) fn class_word(class: CostClass) -> &'static str {
    match class {
        CostClass::Machines => "Machines",
        CostClass::Network => "Network",
        CostClass::Buildings => "Buildings",
        CostClass::Programmes => "Own chips",
        CostClass::Porting => "Porting",
        CostClass::Energy => "Energy",
        CostClass::Operations => "Maintenance",
        CostClass::Rental => "Rental",
        CostClass::Exit => "Exit costs",
        CostClass::Other => "Other",
    }
}

/// What a line of the ledger stands for, in words.
pub(crate) fn kind_word(kind: LedgerKind) -> &'static str {
    match kind {
        LedgerKind::Capex => "capital spending",
        LedgerKind::Opex => "running costs",
        LedgerKind::Unserved => "demand not served",
        LedgerKind::Penalty => "price of limits not kept",
        LedgerKind::Residual => "value left at the end",
    }
}

/// Unit in which amounts up to `largest` dollars are drawn.
pub(crate) fn money_unit(largest: f64) -> (Unit, f64) {
    if largest.abs() >= 2e9 { (Unit::busd(), 1e-9) } else { (Unit::musd(), 1e-6) }
}

/// Money to two digits, for worths at the margin, which hold for small changes only.
pub(crate) fn money_text(dollars: f64) -> String {
    number::usd(number::round_significant(dollars, 2))
}

/// Money to three digits.
pub(crate) fn usd(dollars: f64) -> String {
    number::usd(dollars)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_to_what_tells_apart() {
        let check = |title: &str, expect: &str| assert_eq!(short_name(title), expect);
        check("8 x H100 SXM server (DGX H100, HGX H100, Grand Teton class)", "H100 SXM");
        check("8 x V100 SXM2 32 GB server (Big Basin, DGX-1 class)", "V100 SXM2 32 GB");
        check("GB200 NVL72 rack", "GB200");
        check("1-socket server of 2020 (Delta Lake in Yosemite V3 class)", "1-socket server of 2020");
        check("2-socket Ice Lake server", "2-socket Ice Lake server");
        check("6 x NNP-I M.2 cards with a 1-socket host (own inference chip class of 2021-22)", "NNP-I M.2");
        check("MTIA v1 chassis, 12 accelerators (Yosemite V3)", "MTIA v1");
        check("TPU v4 cube, 64 chips (4x4x4)", "TPU v4 cube");
        check("8 x MI250X in two 4-device servers", "MI250X");
        check("8 x L4 inference server", "L4");
        check("NVL72 rack", "NVL72 rack");
    }

    #[test]
    fn lists_read_as_sentences_do() {
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list(&["1,024 × B200", "12 × H100"]), "1,024 × B200 and 12 × H100");
        assert_eq!(list(&["Temple, Texas", "Kuna"]), "Temple, Texas; and Kuna");
        assert_eq!(list_up_to(&["a", "b", "c", "d"], 2), "a, b and 2 more");
        assert_eq!(list::<&str>(&[]), "");
    }
}
