"""The content of the demonstration is whole, and what is looked at is judged by when it was seen."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from gongkai.local.demo import applying, seed
from gongkai.local.demo.eyes import Eyes, Glance
from gongkai.local.demo.forwarding import Heard, signed_headers
from gongkai.local.demo.office import Passwords
from gongkai.local.demo.road import STEP_NAMES
from gongkai.local.errors import StackError
from gongkai.web.permissions import ROLES
from publication.checks import CheckInput, blocking, check, load_lists
from publication.domain.content import Content
from publication.domain.lint import lint
from publication.founding import first_columns
from publication.markup.blocks import blocks
from request.domain.values import CHANNELS

TODAY = date(2026, 11, 25)
SEED = seed.read(seed.folder(), TODAY)
BY_KEY = {document.key: document for document in SEED.documents}


def test_every_document_belongs_to_a_column_that_takes_its_kind():
    columns = {column.id: column for column in first_columns()}

    for document in SEED.documents:
        kinds = columns[document.content["column_id"]].kinds
        assert not kinds or document.content["kind"] in kinds, document.key


def test_the_metadata_of_every_document_passes_the_lint():
    for document in SEED.documents:
        given = dict(document.content)
        for name in ("formed_on", "valid_until"):
            given[name] = date.fromisoformat(given[name]) if given[name] else None
        for name in ("themes", "keywords"):
            given[name] = tuple(given.get(name, ()))

        assert lint(Content(**given), today=TODAY, column_known=True) == (), document.key


def test_only_the_text_that_is_meant_to_be_wrong_is_found_wrong():
    lists = load_lists()
    wrong = {
        document.key
        for document in SEED.documents
        if blocking(
            check(
                CheckInput(
                    document.title, document.content["body"], organ_name=SEED.organ["name"],
                    organ_phones=tuple(SEED.organ["phones"]), summary=document.content["summary"],
                ),
                lists,
                TODAY,
            )
        )
    }  # fmt: skip

    assert wrong == {"prepaid-cards"}


def test_the_work_plan_keeps_its_five_parts_and_their_clauses():
    plan = BY_KEY["work-plan"].content["body"]
    labels = [block.label for block in blocks(plan) if block.label]

    parts = "|".join(labels).split("一、")[1]
    assert [label for label in labels if re.fullmatch("[一二三四五]、", label)] == [
        "一、",
        "二、",
        "三、",
        "四、",
        "五、",
    ]
    assert labels.count("（一）") == 5
    assert labels.count("（四）") == 2
    assert parts.startswith("|（一）|（二）|（三）|二、|（一）|（二）|（三）|三、|（一）|（二）|（三）|（四）|四、")


def test_an_important_policy_has_three_forms_of_interpretation():
    forms = {each.content["form"] for each in SEED.interpretations("crossborder")}

    assert BY_KEY["crossborder"].content["important"]
    assert forms == {"text", "chart", "qa"}


def test_six_people_give_the_six_marks_and_a_seventh_signs_what_is_important():
    signers = [SEED.road[step] for step in STEP_NAMES]

    assert len(set(signers)) == 7
    assert {officer.login for officer in SEED.officers} >= {*SEED.road.values()}
    assert all(role in ROLES for officer in SEED.officers for role in officer.roles)


def test_a_correction_changes_what_the_text_says():
    document = BY_KEY["housekeeping-credit"]

    assert document.correction is not None
    assert document.correction.old in document.content["body"]
    assert document.correction.new not in document.content["body"]
    assert document.correction.old_summary in document.content["summary"]


def test_a_seed_that_is_not_there_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GONGKAI_SEED", str(tmp_path))

    with pytest.raises(StackError, match="没有找到样例内容"):
        seed.folder()


def test_passwords_are_made_once_and_kept_from_others(tmp_path: Path):
    first = Passwords(tmp_path).of("nigao")

    assert Passwords(tmp_path).of("nigao") == first
    assert Passwords(tmp_path).of("chujiao") != first
    assert (tmp_path / "sample-officers.json").stat().st_mode & 0o077 == 0


def test_applications_come_by_every_channel():
    told = [entry["channel"] for entry in applying.read(seed.folder())["cases"]]

    assert {*told} == {*CHANNELS}


def test_what_the_provincial_platform_sends_is_signed_as_standard_webhooks_reads_it():
    body = '{"id":"SD-1","说明":"签名按字节计算"}'.encode()
    headers = signed_headers("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "SD-1", int(AT.timestamp()), body)

    assert Webhook("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=").sign("SD-1", AT, body.decode()) == headers[
        "webhook-signature"
    ]


@pytest.mark.parametrize(
    ("outcomes", "cases", "once"),
    [
        (("duplicate", "accepted", "duplicate"), ("one", "one"), True),
        (("duplicate", "duplicate", "duplicate"), ("one", "one"), True),
        (("accepted", "accepted", "duplicate"), ("one", "one"), False),
        (("accepted", "duplicate", "refused"), ("one", "one"), False),
        (("accepted", "duplicate", "duplicate"), ("one", "another"), False),
    ],
)
def test_a_second_case_or_a_second_acceptance_is_seen(outcomes: tuple[str, ...], cases: tuple[str, ...], once: bool):
    assert Heard("one", outcomes, cases).once is once


AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def seen(seconds: float, status: int, took: float = 0.01) -> Glance:
    asked = AT + timedelta(seconds=seconds)
    return Glance(asked, asked + timedelta(seconds=took), status)


@pytest.mark.parametrize(
    ("glances", "early_ok", "late_ok"),
    [
        ([seen(-1, 404), seen(0.1, 200)], True, True),
        ([seen(-1, 200), seen(0.1, 200)], False, True),
        ([seen(-1, 404), seen(0.1, 404)], True, False),
        ([seen(-0.01, 200, took=0.05), seen(0.1, 200)], False, True),
        ([seen(-1, 404), seen(-0.01, 200, took=0.05), seen(0.1, 200)], True, True),
        ([seen(-1, 404)], True, False),
    ],
)
def test_a_page_must_be_hidden_before_its_instant_and_shown_from_it(
    glances: list[Glance], early_ok: bool, late_ok: bool
):
    eyes = Eyes(office=None, platform=None, now=lambda: AT)  # type: ignore[arg-type]

    eyes.judge("某件", glances, AT)

    assert [verdict.ok for verdict in eyes.verdicts] == [early_ok, late_ok]
