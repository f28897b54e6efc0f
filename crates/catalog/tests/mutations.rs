//! Files of the catalogue, mutated: each catalogue is read, or refused with faults that name a file.

use quarterdeck_catalog::Catalog;

#[test]
fn mutated_files_are_read_or_refused() {
    let files: Vec<(&str, &str)> = Catalog::builtin_files().collect();
    let mut state = 11_u64;
    let mut roll = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % below as u64).unwrap()
    };
    let pieces =
        ["\"", "[", "]", "{", "=", "\n", "-1", "nan", "1e999", "\"0 W\"", "\u{1f680}", "0", "id", "value"];
    let mut refused = 0;
    for _ in 0..120 {
        let index = roll(files.len());
        let mut text: Vec<char> = files[index].1.chars().collect();
        for _ in 0..=roll(2) {
            let at = roll(text.len() + 1);
            let to = (at + roll(12)).min(text.len());
            text.splice(at..to, pieces[roll(pieces.len())].chars());
        }
        let text: String = text.into_iter().collect();
        let mut changed = files.clone();
        changed[index].1 = &text;
        if let Err(errors) = Catalog::from_files(changed) {
            refused += 1;
            assert!(errors.iter().all(|error| !error.file.is_empty() && !error.message.is_empty()));
        }
    }
    assert!(refused > 60, "most mutations must be found: {refused} were");
}
