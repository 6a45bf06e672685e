//! The registry of error codes: one line each, and everything else about a code derived from it.
//!
//! A code is stable: scripts match on it, it is the `reason` of the `ErrorInfo` on the wire, and
//! it names a page under `protocol/errors/`. Codes are added at the end of their group and are
//! never renamed or given another meaning.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use tonic::Code as Grpc;

/// A text that is no registered error code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a known error code")]
pub struct UnknownCode(String);

macro_rules! codes {
    ($($variant:ident $text:literal $grpc:ident $exit:literal $summary:literal;)*) => {
        /// A stable error code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// Every code, in the registry's order.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as it stands on the wire and in scripts, such as `RUN_NOT_FOUND`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The gRPC status code that carries it.
            #[must_use]
            pub const fn grpc(self) -> Grpc {
                match self { $(Self::$variant => Grpc::$grpc,)* }
            }

            /// What the console exits with when this ended the command.
            #[must_use]
            pub const fn exit_code(self) -> u8 {
                match self { $(Self::$variant => $exit,)* }
            }

            /// What happened, in one line without a full stop.
            #[must_use]
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }

            /// Its page in Markdown: what happened, why, and what to do.
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../errors/", $text, ".md")),)*
                }
            }
        }
    };
}

// Exit codes: 2 usage, 3 denied, 4 waits for approval, 5 daemon unreachable, 6 not found, 7 refused, 8 invalid input,
// 9 damaged, 70 a bug.
codes! {
    ManifestEmpty "MANIFEST_EMPTY" InvalidArgument 8 "the manifest holds nothing";
    ManifestSyntax "MANIFEST_SYNTAX" InvalidArgument 8 "the manifest is not well-formed YAML or JSON";
    ManifestLimit "MANIFEST_LIMIT" InvalidArgument 8 "the manifest is larger than one of its bounds";
    ManifestAlias "MANIFEST_ALIAS" InvalidArgument 8 "the manifest uses a YAML anchor, alias, merge key or tag";
    ManifestDocuments "MANIFEST_DOCUMENTS" InvalidArgument 8 "the file holds more than one document";
    ManifestDuplicateKey "MANIFEST_DUPLICATE_KEY" InvalidArgument 8 "a mapping gives the same key twice";
    ManifestUnknownField "MANIFEST_UNKNOWN_FIELD" InvalidArgument 8 "a field is not one that the manifest format knows";
    ManifestMissingField "MANIFEST_MISSING_FIELD" InvalidArgument 8 "a required field is missing";
    ManifestWrongType "MANIFEST_WRONG_TYPE" InvalidArgument 8 "a value is of another type than its field takes";
    ManifestName "MANIFEST_NAME" InvalidArgument 8 "the workflow's name is not of the allowed form";
    ManifestVersion "MANIFEST_VERSION" InvalidArgument 8 "the workflow's version is not a semantic version";
    ManifestNoTasks "MANIFEST_NO_TASKS" InvalidArgument 8 "the workflow has no task";
    ManifestTaskId "MANIFEST_TASK_ID" InvalidArgument 8 "a task's id is not of the allowed form";
    ManifestTaskDuplicate "MANIFEST_TASK_DUPLICATE" InvalidArgument 8 "two tasks have the same id";
    ManifestUses "MANIFEST_USES" InvalidArgument 8 "a task's `uses` is not of the form `pkg:type/name@version`";
    ManifestExecutorUnknown "MANIFEST_EXECUTOR_UNKNOWN" InvalidArgument 8 "a task uses a built-in executor that does not exist";
    ManifestWith "MANIFEST_WITH" InvalidArgument 8 "a task's `with` is not what its executor takes";
    ManifestNeedsUnknown "MANIFEST_NEEDS_UNKNOWN" InvalidArgument 8 "a task needs one that does not exist";
    ManifestNeedsSelf "MANIFEST_NEEDS_SELF" InvalidArgument 8 "a task needs itself";
    ManifestNeedsDuplicate "MANIFEST_NEEDS_DUPLICATE" InvalidArgument 8 "a task names the same need twice";
    ManifestCycle "MANIFEST_CYCLE" InvalidArgument 8 "tasks need one another in a circle";
    ManifestRetries "MANIFEST_RETRIES" InvalidArgument 8 "`retries` is not a whole number from 0 to 10";
    ManifestTimeout "MANIFEST_TIMEOUT" InvalidArgument 8 "a timeout is not a duration between a millisecond and seven days";
    ManifestEnv "MANIFEST_ENV" InvalidArgument 8 "an environment variable has a name or value that no program could get";
    ManifestOutput "MANIFEST_OUTPUT" InvalidArgument 8 "an output's name is not of the allowed form";
    ManifestOnFailure "MANIFEST_ON_FAILURE" InvalidArgument 8 "`on_failure` is not one of `fail`, `continue` and `stop`";
    ManifestInputs "MANIFEST_INPUTS" InvalidArgument 8 "`inputs` is not a JSON Schema of an object";
    ManifestTemplate "MANIFEST_TEMPLATE" InvalidArgument 8 "a template or a `when` expression does not compile";
    ManifestReferenceUnknown "MANIFEST_REFERENCE_UNKNOWN" InvalidArgument 8 "a template names an input, a task or a variable that does not exist";
    ManifestReferenceUnordered "MANIFEST_REFERENCE_UNORDERED" InvalidArgument 8 "a template reads a task that need not have ended before";
    ManifestNeedsMode "MANIFEST_NEEDS_MODE" InvalidArgument 8 "`needs` is not a list, `{any: […]}` or `{all: […]}`";
    ManifestRollout "MANIFEST_ROLLOUT" InvalidArgument 8 "a task's `foreach`, `matrix`, `hosts` or `rollout` can't be carried out";
    ManifestConcurrency "MANIFEST_CONCURRENCY" InvalidArgument 8 "`concurrency` is not a group with a limit";
    ManifestGovernance "MANIFEST_GOVERNANCE" InvalidArgument 8 "`regions`, `purpose`, `tags` or `owners` holds what is no name, or a name twice";
    ManifestChoice "MANIFEST_CHOICE" InvalidArgument 8 "a field takes one of a few words, and this is none of them";
    ManifestSecret "MANIFEST_SECRET" InvalidArgument 8 "a secret is named or used where or how it can't be";
    ManifestScope "MANIFEST_SCOPE" InvalidArgument 8 "a task's `scopes` can't be those of a token";
    ManifestConfinement "MANIFEST_CONFINEMENT" InvalidArgument 8 "a task's `resources` or `sandbox` can't be enforced as it is written";
    RunbookFrontMatter "RUNBOOK_FRONT_MATTER" InvalidArgument 8 "the runbook has no front matter, or none that ends";
    RunbookTasks "RUNBOOK_TASKS" InvalidArgument 8 "the runbook's front matter has tasks";
    RunbookStep "RUNBOOK_STEP" InvalidArgument 8 "what stands behind the fence of a step is not understood";
    RunbookFence "RUNBOOK_FENCE" InvalidArgument 8 "the fence of a step is never closed";
    PolicyInvalid "POLICY_INVALID" InvalidArgument 8 "a policy bundle can't be taken: it does not compile, or its own tests fail";
    InputsInvalid "INPUTS_INVALID" InvalidArgument 8 "the inputs are not what the workflow takes";

    WorkflowNotFound "WORKFLOW_NOT_FOUND" NotFound 6 "no such workflow, or no such version of it";
    WorkflowVersionConflict "WORKFLOW_VERSION_CONFLICT" AlreadyExists 7 "this version is published already with another manifest";
    WorkflowVersionOrder "WORKFLOW_VERSION_ORDER" FailedPrecondition 7 "the version is not above the latest published one";
    WorkflowRetired "WORKFLOW_RETIRED" FailedPrecondition 7 "the version was retired: nothing new starts from it";
    ReviewOwn "REVIEW_OWN" FailedPrecondition 7 "nobody reviews what they published themselves";
    RunbookUnsigned "RUNBOOK_UNSIGNED" FailedPrecondition 3 "policy wants the runbook signed, and it is not";
    RunbookSignature "RUNBOOK_SIGNATURE" FailedPrecondition 3 "a signature of the runbook does not hold";
    RunbookReview "RUNBOOK_REVIEW" FailedPrecondition 3 "policy wants the runbook reviewed by somebody else";

    ScheduleNotFound "SCHEDULE_NOT_FOUND" NotFound 6 "no such schedule";
    ScheduleInvalid "SCHEDULE_INVALID" InvalidArgument 8 "the schedule says something that can't be";
    ScheduleVersionConflict "SCHEDULE_VERSION_CONFLICT" FailedPrecondition 7 "the schedule was edited meanwhile";
    ScheduleBackfill "SCHEDULE_BACKFILL" FailedPrecondition 7 "there is nothing, or too much, to backfill";
    TooManySchedules "TOO_MANY_SCHEDULES" ResourceExhausted 7 "as many schedules are set as the daemon takes";

    RunNotFound "RUN_NOT_FOUND" NotFound 6 "no such run";
    RunAlreadyEnded "RUN_ALREADY_ENDED" FailedPrecondition 7 "the run has ended, and ended runs never change";
    TrackedMove "TRACKED_MOVE" FailedPrecondition 7 "a tracked run does not go back to that status";
    RunNotEnded "RUN_NOT_ENDED" FailedPrecondition 7 "the run has not ended yet";
    IdempotencyConflict "IDEMPOTENCY_CONFLICT" AlreadyExists 7 "the idempotency key was used for another request";
    TooManyRuns "TOO_MANY_RUNS" ResourceExhausted 7 "as many runs are open as the daemon takes";
    ConcurrencyBusy "CONCURRENCY_BUSY" FailedPrecondition 7 "another run of the concurrency group is under way";
    TaskNotFound "TASK_NOT_FOUND" NotFound 6 "the run has no such task";
    TaskNotHeld "TASK_NOT_HELD" FailedPrecondition 7 "the task does not wait for that answer";
    TaskStarted "TASK_STARTED" FailedPrecondition 7 "the task is under way or has ended";
    PlanChanged "PLAN_CHANGED" FailedPrecondition 7 "what would run is not what was planned";
    TaskImpossible "TASK_IMPOSSIBLE" InvalidArgument 8 "a task would fail as it stands: something it is made of can't be filled in";
    ExecutorMissing "EXECUTOR_MISSING" FailedPrecondition 7 "no connected worker has the task's executor";
    NothingToDo "NOTHING_TO_DO" FailedPrecondition 7 "the run has nothing left of what was asked for";

    HostFilter "HOST_FILTER" InvalidArgument 8 "the node filter is not well-formed";
    HostNotFound "HOST_NOT_FOUND" NotFound 6 "no such host is in the inventory";
    InventoryNone "INVENTORY_NONE" FailedPrecondition 7 "no inventory is configured for this tenant and environment";
    InventoryInvalid "INVENTORY_INVALID" FailedPrecondition 8 "a source of the inventory is not well-formed";
    InventoryContradiction "INVENTORY_CONTRADICTION" FailedPrecondition 8 "two sources of the inventory contradict each other";
    InventoryUnavailable "INVENTORY_UNAVAILABLE" Unavailable 5 "a source of the inventory could not be read";

    LeaseLost "LEASE_LOST" FailedPrecondition 7 "the lease is not the worker's any more";
    ConfinementUnavailable "CONFINEMENT_UNAVAILABLE" FailedPrecondition 7 "the worker can't enforce the resources or the sandbox that the task demands";
    WorkerUnknown "WORKER_UNKNOWN" NotFound 6 "no such worker is registered";

    SecretUnknown "SECRET_UNKNOWN" NotFound 6 "the worker has no secret of that name";
    SecretNotAllowed "SECRET_NOT_ALLOWED" PermissionDenied 3 "the secret is not for this tenant or environment";
    SecretUnavailable "SECRET_UNAVAILABLE" Unavailable 5 "a secret's provider did not give its value";

    Unauthenticated "UNAUTHENTICATED" Unauthenticated 3 "the caller could not be identified";
    PermissionDenied "PERMISSION_DENIED" PermissionDenied 3 "policy does not allow it";
    ApprovalRequired "APPROVAL_REQUIRED" FailedPrecondition 4 "people must approve it first";
    StepUpRequired "STEP_UP_REQUIRED" FailedPrecondition 3 "one more proof of identity is asked for";
    DryRunOnly "DRY_RUN_ONLY" FailedPrecondition 3 "policy lets it be planned and not be done";
    ApprovalNotFound "APPROVAL_NOT_FOUND" NotFound 6 "no approval of that id is known here";
    ApprovalOver "APPROVAL_OVER" FailedPrecondition 7 "the approval has ended, or takes no more";
    ApprovalNotYours "APPROVAL_NOT_YOURS" FailedPrecondition 3 "it is not for whoever signs to approve";
    ApprovalsFull "APPROVALS_FULL" ResourceExhausted 7 "too many approvals wait already";
    SignatureInvalid "SIGNATURE_INVALID" FailedPrecondition 3 "the signature proves nothing here";
    DecisionStale "DECISION_STALE" Aborted 3 "policy changed while the request was under way";
    DecisionNotFound "DECISION_NOT_FOUND" NotFound 6 "no such decision is on record";
    BundleNotFound "BUNDLE_NOT_FOUND" NotFound 6 "no such policy bundle is kept";
    BundleInvalid "BUNDLE_INVALID" FailedPrecondition 8 "the policy bundle can't be used";
    GrantNotFound "GRANT_NOT_FOUND" NotFound 6 "the principal does not hold that role";
    RoleUnknown "ROLE_UNKNOWN" InvalidArgument 8 "no such role";
    LastAdmin "LAST_ADMIN" FailedPrecondition 7 "the tenant would be left without an administrator";
    TenantUnknown "TENANT_UNKNOWN" NotFound 6 "no such tenant";
    TenantExists "TENANT_EXISTS" AlreadyExists 7 "there is a tenant of this name already";
    TenantInvalid "TENANT_INVALID" InvalidArgument 8 "what is to be set for the tenant can't be";
    TenantVersionConflict "TENANT_VERSION_CONFLICT" FailedPrecondition 7 "the tenant's settings were edited meanwhile";
    TenantSuspended "TENANT_SUSPENDED" FailedPrecondition 7 "the tenant is suspended: nothing starts in it";
    TenantHome "TENANT_HOME" FailedPrecondition 7 "the home tenant can't be suspended";
    TooManyTenants "TOO_MANY_TENANTS" ResourceExhausted 7 "there are as many tenants as the daemon takes";
    GuestSelf "GUEST_SELF" FailedPrecondition 7 "nobody lets themselves into a tenant as a guest";
    GuestNotAdmitted "GUEST_NOT_ADMITTED" FailedPrecondition 7 "the tenant admits nobody of where the principal holds a role";
    TooManyGuests "TOO_MANY_GUESTS" ResourceExhausted 7 "the tenant has as many guests as it may";
    SubjectUnknown "SUBJECT_UNKNOWN" NotFound 6 "nothing is sealed with a key of whom is to be forgotten";
    ForgettingHeldUp "FORGETTING_HELD_UP" FailedPrecondition 7 "something has to end before it can be forgotten";
    AttributeInvalid "ATTRIBUTE_INVALID" InvalidArgument 8 "a principal has no such attribute, or not with that value";
    KeyInvalid "KEY_INVALID" InvalidArgument 8 "a key can't be enrolled or revoked as it is asked for";
    KeyTaken "KEY_TAKEN" AlreadyExists 7 "the key is somebody else's";
    KeyRevoked "KEY_REVOKED" FailedPrecondition 7 "the key was revoked, and stays so";
    KeyNotFound "KEY_NOT_FOUND" NotFound 6 "no such key is enrolled in the tenant";
    TooManyKeys "TOO_MANY_KEYS" ResourceExhausted 7 "the principal or the tenant has as many keys as it may";
    LoginChallenge "LOGIN_CHALLENGE" FailedPrecondition 3 "what was signed is no challenge that waits here";
    LoginFailed "LOGIN_FAILED" Unauthenticated 3 "the signature logs nobody in here";
    LoginSlowed "LOGIN_SLOWED" ResourceExhausted 3 "too many logins failed: the next one has to wait";
    SessionOver "SESSION_OVER" Unauthenticated 3 "the session is over, or this daemon never opened it";
    SessionElsewhere "SESSION_ELSEWHERE" PermissionDenied 3 "the session is good in another tenant only";
    SessionNotFound "SESSION_NOT_FOUND" NotFound 6 "no such session is open in the tenant";
    TooManySessions "TOO_MANY_SESSIONS" ResourceExhausted 7 "the principal or the daemon has as many sessions as it may";
    TokenInvalid "TOKEN_INVALID" InvalidArgument 8 "a token can't be issued or revoked as it is asked for";
    TokenRefused "TOKEN_REFUSED" Unauthenticated 3 "the token is over, or was never issued here";
    TokenElsewhere "TOKEN_ELSEWHERE" PermissionDenied 3 "the token is good in another tenant only";
    TokenScope "TOKEN_SCOPE" PermissionDenied 3 "the token is not for what was asked";
    TokenNotFound "TOKEN_NOT_FOUND" NotFound 6 "no such token was issued in the tenant";
    TooManyTokens "TOO_MANY_TOKENS" ResourceExhausted 7 "the service or the tenant has as many tokens as it may";

    NotificationNotFound "NOTIFICATION_NOT_FOUND" NotFound 6 "no such target of notifications, or no such dead letter of it";
    NotificationUndelivered "NOTIFICATION_UNDELIVERED" Unavailable 5 "the target did not take a notification";
    Frozen "FROZEN" FailedPrecondition 7 "a freeze holds: nothing starts there";
    FreezeInvalid "FREEZE_INVALID" InvalidArgument 8 "there can't be a freeze as it is asked for";
    FreezeExists "FREEZE_EXISTS" AlreadyExists 7 "there is another freeze of this name";
    FreezeNotFound "FREEZE_NOT_FOUND" NotFound 6 "no such freeze holds or is to come";
    TooManyFreezes "TOO_MANY_FREEZES" ResourceExhausted 7 "the tenant has as many freezes as it may";
    GlassWhole "GLASS_WHOLE" FailedPrecondition 7 "nothing stands in the way that glass would be broken for";
    IncidentNotFound "INCIDENT_NOT_FOUND" NotFound 6 "no such incident is known in the tenant";
    IncidentClosed "INCIDENT_CLOSED" FailedPrecondition 7 "the incident is closed";
    IncidentYours "INCIDENT_YOURS" FailedPrecondition 3 "nobody closes an incident about what they did";
    DisclosureNotFound "DISCLOSURE_NOT_FOUND" NotFound 6 "no such disclosure pack";

    EntityNotFound "ENTITY_NOT_FOUND" NotFound 6 "the graph of the tenant has no such entity";

    RequestInvalid "REQUEST_INVALID" InvalidArgument 8 "the request lacks something or holds something it may not";
    IdInvalid "ID_INVALID" InvalidArgument 8 "an id is not of the form its kind has";
    PageTokenInvalid "PAGE_TOKEN_INVALID" InvalidArgument 8 "the page token is not one for this list";
    MessageTooLarge "MESSAGE_TOO_LARGE" ResourceExhausted 8 "the message is larger than the daemon takes";
    ReceiptNotFound "RECEIPT_NOT_FOUND" NotFound 6 "no such receipt was issued so far";
    PackUnsigned "PACK_UNSIGNED" Unavailable 5 "a disclosure pack can't be signed at the moment";
    ArtifactNotFound "ARTIFACT_NOT_FOUND" NotFound 6 "no such artifact";
    ArtifactInvalid "ARTIFACT_INVALID" InvalidArgument 8 "an artifact can't be added as it is described";
    ArtifactDigest "ARTIFACT_DIGEST" InvalidArgument 8 "what came is not what was announced";
    EvidenceInvalid "EVIDENCE_INVALID" InvalidArgument 8 "the content claims to be evidence and breaks the rules of its format";
    EvidenceContradicted "EVIDENCE_CONTRADICTED" FailedPrecondition 8 "the content does not hold what was declared";
    ArtifactHeld "ARTIFACT_HELD" FailedPrecondition 7 "the artifact is held: its content stays";
    ArtifactNotHeld "ARTIFACT_NOT_HELD" FailedPrecondition 7 "the artifact is not held";
    ArtifactExpired "ARTIFACT_EXPIRED" FailedPrecondition 7 "the artifact's content was removed, its time was over";
    ArtifactKept "ARTIFACT_KEPT" FailedPrecondition 7 "the time of the artifact's content is not over";
    TooManyArtifacts "TOO_MANY_ARTIFACTS" ResourceExhausted 7 "the run has as many artifacts as it may";
    LogNotFound "LOG_NOT_FOUND" NotFound 6 "no such log";
    RouteUnknown "ROUTE_UNKNOWN" NotFound 6 "nothing is at this path of the HTTP API";
    MethodNotAllowed "METHOD_NOT_ALLOWED" Unimplemented 8 "the path is asked for with another method";
    MediaTypeUnsupported "MEDIA_TYPE_UNSUPPORTED" InvalidArgument 8 "the HTTP API takes JSON only";
    PreconditionFailed "PRECONDITION_FAILED" FailedPrecondition 7 "what is there changed since it was looked at";
    BrowserRefused "BROWSER_REFUSED" PermissionDenied 3 "pages in browsers are not answered over HTTP";

    QueueFull "QUEUE_FULL" ResourceExhausted 5 "more commands wait than the daemon takes";
    RateLimited "RATE_LIMITED" ResourceExhausted 5 "more is asked than is taken in a minute";
    DeadlineExceeded "DEADLINE_EXCEEDED" DeadlineExceeded 5 "the answer did not come in the time given";
    ShuttingDown "SHUTTING_DOWN" Unavailable 5 "the daemon is stopping";
    LedgerUnavailable "LEDGER_UNAVAILABLE" Unavailable 5 "the ledger cannot be written";
    SigningKeyRotating "SIGNING_KEY_ROTATING" FailedPrecondition 7 "the signing key is being replaced already";
    SigningKeyNextMissing "SIGNING_KEY_NEXT_MISSING" FailedPrecondition 7 "no next signing key is configured";
    TileNotFound "TILE_NOT_FOUND" NotFound 6 "the log has no such checkpoint, tile or entries yet";
    LedgerDamaged "LEDGER_DAMAGED" DataLoss 9 "the ledger's bytes are not what was written";
    ViewStoreDamaged "VIEW_STORE_DAMAGED" Unavailable 5 "the view store is damaged and is being rebuilt";
    Internal "INTERNAL" Internal 70 "a bug in the daemon";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let found = Self::ALL.iter().find(|code| code.as_str() == text);
        found.copied().ok_or_else(|| UnknownCode(text.chars().take(64).collect()))
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {

    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn every_code_has_a_page_and_every_page_a_code() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("errors");
        let pages: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        let codes: BTreeSet<String> = Code::ALL.iter().map(|code| format!("{code}.md")).collect();
        assert_eq!(pages, codes);
    }

    #[test]
    fn a_page_says_what_happened_why_and_what_to_do() {
        for code in Code::ALL {
            let headings: Vec<&str> =
                code.page().lines().filter(|line| line.starts_with('#')).collect();
            let title = format!("# {code}");
            assert_eq!(headings, [&title, "## What happened", "## Why", "## What to do"], "{code}");
            let parts = code.page().split("\n\n");
            assert!(parts.count() >= 8, "{code}: a part is empty");
        }
    }

    #[test]
    fn codes_round_trip_and_are_screaming_snake() {
        let unique: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(unique.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
            assert!(code.as_str().bytes().all(|b| b.is_ascii_uppercase() || b == b'_'));
        }
        assert_eq!("NO_SUCH".parse::<Code>(), Err(UnknownCode("NO_SUCH".to_owned())));
    }

    #[test]
    fn exit_codes_are_the_documented_ones() {
        let table: String = Code::ALL
            .iter()
            .map(|code| format!("{code} {:?} {}\n", code.grpc(), code.exit_code()))
            .collect();
        insta::assert_snapshot!(table);
        for code in Code::ALL {
            assert!([3, 4, 5, 6, 7, 8, 9, 70].contains(&code.exit_code()), "{code}");
        }
    }
}
