"""What changed between two editions, to the character."""

from hypothesis import given
from hypothesis import strategies as st

from publication.markup import Part, diff, paragraphs


def test_a_changed_paragraph_shows_the_characters_that_changed():
    (row,) = diff("关于举办消费季的通知", "关于举办购物季的通知")

    assert (row.kind, row.old_no, row.new_no) == ("changed", 1, 1)
    assert row.old_parts == (Part("same", "关于举办"), Part("del", "消费"), Part("same", "季的通知"))
    assert row.new_parts == (Part("same", "关于举办"), Part("ins", "购物"), Part("same", "季的通知"))


def test_an_added_and_a_removed_paragraph_are_not_paired_with_strangers():
    rows = diff("第一段话\n要删去的内容\n结尾", "第一段话\n结尾\n补充完全不同的说明文字")

    assert [(row.kind, row.old_no, row.new_no) for row in rows] == [
        ("same", 1, 1), ("removed", 2, None), ("same", 3, 2), ("added", None, 3),
    ]  # fmt: skip


def test_layout_changes_alone_are_no_change():
    rows = diff("　　甲段\n乙段\n", "甲段\n\n\n    乙段")

    assert {row.kind for row in rows} == {"same"}


def test_a_table_is_compared_row_by_row():
    table = "| 项目 | 金额 |\n| --- | --- |\n| 补贴 | 100 |\n| 奖励 | 50 |\n"

    rows = diff(table, table.replace("100", "200"))

    assert [row.kind for row in rows] == ["same", "changed", "same"]


def test_two_thousand_paragraphs_turned_round_are_compared_in_bounded_time():
    lines = [f"第{number}段的文字" for number in range(2_000)]

    rows = diff("\n".join(lines), "\n".join(reversed(lines)))

    assert len({row.old_no for row in rows if row.old_no}) == 2_000


_BODY = st.lists(st.text(alphabet="甲乙丙丁。，12", min_size=1, max_size=12), max_size=12).map("\n".join)


@given(_BODY, _BODY)
def test_both_sides_can_be_put_together_again_from_the_rows(old, new):
    rows = diff(old, new)

    left = ["".join(part.text for part in row.old_parts) for row in rows if row.old_no]
    right = ["".join(part.text for part in row.new_parts) for row in rows if row.new_no]
    assert left == paragraphs(old)
    assert right == paragraphs(new)
    assert diff(old, new) == rows
