//! One method a unary call: the deadline set, the status read, and asked again after the time that a
//! daemon names who takes no more for now.

use conductor_protocol::v1;

use crate::{connection::Connection, error::ClientError};

macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident = $service:ident.$method:ident($request:ident) -> $answer:ident;)*) => {
        impl Connection {$(
            $(#[$doc])*
            ///
            /// # Errors
            ///
            /// See [`ClientError`].
            pub async fn $name(&self, message: v1::$request) -> Result<v1::$answer, ClientError> {
                self.patiently(|| {
                    let (mut client, request) =
                        (self.services().$service, self.request(message.clone()));
                    async move { client.$method(request).await }
                })
                .await
            }
        )*}
    };
}

calls! {
    /// Checks a manifest without keeping it.
    validate_workflow = workflows.validate(ValidateWorkflowRequest) -> ValidateWorkflowResponse;
    /// Publishes a manifest as an immutable version.
    publish_workflow = workflows.publish(PublishWorkflowRequest) -> PublishWorkflowResponse;
    /// One page of workflows.
    list_workflows = workflows.list(ListWorkflowsRequest) -> ListWorkflowsResponse;
    /// One version of a workflow, with its manifest.
    get_workflow = workflows.get(GetWorkflowRequest) -> GetWorkflowResponse;
    /// Warns whoever starts versions of a workflow, or takes it back.
    deprecate_workflow = workflows.deprecate(DeprecateWorkflowRequest) -> WorkflowLifecycleResponse;
    /// Lets nothing start from versions of a workflow any more.
    retire_workflow = workflows.retire(RetireWorkflowRequest) -> WorkflowLifecycleResponse;
    /// Says what the caller thinks of a version of a workflow.
    review_workflow = workflows.review(ReviewWorkflowRequest) -> WorkflowLifecycleResponse;
    /// Adds the caller's signature to a version that its author signed.
    countersign_workflow = workflows.countersign(CountersignWorkflowRequest) -> CountersignWorkflowResponse;

    /// Makes or edits a schedule.
    set_schedule = schedules.set(SetScheduleRequest) -> SetScheduleResponse;
    /// One schedule.
    get_schedule = schedules.get(GetScheduleRequest) -> GetScheduleResponse;
    /// One page of schedules, by name.
    list_schedules = schedules.list(ListSchedulesRequest) -> ListSchedulesResponse;
    /// Lets a schedule rest.
    pause_schedule = schedules.pause(PauseScheduleRequest) -> PauseScheduleResponse;
    /// Lets a schedule go on.
    resume_schedule = schedules.resume(ResumeScheduleRequest) -> ResumeScheduleResponse;
    /// Takes a schedule away.
    remove_schedule = schedules.remove(RemoveScheduleRequest) -> RemoveScheduleResponse;
    /// When a schedule is due next.
    next_schedule = schedules.next(NextScheduleRequest) -> NextScheduleResponse;
    /// Runs the due times of a time gone by.
    backfill_schedule = schedules.backfill(BackfillScheduleRequest) -> BackfillScheduleResponse;
    /// A schedule's versions, newest first.
    schedule_history = schedules.history(ScheduleHistoryRequest) -> ScheduleHistoryResponse;

    /// What a run would do; nothing is changed by it.
    plan_run = runs.plan(PlanRunRequest) -> PlanRunResponse;
    /// Starts a run; answers as soon as the start is durable.
    start_run = runs.start(StartRunRequest) -> StartRunResponse;
    /// Asks for a run's end.
    cancel_run = runs.cancel(CancelRunRequest) -> CancelRunResponse;
    /// Lets a run start no more tasks for now.
    pause_run = runs.pause(PauseRunRequest) -> ChangeRunResponse;
    /// Lets a paused run go on.
    resume_run = runs.resume(ResumeRunRequest) -> ChangeRunResponse;
    /// Leaves a task out that has not started.
    skip_task = runs.skip_task(SkipTaskRequest) -> ChangeRunResponse;
    /// Answers a task that is held.
    release_task = runs.release_task(ReleaseTaskRequest) -> ChangeRunResponse;
    /// Starts a new run that repeats an ended one: whole, in part, or to undo it.
    rerun_run = runs.rerun(RerunRunRequest) -> StartRunResponse;
    /// One run with its tasks.
    get_run = runs.get(GetRunRequest) -> GetRunResponse;
    /// One page of runs, newest first.
    list_runs = runs.list(ListRunsRequest) -> ListRunsResponse;
    /// One page of what happened to a run, oldest first.
    timeline = runs.timeline(TimelineRequest) -> TimelineResponse;

    /// The workers and the queue.
    list_workers = workers.list(ListWorkersRequest) -> ListWorkersResponse;

    /// One page of hosts, by name.
    list_hosts = hosts.list(ListHostsRequest) -> ListHostsResponse;
    /// One host of the inventory.
    get_host = hosts.get(GetHostRequest) -> GetHostResponse;

    /// Creates a tenant.
    create_tenant = tenants.create(CreateTenantRequest) -> CreateTenantResponse;
    /// One tenant.
    get_tenant = tenants.get(GetTenantRequest) -> GetTenantResponse;
    /// One page of the tenants that the caller may read of, by name.
    list_tenants = tenants.list(ListTenantsRequest) -> ListTenantsResponse;
    /// Sets something for a tenant.
    configure_tenant = tenants.configure(ConfigureTenantRequest) -> ConfigureTenantResponse;
    /// Lets nothing start in a tenant any more.
    suspend_tenant = tenants.suspend(SuspendTenantRequest) -> SuspendTenantResponse;
    /// Lets a suspended tenant go on.
    resume_tenant = tenants.resume(ResumeTenantRequest) -> ResumeTenantResponse;
    /// Lets somebody of another tenant in, to read.
    admit_guest = tenants.admit_guest(AdmitGuestRequest) -> AdmitGuestResponse;
    /// Ends that somebody is a guest.
    dismiss_guest = tenants.dismiss_guest(DismissGuestRequest) -> DismissGuestResponse;
    /// Makes all that is recorded of a tenant unreadable.
    forget_tenant = tenants.forget_tenant(ForgetTenantRequest) -> ForgetResponse;
    /// Makes the runs about a data subject unreadable.
    forget_subject = tenants.forget_subject(ForgetSubjectRequest) -> ForgetResponse;
    /// Whom runs are about.
    list_subjects = tenants.list_subjects(ListSubjectsRequest) -> ListSubjectsResponse;
    /// The checklist of a tenant's rollout.
    check_tenant = tenants.check(CheckTenantRequest) -> CheckTenantResponse;

    /// One page of approvals, newest first.
    list_approvals = approvals.list(ListApprovalsRequest) -> ListApprovalsResponse;
    /// One approval, with everything that is signed.
    get_approval = approvals.get(GetApprovalRequest) -> GetApprovalResponse;
    /// Signs an approval, or brings a signature that was made elsewhere.
    sign_approval = approvals.sign(SignApprovalRequest) -> SignApprovalResponse;
    /// Ends an approval by saying no.
    deny_approval = approvals.deny(DenyApprovalRequest) -> DenyApprovalResponse;
    /// Takes back what the caller asked for.
    withdraw_approval = approvals.withdraw(WithdrawApprovalRequest) -> WithdrawApprovalResponse;
    /// Has somebody else sign in the caller's place.
    delegate_approval = approvals.delegate(DelegateApprovalRequest) -> DelegateApprovalResponse;
    /// Says something to an approval.
    comment_approval = approvals.comment(CommentApprovalRequest) -> CommentApprovalResponse;
    /// How long approvals waited.
    approval_times = approvals.times(ApprovalTimesRequest) -> ApprovalTimesResponse;

    /// Goes ahead alone with what the caller asked for, once they touch a key for it.
    break_glass = approvals.break_glass(BreakGlassRequest) -> BreakGlassResponse;
    /// Incidents of the tenant, newest first.
    list_incidents = incidents.list(ListIncidentsRequest) -> ListIncidentsResponse;
    /// One of them.
    get_incident = incidents.get(GetIncidentRequest) -> GetIncidentResponse;
    /// Says what came of an incident.
    close_incident = incidents.close(CloseIncidentRequest) -> CloseIncidentResponse;

    /// A receipt, whole.
    get_receipt = receipts.get(GetReceiptRequest) -> GetReceiptResponse;
    /// One page of receipts, newest first.
    list_receipts = receipts.list(ListReceiptsRequest) -> ListReceiptsResponse;
    /// One entity of the graph, and its edges.
    get_entity = graph.get(GetEntityRequest) -> GetEntityResponse;
    /// What is reached from an entity.
    walk_graph = graph.walk(WalkGraphRequest) -> WalkGraphResponse;
    /// Runs of the whole tenant, newest first.
    graph_runs = graph.runs(GraphRunsRequest) -> GraphRunsResponse;
    /// The workflows whose runs acted on a resource.
    touching = graph.touching(TouchingRequest) -> TouchingResponse;
    /// Who started a run, and who approved it.
    approvers = graph.approvers(ApproversRequest) -> ApproversResponse;
    /// Where an artifact came from, and what it went into.
    artifact_uses = graph.artifact_uses(ArtifactUsesRequest) -> ArtifactUsesResponse;
    /// A part of the graph, written down.
    export_graph = graph.export(ExportGraphRequest) -> ExportGraphResponse;

    /// The freezes of the tenant that hold or are to come.
    list_freezes = freezes.list(ListFreezesRequest) -> ListFreezesResponse;
    /// One of them.
    get_freeze = freezes.get(GetFreezeRequest) -> GetFreezeResponse;
    /// Lets nothing start in a part of the tenant for a time.
    set_freeze = freezes.set(SetFreezeRequest) -> SetFreezeResponse;
    /// Ends a freeze before its time, once two others have approved it.
    lift_freeze = freezes.lift(LiftFreezeRequest) -> LiftFreezeResponse;
    /// Stops all that runs in a part of the tenant, and lets nothing start there.
    switch_kill = freezes.switch(SwitchKillRequest) -> SwitchKillResponse;

    /// Enrolls keys, all or none.
    enroll_keys = keys.enroll(EnrollKeysRequest) -> EnrollKeysResponse;
    /// Takes a key back, for good.
    revoke_key = keys.revoke(RevokeKeyRequest) -> RevokeKeyResponse;
    /// One page of a tenant's keys, by fingerprint.
    list_keys = keys.list(ListKeysRequest) -> ListKeysResponse;
    /// One page of what signatures are checked with by `ssh-keygen`.
    export_keys = keys.export(ExportKeysRequest) -> ExportKeysResponse;

    /// Whose tokens the daemon takes.
    describe_oidc = oidc.describe(DescribeOidcRequest) -> DescribeOidcResponse;

    /// What is to be signed to log in.
    challenge = sessions.challenge(ChallengeRequest) -> ChallengeResponse;
    /// Opens a session for whoever signed that.
    open_session = sessions.open(OpenSessionRequest) -> OpenSessionResponse;
    /// One page of a tenant's open sessions, oldest first.
    list_sessions = sessions.list(ListSessionsRequest) -> ListSessionsResponse;
    /// Ends a session.
    end_session = sessions.end(EndSessionRequest) -> EndSessionResponse;
    /// Issues a token to a service.
    issue_token = tokens.issue(IssueTokenRequest) -> IssueTokenResponse;
    /// Takes a token back, for good.
    revoke_token = tokens.revoke(RevokeTokenRequest) -> RevokeTokenResponse;
    /// One page of a tenant's tokens, oldest first.
    list_tokens = tokens.list(ListTokensRequest) -> ListTokensResponse;
    /// The targets of notifications, with how they do.
    list_targets = notifications.list(ListNotificationTargetsRequest) -> ListNotificationTargetsResponse;
    /// What targets of notifications did not take.
    list_dead = notifications.list_dead(ListDeadLettersRequest) -> ListDeadLettersResponse;
    /// One notification that was not taken.
    get_dead = notifications.get_dead(GetDeadLetterRequest) -> GetDeadLetterResponse;
    /// Has notifications tried anew.
    retry_notifications = notifications.retry(RetryNotificationsRequest) -> RetryNotificationsResponse;
    /// Forgets notifications that were not taken.
    drop_notifications = notifications.drop(DropNotificationsRequest) -> DropNotificationsResponse;
    /// Sends one, to see whether it is taken.
    test_notification = notifications.test(TestNotificationRequest) -> TestNotificationResponse;

    /// The newest signed checkpoint.
    checkpoint = ledger.checkpoint(CheckpointRequest) -> CheckpointResponse;
    /// Proves that a record is in the tree.
    inclusion_proof = ledger.inclusion_proof(InclusionProofRequest) -> InclusionProofResponse;
    /// Proves that a tree only grew.
    consistency_proof = ledger.consistency_proof(ConsistencyProofRequest) -> ConsistencyProofResponse;
    /// Who cosigns checkpoints.
    witnesses = ledger.witnesses(WitnessesRequest) -> WitnessesResponse;
    /// The keys that sign and signed the log.
    signing_keys = ledger.signing_keys(SigningKeysRequest) -> SigningKeysResponse;
    /// Has the next key sign the log.
    rotate_signing_key = ledger.rotate_signing_key(RotateSigningKeyRequest) -> RotateSigningKeyResponse;

    /// The secrets that the daemon's own worker knows, without their values.
    list_secrets = system.list_secrets(ListSecretsRequest) -> ListSecretsResponse;
    /// What policy says to a question that is made up.
    eval_policy = policy.eval(EvalPolicyRequest) -> EvalPolicyResponse;
    /// Asks scenarios of policy.
    test_policy = policy.test(TestPolicyRequest) -> TestPolicyResponse;
    /// Which lines of the policy scenarios reach.
    policy_coverage = policy.coverage(PolicyCoverageRequest) -> PolicyCoverageResponse;
    /// What a candidate answers differently from the daemon's policy.
    diff_policy = policy.diff(DiffPolicyRequest) -> DiffPolicyResponse;
    /// How the daemon is.
    status = system.status(StatusRequest) -> StatusResponse;
    /// Who the daemon takes the caller for.
    who_am_i = system.who_am_i(WhoAmIRequest) -> WhoAmIResponse;
    /// What policy would say, without doing anything.
    authorize = system.authorize(AuthorizeRequest) -> AuthorizeResponse;
    /// Gives a principal a role.
    grant = system.grant(GrantRequest) -> GrantResponse;
    /// Takes a role from a principal.
    revoke = system.revoke(RevokeRequest) -> RevokeResponse;
    /// Sets what is known of a principal.
    describe = system.describe(DescribePrincipalRequest) -> DescribePrincipalResponse;
    /// Who holds which role.
    list_grants = system.list_grants(ListGrantsRequest) -> ListGrantsResponse;
    /// One page of policy decisions, newest first.
    list_decisions = system.list_decisions(ListDecisionsRequest) -> ListDecisionsResponse;
    /// The bundles of policy, and what drifts.
    show_bundles = bundles.show(ShowBundlesRequest) -> ShowBundlesResponse;
    /// Has policy decide by an earlier bundle.
    roll_back = bundles.roll_back(RollBackRequest) -> RollBackResponse;
    /// Adds an artifact to a run that is somewhere else.
    record_artifact = artifacts.record(RecordArtifactRequest) -> RecordArtifactResponse;
    /// One artifact.
    get_artifact = artifacts.get(GetArtifactRecordRequest) -> GetArtifactRecordResponse;
    /// One page of artifacts, newest first.
    list_artifacts = artifacts.list(ListArtifactsRequest) -> ListArtifactsResponse;
    /// Holds an artifact, so that its content stays.
    hold_artifact = artifacts.hold(HoldArtifactRequest) -> HoldArtifactResponse;
    /// Holds an artifact no more.
    release_artifact = artifacts.release(ReleaseArtifactRequest) -> ReleaseArtifactResponse;
    /// One page of what would go by the tenant's retention.
    retention = artifacts.retention(RetentionRequest) -> RetentionResponse;
    /// Removes contents of artifacts whose time is over.
    expire_artifacts = artifacts.expire(ExpireArtifactsRequest) -> ExpireArtifactsResponse;
    /// Tracks a run that something else carries out.
    create_tracked = tracked.create(CreateTrackedRequest) -> CreateTrackedResponse;
    /// One tracked run.
    get_tracked = tracked.get(GetTrackedRequest) -> GetTrackedResponse;
    /// One page of tracked runs, newest first.
    list_tracked = tracked.list(ListTrackedRequest) -> ListTrackedResponse;
    /// Says how a tracked run stands.
    change_tracked = tracked.change(ChangeTrackedRequest) -> ChangeTrackedResponse;
    /// One page of what was said of runs, newest first.
    list_disclosures = tracked.list_disclosures(ListDisclosuresRequest) -> ListDisclosuresResponse;
    /// Whether what a run made may be released.
    check_gate = gates.check(CheckGateRequest) -> CheckGateResponse;
    /// One recorded decision.
    get_decision = system.get_decision(GetDecisionRequest) -> GetDecisionResponse;
    /// Checks that an operator can act on.
    doctor = system.doctor(DoctorRequest) -> DoctorResponse;
}

impl Connection {
    /// What forgetting a tenant would take, and what stands in the way. Nothing is forgotten, whatever
    /// the message says.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn would_forget_tenant(
        &self,
        message: v1::ForgetTenantRequest,
    ) -> Result<v1::ForgetResponse, ClientError> {
        self.forget_tenant(v1::ForgetTenantRequest { dry_run: true, ..message }).await
    }
}
