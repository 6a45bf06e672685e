//! Fuzzy ranking for the palette. Takes milliseconds for many texts: not for the loop's thread.

use nucleo::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};

/// Places of the texts that match, best first; without a pattern all, as they are.
pub(crate) fn rank(pattern: &str, texts: &[String]) -> Vec<u32> {
    let pattern = Pattern::parse(pattern, CaseMatching::Smart, Normalization::Smart);
    let mut config = Config::DEFAULT;
    config.prefer_prefix = true;
    let mut matcher = Matcher::new(config);
    let mut chars = Vec::new();
    let mut ranked: Vec<(u32, u32)> = (0..)
        .zip(texts)
        .filter_map(|(at, text)| {
            let score = pattern.score(Utf32Str::new(text, &mut chars), &mut matcher)?;
            Some((score, at))
        })
        .collect();
    // The sort is stable: equals keep their order, which is by last use.
    ranked.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    ranked.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn the_best_match_comes_first_and_order_breaks_ties() {
        let texts = ["restart-payments", "triage", "disk-clean", "triage"].map(str::to_owned);
        assert_eq!(rank("", &texts), [0, 1, 2, 3]);
        assert_eq!(rank("tri", &texts), [1, 3]);
        assert_eq!(rank("pay", &texts), [0]);
        assert_eq!(rank("zz", &texts), [0; 0]);
    }
}
