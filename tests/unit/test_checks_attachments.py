"""Attachments are read to the bottom: comments, deletions, hidden sheets, covered text, properties, names."""

import pickle
from datetime import date

import pytest
from tests.support.import_samples import (
    a_pdf,
    a_png,
    a_tracked_and_commented_file,
    a_workbook,
    an_official_notice,
    rezipped,
)

from publication.checks import CheckInput, check, extract_texts, load_lists

TODAY = date(2026, 11, 24)


def texts(name: str, data: bytes) -> dict[str, str]:
    return {f"{piece.origin}": piece.text for piece in extract_texts(name, data).pieces}


def test_every_hidden_corner_of_a_word_file_is_read():
    extracted = extract_texts("稿件.docx", a_tracked_and_commented_file())

    by_origin = {piece.origin: piece.text for piece in extracted.pieces}
    assert "张三13712345678" in by_origin["docx-comment"]
    assert "11010519491231002X" in by_origin["docx-deleted"]
    assert "13912345678" in by_origin["docx-hidden"]
    assert by_origin["docx-margin"] == "页眉里的内部资料"
    assert by_origin["file-name"] == "稿件.docx"
    assert "新增的话。" in by_origin["attachment-text"]
    assert ("附件“稿件.docx”文件属性：作者", "赵起草") in [(piece.where, piece.text) for piece in extracted.pieces]


def test_what_was_deleted_with_tracking_is_a_finding_that_names_its_place():
    pieces = extract_texts("稿件.docx", a_tracked_and_commented_file()).pieces

    findings = check(CheckInput("公告", "正文。", pieces=pieces), load_lists(), TODAY)

    places = {(finding.origin, finding.rule_id) for finding in findings}
    assert {("docx-deleted", "pd.identity"), ("docx-hidden", "pd.mobile"), ("docx-comment", "pd.mobile")} <= places
    assert "附件“稿件.docx”修订中删除的文字1" in {finding.where for finding in findings}


def test_hidden_sheets_rows_and_comments_of_a_workbook_are_read():
    assert "13912345678" in texts("名单.xlsx", a_workbook())["xlsx-comment"]
    hidden = [piece.text for piece in extract_texts("名单.xlsx", a_workbook()).pieces if piece.origin == "xlsx-hidden"]
    assert any("乙公司" in text for text in hidden)
    assert any("身份证11010519491231002X" in text for text in hidden)


def test_text_under_a_black_box_is_read_and_named():
    found = texts("名单.pdf", a_pdf([["公示名单如下", "电话13912345678"]], covers=[(60, 730, 400, 22)]))

    assert found["pdf-covered"] == "电话13912345678"
    assert "公示名单如下" in found["pdf-text"]


def test_text_beside_a_box_is_not_called_covered():
    found = texts("名单.pdf", a_pdf([["公示名单如下", "电话13912345678"]], covers=[(60, 600, 400, 22)]))

    assert "pdf-covered" not in found


def test_a_picture_gives_its_properties_and_says_that_its_text_was_not_read():
    extracted = extract_texts("公示.png", a_png(texts={"Author": "li@example.com"}))

    assert [(piece.origin, piece.text) for piece in extracted.pieces][1:] == [("image-property", "li@example.com")]
    assert extracted.unread == ("附件“公示.png”是图片，图片中的文字没有识别，请人工核对。",)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("旧稿.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("资料.zip", b"PK\x03\x04rest"),
        ("坏.docx", b"PK\x03\x04rest"),
        ("坏.pdf", b"%PDF-1.4 rest"),
        ("炸弹.docx", rezipped(an_official_notice(), {"word/document.xml": b" " * 60_000_000})),
    ],
)
def test_what_cannot_be_read_is_said_and_the_name_is_still_checked(name, data):
    extracted = extract_texts(name, data)

    assert [piece.origin for piece in extracted.pieces] == ["file-name"]
    assert "没有检查" in extracted.unread[0]


def test_personal_data_in_a_file_name_is_found():
    pieces = extract_texts("张三11010519491231002X.txt", "正文".encode()).pieces

    findings = check(CheckInput("公告", "正文。", pieces=pieces), load_lists(), TODAY)

    assert [(finding.rule_id, finding.origin) for finding in findings] == [("pd.identity", "file-name")]


def test_what_goes_to_another_process_and_back_is_unchanged():
    lists = load_lists()
    edition = CheckInput("公告", "攻府", pieces=extract_texts("名单.xlsx", a_workbook()).pieces)

    assert pickle.loads(pickle.dumps((edition, lists))) == (edition, lists)
    findings = check(edition, lists, TODAY)
    assert pickle.loads(pickle.dumps(findings)) == findings
