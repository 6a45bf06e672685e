//! Kinds of requests that are counted together, and which one each method is.

use Kind::{Administer, Approve, Ask, Change, Login, Read, Registry, Start, Stop, Try, Work};

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Runs are started.
    Start,
    /// Runs, workflows and schedules are changed, and checked or planned before that.
    Change,
    /// Something is stopped, refused or taken away. That has to get through when nothing else does:
    /// nothing but other stops of the same principal counts against it.
    Stop,
    /// Tenants, roles, keys, bundles, freezes and notifications are looked after.
    Administer,
    /// Approvals are looked at one by one, and answered.
    Approve,
    /// Somebody logs in.
    Login,
    /// Policy is asked what it would say.
    Ask,
    /// What takes a while: trials of policy, checks of a ledger or of a tenant.
    Try,
    /// Workflows are looked up.
    Registry,
    /// Anything else is looked up or watched.
    Read,
    /// The daemon's health is looked at, or what its interface is.
    Probe,
    /// Workers do their work.
    Work,
    /// What this daemon does not know.
    Other,
}

/// Which of a tenant's buckets a request takes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Share {
    /// That of starts.
    Start,
    /// That of all the rest.
    Rest,
}

/// Every method of ours. A service may have several rows.
const METHODS: &[(&str, &[&str], Kind)] = &[
    ("Approvals", &["Deny", "Withdraw"], Stop),
    ("Approvals", &["Get", "Sign", "Delegate", "Comment", "BreakGlass"], Approve),
    ("Approvals", &["List", "Times"], Read),
    ("Artifacts", &["Hold"], Stop),
    ("Artifacts", &["Upload", "Record"], Change),
    ("Artifacts", &["Release", "Expire"], Administer),
    ("Artifacts", &["Get", "List", "Download", "Retention"], Read),
    ("Bundles", &["RollBack"], Administer),
    ("Bundles", &["Show"], Read),
    ("Freezes", &["Set", "Switch"], Stop),
    ("Freezes", &["Lift"], Administer),
    ("Freezes", &["List", "Get"], Read),
    ("Gates", &["Check"], Read),
    ("Graph", &["Get", "Walk", "Runs", "Touching", "Approvers", "ArtifactUses", "Export"], Read),
    ("Hosts", &["List", "Get"], Read),
    ("Incidents", &["Close"], Administer),
    ("Incidents", &["List", "Get"], Read),
    ("Keys", &["Revoke"], Stop),
    ("Keys", &["Enroll"], Administer),
    ("Keys", &["List", "Export"], Read),
    ("Ledger", &["Verify"], Try),
    ("Ledger", &["Tail", "Checkpoint", "InclusionProof", "ConsistencyProof"], Read),
    ("Ledger", &["Witnesses", "SigningKeys"], Read),
    ("Ledger", &["RotateSigningKey"], Administer),
    ("Notifications", &["Retry", "Drop", "Test"], Administer),
    ("Notifications", &["List", "ListDead", "GetDead"], Read),
    ("Oidc", &["Describe"], Login),
    ("Policy", &["Eval"], Ask),
    ("Policy", &["Test", "Coverage", "Diff", "Replay"], Try),
    ("Receipts", &["Get", "List"], Read),
    ("Runs", &["Start", "Rerun"], Start),
    ("Runs", &["Cancel", "Pause"], Stop),
    ("Runs", &["Plan", "Resume", "SkipTask", "ReleaseTask"], Change),
    (
        "Runs",
        &["Get", "List", "Timeline", "Watch", "WatchList", "Logs", "Artifact", "Export"],
        Read,
    ),
    ("Schedules", &["Backfill"], Start),
    ("Schedules", &["Pause"], Stop),
    ("Schedules", &["Set", "Resume", "Remove"], Change),
    ("Schedules", &["Get", "List", "Next", "History"], Read),
    ("Sessions", &["Challenge", "Open"], Login),
    ("Sessions", &["End"], Stop),
    ("Sessions", &["List"], Read),
    ("System", &["Revoke"], Stop),
    ("System", &["Grant", "Describe"], Administer),
    ("System", &["Authorize"], Ask),
    ("System", &["Status", "WhoAmI", "ListGrants", "ListDecisions", "GetDecision"], Read),
    ("System", &["ExportDecisions", "Doctor", "ListSecrets"], Read),
    ("Tenants", &["Suspend", "DismissGuest"], Stop),
    ("Tenants", &["Create", "Configure", "Resume", "AdmitGuest"], Administer),
    ("Tenants", &["ForgetTenant", "ForgetSubject"], Administer),
    ("Tenants", &["Check"], Try),
    ("Tenants", &["Get", "List", "ListSubjects"], Read),
    ("Tokens", &["Revoke"], Stop),
    ("Tokens", &["Issue"], Administer),
    ("Tokens", &["List"], Read),
    ("Tracked", &["Create", "Change", "Disclose"], Change),
    ("Tracked", &["Get", "List", "GetDisclosure", "ListDisclosures"], Read),
    ("Workers", &["Work", "Heartbeat", "Complete", "AppendLogs", "PutArtifact"], Work),
    ("Workers", &["List"], Read),
    ("Workflows", &["Validate", "Publish", "Review", "Countersign", "Deprecate", "Retire"], Change),
    ("Workflows", &["List", "Get"], Registry),
];

