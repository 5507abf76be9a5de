import pickle

import pytest

from gongkai.statute.articles import ARTICLES
from request.redaction.clean import redact
from request.redaction.model import GROUNDS, Document, Passage, PassageRefused, by_article, checked, compose
from request.redaction.suggest import propose, still_there


@pytest.fixture
def a_letter() -> Document:
    return compose(
        "word",
        [
            ("关于商务诚信建设资金的说明", "heading", 1),
            ("经办人：赵德明，电话13900000001。", "paragraph", 0),
            ("企业\t金额\t联系人", "row", 0),
            ("甲公司\t20万元\t钱学文", "row", 0),
            ("乙公司\t30万元\t孙启航", "row", 0),
            ("资金已于2023年12月拨付。", "paragraph", 0),
        ],
    )


def over(document: Document, words: str, reason: str = "个人隐私", article: str = "A15") -> Passage:
    start = document.text.index(words)
    return Passage(start, start + len(words), reason, article)


def test_a_passage_becomes_a_mark_that_cites_its_article(a_letter):
    clean = redact(a_letter, [over(a_letter, "赵德明"), over(a_letter, "13900000001", article="I25")])

    assert "经办人：〔此处依据《政府信息公开条例》第十五条不予公开〕，电话〔此处依据《个人信息保护法》第二十五条不予公开〕。" in clean.text()
    assert (clean.passages, clean.articles) == (2, ("A15", "I25"))


def test_a_mark_has_the_same_length_whatever_it_hides(a_letter):
    short = redact(a_letter, [over(a_letter, "德")], "block")
    long = redact(a_letter, [over(a_letter, "赵德明，电话13900000001")], "block")

    assert short.text().count("■■■") == long.text().count("■■■")
    assert "经办人：赵■■■明" in short.text()
    assert "经办人：■■■。" in long.text()


def test_blocks_are_explained_at_the_end_with_the_number_of_places_per_article(a_letter):
    clean = redact(a_letter, [over(a_letter, "钱学文"), over(a_letter, "孙启航"), over(a_letter, "20万元", "商业秘密", "A15"),
                              over(a_letter, "13900000001", article="I34")], "block")

    assert clean.text().endswith("依据：《政府信息公开条例》第十五条（3处）、《个人信息保护法》第三十四条（1处）。\n")


def test_lines_and_rows_inside_a_passage_vanish_so_that_their_number_does_not_tell(a_letter):
    start, end = a_letter.text.index("甲公司"), a_letter.text.index("孙启航") + 3
    clean = redact(a_letter, [Passage(start, end, "商业秘密", "A15")])

    rows = [line for line in clean.lines if line.kind == "row"]
    assert len(rows) == 2
    assert rows[1].cells[1:] == ((), ())


def test_a_passage_over_parts_of_two_paragraphs_leaves_the_rest_of_both():
    document = compose("text", [("前一段开头，秘密甲", "paragraph", 0), ("秘密乙，后一段结尾", "paragraph", 0)])
    start = document.text.index("秘密甲")
    clean = redact(document, [Passage(start, start + 7, "过程性信息", "A16")])

    assert clean.text() == "前一段开头，〔此处依据《政府信息公开条例》第十六条不予公开〕\n，后一段结尾\n"


def test_markdown_of_a_word_file_has_headings_tables_and_no_sign_that_could_be_read_as_markup():
    document = compose("word", [("标题*一*", "heading", 2), ("# 不是标题<b>", "paragraph", 0), ("- 也不是列表", "paragraph", 0),
                                ("甲|乙\t丙", "row", 0), ("丁\t戊", "row", 0)])

    assert redact(document, []).markdown() == (
        "## 标题\\*一\\*\n\n\\# 不是标题\\<b\\>\n\n\\- 也不是列表\n\n| 甲\\|乙 | 丙 |\n| --- | --- |\n| 丁 | 戊 |\n"
    )


def test_markdown_that_was_markdown_keeps_its_signs():
    document = compose("markdown", [("# 标题", "paragraph", 0), ("", "paragraph", 0), ("**重点**：王建国", "paragraph", 0)])

    clean = redact(document, [over(document, "王建国")])

    assert clean.markdown() == "# 标题\n\n**重点**：〔此处依据《政府信息公开条例》第十五条不予公开〕\n"


