"""A sheet is a stranger's file: bombs, macros and personal data stay outside, and nothing personal is repeated."""

import io
import struct
import zipfile

import pytest
from openpyxl import Workbook
from tests.support.intake_sheets import IMPORTING, as_csv, read, rows, saved, told, with_part, workbook

from request.intake import columns as c
from request.intake import grid
from request.intake.sheet import Accepted, Rejected, read_sheet
from request.intake.template import template

IDENTITY, MINOR, MOBILE, CARD = "11010519491231002X", "999999201001010016", "13800138000", "6222029999999999992"


def refused(content: bytes, name: str = "x.xlsx") -> str:
    answer = read_sheet(content, name, IMPORTING)
    assert isinstance(answer, Rejected), answer
    return answer.problems[0].text_zh


# ── Personal data ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (IDENTITY, "身份证号"), (MINOR, "身份证号"), ("１１０１０５１９４９１２３１００２Ｘ", "身份证号"), ("110105 19491231 002X", "身份证号"),
        (110105194912310021, "身份证号"), ("110105491231002", "旧身份证号"), (MOBILE, "手机号码"), (13800138000, "手机号码"),
        ("+86 138-0013-8000", "手机号码"), (CARD, "银行卡号"), ("someone@example.com", "电子邮箱"), ("E12345678", "护照号码"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("heading", [c.NUMBER, c.KIND, c.CHANNEL])
def test_a_personal_number_in_any_cell_is_refused_by_its_place_and_never_repeated(value, kind, heading):
    sentences = told({}, {heading: value})

    column = "ABCDEFGHIJKLMNOPQRSTU"[c.HEADINGS.index(heading)]
    assert sentences == [f"第3行{column}列“{heading}”：含有{kind}，个人信息不得导入（《个人信息保护法》第六条），请删除。"]
    assert str(value) not in "".join(sentences)


def test_no_sentence_repeats_what_stood_in_a_cell():
    secret = "欧阳锋"
    wrong = dict.fromkeys(c.HEADINGS, secret)

    sentences = told(wrong)

    assert len(sentences) > 10
    assert not any(secret in sentence for sentence in sentences)


@pytest.mark.parametrize("heading", ["申请人姓名", "身份证号码", "联系电话", "通讯地址", "申请人", "申请人名称", "电子邮箱", "申请内容"])
def test_a_column_of_personal_data_is_refused_whatever_stands_in_it(heading):
    answer = read_sheet(as_csv([["2024", "2024-03-04", "自然人", ""]], headings=[*c.REQUIRED, heading]), "x.csv", IMPORTING)

    assert isinstance(answer, Rejected)
    assert "第1行D列：标题含“" in answer.problems[0].text_zh
    assert "请删除整列" in answer.problems[0].text_zh


@pytest.mark.parametrize("heading", ["备注", "", "欧阳锋"])
def test_a_column_outside_the_template_is_refused_without_repeating_its_heading(heading):
    answer = read_sheet(as_csv([["2024", "2024-03-04", "自然人", "欧阳锋"]], headings=[*c.REQUIRED, heading]), "x.csv", IMPORTING)

    assert isinstance(answer, Rejected)
    assert answer.problems[0].text_zh == "第1行D列：不在模板中，为免带入个人信息，请删除整列。"


def test_personal_data_in_the_title_above_the_headings_is_found_too():
    book = workbook(rows({}))
    book["申请"].insert_rows(1)
    book["申请"]["A1"] = f"经办电话{MOBILE}"

    assert refused(saved(book)) == "第1行A列：含有手机号码，个人信息不得导入（《个人信息保护法》第六条），请删除。"


def test_a_credit_code_of_a_firm_is_no_persons_number():
    answer = read({c.NUMBER: "113701020041953192"})

    assert isinstance(answer, Accepted)


# ── Hostile and broken files ───────────────────────────────────────────────


def test_files_that_are_no_sheet_are_refused_with_what_to_do():
    assert "只能导入 .xlsx 或者 .csv" in refused(b"\xd0\xcf\x11\xe0", "x.xls")
    assert "只能导入 .xlsx 或者 .csv" in refused(b"%PDF-1.7", "x.xlsx")
    assert "只能导入 .xlsx 或者 .csv" in refused(template(), "x.csv")
    assert "编码既不是" in refused("年度,收到日期".encode("utf-16"), "x.csv")
    assert refused(b"", "x.csv") == "文件是空的。"
    assert "超过10MB" in refused(b"a" * (grid.LARGEST_FILE + 1), "x.csv")


def test_a_broken_or_locked_workbook_is_refused_in_one_sentence():
    content = template(rows({}))

    assert "已损坏" in refused(content[: len(content) // 2])
    assert "不是有效的 Excel 工作簿" in refused(with_part(content, "xl/workbook.xml", b"<workbook"))
    assert "不是有效的 Excel 工作簿" in refused(with_part(content, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"))


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked():
    bomb = with_part(template(rows({})), "xl/worksheets/sheet9.xml", b" " * 30_000_000)

    assert "疑似压缩炸弹" in refused(bomb)


def test_a_bomb_that_lies_about_its_size_is_read_no_further_than_it_says_and_refused():
    bomb = bytearray(with_part(template(rows({})), "xl/worksheets/sheet9.xml", b" " * 30_000_000))
    entry = bomb.rindex(b"PK\x01\x02")
    assert struct.unpack_from("<I", bomb, entry + 24) == (30_000_000,)
    struct.pack_into("<I", bomb, entry + 24, 1000)

    assert "已损坏" in refused(bytes(bomb))


def test_too_many_parts_and_parts_of_one_name_are_refused():
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for at in range(grid.BOUNDS.most_parts + 1):
            archive.writestr(f"xl/p{at}.bin", b"")

    assert "部件过多" in refused(many.getvalue())


def test_entities_and_strange_encodings_are_refused():
    content = template(rows({}))
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'

    assert "实体声明" in refused(with_part(content, "xl/worksheets/sheet1.xml", laughs))
    assert "特殊编码" in refused(with_part(content, "xl/worksheets/sheet1.xml", "<worksheet/>".encode("utf-16-le")))


def test_a_workbook_with_macros_is_refused():
    assert "宏程序" in refused(with_part(template(rows({})), "xl/vbaProject.bin", b"x"))


def test_a_formula_is_never_computed_and_its_stored_result_is_what_counts():
    book = workbook(rows({}, {}))
    book["申请"]["A2"] = '=HYPERLINK("http://example.invalid","2024")'

    answer = read_sheet(saved(book), "x.xlsx", IMPORTING)  # openpyxl stores no result beside a formula

    assert isinstance(answer, Rejected)
    assert [problem.text_zh for problem in answer.problems] == ["第2行A列“年度”：必须填写。"]
    assert answer.notes == ("表中有公式：不计算，按文件中保存的结果读取。",)


def test_a_formula_in_a_csv_is_only_text_that_is_no_year():
    answer = read_sheet(as_csv(rows({c.YEAR: "=2000+24"})), "x.csv", IMPORTING)

    assert isinstance(answer, Rejected)
    assert "应为2008至2026之间的整数" in answer.problems[0].text_zh


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_and_that_is_noted(state):
    book = workbook(rows({}))
    other = book.create_sheet("旧表")
    other.append(["姓名", "欧阳锋"])
    other.row_dimensions[1].hidden = True
    other.sheet_state = state

    answer = read_sheet(saved(book), "x.xlsx", IMPORTING)

    assert isinstance(answer, Accepted)
    assert answer.notes[0] == "第3张工作表是隐藏的，没有读取。"


def test_two_sheets_with_content_are_refused_because_one_would_be_lost():
    book = workbook(rows({}))
    book.create_sheet("下半年").append(["x"])

    assert refused(saved(book)) == "有2张可见的工作表有内容，请只留一张再导入（“填写说明”除外）。"


@pytest.mark.parametrize("hide", [lambda s: setattr(s.row_dimensions[3], "hidden", True), lambda s: setattr(s.column_dimensions["C"], "hidden", True)])
def test_hidden_lines_and_columns_are_refused_because_nobody_sees_whether_they_belong(hide):
    book = workbook(rows({}, {}))
    hide(book["申请"])

    assert "工作表有隐藏的行或者列" in refused(saved(book))


def test_a_sheet_with_too_many_lines_or_columns_is_refused():
    wide = Workbook()
    wide.active.append(["x"] * (grid.MOST_COLUMNS + 5))
    long = as_csv([["2024", "2024-03-04", "自然人"]] * grid.MOST_LINES, headings=c.REQUIRED)

    assert "超过60列" in refused(saved(wide))
    assert "超过20000行" in refused(long, "x.csv")


def test_a_csv_in_another_encoding_or_with_a_loose_quote_is_refused():
    assert "编码既不是 UTF-8 也不是 GB18030" in refused(b"\x81\xff\xfe\x81", "x.csv")
    assert "引号或者换行不成对" in refused('年度,收到日期\n"2024"x,"'.encode(), "x.csv")


def test_tabs_and_semicolons_separate_cells_as_well():
    for sign in ("\t", ";"):
        content = sign.join(c.REQUIRED) + "\n" + sign.join(["2024", "2024-03-04", "自然人"]) + "\n"

        assert isinstance(read_sheet(content.encode("gb18030"), "x.csv", IMPORTING), Accepted)
