# The governance of the tenant: thresholds of risk, chains of approval, who may kill. A profile is
# the data.json in the folder of its name.
package conductor.profiles

import rego.v1

default name := "internal"

name := input.context.tenant.profile if input.context.tenant.profile != ""

chosen := data.profiles[name]

problems contains problem if some problem in unknown

problems contains problem if some problem in killing

problems contains problem if some problem in freezing

problems contains problem if some problem in breaking

unknown contains {
	"rule": "profiles.unknown",
	"what": concat("", ["the governance profile `", name, "` is not known"]),
	"change": "set the tenant's profile to internal, white-label or saas",
} if {
	not chosen
}

# The kill switch may be in fewer hands than the roles are.
killing contains {
	"rule": "profiles.killing",
	"what": concat("", ["under ", chosen.name, " these roles may kill: ", concat(", ", chosen.kill.roles)]),
	"change": "ask one of them; `conductor runs cancel` asks the run to end by itself",
} if {
	data.conductor.actions.row.kills
	count([role | some role in input.subject.roles; role in chosen.kill.roles]) == 0
}

# So may be what holds everybody up.
freezing contains {
	"rule": "profiles.freezing",
	"what": concat("", ["under ", chosen.name, " these roles may freeze: ", concat(", ", chosen.freeze.roles)]),
	"change": "ask one of them",
} if {
	data.conductor.actions.row.freezes
	count([role | some role in input.subject.roles; role in chosen.freeze.roles]) == 0
}

# And who may go ahead alone.
breaking contains {
	"rule": "profiles.breaking",
	"what": concat("", ["under ", chosen.name, " these roles may break glass: ", concat(", ", chosen.glass.roles)]),
	"change": "ask one of them, or wait for those who approve",
} if {
	data.conductor.actions.row.breaks
	count([role | some role in input.subject.roles; role in chosen.glass.roles]) == 0
}

# From this risk on a breach of a pack denies; below, it warns.
default severe := false

severe if data.scales.risk[data.conductor.risk.level] >= data.scales.risk[chosen.deny_from]

# What a chain of approval weighs: a manifest that declares nothing counts as the profile says.
weight := data.conductor.risk.weighed if data.conductor.risk.declared != ""

weight := chosen.undeclared_risk if data.conductor.risk.declared == ""

chain := chosen.approvals[data.conductor.actions.row.chain][data.conductor.risk.environment][weight]

approval contains {
	"rule": "profiles.approval",
	"what": concat("", [
		"under ", chosen.name, " `", input.action, "` at ", weight, " risk in ",
		input.context.environment, " waits for an approval",
	]),
	"change": "",
} if {
	chain
}

obligations contains {
	"type": "require_approval",
	"stages": chain.stages,
	"window_seconds": chain.window_seconds,
} if {
	chain
}

# What holds everybody up is let go by two others, everywhere: the daemon itself wants no fewer.
approval contains {
	"rule": "profiles.approval",
	"what": concat("", ["under ", chosen.name, " a freeze is lifted by two others"]),
	"change": "",
} if {
	data.conductor.actions.row.lifts
	chosen.freeze.lift
}

obligations contains {
	"type": "require_approval",
	"stages": chosen.freeze.lift.stages,
	"window_seconds": chosen.freeze.lift.window_seconds,
} if {
	data.conductor.actions.row.lifts
}

# The key that signs the log is replaced under the eyes of another.
approval contains {
	"rule": "profiles.approval",
	"what": concat("", ["under ", chosen.name, " the signing key is replaced by two people"]),
	"change": "",
} if {
	data.conductor.actions.row.rotates
	chosen.signing_key
}

obligations contains {
	"type": "require_approval",
	"stages": chosen.signing_key.stages,
	"window_seconds": chosen.signing_key.window_seconds,
} if {
	data.conductor.actions.row.rotates
}

# What can be read no more is nobody's to decide alone.
approval contains {
	"rule": "profiles.approval",
	"what": concat("", ["under ", chosen.name, " others approve what is forgotten"]),
	"change": "",
} if {
	data.conductor.actions.row.forgets
	chosen.forget
}

obligations contains {
	"type": "require_approval",
	"stages": chosen.forget.stages,
	"window_seconds": chosen.forget.window_seconds,
} if {
	data.conductor.actions.row.forgets
}

# Whoever runs the daemon, on its own socket, could replace the bundle itself: there is nothing that
# a second proof would keep from them.
default runs_the_daemon := false

runs_the_daemon if input.context.channel == "owner"

obligations contains {"type": "step_up", "method": chosen.step_up[input.action]} if {
	chosen.step_up[input.action]
	not runs_the_daemon
}

obligations contains {"type": "step_up", "method": chosen.kill.step_up} if {
	data.conductor.actions.row.kills
	chosen.kill.step_up != ""
	not runs_the_daemon
}

obligations contains {
	"type": "notify",
	"roles": chosen.kill.notify,
	"message": concat("", [
		"`", input.subject.principal, "` kills `", input.resource.id, "` in ",
		input.context.environment,
	]),
} if {
	data.conductor.actions.row.kills
	count(chosen.kill.notify) > 0
}

# What somebody does alone is reviewed by others, and everybody hears of it. The touch is the daemon's
# to ask for: always, also of whoever runs it.
obligations contains {
	"type": "require_review",
	"roles": chosen.glass.review.roles,
	"quorum": chosen.glass.review.quorum,
	"window_seconds": chosen.glass.review.window_seconds,
	"freezes": chosen.glass.freezes,
} if {
	data.conductor.actions.row.breaks
}

obligations contains {
	"type": "notify",
	"roles": chosen.glass.notify,
	"message": concat("", [
		"`", input.subject.principal, "` breaks glass for `", input.resource.id, "` in ",
		input.context.environment,
	]),
} if {
	data.conductor.actions.row.breaks
	count(chosen.glass.notify) > 0
}

# A tenant's administrator may try a policy, and an operator of the whole takes it into use.
obligations contains {"type": "dry_run_only"} if {
	input.action == "policy.edit"
	not "conductor_admin" in input.subject.roles
}
