"""What a review may look at: what was given with its marks, what was refused with its grounds, what others decided."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from tests.support.request_worlds import a_case, a_decision, a_reply

from request.considering import Again, Looked, Said, considered, look
from request.conversion.inputs import EarlierReview
from request.conversion.review import review
from request.conversion.rules import built_in
from request.domain.case import file_of

CASE = UUID(int=1)
TODAY = date(2026, 11, 20)


def known(*decisions, said=None, looked=(), again=None):
    file = file_of(a_case(*a_reply(*decisions)))
    return considered(
        CASE, file, file.replies[-1], said or Said(), looked=looked, applicants=1, columns=(), again=again or Again()
    )


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("机密★3年\n关于谈判的报告", ("state-secret",)),
        ("秘密 ★ 1年", ("state-secret",)),
        ("工作秘密\n会议材料", ("work-secret",)),
        ("内部资料，注意保存\n绝密★", ("state-secret", "work-secret")),
        ("保守国家秘密法宣传情况", ()),
        ("关于规范工作秘密管理的通知", ()),
    ],
)
def test_marks_of_secrecy_on_what_was_given_are_seen(text, marks):
    looked = look("附件1", "文件.txt", text.encode(), TODAY)

    assert looked.marks == marks
    assert known(looked=[looked]).secrecy.value == marks


def test_a_marked_file_is_not_proposed_for_everyone():
    looked = Looked("附件1", readable=True, marks=("state-secret",))

    assert review(known(looked=[looked]), built_in(), TODAY).advice == "keep"


@pytest.mark.parametrize(
    ("basis", "flags"),
    [("state-secret", ("state-secret",)), ("forbidden", ("forbidden",)), ("three-securities", ("securities",)), ("process", ())],
)
def test_a_refusal_is_kept_with_the_day_of_the_next_look(basis, flags):
    seen = known(a_decision(basis))
    found = review(seen, built_in(), TODAY)

    assert seen.secrecy.value == flags
    assert found.advice == "keep"
    assert found.relook_on == date(2027, 5, 20)


@pytest.mark.parametrize(("basis", "changed"), [("state-secret", "declassified"), ("process", "procedure-finished")])
def test_what_has_changed_since_a_refusal_asks_for_a_new_judgement(basis, changed):
    found = review(known(a_decision(basis), said=Said(changed=(changed,))), built_in(), TODAY)

    assert found.advice == "ask"
    assert "A18" in found.articles


def test_what_other_cases_came_to_counts_for_this_one():
    published = EarlierReview("1", date(2026, 9, 1), "publish", "publish", accepted=True)
    plain = replace(known(), title="2025年外资统计数据")

    in_hand = known(again=Again((published,)))
    public = known(again=Again((published,), "/zwgk/d/7.html"))

    assert review(replace(plain, earlier=in_hand.earlier), built_in(), TODAY).advice == "keep"
    assert public.permalink.value == "/zwgk/d/7.html"
    assert "A36" in review(public, built_in(), TODAY).articles
