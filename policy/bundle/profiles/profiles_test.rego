package conductor.profiles_test

import data.conductor.authz
import data.conductor.profiles
import rego.v1

question(role, action, declared, environment) := {
	"subject": {"principal": "uid:1", "roles": [role]},
	"action": action,
	"resource": {"kind": "workflow", "id": "x", "owner": "", "risk": declared, "signed": true, "reviewed": true},
	"context": {
		"tenant_id": "acme",
		"environment": environment,
		"region": "local",
		"channel": "unix",
		"tenant": {"status": "active"},
	},
}

under(profile, asked) := object.union(asked, {"context": {"tenant": {"status": "active", "profile": profile}}})

types(decision) := {obligation.type | some obligation in decision.obligations}

stages(decision) := [count(obligation.stages) |
	some obligation in decision.obligations
	obligation.type == "require_approval"
]

test_the_default_is_internal if {
	profiles.name == "internal" with input as question("operator", "run.start", "", "dev")
	profiles.name == "internal" with input as under("", question("operator", "run.start", "", "dev"))
	profiles.name == "saas" with input as under("saas", question("operator", "run.start", "", "dev"))
}

test_a_profile_that_nobody_knows_denies if {
	decision := authz.decision with input as under("galactic", question("conductor_admin", "run.read", "", "dev"))
	not decision.allow
	contains(decision.reasons[0], "profile `galactic` is not known")
}

test_what_declares_nothing_goes_on_as_ever_at_home if {
	decision := authz.decision with input as question("operator", "run.start", "", "prod")
	decision.allow
	decision.obligations == []
}

test_high_risk_in_production_waits_for_an_approval_everywhere if {
	high := question("operator", "run.start", "high", "prod")
	internal := authz.decision with input as high
	label := authz.decision with input as under("white-label", high)
	saas := authz.decision with input as under("saas", high)
	every decision in [internal, label, saas] {
		decision.allow
		types(decision) == {"require_approval"}
	}
	stages(internal) == [1]
	stages(label) == [2]
	stages(saas) == [2]
	contains(internal.reasons[1], "conductor-governance-internal")
}

test_others_are_stricter if {
	medium := question("operator", "run.start", "medium", "prod")
	internal := authz.decision with input as medium
	internal.obligations == []
	label := authz.decision with input as under("white-label", medium)
	types(label) == {"require_approval"}
	undeclared := authz.decision with input as under("saas", question("operator", "run.start", "", "prod"))
	types(undeclared) == {"require_approval"}
	elsewhere := authz.decision with input as under("saas", question("operator", "run.start", "high", "dev"))
	types(elsewhere) == {"require_approval"}
}

test_a_second_proof_is_asked_of_all_but_the_daemons_own_user if {
	edit := under("saas", question("conductor_admin", "tenant.edit", "", "dev"))
	asked := authz.decision with input as edit
	types(asked) == {"step_up"}
	own := object.union(edit, {"context": {"channel": "owner"}})
	decided := authz.decision with input as own
	decided.allow
	types(decided) == set()
}

test_the_kill_switch_is_in_fewer_hands if {
	kill := question("operator", "run.kill", "", "prod")
	internal := authz.decision with input as kill
	internal.allow
	internal.obligations == []
	label := authz.decision with input as under("white-label", kill)
	not label.allow
	contains(label.reasons[0], "under conductor-governance-white-label these roles may kill: tenant_admin, conductor_admin")
	admin := authz.decision with input as under("saas", question("tenant_admin", "run.kill", "", "prod"))
	admin.allow
	types(admin) == {"step_up", "notify"}
}

test_nobody_forgets_alone_anywhere if {
	every action in ["subject.forget", "tenant.forget"] {
		every profile in ["internal", "white-label", "saas"] {
			decision := authz.decision with input as under(profile, question("conductor_admin", action, "", "dev"))
			decision.allow
			"require_approval" in types(decision)
			operator := authz.decision with input as under(profile, question("operator", action, "", "dev"))
			not operator.allow
		}
	}
}

test_a_freeze_is_lifted_by_two_others_everywhere if {
	lift := question("operator", "freeze.lift", "", "prod")
	admin := question("tenant_admin", "freeze.lift", "", "dev")
	every profile in ["internal", "white-label", "saas"] {
		decision := authz.decision with input as under(profile, admin)
		decision.allow
		"require_approval" in types(decision)
		quorums := [stage.quorum |
			some obligation in decision.obligations
			obligation.type == "require_approval"
			some stage in obligation.stages
		]
		sum(quorums) == 2
	}
	internal := authz.decision with input as lift
	internal.allow
	contains(internal.reasons[1], "a freeze is lifted by two others")
	saas := authz.decision with input as under("saas", admin)
	types(saas) == {"require_approval", "step_up"}
}

