# Which role may do what, in the tenant that it is held in.
package conductor.roles

import rego.v1

reads := {"workflow.read", "run.read", "run.plan", "schedule.read", "ledger.read", "system.read", "worker.read", "host.read"}

audits := {"ledger.verify", "decision.read", "identity.read", "tenant.read"}

permissions := {
	"conductor_admin": object.keys(data.conductor.actions.known),
	"tenant_admin": (reads | audits) | {"identity.grant", "identity.revoke", "identity.describe", "run.cancel", "run.pause", "run.resume", "schedule.pause", "secret.list", "workflow.validate", "workflow.deprecate", "workflow.retire"},
	"workflow_author": reads | {"workflow.validate", "workflow.publish", "workflow.deprecate", "secret.list"},
	"workflow_reviewer": (reads | audits) | {"workflow.validate"},
	"operator": reads | {"workflow.validate", "run.start", "task.run", "run.cancel", "run.rerun", "run.pause", "run.resume", "run.skip", "run.release", "schedule.edit", "schedule.pause", "schedule.backfill", "worker.work", "secret.list"},
	"read_only": reads | {"workflow.validate"},
}

# The roles that would be enough for an action, in order.
enough(action) := [role |
	some role in [
		"read_only",
		"operator",
		"workflow_author",
		"workflow_reviewer",
		"tenant_admin",
		"conductor_admin",
	]
	action in permissions[role]
]
