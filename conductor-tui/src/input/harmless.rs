//! Which names are of secrets, and which typed lines may be shown or written down: not those that may
//! hold one.

/// Names whose values nobody should find in a file.
const SECRET_NAMES: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "credential",
    "apikey",
    "api_key",
    "api-key",
    "private",
    "bearer",
    "pin",
];
/// Characters of a word without a break from which on it may be a key.
const KEY_CHARS: usize = 24;

/// Whether a line may be kept. One that begins with a blank is not, as in shells; nor is one with a
/// value whose name sounds like a secret, with a login in an address, or with a word that looks like a
/// key. Rather too many are left out than too few.
pub(crate) fn is_harmless(line: &str) -> bool {
    !line.starts_with(' ') && line.split([' ', '\'', '"']).all(is_harmless_word)
}

/// Whether what is called so is a secret, as far as a name says it.
pub(crate) fn sounds_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let parts = || name.split(['_', '-', '.']);
    SECRET_NAMES.iter().any(|secret| match *secret {
        // Short words are parts of harmless ones.
        "pin" => parts().any(|part| part == "pin"),
        secret => name.contains(secret),
    })
}

/// A line with stars in place of what may be a secret.
pub(crate) fn without_secrets(line: &str) -> String {
    starred(line, is_harmless_word)
}

/// A line as it stands on the screen while it is typed: with stars in place of values whose names sound
/// like secrets, and as long as it is.
pub(crate) fn without_values(line: &str) -> String {
    let named = |word: &str| word.split_once('=').is_some_and(|(name, _)| sounds_secret(name));
    starred(line, |word| !named(word))
}

fn starred(line: &str, is_harmless: impl Fn(&str) -> bool) -> String {
    // Between quotation marks there may be blanks: from such a secret on everything is masked.
    let quoted = line.contains(['\'', '"']);
    let mut masks = false;
    let words = line.split(' ').map(|word| {
        let harmless = word.split(['\'', '"']).all(&is_harmless);
        if harmless && !masks {
            return word.to_owned();
        }
        masks |= quoted;
        let stars = |text: &str| "*".repeat(text.chars().count());
        match word.split_once('=').filter(|_| !harmless) {
            Some((name, value)) => format!("{name}={}", stars(value)),
            None => stars(word),
        }
    });
    let masked: Vec<String> = words.collect();
    masked.join(" ")
}

fn is_harmless_word(word: &str) -> bool {
    let lower = word.to_lowercase();
    let name = lower.split_once(['=', ':']).map_or(lower.as_str(), |(name, _)| name);
    let named = sounds_secret(name);
    // The CLI's own groups are only words.
    let group = matches!(lower.as_str(), "tokens" | "token" | "secrets");
    let login = lower.contains("://") && lower.contains('@');
    let value = word.split_once('=').map_or(word, |(_, value)| value);
    (group || !named) && !login && !looks_like_a_key(value)
}

/// Long, of letters and digits mixed, and no id or digest of ours.
fn looks_like_a_key(value: &str) -> bool {
    let ours = ["run_", "apr_", "sha256:", "dec_", "wrk_", "inc_", "ses_", "tok_"];
    if ours.iter().any(|prefix| value.starts_with(prefix)) {
        return false;
    }
    value.split(['/', ',', '@', '.']).any(|part| {
        let has = |kind: fn(&char) -> bool| part.chars().any(|c| kind(&c));
        let (digits, letters) = (has(char::is_ascii_digit), has(char::is_ascii_alphabetic));
        part.chars().count() >= KEY_CHARS && digits && letters
    })
}

#[cfg(test)]
mod tests {
    use super::{is_harmless, without_secrets, without_values};

    #[test]
    fn what_may_be_a_secret_becomes_stars_and_the_rest_stays() {
        let check = |line: &str, expected: &str| assert_eq!(without_secrets(line), expected);
        check("run d host=a password=hunter2", "run d host=a password=*******");
        check("runs list --status failed", "runs list --status failed");
        check("run d token='a b' host=a", "run d token=** ** ******");
        check("login https://bob:x@h", "login ***************");
    }

    #[test]
    fn of_what_is_typed_only_values_are_stars_and_it_keeps_its_length() {
        let check = |line: &str, expected: &str| {
            assert_eq!(without_values(line), expected);
            assert_eq!(line.chars().count(), expected.chars().count());
        };
        check("run d host=a token=hunt\u{e9}r", "run d host=a token=******");
        check("run d -i 'db_password=a b' x", "run d -i 'db_password=* ** *");
        check("run restart-token", "run restart-token");
        check("login https://bob:x@h", "login https://bob:x@h");
    }

    #[test]
    fn what_may_be_a_secret_is_not_kept() {
        for line in [
            "run deploy -i password=hunter2",
            "run deploy db_password=hunter2",
            "run deploy API_KEY=x",
            "run deploy -i 'token=abc'",
            "run deploy url=https://alice:pw@example.org/",
            "run deploy -i x=AKIAIOSFODNN7EXAMPLE12345",
            "run deploy ghp_0123456789abcdefghijABCDEFGHIJ012345",
            "run deploy pin=1234",
            "run deploy --client-secret x",
            " runs",
        ] {
            assert!(!is_harmless(line), "{line}");
        }
    }

    #[test]
    fn what_is_plain_is_kept() {
        for line in [
            "runs status:failed since:2h payments",
            "runs show run_01jd0000000000009999999997",
            "run restart-payments service=nginx hosts=2",
            "tokens list",
            "plan spinning-disks region=eu-west-1",
            "run disk --plan sha256:9f2c71aa9f2c71aa9f2c71aa9f2c71aa",
            "set mouse",
        ] {
            assert!(is_harmless(line), "{line}");
        }
    }
}