test_the_signing_key_is_replaced_by_two_everywhere if {
	rotate := question("conductor_admin", "ledger.rotate_key", "", "prod")
	every profile in ["internal", "white-label", "saas"] {
		decision := authz.decision with input as under(profile, rotate)
		decision.allow
		"require_approval" in types(decision)
	}
	admin := authz.decision with input as question("tenant_admin", "ledger.rotate_key", "", "prod")
	not admin.allow
}

test_customers_are_frozen_by_administrators if {
	freeze := question("operator", "freeze.set", "", "prod")
	internal := authz.decision with input as freeze
	internal.allow
	internal.obligations == []
	saas := authz.decision with input as under("saas", freeze)
	not saas.allow
	contains(saas.reasons[0], "these roles may freeze: tenant_admin, conductor_admin")
	admin := authz.decision with input as under("saas", question("tenant_admin", "freeze.set", "", "prod"))
	admin.allow
}

test_the_kill_switch_is_thrown_by_who_may_kill if {
	throw := question("operator", "kill.switch", "", "prod")
	internal := authz.decision with input as throw
	internal.allow
	label := authz.decision with input as under("white-label", throw)
	not label.allow
	admin := authz.decision with input as under("saas", question("tenant_admin", "kill.switch", "", "prod"))
	admin.allow
	types(admin) == {"step_up", "notify"}
}

test_what_is_done_alone_is_reviewed_everywhere if {
	alone := question("tenant_admin", "approval.break_glass", "high", "prod")
	every profile in ["internal", "white-label", "saas"] {
		decision := authz.decision with input as under(profile, alone)
		decision.allow
		types(decision) == {"require_review", "notify"}
	}
	saas := authz.decision with input as under("saas", alone)
	[obligation.freezes | some obligation in saas.obligations; obligation.type == "require_review"] == [false]
}

test_glass_is_broken_by_few if {
	alone := question("operator", "approval.break_glass", "high", "prod")
	internal := authz.decision with input as alone
	internal.allow
	label := authz.decision with input as under("white-label", alone)
	not label.allow
	contains(label.reasons[0], "these roles may break glass: tenant_admin, conductor_admin")
}

test_nobody_reviews_or_closes_what_they_did if {
	own := {"resource": {"kind": "approval", "id": "x", "owner": "uid:1"}}
	review := authz.decision with input as object.union(question("tenant_admin", "glass.review", "", "prod"), own)
	not review.allow
	close := authz.decision with input as object.union(question("tenant_admin", "incident.close", "", "prod"), own)
	not close.allow
	other := authz.decision with input as question("tenant_admin", "incident.close", "", "prod")
	other.allow
}

test_grave_changes_ask_who_it_is_once_more if {
	edit := authz.decision with input as under("saas", question("conductor_admin", "policy.edit", "", "dev"))
	types(edit) == {"step_up"}
}

test_a_tenants_administrator_may_only_try_a_policy if {
	edit := authz.decision with input as question("tenant_admin", "policy.edit", "", "dev")
	edit.allow
	edit.obligations == [{"type": "dry_run_only"}]
	admin := authz.decision with input as question("conductor_admin", "policy.edit", "", "dev")
	admin.obligations == []
}

test_every_profile_says_all_that_is_asked_of_it if {
	every name in ["internal", "white-label", "saas"] {
		profile := data.profiles[name]
		profile.name == concat("", ["conductor-governance-", name])
		data.scales.risk[profile.deny_from]
		profile.approvals.start.production.high
		count(profile.kill.roles) > 0
		count(profile.freeze.roles) > 0
		profile.glass.review.quorum >= 2
		count(profile.glass.review.roles) > 0
		is_boolean(profile.glass.freezes)
		sum([stage.quorum | some stage in profile.freeze.lift.stages]) >= 2
		sum([stage.quorum | some stage in profile.forget.stages]) >= 1
		profile.unsigned in {"warn", "deny"}
		profile.reviewed_from in {"low", "medium", "high", "never"}
		is_boolean(profile.pinned_to_home)
		is_boolean(profile.hides_people)
	}
}
