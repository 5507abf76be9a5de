"""The basic catalogue: a sound tree, whole revisions, blank and idle columns; and the clocks of publication."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import reduce
from typing import get_args
from uuid import UUID

import pytest
from tests.statute import demonstrates
from tests.support.publication_worlds import DRAFTER, OPENNESS

from gongkai.contracts.values import ColumnEntry
from gongkai.statute import rules
from gongkai.statute.calendar import built_in
from gongkai.statute.legal_day import legal_date
from gongkai.statute.refusal import Refused
from publication import clocks
from publication.catalogue import decide as catalogue
from publication.catalogue.columns import IDLE_AFTER, RULE_NAMES, Column, UpdateRule, faults, health, leaves
from publication.catalogue.decide import (
    INITIAL,
    Catalogue,
    Command,
    FoundCatalogue,
    ReviseCatalogue,
    Standing,
    decide,
    evolve,
)
from publication.founding import first_columns

ORGAN = UUID(int=100)
TODAY = date(2025, 3, 10)
FOUNDED = FoundCatalogue(ORGAN, first_columns(), TODAY)


def after(state: Catalogue, *commands: Command) -> Catalogue:
    for command in commands:
        state = reduce(evolve, decide(state, command), state)
    return state


def a_revision(columns, **changes):
    return replace(ReviseCatalogue(OPENNESS, 1, columns, TODAY, TODAY, "增加专题"), **changes)


def test_a_commerce_bureau_starts_with_a_sound_tree_that_holds_every_head_of_article_20():
    columns = first_columns()
    heads = {column.legal_basis for column in columns if "第二十条第（" in column.legal_basis}

    assert faults(columns) == ()
    assert len(heads) == 15
    assert all(column.legal_basis and column.owner_unit for column in columns)
    assert leaves(columns) != columns


def test_every_column_fits_the_published_language():
    for column in first_columns():
        fields = {name: getattr(column, name) for name in ColumnEntry.model_fields}

        assert ColumnEntry(**fields).id == column.id


def test_a_revision_is_told_as_the_changes_it_makes_and_closes_with_its_number():
    standing = after(INITIAL, FOUNDED)
    columns = first_columns()
    changed = replace(columns[0], name="商务要闻")
    added = Column("fxts", "风险提示", "zdly")

    facts = decide(standing, a_revision((changed, *columns[1:-1], added)))

    assert [type(fact).__name__ for fact in facts] == [
        "ColumnAdded", "ColumnChanged", "ColumnRetired", "CatalogueRevised",
    ]  # fmt: skip
    revised = reduce(evolve, facts, standing)
    assert isinstance(revised, Standing)
    assert revised.revision == 2
    assert {column.id for column in revised.columns} == {column.id for column in columns[:-1]} | {"fxts"}


def test_a_revision_made_from_an_older_tree_is_stale():
    standing = after(INITIAL, FOUNDED, a_revision(first_columns()[:-1]))

    with pytest.raises(catalogue.StaleCatalogue):
        decide(standing, a_revision(first_columns()))


def test_a_column_with_published_documents_is_not_retired():
    with pytest.raises(Refused, match="重大行政决策"):
        decide(after(INITIAL, FOUNDED), a_revision(first_columns()[:-1], used=frozenset({"zdjc"})))


def test_only_the_openness_office_revises_the_catalogue_and_never_backwards():
    standing = after(INITIAL, FOUNDED)

    with pytest.raises(Refused, match="信息公开机构负责人"):
        decide(standing, a_revision(first_columns()[:-1], by=DRAFTER))
    with pytest.raises(Refused, match="早于今天"):
        decide(standing, a_revision(first_columns()[:-1], effective_on=date(2025, 3, 9)))


def test_founding_twice_changes_nothing_and_revising_nothing_is_no_revision():
    standing = after(INITIAL, FOUNDED)

    assert decide(standing, FOUNDED) == []
    assert decide(standing, a_revision(first_columns())) == []


def test_there_is_nothing_to_revise_before_the_catalogue_is_founded():
    with pytest.raises(Refused, match="还没有公开目录"):
        decide(INITIAL, a_revision(first_columns()))


@pytest.mark.parametrize(
    ("columns", "path", "sentence"),
    [
        ((), "columns", "至少要有一个栏目"),
        ((Column("A", "甲"),), "columns.0.id", "小写字母"),
        ((Column("a", "甲"), Column("a", "乙")), "columns.1.id", "用了两次"),
        ((Column("a", " "),), "columns.0.name", "写上栏目名称"),
        ((Column("a", "甲", "b"),), "columns.0.parent_id", "不在目录里"),
        ((Column("a", "甲", "b"), Column("b", "乙", "a")), "columns.0.parent_id", "绕成了圈"),
        ((Column("a", "甲"), Column("b", "甲")), "columns.1.name", "同一级已经有"),
        (
            (
                Column("a", "1"),
                Column("b", "2", "a"),
                Column("c", "3", "b"),
                Column("d", "4", "c"),
                Column("e", "5", "d"),
            ),
            "columns.4.parent_id",
            "最多4级",
        ),
    ],
)
def test_a_tree_that_cannot_stand_names_the_field(columns, path, sentence):
    [fault, *_] = faults(columns)

    assert fault.path == path
    assert sentence in fault.sentence


@demonstrates(rules.NEWS_COLUMN_IDLE)
def test_a_news_column_is_idle_after_two_weeks_without_news():
    column = Column("dtyw", "商务动态", update_rule="news")

    def on(day: date) -> str:
        return health(column, documents=3, last_on=TODAY, founded_on=TODAY, today=day).state

    assert on(date(2025, 3, 24)) == "alive"
    assert on(date(2025, 3, 25)) == "idle"


def test_a_column_without_documents_is_blank_and_a_static_one_is_never_idle():
    static = Column("zn", "指南", update_rule="static")

    blank = health(static, documents=0, last_on=None, founded_on=TODAY, today=TODAY)
    old = health(static, documents=1, last_on=date(2019, 5, 15), founded_on=TODAY, today=TODAY)

    assert (blank.state, old.state) == ("blank", "alive")


def test_every_update_rule_has_a_name_and_a_limit():
    assert set(RULE_NAMES) == set(IDLE_AFTER) == set(get_args(UpdateRule))


@demonstrates(rules.PROACTIVE)
@demonstrates(rules.PROACTIVE_WARNING)
def test_the_proactive_clock_runs_twenty_working_days_from_the_date_of_the_document_and_warns_at_fifteen():
    warning, due = clocks.proactive(date(2025, 1, 24), built_in())

    assert (warning.due_on, due.due_on) == (date(2025, 2, 20), date(2025, 2, 27))
    assert warning.fires_at == datetime(2025, 2, 19, 16, 0, tzinfo=UTC)
    assert due.fires_at == datetime(2025, 2, 27, 16, 0, tzinfo=UTC)
    assert due.article == "《政府信息公开条例》第二十六条"
    counted = [day["on"] for day in due.explanation["days"] if day["state"] == "counted"]
    assert (len(counted), counted[0], counted[-1]) == (20, "2025-01-26", "2025-02-27")


@demonstrates(rules.PENALTY_WITHDRAWAL)
def test_a_changed_penalty_is_withdrawn_within_three_working_days():
    assert clocks.penalty_withdrawal(date(2025, 4, 30), built_in()).due_on == date(2025, 5, 8)


def test_the_legal_date_turns_at_midnight_in_shanghai():
    assert legal_date(datetime(2025, 3, 9, 15, 59, tzinfo=UTC)) == date(2025, 3, 9)
    assert legal_date(datetime(2025, 3, 9, 16, 30, tzinfo=UTC)) == date(2025, 3, 10)


def test_the_marks_of_a_night_before_a_holiday_are_owed_until_the_first_working_day():
    assert clocks.debt_due_on(date(2025, 4, 30), built_in()) == date(2025, 5, 6)


def test_a_date_beyond_the_last_notice_says_that_it_is_provisional():
    _, due = clocks.proactive(date(2027, 2, 1), built_in())

    assert due.provisional
    assert "尚未载入" in due.explanation["provisional"]
