package conductor.authz_test

import data.conductor.authz
import rego.v1

question(principal, roles, action) := {
	"subject": {"principal": principal, "roles": roles},
	"action": action,
	"resource": {"kind": "run", "id": "", "owner": ""},
	"context": {
		"tenant_id": "acme",
		"environment": "dev",
		"region": "local",
		"channel": "unix",
		"tenant": {"status": "active"},
	},
}

test_an_operator_may_start if {
	authz.decision.allow with input as question("uid:1", ["operator"], "run.start")
}

test_nobody_may_without_a_role if {
	decision := authz.decision with input as question("uid:1", [], "run.read")
	not decision.allow
	contains(decision.reasons[0], "conductor grants add uid:1 ROLE")
}

test_a_role_that_may_not_is_told_which_may if {
	decision := authz.decision with input as question("uid:1", ["read_only"], "run.start")
	not decision.allow
	contains(decision.reasons[0], "operator, conductor_admin")
}

test_an_unknown_action_is_denied if {
	decision := authz.decision with input as question("uid:1", ["conductor_admin"], "run.explode")
	not decision.allow
	contains(decision.reasons[0], "run.explode")
}

test_a_missing_attribute_is_denied if {
	asked := question("uid:1", ["conductor_admin"], "run.start")
	bare := object.union(asked, {"context": {"tenant_id": ""}})
	decision := authz.decision with input as bare
	not decision.allow
	contains(decision.reasons[0], "tenant_id")
}

test_an_unknown_role_counts_for_nothing if {
	decision := authz.decision with input as question("uid:1", ["king"], "run.read")
	not decision.allow
}

test_only_the_daemon_itself_works_inside if {
	inside := object.union(question("system", [], "worker.work"), {"context": {"channel": "internal"}})
	authz.decision.allow with input as inside
	not authz.decision.allow with input as question("system", [], "worker.work")
	not authz.decision.allow with input as object.union(inside, {"action": "run.start"})
}

test_changes_in_production_are_risky if {
	prod := object.union(question("uid:1", ["operator"], "run.start"), {"context": {"environment": "prod"}})
	decision := authz.decision with input as prod
	decision.risk == "high"
}

test_only_an_administrator_makes_administrators if {
	asked := question("uid:1", ["tenant_admin"], "identity.grant")
	operator := object.union(asked, {"resource": {"id": "uid:1/operator"}})
	king := object.union(asked, {"resource": {"id": "uid:1/conductor_admin"}})
	admin := object.union(king, {"subject": {"roles": ["conductor_admin"]}})
	authz.decision.allow with input as operator
	not authz.decision.allow with input as king
	authz.decision.allow with input as admin
}

test_somebody_without_a_name_is_denied if {
	asked := question("", ["conductor_admin"], "run.read")
	decision := authz.decision with input as asked
	not decision.allow
	contains(decision.reasons[0], "no principal")
}

test_who_may_start_may_schedule if {
	every action in ["schedule.edit", "schedule.pause", "schedule.backfill"] {
		authz.decision.allow with input as question("uid:1", ["operator"], action)
		not authz.decision.allow with input as question("uid:1", ["workflow_author"], action)
	}
	authz.decision.allow with input as question("uid:1", ["read_only"], "schedule.read")
}

test_a_tenants_administrator_may_pause_and_not_edit if {
	authz.decision.allow with input as question("uid:1", ["tenant_admin"], "schedule.pause")
	not authz.decision.allow with input as question("uid:1", ["tenant_admin"], "schedule.edit")
}

test_a_task_is_asked_about_with_what_it_does if {
	does := {"resource": {
		"kind": "task",
		"id": "restart/web",
		"task": {"executor": "pkg:builtin/ssh@1", "hosts": ["web-1"], "hosts_known": true},
	}}
	operator := object.union(question("uid:1", ["operator"], "task.run"), does)
	reader := object.union(question("uid:1", ["read_only"], "task.run"), does)
	authz.decision.allow with input as operator
	not authz.decision.allow with input as reader
}

