//! Ranges in names: `web-[01:50].example`, `rack-[a:f]`, `n[0:8:2]`.

use super::limits::HOSTS_MAX;

/// The names that a pattern stands for, in order; the pattern itself where it has no range.
///
/// # Errors
/// A sentence, when a range is not well-formed or stands for too many names.
pub(super) fn expand(pattern: &str) -> Result<Vec<String>, String> {
    let mut names = vec![String::new()];
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('[') {
        let (inside, behind) =
            after.split_once(']').ok_or("a `[` has no `]`; a range is written `[01:50]`")?;
        let items = items(inside)?;
        if names.len().saturating_mul(items.len()) > HOSTS_MAX {
            return Err(format!("it stands for more than {HOSTS_MAX} names"));
        }
        names = names
            .iter()
            .flat_map(|name| items.iter().map(move |item| format!("{name}{before}{item}")))
            .collect();
        rest = behind;
    }
    if rest.contains(']') {
        return Err("a `]` has no `[`; a range is written `[01:50]`".into());
    }
    names.iter_mut().for_each(|name| name.push_str(rest));
    Ok(names)
}

fn items(range: &str) -> Result<Vec<String>, String> {
    let wrong = |why: &str| format!("`[{range}]` is no range: {why}, as in `[01:50]` or `[a:f]`");
    let parts: Vec<&str> = range.split(':').collect();
    let (first, last, step) = match parts[..] {
        [first, last] => (first, last, 1),
        [first, last, step] => {
            let step = step.parse().ok().filter(|step| (1..=HOSTS_MAX).contains(step));
            (first, last, step.ok_or_else(|| wrong("its step is a number from 1 up"))?)
        }
        _ => return Err(wrong("it has a first and a last, with a colon between")),
    };
    if let (Some(from), Some(to)) = (letter(first), letter(last)) {
        if from.is_ascii_uppercase() != to.is_ascii_uppercase() || from > to {
            return Err(wrong("its letters go up, in one case"));
        }
        return Ok((from..=to).step_by(step).map(|c| char::from(c).to_string()).collect());
    }
    let number = |text: &str| {
        text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten()
    };
    let (from, to) = match (number(if first.is_empty() { "0" } else { first }), number(last)) {
        (Some(from), Some(to)) if from <= to => (from, to),
        _ => return Err(wrong("its numbers go up")),
    };
    let padded = first.len() > 1 && first.starts_with('0');
    if padded && first.len() != last.len() {
        return Err(wrong("with leading zeros both ends are of one length"));
    }
    if (to - from) / step as u64 >= HOSTS_MAX as u64 {
        return Err(format!("`[{range}]` stands for more than {HOSTS_MAX} names"));
    }
    let width = if padded { first.len() } else { 0 };
    Ok((from..=to).step_by(step).map(|n| format!("{n:0width$}")).collect())
}

fn letter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => Some(*letter),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ranges_stand_for() {
        let check = |pattern: &str, expected: &str| {
            assert_eq!(expand(pattern).unwrap().join(" "), expected, "{pattern}");
        };
        check("web", "web");
        check("web-[1:3]", "web-1 web-2 web-3");
        check("web-[08:11].example", "web-08.example web-09.example web-10.example web-11.example");
        check("n[0:8:4]x", "n0x n4x n8x");
        check("[:2]", "0 1 2");
        check("r[a:c]-[1:2]", "ra-1 ra-2 rb-1 rb-2 rc-1 rc-2");
        check("r[X:Z]", "rX rY rZ");
        check("n[9:11]", "n9 n10 n11");
        assert_eq!(expand("web-[0001:9999]").unwrap().len(), 9_999);
    }

    #[test]
    fn what_is_no_range() {
        let check = |pattern: &str, part: &str| {
            let error = expand(pattern).unwrap_err();
            assert!(error.contains(part), "{pattern}: {error}");
        };
        check("w[1:", "has no `]`");
        check("w1]", "has no `[`");
        check("w[]", "a first and a last");
        check("w[1]", "a first and a last");
        check("w[1:2:3:4]", "a first and a last");
        check("w[3:1]", "go up");
        check("w[c:a]", "go up");
        check("w[a:C]", "one case");
        check("w[a:3]", "go up");
        check("w[01:100]", "one length");
        check("w[1:3:0]", "step");
        check("w[0:99999]", "more than 10000");
        check("w[1:200]-[1:200]", "more than 10000");
        check("w[1:99999999999999999999]", "go up");
        check("w[[1:2]]", "no range");
        check("w[-1:3]", "go up");
    }
}