@pytest.mark.parametrize(
    ("passage", "field", "said"),
    [
        (Passage(-1, 3, "个人隐私", "A15"), "passages[0].start", "起始位置-1不在正文之内"),
        (Passage(999, 1000, "个人隐私", "A15"), "passages[0].start", "起始位置999不在正文之内"),
        (Passage(3, 3, "个人隐私", "A15"), "passages[0].end", "应当在起始位置3之后"),
        (Passage(3, 2, "个人隐私", "A15"), "passages[0].end", "应当在起始位置3之后"),
        (Passage(3, 9999, "个人隐私", "A15"), "passages[0].end", "超出正文"),
        (Passage(3, 5, " ", "A15"), "passages[0].reason", "没有写明理由"),
        (Passage(3, 5, "理" * 201, "A15"), "passages[0].reason", "请精简"),
        (Passage(3, 5, "个人隐私", "A13"), "passages[0].article", "《政府信息公开条例》第十三条不是不予公开的依据"),
        (Passage(3, 5, "个人隐私", "第十五条"), "passages[0].article", "“第十五条”不是不予公开的依据"),
        (Passage(3, 5, "隐去其手机13900000001", "A15"), "passages[0].reason", "写出了要隐去的内容"),
    ],
)
def test_a_passage_that_cannot_stand_is_refused_with_the_name_of_its_field(a_letter, passage, field, said):
    with pytest.raises(PassageRefused, match=said.replace("[", r"\[")) as refused:
        checked(a_letter, [passage])

    assert refused.value.field == field
    assert refused.value.article == "《政府信息公开条例》第三十七条"


def test_a_reason_must_not_say_the_name_it_hides(a_letter):
    with pytest.raises(PassageRefused, match="改用概括的说法"):
        checked(a_letter, [over(a_letter, "钱学文", reason="钱学文的姓名")])


def test_a_passage_of_blanks_only_is_refused():
    document = compose("text", [("甲   乙", "paragraph", 0)])

    with pytest.raises(PassageRefused, match="只选中了空白"):
        checked(document, [Passage(1, 3, "个人隐私", "A15")])


def test_overlapping_passages_are_refused_and_both_are_named(a_letter):
    first, second = over(a_letter, "赵德明，电话"), over(a_letter, "电话13900000001")

    with pytest.raises(PassageRefused, match="第2处与第1处重叠") as refused:
        checked(a_letter, [first, second])

    assert refused.value.field == "passages[1].start"


def test_passages_that_touch_do_not_overlap(a_letter):
    clean = redact(a_letter, [over(a_letter, "13900000001"), over(a_letter, "电话")], "block")

    assert "经办人：赵德明，■■■■■■。" in clean.text()


def test_hiding_everything_is_no_severance():
    document = compose("text", [("全部内容", "paragraph", 0)])

    with pytest.raises(PassageRefused, match="应当作出不予公开的决定"):
        checked(document, [Passage(0, 4, "内部事务", "A16")])


def test_every_ground_is_an_article_of_the_register():
    assert set(GROUNDS) <= set(ARTICLES)


def test_a_refused_passage_crosses_a_process_with_its_field():
    sent = pickle.loads(pickle.dumps(PassageRefused("第1处没有写明理由。", field="passages[0].reason")))

    assert (sent.reason, sent.field, sent.article) == ("第1处没有写明理由。", "passages[0].reason", "《政府信息公开条例》第三十七条")


def test_passages_are_counted_per_article(a_letter):
    passages = checked(a_letter, [over(a_letter, "13900000001", article="I25"), over(a_letter, "钱学文"), over(a_letter, "孙启航")])

    assert by_article(passages) == (("A15", 2), ("I25", 1))


def test_personal_data_is_proposed_with_an_article_and_a_reason_that_stand(a_letter):
    proposals = propose(a_letter)

    assert {a_letter.text[p.passage.start : p.passage.end] for p in proposals if p.certain} >= {"赵德明", "13900000001"}
    assert checked(a_letter, [p.passage for p in proposals])


def test_a_name_once_known_is_proposed_wherever_it_stands():
    document = compose("text", [("经办人：周文涛，负责核对。", "paragraph", 0), ("后由周文涛复核后报送。", "paragraph", 0)])

    found = [document.text[p.passage.start : p.passage.end] for p in propose(document)]

    assert found == ["周文涛", "周文涛"]


def test_words_hidden_in_one_place_are_found_where_they_still_stand():
    document = compose("text", [("甲方报价30.5万元。", "paragraph", 0), ("最终以３０.５ 万元成交。", "paragraph", 0)])
    passage = over(document, "30.5万元", "商业秘密")

    (again,) = still_there(document, [passage])

    assert document.text[again.passage.start : again.passage.end] == "３０.５ 万元"
    assert again.because_of == 0
    assert not still_there(document, [passage, again.passage])
