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


def lines(engine, query):
    """Texts as one. This engine quotes what `sprintf` is given by another builtin, and does not
    escape the quotes."""
    text = expression(engine, f'concat("\\n", {query})')
    return text.replace('"', "").replace("\\n", "\n")


def answer(engine, question):
    """A decision, its texts joined and its obligations in the order of their own texts."""
    engine.set_input(Input(question))
    decision = json.loads(expression(engine, f'object.remove({ANSWER}, ["reasons", "rules"])'))
    obligations = decision["obligations"]
    obligations.sort(key=lambda one: json.dumps(one, sort_keys=True, separators=(",", ":")))
    return decision | {
        "reasons": lines(engine, f"{ANSWER}.reasons"),
        "changes": lines(engine, f"[one.change | some one in {ANSWER}.rules]"),
        "rules": json.loads(expression(engine, f"[one.rule | some one in {ANSWER}.rules]")),
    }


asked = json.load(sys.stdin)
engine = Interpreter()
for name, text in asked["files"]:
    engine.add_module(name, text)
engine.add_data(asked["data"])
json.dump([answer(engine, question) for question in asked["questions"]], sys.stdout)
