"""Upload attacks end in a sentence for the officer, in bounded time, with nothing opened that should stay shut."""

import io
import logging
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.errors import PdfReadError
from tests.support.import_samples import PLAN, a_pdf, a_png, a_workbook, an_official_notice, rezipped

from publication.importing import Imported, ImportRefused, Limits, import_file

NOTICE = an_official_notice()
HEAD = b'<?xml version="1.0"?>'
BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'


def refused(name: str, data: bytes, limits: Limits | None = None) -> str:
    result = import_file(name, data, limits)
    assert isinstance(result, ImportRefused), result
    return result.sentence


def test_a_part_that_swells_is_refused_before_it_is_unpacked():
    bomb = rezipped(NOTICE, {"word/document.xml": HEAD + BODY % (b"<w:p/>" * 10 + b" " * 60_000_000)})

    assert "压缩炸弹" in refused("通知.docx", bomb)


def test_a_part_that_lies_about_its_size_is_stopped_while_reading():
    honest = rezipped(NOTICE, {"word/document.xml": HEAD + BODY % (b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 300_000)})

    assert "压缩炸弹" in refused("通知.docx", honest, Limits(max_part=1_000_000, max_ratio=100_000))


def test_thousands_of_parts_are_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for number in range(4_000):
            made.writestr(f"word/{number}.xml", b"")

    assert "部件" in refused("通知.docx", target.getvalue())


def test_a_zip_inside_is_never_opened():
    inner = rezipped(NOTICE, {"word/document.xml": b" " * 1_000_000})
    outer = rezipped(NOTICE, {"word/embeddings/inner.zip": inner})

    result = import_file("通知.docx", outer)

    assert isinstance(result, Imported)
    assert "1 个嵌入对象没有导入" in "".join(result.notes)


@pytest.mark.parametrize("part", ["../../etc/cron.d/x", "/etc/passwd", "word\\..\\x", "C:/x"])
def test_parts_that_point_outside_are_refused(part):
    assert "结构异常" in refused("通知.docx", rezipped(NOTICE, {part: b"x"}))


def test_entities_are_never_expanded():
    laughs = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    bomb = HEAD + b'<!DOCTYPE x [<!ENTITY a0 "ha">' + laughs + b"]>" + BODY % b"<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>"

    assert "攻击文件" in refused("通知.docx", rezipped(NOTICE, {"word/document.xml": bomb}))


def test_files_of_the_server_cannot_be_read_through_an_entity():
    outside = (
        HEAD
        + b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        + BODY % b"<w:p><w:r><w:t>&f;</w:t></w:r></w:p>"
    )

    assert "攻击文件" in refused("通知.docx", rezipped(NOTICE, {"word/document.xml": outside}))


def test_endless_nesting_is_refused():
    deep = HEAD + BODY % (b"<w:sdt>" * 5_000 + b"</w:sdt>" * 5_000)

    assert "嵌套过深" in refused("通知.docx", rezipped(NOTICE, {"word/document.xml": deep}))
    assert "嵌套过深" in refused("公告.html", b"<div>" * 200_000)
    assert "嵌套过深" in refused("公告.html", b"<p>x" + b"<blockquote>" * 900 + b"y")


