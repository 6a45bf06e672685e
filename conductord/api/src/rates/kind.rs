//! Kinds of requests that are counted together, and which one each method is.

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Runs are started.
    Start,
    /// Runs, workflows and schedules are changed, and checked or planned before that; sessions begin
    /// and end.
    Change,
    /// Tenants, roles, keys, bundles, freezes and notifications are looked after.
    Administer,
    /// Approvals are answered.
    Approve,
    /// Policy is asked what it would say.
    Ask,
    /// What takes a while: trials of policy, checks of a ledger or of a tenant.
    Try,
    /// Workflows are looked up.
    Registry,
    /// Anything else is looked up or watched.
    Read,
    /// Workers do their work.
    Work,
}

/// The methods that do more than look something up, and those that have a limit of their own.
const METHODS: &[(&str, &[&str], Kind)] = &[
    ("Runs", &["Start", "Rerun"], Kind::Start),
    ("Schedules", &["Backfill"], Kind::Start),
    ("Runs", &["Plan", "Cancel", "Pause", "Resume", "SkipTask", "ReleaseTask"], Kind::Change),
    ("Workflows", &["Validate", "Publish", "Review", "Deprecate", "Retire"], Kind::Change),
    ("Sessions", &["Challenge", "Open", "End"], Kind::Change),
    ("Schedules", &["Set", "Pause", "Resume", "Remove"], Kind::Change),
    (
        "Tenants",
        &["Create", "Configure", "Suspend", "Resume", "AdmitGuest", "DismissGuest"],
        Kind::Administer,
    ),
    ("System", &["Grant", "Revoke", "Describe"], Kind::Administer),
    ("Keys", &["Enroll", "Revoke"], Kind::Administer),
    ("Bundles", &["RollBack"], Kind::Administer),
    ("Freezes", &["Set", "Lift", "Switch"], Kind::Administer),
    ("Notifications", &["Retry", "Drop", "Test"], Kind::Administer),
    ("Approvals", &["Sign", "Deny", "Withdraw", "Delegate", "Comment"], Kind::Approve),
    ("System", &["Authorize"], Kind::Ask),
    ("Policy", &["Eval"], Kind::Ask),
    ("Policy", &["Test", "Coverage", "Diff", "Replay"], Kind::Try),
    ("Ledger", &["Verify"], Kind::Try),
    ("Tenants", &["Check"], Kind::Try),
    ("Workflows", &["List", "Get"], Kind::Registry),
    ("Workers", &["Work", "Heartbeat", "Complete", "AppendLogs", "PutArtifact"], Kind::Work),
];

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 9] = [
        Self::Start,
        Self::Change,
        Self::Administer,
        Self::Approve,
        Self::Ask,
        Self::Try,
        Self::Registry,
        Self::Read,
        Self::Work,
    ];

    /// Of the path of a request, such as `/conductor.v1.Runs/Start`.
    pub(crate) fn of(path: &str) -> Self {
        let name = path.strip_prefix("/conductor.v1.").and_then(|name| name.split_once('/'));
        let Some((service, method)) = name else { return Self::Read };
        let found = METHODS.iter().find(|row| row.0 == service && row.1.contains(&method));
        found.map_or(Self::Read, |(_, _, kind)| *kind)
    }

    /// As the configuration and the metrics call it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Change => "change",
            Self::Administer => "administer",
            Self::Approve => "approve",
            Self::Ask => "ask",
            Self::Try => "try",
            Self::Registry => "registry",
            Self::Read => "read",
            Self::Work => "work",
        }
    }

    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::Start => "starts of runs",
            Self::Change => "changes",
            Self::Administer => "changes to tenants, roles, keys and bundles",
            Self::Approve => "answers to approvals",
            Self::Ask => "questions to policy",
            Self::Try => "trials and checks",
            Self::Registry => "look-ups of workflows",
            Self::Read => "look-ups",
            Self::Work => "messages of workers",
        }
    }
}

#[cfg(test)]
mod tests {
    use conductor_protocol::DESCRIPTORS;
    use prost::Message as _;
    use prost_types::FileDescriptorSet;

    use super::*;

    /// How methods begin that only look something up.
    const LOOKS: [&str; 15] = [
        "Get", "List", "Show", "Export", "Watch", "Tail", "Timeline", "Logs", "Artifact", "Next",
        "History", "Times", "Status", "WhoAmI", "Doctor",
    ];
    /// Proofs of the ledger are looked up, too, and where a token is had.
    const OTHERS: [&str; 4] =
        ["Ledger.Checkpoint", "Ledger.InclusionProof", "Ledger.ConsistencyProof", "Oidc.Describe"];

    fn methods() -> Vec<(String, String)> {
        let files = FileDescriptorSet::decode(DESCRIPTORS).unwrap().file;
        let ours = files.into_iter().filter(|file| file.package() == "conductor.v1");
        let services = ours.flat_map(|file| file.service);
        let named = services.flat_map(|service| {
            let name = service.name().to_owned();
            service.method.into_iter().map(move |method| (name.clone(), method.name().to_owned()))
        });
        named.collect()
    }

    /// A method that is new says here what it counts as.
    #[test]
    fn every_method_counts_as_something() {
        for (service, method) in methods() {
            let kind = Kind::of(&format!("/conductor.v1.{service}/{method}"));
            let looks = LOOKS.iter().any(|word| method.starts_with(word))
                || OTHERS.contains(&format!("{service}.{method}").as_str());
            let reads = matches!(kind, Kind::Read | Kind::Registry);
            assert_eq!(reads, looks, "{service}.{method} counts as `{}`", kind.as_str());
        }
    }

    #[test]
    fn every_row_is_a_method() {
        let known = methods();
        for (service, names, _) in METHODS {
            for name in *names {
                let row = ((*service).to_owned(), (*name).to_owned());
                assert!(known.contains(&row), "{service}.{name}");
            }
        }
    }
}
