//! The table of settings: names as in the config file, what each is for, and which values it takes.

/// What stands for "whatever fits" where a setting has such a value.
pub const AUTO: &str = "auto";

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `on` or `off`; `true` or `false` in the file.
    Toggle,
    /// One of these.
    Choice(&'static [&'static str]),
    /// A theme's name, or [`AUTO`].
    Theme,
    /// A screen, by the name of the action that shows it.
    Screen,
    /// A text that is not empty.
    Text,
}

/// One setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// As in the config file, with its table: `console.theme`.
    pub name: &'static str,
    /// What it is for, in a sentence without its point.
    pub help: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What it is where nothing says anything; empty for nothing.
    pub default: &'static str,
    /// The flag that says it for one call; empty for none.
    pub flag: &'static str,
    /// Environment variables that say it, the first that is set counts.
    pub variables: &'static [&'static str],
    /// A change holds at once. Of others the next start knows.
    pub live: bool,
}

impl Spec {
    /// Its name without the table `console`, as `:set` has it.
    #[must_use]
    pub fn short(&self) -> &'static str {
        self.name.strip_prefix("console.").unwrap_or(self.name)
    }

    /// A value as it is written here: `true` and `yes` are `on`.
    ///
    /// # Errors
    ///
    /// What is wrong with it. Whether a theme or a screen is there is not looked at.
    pub fn read(&self, value: &str) -> Result<String, String> {
        let name = self.name;
        match self.kind {
            Kind::Toggle => match value {
                "on" | "true" | "yes" => Ok("on".to_owned()),
                "off" | "false" | "no" => Ok("off".to_owned()),
                _ => Err(format!("`{name}` is `on` or `off`, not `{value}`")),
            },
            Kind::Choice(words) if words.contains(&value) => Ok(value.to_owned()),
            Kind::Choice(words) => {
                Err(format!("`{name}` is one of {}, not `{value}`", words.join(", ")))
            }
            Kind::Theme | Kind::Screen | Kind::Text if value.trim().is_empty() => {
                Err(format!("`{name}` wants a value; without its line it is as if nothing said it"))
            }
            Kind::Theme | Kind::Screen | Kind::Text => Ok(value.to_owned()),
        }
    }
}

const fn text(
    name: &'static str,
    (flag, variables): (&'static str, &'static [&'static str]),
    help: &'static str,
) -> Spec {
    Spec { name, help, kind: Kind::Text, default: "", flag, variables, live: false }
}

const fn live(
    name: &'static str,
    (kind, default): (Kind, &'static str),
    (flag, variables): (&'static str, &'static [&'static str]),
    help: &'static str,
) -> Spec {
    Spec { name, help, kind, default, flag, variables, live: true }
}

/// Something that somebody can be told of.
const fn tell(name: &'static str, help: &'static str) -> Spec {
    live(name, (Kind::Toggle, "off"), ("", &[]), help)
}

/// Every setting, in the order in which they are listed.
pub const SETTINGS: &[Spec] = &[
    live(
        "console.theme",
        (Kind::Theme, AUTO),
        ("--theme", &[]),
        "How everything looks; auto follows the terminal's ground and the environment",
    ),
    live(
        "console.theme_production",
        (Kind::Theme, AUTO),
        ("", &[]),
        "How everything looks in production; auto is the theme, or `production`",
    ),
    live(
        "console.glyphs",
        (Kind::Choice(&[AUTO, "ascii", "unicode", "nerd"]), AUTO),
        ("--glyphs", &[]),
        "Signs to draw with; auto goes by the locale, nerd wants a font with icons",
    ),
    live(
        "console.reduced_motion",
        (Kind::Toggle, "off"),
        ("--reduced-motion", &["NO_MOTION", "PREFERS_REDUCED_MOTION"]),
        "Nothing moves by itself",
    ),
    live(
        "console.mouse",
        (Kind::Toggle, "off"),
        ("--mouse", &[]),
        "A click chooses, opens and does what is clicked, the wheel scrolls; selecting text needs Shift",
    ),
    live(
        "console.notify",
        (Kind::Choice(&[AUTO, "bell", "osc9", "osc99", "osc777", "off"]), AUTO),
        ("", &[]),
        "By what you are told who look elsewhere, of what is on below; auto goes by the terminal",
    ),
    tell(
        "console.notify_approvals",
        "Tell that an approval waits for you, or that yours has ended",
    ),
    tell("console.notify_runs", "Tell that a run that you asked for has ended"),
    tell("console.notify_failures", "Tell that a run of this environment has failed"),
    tell("console.notify_incidents", "Tell that an incident is open, or that a review falls due"),
    tell("console.notify_link", "Tell that the daemon does not answer any more"),
    live(
        "console.read_only",
        (Kind::Toggle, "off"),
        ("--read-only", &[]),
        "Nothing can be changed from this console; on stays on until it ends",
    ),
    Spec {
        name: "console.start",
        help: "The screen in front when the console starts",
        kind: Kind::Screen,
        default: "runs",
        flag: "",
        variables: &[],
        live: false,
    },
    text("console.themes_dir", ("", &[]), "Folder of your own themes"),
    text(
        "context",
        ("--context", &["CONDUCTOR_CONTEXT"]),
        "The named context to act in, of those in the config file",
    ),
    text("host", ("--host", &["CONDUCTOR_ADDRESS", "CONDUCTOR_HOST"]), "Where the daemon listens"),
    text(
        "tenant",
        ("--tenant", &["CONDUCTOR_TENANT"]),
        "The tenant to act in; without it the daemon's own",
    ),
    text(
        "environment",
        ("--env", &["CONDUCTOR_ENV"]),
        "The environment to act in; without it the daemon's own",
    ),
    text(
        "region",
        ("--region", &["CONDUCTOR_REGION"]),
        "The region to act in; without it the daemon's own",
    ),
    text("tls.ca", ("--ca", &["CONDUCTOR_CA"]), "CAs to trust instead of the system's, in PEM"),
    text(
        "tls.certificate",
        ("--cert", &["CONDUCTOR_CERT"]),
        "The certificate to be known by, in PEM",
    ),
    text(
        "tls.key",
        ("--cert-key", &["CONDUCTOR_CERT_KEY"]),
        "Its private key, where that is not in the same file",
    ),
];

/// A setting by its name, with or without `console.`; `-` counts as `_`.
#[must_use]
pub fn spec(name: &str) -> Option<&'static Spec> {
    let name = name.replace('-', "_");
    SETTINGS.iter().find(|spec| spec.name == name || spec.short() == name)
}
