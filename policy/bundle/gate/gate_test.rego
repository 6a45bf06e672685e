package conductor.gate_test

import data.conductor.gate
import rego.v1

artifact(kind, signature) := {
	"id": "art_1",
	"name": "sbom.json",
	"kind": kind,
	"signature": signature,
}

test_nothing_is_asked_where_no_kind_is_named if {
	found := gate.blocks with input as {"artifacts": [artifact("sbom", "unsigned")]}
		with data.gate.signed_kinds as []
	count(found) == 0
}

test_kinds_that_are_named_have_to_be_signed if {
	found := gate.blocks with input as {"artifacts": [
		artifact("sbom", "unsigned"),
		artifact("other", "unsigned"),
	]}
		with data.gate.signed_kinds as ["sbom"]
	found == {"Artifact art_1 (sbom.json) is of the kind sbom and has to be signed"}
	signed := gate.blocks with input as {"artifacts": [artifact("sbom", "signed")]}
		with data.gate.signed_kinds as ["sbom"]
	count(signed) == 0
}
