//! The little picture next to a comment: initials in a circle of a colour, both made of the name alone.

/// As many colours as the style sheet has classes `hue-0`, `hue-1` and so on.
const HUES: u32 = 12;

/// One or two letters: of the first word and, where letters have two cases, of the last one.
///
/// Letters of other scripts join or need no company, so one of them will do.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let Some(first) = words.next() else {
        return name.chars().next().into_iter().collect();
    };
    let has_cases = |c: &char| c.is_uppercase() || c.is_lowercase();
    let last = words.next_back().filter(has_cases);
    std::iter::once(first)
        .chain(last.filter(|_| has_cases(&first)))
        .map(|c| c.to_uppercase().next().unwrap_or(c))
        .collect()
}

/// The number of the colour: the same for a name wherever it is and however it is written.
#[must_use]
pub fn hue(name: &str) -> u32 {
    // FNV-1a, 32 bits: short, even enough for twelve, and the same for ever.
    let hash = name
        .to_lowercase()
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
    (hash >> 16) % HUES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        for (name, letters) in [
            ("Ada", "A"),
            ("ada ferry", "AF"),
            ("Anna Maria van Dyk", "AD"),
            ("“Bo” (the other one)", "BO"),
            ("ßeta", "S"),
            ("نور الدين", "ن"),
            ("山田 太郎", "山"),
            ("Ольга Ким", "ОК"),
            ("🦀", "🦀"),
            ("…", "…"),
            ("", ""),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }

    #[test]
    fn a_name_keeps_its_colour_and_names_have_all_of_them() {
        assert_eq!(hue("Ada Ferry"), hue("ada ferry"));
        let seen: std::collections::BTreeSet<u32> =
            (0..200).map(|n| hue(&format!("Name {n}"))).collect();
        assert_eq!(seen, (0..HUES).collect());
    }
}
