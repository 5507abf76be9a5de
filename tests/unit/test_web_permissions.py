"""The role × action matrix, whole: each row is read here as it is in the regulation on review, not as the code says."""

import pytest

from gongkai.web.permissions import (
    ACTION_NAMES,
    ACTIONS,
    MATRIX,
    ROLE_DUTIES,
    ROLE_NAMES,
    ROLES,
    actions_of,
    allowed,
    roles_for,
)

#: D drafter, S section head, V deputy head, H head, P proofreader, O openness officer, C secrecy reviewer,
#: N new-media operator, U supervisor, A administrator
LETTERS = dict(zip("DSVHPOCNUA", ROLES, strict=True))
TABLE = """
work.see                      DSVHPOCNUA
document.see                  DSVHPOCNU
draft.create                  DSO
draft.edit                    DSO
draft.import                  DSO
draft.submit                  DSO
draft.discard                 DSO
attachment.add                DSO
mark.first-review             D
mark.first-proof              DP
mark.second-review            S
mark.second-proof             SP
mark.third-review             VH
mark.third-review-important   H
mark.third-proof              VHP
secrecy.review                C
openness.decide               O
impact.assess                 O
finding.waive                 SOVH
wordlist.edit                 PO
site-error.see                VHPOU
site-error.answer             PO
interpretation.except         VH
release.see                   DSVHPOCNU
release.order                 OVH
release.cancel                OVH
release.proceed               OVH
release.emergency             H
document.correct              OVH
document.withdraw             OVH
document.repeal               OVH
catalogue.see                 DSVHPOCNUA
catalogue.revise              O
account.see                   NOVHU
account.open                  NO
account.file                  NO
account.change                NO
account.close                 NO
account.credential            N
delivery.see                  NOVHU
delivery.act                  NO
quarantine.see                AOU
quarantine.replay             A
source.manage                 A
calendar.edit                 AO
person.see                    AU
person.manage                 A
organ.describe                A
token.issue                   DSVHPOCNUA
token.manage                  A
audit.see                     OHUA
audit.verify                  UA
request.see                   DSVHOCU
request.register              DO
request.receipt               O
request.handle                DSO
request.approve               SVHOC
request.extend                O
request.personal-data         DSVHOC
request.erase                 O
request.fee                   DO
request.remedy                DSO
request.convert               OVH
request.library               O
request.import                O
request.count                 DSVHOU
request.settings              O
request.messages              DO
"""
ROWS = {name: {LETTERS[letter] for letter in held} for name, held in (row.split() for row in TABLE.split("\n") if row)}
CONTENT = [action for action in ACTIONS if action.split(".")[0] in {"draft", "mark", "secrecy", "openness", "impact", "finding", "release", "document", "interpretation", "attachment", "request"}]


def test_the_whole_matrix_is_as_the_table_says():
    found = {action: set(held) for action, held in MATRIX.items()}

    assert found == ROWS


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_somebody_who_may_do_it_and_a_name_in_chinese(action):
    assert MATRIX[action]
    assert any("\u4e00" <= char <= "\u9fff" for char in ACTION_NAMES[action])
    assert roles_for(action)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_name_a_duty_and_something_to_do(role):
    assert ROLE_NAMES[role]
    assert ROLE_DUTIES[role]
    assert actions_of([role])


@pytest.mark.parametrize("action", CONTENT)
def test_an_administrator_neither_writes_nor_reviews_nor_releases(action):
    assert not allowed(["administrator"], action)


@pytest.mark.parametrize("action", [action for action in ACTIONS if not action.endswith((".see", ".verify", ".issue", ".count"))])
def test_a_supervisor_only_looks(action):
    assert not allowed(["supervisor"], action)


def test_nobody_may_make_two_of_the_three_reviews_by_one_role_alone():
    reviews = ("mark.first-review", "mark.second-review", "mark.third-review")

    for role in ROLES:
        assert sum(allowed([role], review) for review in reviews) <= 1


@pytest.mark.parametrize("action", ACTIONS)
def test_an_unknown_role_and_no_role_may_do_nothing(action):
    assert not allowed([], action)
    assert not allowed(["root", "Administrator"], action)


def test_roles_add_up():
    assert allowed(["proofreader", "drafter"], "draft.create")
    assert allowed(["proofreader", "drafter"], "mark.third-proof")
