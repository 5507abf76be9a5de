"""The printed rules are those of the data."""

from tests.support.request_conversion_docs import PAGE, page_with, printed

from request.conversion.rules import built_in


def test_the_printed_rules_are_not_stale():
    assert PAGE.read_text("utf-8") == page_with(printed()), "run: python -m tests.support.request_conversion_docs"


def test_every_rule_is_printed_with_its_article():
    page = PAGE.read_text("utf-8")

    assert all(f"| `{rule.id}` | {rule.citation} |" in page for rule in built_in().rules)


def test_a_changed_table_would_be_noticed():
    assert PAGE.read_text("utf-8") != page_with(printed().replace("国家秘密", "秘密"))
