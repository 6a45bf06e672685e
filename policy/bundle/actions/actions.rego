# What can be asked for. An action that is not listed here is denied.
package conductor.actions

import rego.v1

# Whether it changes something.
known := {
	"workflow.validate": false,
	"workflow.publish": true,
	"workflow.deprecate": true,
	"workflow.retire": true,
	"workflow.read": false,
	"run.plan": false,
	"run.start": true,
	"task.run": true,
	"run.cancel": true,
	"run.rerun": true,
	"run.pause": true,
	"run.resume": true,
	"run.skip": true,
	"run.release": true,
	"run.read": false,
	"schedule.read": false,
	"schedule.edit": true,
	"schedule.pause": true,
	"schedule.backfill": true,
	"ledger.read": false,
	"ledger.verify": false,
	"system.read": false,
	"worker.work": true,
	"worker.read": false,
	"host.read": false,
	"secret.list": false,
	"identity.grant": true,
	"identity.revoke": true,
	"identity.describe": true,
	"identity.read": false,
	"tenant.read": false,
	"tenant.edit": true,
	"decision.read": false,
}

# What the daemon itself does.
internal := {"worker.work"}
