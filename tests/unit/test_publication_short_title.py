"""The short title: for channels with a short limit, and no change for the texts that have none."""

from dataclasses import replace

import pytest
from tests.support.publication_bureau import organ
from tests.support.publication_worlds import NOTICE, NUMBER, TODAY

from publication import codecs, wire
from publication.catalogue.columns import Column
from publication.checking import check_input
from publication.checks import check, load_lists
from publication.domain.lint import SHORT_TITLE_LIMIT, lint


def manifest_of(content):
    return wire.manifest(
        document_id=organ().organ_id, edition=1, content=content, number=NUMBER, organ=organ(),
        column=Column("tzgg", "通知公告"), related=(), validity="valid", explanation="",
    )  # fmt: skip


def test_channels_are_given_the_short_title_beside_the_whole_one():
    told = manifest_of(replace(NOTICE, short_title=" 消博会参展通知 "))

    assert (told.title, told.short_title) == (NOTICE.title, "消博会参展通知")
    assert manifest_of(NOTICE).short_title is None


def test_a_text_without_a_short_title_keeps_the_digest_it_had_before_there_was_one():
    data = codecs.content_bytes(NOTICE)

    assert b"short_title" not in data
    assert codecs.read_content(data) == NOTICE
    assert codecs.read_content(codecs.content_bytes(replace(NOTICE, short_title="短"))).short_title == "短"


@pytest.mark.parametrize(
    ("short", "said"),
    [("题" * (SHORT_TITLE_LIMIT + 1), "短标题有33个字，请控制在32个字以内"), ("一\n二", "短标题写成一行")],
)
def test_a_short_title_that_no_channel_takes_is_said_at_its_field(short, said):
    (problem,) = lint(replace(NOTICE, short_title=short), today=TODAY, column_known=True)

    assert problem.path == "short_title"
    assert said in problem.sentence


def test_a_short_title_within_the_limit_is_no_problem():
    assert lint(replace(NOTICE, short_title="题" * SHORT_TITLE_LIMIT), today=TODAY, column_known=True) == ()


def test_personal_data_in_the_short_title_is_found_too():
    content = replace(NOTICE, short_title="联系13812345678")

    found = check(check_input(content, organ(), None, frozenset()), load_lists(), TODAY)

    assert [finding.where for finding in found if finding.piece == "field:short_title"]
