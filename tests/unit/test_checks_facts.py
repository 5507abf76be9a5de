"""Dates, numbers, punctuation, placeholders, links and the elements of the document."""

from datetime import date

import pytest

from publication.checks import CheckInput, ListEdits, blocking, check, file_names, find_links, load_lists, with_edits

TODAY = date(2026, 11, 24)
LISTS = load_lists()


def found(body: str = "正文。", title: str = "关于公开信息的公告", lists=LISTS, **given):
    return check(CheckInput(title, body, **given), lists, TODAY)


def rules(body: str = "正文。", **given) -> list[str]:
    return [finding.rule_id for finding in found(body, **given)]


def test_a_weekday_that_does_not_fit_is_told_with_the_right_one():
    (finding,) = found("定于2023年5月6日（星期五）召开。")

    assert (finding.rule_id, finding.severity) == ("date.weekday", "must")
    assert finding.suggestions == ("2023年5月6日（星期六）",)
    assert rules("定于2023年5月6日（周六）召开。") == []


def test_a_year_is_taken_from_the_text_before_or_from_the_day_of_the_document():
    assert (
        rules("2023年工作安排。2023年3月起，于5月6日（星期五）召开。2023年4月1日后，5月6日（星期五）再开。")
        == ["date.weekday"] * 1
    )
    assert rules("5月6日（星期五）召开。", formed_on=date(2023, 5, 1)) == ["date.weekday"]
    assert rules("5月6日（星期五）召开。") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年2月29日", ["date.impossible"]),
        ("2024年2月29日", []),
        ("4月31日", ["date.impossible"]),
        ("2023年13月1日", ["date.impossible"]),
        ("2023年05月06日", ["date.zero"]),
        ("自2023年5月6日至2023年4月1日", ["date.range"]),
        ("自2023年5月6日至6月1日", []),
    ],
)
def test_dates_must_exist_and_run_forwards(text, expected):
    assert rules(text) == expected


def test_a_stated_count_is_compared_with_the_items_that_follow():
    assert rules("有以下三种情形：\n（一）甲；\n（二）乙。\n") == ["number.count"]
    assert rules("有以下两种情形：\n（一）甲；\n（二）乙。\n") == []
    assert rules("分为三类：企业、个人和其他。") == []


def test_parts_may_not_add_up_to_more_than_the_whole():
    assert rules("共30家，其中A类20家、B类15家。") == ["number.sum"]
    assert rules("共30家，其中A类20家、B类10家。") == []


@pytest.mark.parametrize("text", ["[此处填写金额]", "××年××月", "待补充", "（待定）"])
def test_what_was_left_to_fill_in_is_blocking(text):
    findings = found(f"内容{text}。")

    assert {finding.rule_id for finding in findings} == {"context.placeholder"}
    assert blocking(findings)


def test_a_masked_name_is_no_placeholder():
    assert rules("当事人张××、李某某。") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（测试)", ["punctuation.mixed"]),
        ("《不成对", ["punctuation.unpaired"]),
        ("多了，，一个", ["punctuation.doubled"]),
        ("半角,逗号", ["punctuation.half"]),
        ("长5公分", ["unit.legal"]),
        ("约10%左右", ["number.redundant"]),
        ("1)甲 2)乙", []),
        ("（一）甲（乙〔2023〕5号）“丙‘丁’”。", []),
    ],
)
def test_punctuation_and_units(text, expected):
    assert rules(text) == expected


@pytest.mark.parametrize(
    ("text", "rule", "severity"),
    [
        ("[附件](http://192.168.1.8/a.doc)", "link.inside", "must"),
        ("http://oa.local/x", "link.inside", "must"),
        ("http://localhost:8080/x", "link.inside", "must"),
        (r"见D:\资料\附件.doc", "link.local", "must"),
        (r"见\\server1\share", "link.local", "must"),
        ("[x](https://user:pass@www.gov.cn)", "link.secret", "must"),
        ("https://www.gov.cn/x?token=abc", "link.secret", "must"),
        ("https://t.cn/abc", "link.shortened", "judge"),
        ("https://www.example.com/a", "link.foreign", "judge"),
        ("[x](ftp://www.gov.cn/a)", "link.scheme", "judge"),
        ("[x](https://www.gov.cn:99999/a)", "link.syntax", "must"),
    ],
)
def test_links_that_mislead_or_leak_are_told(text, rule, severity):
    (finding,) = found(text)

    assert (finding.rule_id, finding.severity) == (rule, severity)