/// Services of others that are answered here, too.
const PROBES: [&str; 3] = [
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
];

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 13] = [
        Self::Start,
        Self::Change,
        Self::Stop,
        Self::Administer,
        Self::Approve,
        Self::Login,
        Self::Ask,
        Self::Try,
        Self::Registry,
        Self::Read,
        Self::Probe,
        Self::Work,
        Self::Other,
    ];

    /// Of the path of a request, such as `/conductor.v1.Runs/Start`.
    pub(super) fn of(path: &str) -> Self {
        if path.starts_with(crate::tlog::PREFIX) {
            return Self::Read;
        }
        let Some((service, method)) = path.strip_prefix('/').and_then(|path| path.split_once('/'))
        else {
            return Self::Other;
        };
        if PROBES.contains(&service) {
            return Self::Probe;
        }
        let Some(service) = service.strip_prefix("conductor.v1.") else { return Self::Other };
        let found = METHODS.iter().find(|row| row.0 == service && row.1.contains(&method));
        found.map_or(Self::Other, |(_, _, kind)| *kind)
    }

    /// Which of a tenant's buckets it takes from. What others of the tenant do must not keep anybody
    /// from stopping something, and from proving who they are for that.
    pub(super) const fn share(self) -> Option<Share> {
        match self {
            Self::Start => Some(Share::Start),
            Self::Stop | Self::Approve | Self::Login | Self::Probe | Self::Work => None,
            _ => Some(Share::Rest),
        }
    }

    /// As the configuration and the metrics call it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Change => "change",
            Self::Stop => "stop",
            Self::Administer => "administer",
            Self::Approve => "approve",
            Self::Login => "login",
            Self::Ask => "ask",
            Self::Try => "try",
            Self::Registry => "registry",
            Self::Read => "read",
            Self::Probe => "probe",
            Self::Work => "work",
            Self::Other => "other",
        }
    }

    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::Start => "starts of runs",
            Self::Change => "changes",
            Self::Stop => "stops",
            Self::Administer => "changes to tenants, roles, keys and bundles",
            Self::Approve => "answers to approvals",
            Self::Login => "steps of logins",
            Self::Ask => "questions to policy",
            Self::Try => "trials and checks",
            Self::Registry => "look-ups of workflows",
            Self::Read => "look-ups",
            Self::Probe => "looks at its health",
            Self::Work => "messages of workers",
            Self::Other => "requests that this daemon does not know",
        }
    }
}

impl Share {
    /// All of them.
    pub(super) const ALL: [Self; 2] = [Self::Start, Self::Rest];

    /// As the configuration and the metrics call it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "tenant_start",
            Self::Rest => "tenant",
        }
    }

    /// The kind that the bucket is kept under.
    pub(super) const fn kind(self) -> Kind {
        match self {
            Self::Start => Kind::Start,
            Self::Rest => Kind::Read,
        }
    }

    pub(super) const fn in_words(self) -> &'static str {
        match self {
            Self::Start => "starts of runs",
            Self::Rest => "requests",
        }
    }
}

#[cfg(test)]
mod tests {
    use conductor_protocol::DESCRIPTORS;
    use prost::Message as _;
    use prost_types::FileDescriptorSet;

    use super::*;

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

    fn rows() -> Vec<(String, String)> {
        let rows = METHODS.iter().flat_map(|(service, names, _)| {
            names.iter().map(|name| ((*service).to_owned(), (*name).to_owned()))
        });
        rows.collect()
    }

    /// A method that is new says here what it counts as.
    #[test]
    fn every_method_has_a_row() {
        let (rows, methods) = (rows(), methods());
        let missing: Vec<_> = methods.iter().filter(|method| !rows.contains(method)).collect();
        assert!(missing.is_empty(), "say in METHODS what these count as: {missing:?}");
        for (service, method) in methods {
            let kind = Kind::of(&format!("/conductor.v1.{service}/{method}"));
            assert_ne!(kind, Kind::Other, "{service}.{method}");
        }
    }

    #[test]
    fn every_row_is_a_method_and_stands_once() {
        let (rows, methods) = (rows(), methods());
        for row in &rows {
            assert!(methods.contains(row), "{row:?} is no method");
            let count = rows.iter().filter(|other| *other == row).count();
            assert_eq!(count, 1, "{row:?} stands twice");
        }
    }

    #[test]
    fn what_is_not_known_is_counted_all_the_same() {
        let check = |path: &str, kind: Kind| assert_eq!(Kind::of(path), kind, "{path}");
        check("/conductor.v1.Runs/Explode", Kind::Other);
        check("/conductor.v2.Runs/Start", Kind::Other);
        check("/", Kind::Other);
        check("", Kind::Other);
        check("/grpc.health.v1.Health/Check", Kind::Probe);
        check("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Kind::Probe);
        check("/conductor.v1.Freezes/Switch", Kind::Stop);
        check("/log/tile/0/000", Kind::Read);
    }

    #[test]
    fn nobody_else_takes_from_what_stops() {
        for kind in Kind::ALL {
            let alone =
                matches!(kind, Kind::Stop | Kind::Approve | Kind::Login | Kind::Probe | Kind::Work);
            assert_eq!(kind.share().is_none(), alone, "{}", kind.as_str());
        }
    }
}