def test_a_picture_of_a_billion_pixels_is_left_out_unopened():
    relation = b'<Relationship Id="rIdX" Type="x" Target="media/big.png"/></Relationships>'
    with zipfile.ZipFile(io.BytesIO(NOTICE)) as source:
        relations = source.read("word/_rels/document.xml.rels").replace(b"</Relationships>", relation)
    drawing = (
        b'<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="rIdX"/></w:drawing></w:r></w:p>'
    )
    text = "<w:p><w:r><w:t>正文一段话。</w:t></w:r></w:p>".encode() * 2
    changed = {
        "word/_rels/document.xml.rels": relations,
        "word/media/big.png": a_png(60_000, 60_000),
        "word/document.xml": HEAD + BODY % (text + drawing),
    }

    result = import_file("通知.docx", rezipped(NOTICE, changed))

    assert isinstance(result, Imported)
    assert result.images == ()
    assert "1 幅图片" in "".join(result.notes)


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("通知.pdf.exe", b"MZ", "exe"),
        ("通知.exe.docx", NOTICE, "exe"),
        ("通知.docm", NOTICE, "docm"),
        ("../../../etc/通知.txt", b"x", "上级目录"),
        ("通知\u202ecod.txt", b"x", "隐藏字符"),
        ("通知.txt\x00.docx", b"x", "空字符"),
        ("通知", b"x", "没有扩展名"),
        ("通知.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".docx"),
        ("通知.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "密码"),
        ("通知.docx", a_pdf([["甲"]]), "不符"),
        ("通知.pdf", NOTICE, "不符"),
        ("通知.txt", NOTICE, "不符"),
        ("通知.docx", b"PK\x03\x04broken", "损坏"),
        ("通知.pdf", b"%PDF-1.7 broken", "损坏"),
        ("通知.docx", a_workbook(), "Word"),
        ("名单.xlsx", NOTICE, "Excel"),
        ("通知.txt", b"", "空的"),
        ("通知.txt", "甲\x00乙".encode(), "空字"),
        ("通知.txt", bytes(range(1, 32)) * 40, "控制字符"),
        ("通知.txt", b"\xff\xfe\x00\xd8\x00\xd8", "损坏"),
        ("图.png", a_png(), "图片"),
        ("资料.zip", b"PK\x03\x04", "压缩包"),
        ("带宏.docx", rezipped(NOTICE, {"word/vbaProject.bin": b"x"}), "宏"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(name, data, word):
    assert word in refused(name, data)


def test_the_scanner_test_string_is_refused_plain_and_packed():
    signature = bytes.fromhex(
        "58354f2150254041505b345c505a58353428505e2937434329377d24454943"
        "41522d5354414e444152442d414e544956495255532d544553542d46494c452124482b482a"
    )

    assert "病毒" in refused("通知.txt", signature)
    body = HEAD + BODY % b"<w:p/>"
    assert "病毒" in refused("通知.docx", rezipped(NOTICE, {"word/document.xml": body + b"<!--" + signature + b"-->"}))


def test_a_file_over_the_limit_is_named_with_its_size():
    assert "上限" in refused("通知.txt", b"a" * 2_000, Limits(max_bytes=1_000))
    assert "万字" in refused("通知.txt", "字。\n".encode() * 20_000, Limits(max_characters=10_000))


def test_a_locked_pdf_asks_for_the_lock_to_be_taken_off():
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(a_pdf([["甲乙丙"]]))))
    writer.encrypt("secret", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)

    assert "密码" in refused("通知.pdf", target.getvalue())


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["docx", "xlsx", "pdf", "html", "txt", "md"]), st.binary(max_size=300), st.integers(0, 6))
def test_no_bytes_at_all_raise(ending, noise, place):
    source = {"docx": NOTICE, "xlsx": a_workbook(), "pdf": a_pdf([["甲乙丙丁"]])}.get(ending, PLAN.encode())
    at = len(source) * place // 6

    assert isinstance(
        import_file(f"文件.{ending}", source[:at] + noise + source[at + len(noise) :]), Imported | ImportRefused
    )


def test_a_pdf_that_takes_too_long_is_read_as_far_as_time_allows():
    pages = [["甲乙丙丁戊己庚辛。"]] * 40

    result = import_file("通知.pdf", a_pdf(pages), Limits(max_pdf_seconds=0))

    assert isinstance(result, ImportRefused)
    assert "拆分" in result.sentence


def test_a_page_with_too_much_in_it_is_named():
    result = import_file("通知.pdf", a_pdf([["甲"] * 2_000, ["乙丙丁戊己庚辛。"]]), Limits(max_page_content=20_000))

    assert isinstance(result, Imported)
    assert "第 1 页没有导入" in "".join(result.notes)


def test_twenty_thousand_items_cost_no_more_than_their_number():
    result = import_file("公告.html", b"<ol>" + b"<li>x" * 20_000)

    assert isinstance(result, Imported)
    assert result.markdown.rstrip().endswith("20000. x")


def test_a_broken_pdf_leaves_no_word_of_itself_in_the_log(caplog):
    broken = a_pdf([["甲乙丙"]]).replace(b"/Kids [", b"/Kids [ \xc2 13987654321 ").replace(b"/Kids[", b"/Kids[ \xc2 13987654321 ")

    with caplog.at_level(logging.DEBUG):
        import_file("通知.pdf", broken)
    quiet = caplog.text
    with caplog.at_level(logging.DEBUG), suppress(PdfReadError):
        list(PdfReader(io.BytesIO(broken)).pages)

    assert "13987654321" not in quiet
    assert "13987654321" in caplog.text
    assert logging.getLogger("pypdf").level == logging.NOTSET