def test_own_and_government_links_are_left_alone():
    lists = with_edits(LISTS, ListEdits(known_hosts=("people.com.cn",)))
    body = "[公告](https://www.jinan.gov.cn/a)[本站](/d/jnsw-2024-00001)[报道](https://paper.people.com.cn/x)"

    assert rules(body, lists=lists) == []


def test_links_found_dead_by_the_caller_block():
    (finding,) = found("见https://www.gov.cn/gone。", dead_links=frozenset({"https://www.gov.cn/gone"}))

    assert (finding.rule_id, finding.severity) == ("link.dead", "must")


@pytest.mark.parametrize(
    ("url", "rule", "severity"),
    [
        ("http://192.168.1.8/a.doc", "link.inside", "must"),
        ("http://oa.local/x", "link.inside", "must"),
        ("https://user:pass@www.gov.cn/x", "link.secret", "must"),
        ("https://www.gov.cn/x?token=abc", "link.secret", "must"),
        ("https://t.cn/abc?token=abc", "link.secret", "must"),
        ("https://t.cn/abc", "link.silent", "judge"),
        ("https://www.example.com/a", "link.silent", "judge"),
        ("https://www.gov.cn/x", "link.silent", "judge"),
    ],
)
def test_that_a_site_is_silent_hides_nothing_that_must_be_put_right(url, rule, severity):
    (finding,) = found(f"[x]({url})", silent_links=frozenset({url}))

    assert (finding.rule_id, finding.severity) == (rule, severity)


def test_links_and_file_names_are_listed_in_reading_order():
    text = "见[附件](/files/名单.xlsx)和https://www.gov.cn/a.pdf?x=1，另附：实施方案.docx。"

    assert [link.url for link in find_links(text)] == ["/files/名单.xlsx", "https://www.gov.cn/a.pdf?x=1"]
    assert file_names(text) == ["名单.xlsx", "a.pdf", "实施方案.docx"]


def test_personal_data_in_an_address_is_found():
    assert "pd.identity" in rules("[名单](https://www.gov.cn/files/11010519491231002X.pdf)")


@pytest.mark.parametrize(
    "number", ["济商字[2023]5号", "济商字（2023）5号", "济商字【2023】5号", "济商字〔2023〕第5号", "济商字〔2023〕05号"]
)
def test_every_wrong_form_of_a_document_number_is_explained_and_righted(number):
    (finding,) = found(document_number=number)

    assert (finding.rule_id, finding.severity, finding.piece) == ("metadata.number", "must", "field:document_number")
    assert finding.suggestions == ("济商字〔2023〕5号",)
    assert "GB/T 9704" in finding.why
    (cited,) = found(f"根据{number}要求")
    assert (cited.rule_id, cited.suggestions) == ("number.document", ("济商字〔2023〕5号",))


def test_the_elements_are_checked_against_each_other():
    given = {
        "document_number": "济商字〔2022〕5号",
        "formed_on": date(2023, 5, 6),
        "organ_name": "济南市商务局",
        "organ_uscc": "113701020041953193",
        "index_number": "113701020041953193/2023-00001",
    }

    found_rules = rules("正文。\n济南市财政局\n2023年5月7日\n", **given)

    assert set(found_rules) == {
        "metadata.number-year", "metadata.uscc", "metadata.index", "metadata.signer-differs", "metadata.formed-differs",
    }  # fmt: skip


def test_an_edition_in_order_has_nothing_to_settle():
    body = "各区县商务主管部门：\n一、总体要求\n坚持公开为常态。\n济南市商务局\n2023年5月6日\n"

    assert (
        found(
            body,
            document_number="济商字〔2023〕5号",
            formed_on=date(2023, 5, 6),
            organ_name="济南市商务局",
            organ_uscc="113701020041953192",
            index_number="113701020041953192/2023-00001",
        )
        == []
    )


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"title": ""}, "metadata.title-empty"),
        ({"title": "关于公开的通知。"}, "metadata.title-stop"),
        ({"title": "关于\n公开的通知"}, "metadata.title-lines"),
        ({"title": "长" * 101}, "metadata.title-long"),
        ({"body": " \n"}, "metadata.body-empty"),
        ({"formed_on": date(2026, 11, 25)}, "metadata.formed-future"),
        ({"formed_on": date(1948, 1, 1)}, "metadata.formed-old"),
        ({"kind": "normative"}, "metadata.number-missing"),
    ],
)
def test_an_element_that_is_missing_or_odd_is_told(given, rule):
    assert rules(**given) == [rule]
