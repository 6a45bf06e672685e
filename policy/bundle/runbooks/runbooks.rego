# Whether what runs is what its author signed, and whether somebody else has read it.
package conductor.runbooks

import rego.v1

default starts := false

starts if input.action in {"run.start", "run.rerun", "task.run"}

default matters := false

matters if starts

matters if input.action == "workflow.publish"

# A signature that does not hold is worse than none, whatever the profile says.
flaw := object.get(input.resource, "signature_problem", "")

default unsigned := false

unsigned if {
	matters
	flaw == ""
	data.conductor.risk.environment == "production"
	not input.resource.signed
}

default unreviewed := false

# Who publishes has it reviewed afterwards: it must be there for that.
unreviewed if {
	starts
	input.resource.signed
	not input.resource.reviewed
	data.conductor.risk.environment == "production"
	data.scales.risk[data.conductor.profiles.weight] >= data.scales.risk[data.conductor.profiles.chosen.reviewed_from]
}

# Who may not do it anyway is told that, and nothing of signatures.
default may := false

may if count(data.conductor.roles.permissions) > 0

problems contains {
	"rule": "runbooks.signature",
	"what": concat("", ["a signature of the runbook does not hold: ", flaw]),
	"change": "its author signs and publishes a new version",
} if {
	may
	matters
	flaw != ""
}

problems contains {
	"rule": "runbooks.unsigned",
	"what": concat("", [
		"under ", data.conductor.profiles.chosen.name, " `", input.action, "` in ",
		input.context.environment, " takes a runbook that its author has signed",
	]),
	"change": "sign it with `conductor runbooks sign` and publish that",
} if {
	may
	unsigned
	data.conductor.profiles.chosen.unsigned == "deny"
}

problems contains {
	"rule": "runbooks.unreviewed",
	"what": concat("", [
		"under ", data.conductor.profiles.chosen.name, " a runbook of ", data.conductor.profiles.weight,
		" risk runs in ", input.context.environment, " once somebody else has reviewed it",
	]),
	"change": "a reviewer countersigns it with `conductor runbooks countersign`",
} if {
	may
	unreviewed
}

# Each task of it would only say the same again.
warnings contains {
	"rule": "runbooks.warnings",
	"what": concat("", ["nobody has signed the runbook that `", input.action, "` is about"]),
	"change": "",
} if {
	unsigned
	input.action != "task.run"
	data.conductor.profiles.chosen.unsigned == "warn"
}
