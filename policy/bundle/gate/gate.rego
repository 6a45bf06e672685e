# What the release gate asks of a run besides its own rule: that it succeeded, that one artifact has an
# SBOM, SLSA provenance and a risk assessment, that no signature proves nothing, that the receipt is there.
#
# The input is {run, artifacts, receipt, approvals}. A sentence in `blocks` stands in the way of a
# release. As it is built in, nothing does until `signed_kinds` of data.json names kinds of artifacts.
package conductor.gate

import rego.v1

blocks contains sentence if {
	some artifact in input.artifacts
	artifact.kind in data.gate.signed_kinds
	artifact.signature == "unsigned"
	sentence := concat("", [
		"Artifact ", artifact.id, " (", artifact.name, ") is of the kind ", artifact.kind,
		" and has to be signed",
	])
}