test_a_schedule_acts_with_its_owners_roles_and_no_others if {
	by_itself := {"context": {"channel": "schedule"}}
	owner := object.union(question("uid:1", ["operator"], "run.start"), by_itself)
	authz.decision.allow with input as owner
	revoked := object.union(question("uid:1", [], "run.start"), by_itself)
	not authz.decision.allow with input as revoked
	not authz.decision.allow with input as object.union(question("system", [], "run.start"), by_itself)
}

key(principal, roles, action, owner) := object.union(
	question(principal, roles, action),
	{"resource": {"kind": "key", "id": "SHA256:x", "owner": owner}},
)

test_who_owns_a_key_revokes_it_and_reads_of_it_also_without_a_role if {
	every action in ["key.revoke", "key.read"] {
		every roles in [[], ["read_only"]] {
			own := authz.decision with input as key("uid:1", roles, action, "uid:1")
			own.allow
			own.rules[0].rule == "roles.owns"
			not authz.decision.allow with input as key("uid:1", roles, action, "uid:2")
			not authz.decision.allow with input as key("uid:1", roles, action, "")
		}
		admin := authz.decision with input as key("uid:1", ["tenant_admin"], action, "uid:1")
		admin.rules[0].rule == "roles.permissions"
	}
	not authz.decision.allow with input as key("uid:1", ["operator"], "key.enroll", "uid:1")
	not authz.decision.allow with input as key("", [], "key.revoke", "")
}

session(principal, roles, action, owner) := object.union(
	question(principal, roles, action),
	{"resource": {"kind": "session", "id": "ses_x", "owner": owner}},
)

test_everybody_opens_sees_and_ends_their_own_sessions_and_nobody_anothers if {
	every action in ["session.open", "session.read", "session.end"] {
		every roles in [[], ["read_only"], ["operator"]] {
			own := authz.decision with input as session("uid:1", roles, action, "uid:1")
			own.allow
			own.rules[0].rule == "roles.owns"
			not authz.decision.allow with input as session("uid:1", roles, action, "uid:2")
			not authz.decision.allow with input as session("uid:1", roles, action, "")
			not authz.decision.allow with input as session("", roles, action, "")
		}
	}
}

test_an_administrator_sees_and_ends_sessions_and_opens_none_for_others if {
	every role in ["tenant_admin", "conductor_admin"] {
		authz.decision.allow with input as session("uid:1", [role], "session.read", "uid:2")
		authz.decision.allow with input as session("uid:1", [role], "session.end", "uid:2")
		not authz.decision.allow with input as session("uid:1", [role], "session.open", "uid:2")
	}
}

test_who_may_lift_a_suspension_logs_in_to_do_it if {
	asleep := {"context": {"tenant": {"status": "suspended"}}}
	every action in ["session.open", "session.read", "session.end"] {
		own := object.union(session("uid:1", ["conductor_admin"], action, "uid:1"), asleep)
		authz.decision.allow with input as own
	}
}

test_a_guest_revokes_their_own_key if {
	guest := object.union(key("uid:1", [], "key.revoke", "uid:1"), {"subject": {"guest": true}})
	authz.decision.allow with input as guest
	not authz.decision.allow with input as object.union(guest, {"resource": {"owner": "uid:2"}})
}

test_a_key_is_revoked_in_a_suspended_tenant_and_none_enrolled if {
	asleep := {"context": {"tenant": {"status": "suspended"}}}
	revoked := object.union(key("uid:1", ["operator"], "key.revoke", "uid:1"), asleep)
	authz.decision.allow with input as revoked
	enrolled := object.union(key("uid:1", ["tenant_admin"], "key.enroll", ""), asleep)
	not authz.decision.allow with input as enrolled
}

test_only_an_administrator_enrolls_the_keys_of_administrators if {
	asked := question("uid:1", ["tenant_admin"], "key.enroll")
	operator := object.union(asked, {"resource": {"id": "uid:2"}})
	king := object.union(asked, {"resource": {"id": "uid:2/conductor_admin"}})
	admin := object.union(king, {"subject": {"roles": ["conductor_admin"]}})
	authz.decision.allow with input as operator
	denied := authz.decision with input as king
	not denied.allow
	contains(denied.reasons[0], "only `conductor_admin` may key.enroll")
	authz.decision.allow with input as admin
}
