"""Search: what is indexed, what is asked, what is marked."""

import time

from hypothesis import given
from hypothesis import strategies as st

from portal import terms
from portal.marking import marked, snippet

HAN = st.text(alphabet="济南市商务局跨境电子政策解读办法通知〔〕2025号abc，。 ", max_size=60)


def in_order(document: list[str], phrase: list[str]) -> bool:
    """Do what the database's phrase operator does, the last token being a beginning when it says so."""

    def fits(token: str, asked: str) -> bool:
        word = asked.strip("':*")
        return token.startswith(word) if asked.endswith(":*") else token == word

    return any(
        all(fits(document[at + i], asked) for i, asked in enumerate(phrase))
        for at in range(len(document) - len(phrase) + 1)
    )


def test_han_is_kept_as_overlapping_pairs_and_a_closing_character() -> None:
    assert terms.grams("出口退税") == ["出口", "口退", "退税", "税"]


def test_a_number_of_a_document_is_found_with_any_kind_of_bracket() -> None:
    document = terms.grams(terms.normal("济商发〔2025〕4号"))

    for typed in ("济商发〔2025〕4号", "济商发[2025]4号", "济商发（2025）4号", "济商发２０２５４号"):
        phrases = [phrase.split(" <-> ") for phrase in terms.sought(typed).phrases.split(" & ")]
        expected = typed != "济商发２０２５４号"
        assert in_order(document, phrases[0]) is expected


@given(HAN, st.integers(0, 59), st.integers(2, 12))
def test_every_piece_of_a_text_without_spaces_is_found_in_it(text: str, start: int, length: int) -> None:
    piece = text[start : start + length]
    runs = [run for run in terms.sought(piece).phrases.split(" & ") if run]

    document = terms.grams(terms.normal(text))

    # A piece may begin inside a number or a foreign word; those are looked for whole.
    cut = start > 0 and piece[:1].isalnum() and piece[:1].isascii() and text[start - 1].isascii()
    if not cut:
        assert all(in_order(document, run.split(" <-> ")) for run in runs)


def test_words_apart_by_spaces_must_all_be_there() -> None:
    assert terms.sought("跨境 电商").all_of == "'跨境' & '电商'"
    assert terms.sought("跨境 电商").phrases == "'跨境' & '电商'"


def test_a_question_of_signs_alone_asks_nothing() -> None:
    for typed in ("", "   ", "！？。", "' | !", "<->", ":*"):
        assert terms.sought(typed).empty


@given(st.text(max_size=200))
def test_whatever_is_typed_the_query_holds_only_quoted_words(typed: str) -> None:
    found = terms.sought(typed)

    for word in found.all_of.split(" & ") if found.all_of else []:
        inner = word.removesuffix(":*")
        assert inner[0] == inner[-1] == "'"
        assert not set(inner[1:-1]) & set("'\\ &|!<>():*\0")


def test_a_long_text_says_that_its_positions_do_not_reach() -> None:
    long = terms.index("年鉴", [], "甲乙丙丁" * 5_000)
    short = terms.index("通知", [], "甲乙丙丁")

    assert long.long
    assert "甲乙丙丁甲乙" in long.plain
    assert not short.long
    assert short.plain == ""


def test_title_words_weigh_more_than_those_of_the_text() -> None:
    found = terms.index("跨境电商认定办法", ["济商发〔2025〕4号"], "海外仓的认定。")

    assert "'认定':" in found.words
    assert "A" in found.words.split("'认定':")[1].split(" ")[0]
    assert "'海外':" in found.words


def test_grammar_is_not_ranked() -> None:
    assert "的" not in terms.words("企业的认定和管理")


def test_a_hundred_thousand_characters_are_indexed_within_half_a_second() -> None:
    text = "为促进外贸新业态健康发展，规范跨境电子商务园区、平台和海外仓的认定与管理。" * 2_700

    began = time.perf_counter()
    terms.index("年度报告", [], text)

    assert time.perf_counter() - began < 0.5


def test_what_was_looked_for_is_marked_whatever_its_width_or_case() -> None:
    assert str(marked("ＲＣＥＰ生效后，rcep 规则", ("rcep",))) == "<mark>ＲＣＥＰ</mark>生效后，<mark>rcep</mark> 规则"


def test_marking_escapes_everything_that_is_not_ours() -> None:
    found = str(marked("<b>跨境</b>&电商", ("跨境", "<b>")))

    assert found == "<mark>&lt;b&gt;跨境</mark>&lt;/b&gt;&amp;电商"


def test_a_snippet_shows_where_the_words_stand_together() -> None:
    text = "开头。" * 60 + "跨境电商企业应当提交申报材料。" + "结尾。" * 60

    found = str(snippet(text, ("跨境电商", "申报")))

    assert found.startswith("……")
    assert found.endswith("……")
    assert "<mark>跨境电商</mark>企业应当提交<mark>申报</mark>材料" in found
