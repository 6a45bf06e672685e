"""Answers questions by a bundle in rego-cpp: one JSON document in, one out."""

import json
import sys

from regopy import Input, Interpreter
from regopy.rego_shared import rego_output_string, rego_query

ANSWER = "data.conductor.authz.decision"
BEFORE, AFTER = '{"expressions":[', "]}"


def expression(engine, query):
    """The text of a query's only value."""
    text = rego_output_string(rego_query(engine._impl, query))
    assert text.startswith(BEFORE) and text.endswith(AFTER), text
    return text[len(BEFORE) : -len(AFTER)]


def answer(engine, question):
    """A decision, its obligations in the order of their own texts."""
    engine.set_input(Input(question))
    decision = json.loads(expression(engine, ANSWER))
    decision["obligations"].sort(
        key=lambda one: json.dumps(one, sort_keys=True, separators=(",", ":"))
    )
    return decision


asked = json.load(sys.stdin)
engine = Interpreter()
for name, text in asked["files"]:
    engine.add_module(name, text)
engine.add_data(asked["data"])
json.dump([answer(engine, question) for question in asked["questions"]], sys.stdout)
