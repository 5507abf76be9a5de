"""The statute and the suite point at each other."""

import ast
from pathlib import Path

from gongkai.statute import rules
from gongkai.statute.terms import Rule, Term

TESTS = Path(__file__).parents[1]
IN_FORCE = {name for name, value in vars(rules).items() if isinstance(value, Term | Rule)}


def demonstrated_in(source: str) -> set[str]:
    """Return the rules named by decorators of test functions that assert something."""
    names: set[str] = set()
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not function.name.startswith("test_") or not _proves_something(function):
            continue
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "demonstrates":
                names |= {arg.attr for arg in decorator.args if isinstance(arg, ast.Attribute)}
    return names


def _proves_something(function: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.With) and "pytest.raises" in ast.unparse(node.items[0].context_expr))
        for node in ast.walk(function)
    )


def demonstrated() -> set[str]:
    return {name for path in TESTS.rglob("test_*.py") for name in demonstrated_in(path.read_text("utf-8"))}


def test_every_rule_in_force_is_demonstrated():
    assert IN_FORCE - demonstrated() == set()


def test_no_test_demonstrates_a_rule_that_is_not_there():
    assert demonstrated() - IN_FORCE == set()


def test_a_rule_without_a_test_would_be_noticed():
    source = "@demonstrates(rules.REPLY)\ndef test_reply(): assert True\n"

    missing = {"REPLY", "PROACTIVE"} - demonstrated_in(source)

    assert missing == {"PROACTIVE"}


def test_a_test_that_asserts_nothing_demonstrates_nothing():
    assert demonstrated_in("@demonstrates(rules.REPLY)\ndef test_reply(): pass\n") == set()


def test_every_rule_carries_the_name_of_its_constant_and_an_article():
    named = {
        value.id: name.lower().replace("_", "-")
        for name, value in vars(rules).items()
        if isinstance(value, Term | Rule)
    }

    assert all(rule_id == name for rule_id, name in named.items())
    assert len(named) == len(IN_FORCE) == len(rules.all_rules())
    assert all(rule.article and rule.name_zh for rule in rules.all_rules().values())


def test_a_number_from_memory_is_always_a_setting():
    from_memory = [rule for rule in rules.all_terms().values() if rule.source is rules.Source.MEMORY]

    assert from_memory
    assert all(rule.adjustable for rule in from_memory)
