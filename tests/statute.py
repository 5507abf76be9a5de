"""`@demonstrates(rules.REPLY)`: this test shows that rule at work."""

import pytest

from gongkai.statute.terms import Rule, Term


def demonstrates(rule: Term | Rule) -> pytest.MarkDecorator:
    return pytest.mark.demonstrates(rule)
