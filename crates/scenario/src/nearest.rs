//! What a misspelt name most likely meant.

/// The known name nearest to the given one, if one is near enough to be a slip.
///
/// Case, `_` and spaces for `-` are forgiven; a name that contains the other counts as near.
pub(crate) fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', ' ', '.'], "-");
    let wanted = plain(given);
    if wanted.is_empty() || wanted.len() > 80 {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let other = plain(name);
        let distance = strsim::damerau_levenshtein(&wanted, &other);
        let shorter = wanted.len().min(other.len());
        let contained = shorter >= 3 && (wanted.contains(&other) || other.contains(&wanted));
        let limit = 2.max(wanted.len().max(other.len()) / 3).min(shorter.saturating_sub(1).max(1));
        if !contained && distance > limit {
            continue;
        }
        let rank = if contained { distance.min(limit) } else { distance };
        if best.is_none_or(|(least, _)| rank < least) {
            best = Some((rank, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Names as a list for people: `a`, `b` and `c`.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 24;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        many if many.len() > MOST => format!("{} and {} more", many[..MOST].join(", "), many.len() - MOST),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let known = ["it_power", "cooling", "rack_density_max", "id", "to"];
        let check = |given: &str, expect: Option<&str>| assert_eq!(nearest(given, known), expect, "{given}");
        check("it_powr", Some("it_power"));
        check("coolling", Some("cooling"));
        check("power", Some("it_power"));
        check("rack_density", Some("rack_density_max"));
        check("IT-Power", Some("it_power"));
        check("colour", None);
        check("x", None);
        check("", None);
    }
}
