import io
import logging
import random
import zipfile
from contextlib import suppress
from functools import cache

import docx
import pytest
import typst
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PdfReadError
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from gongkai.statute.refusal import Refused
from request.redaction.reading import read_document

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


@cache
def a_pdf(source: str) -> bytes:
    return typst.compile(source.encode(), format="pdf")


def a_package(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return made.getvalue()


def a_body(inner: str) -> str:
    return f'<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>'


def a_paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def saved(document) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def test_a_word_file_is_read_with_headings_tables_and_line_breaks():
    made = docx.Document()
    made.add_heading("资金拨付情况", 1)
    made.add_paragraph("第一行\n第二行")
    table = made.add_table(2, 2)
    for at, text in enumerate(["企业", "金额", "甲公司", "20万元"]):
        table.cell(at // 2, at % 2).text = text

    document = read_document("情况.docx", saved(made))

    assert document.text == "资金拨付情况\n第一行\n第二行\n企业\t金额\n甲公司\t20万元"
    assert [(line.kind, line.level) for line in document.lines] == [
        ("heading", 1), ("paragraph", 0), ("paragraph", 0), ("row", 0), ("row", 0),
    ]
    assert [document.text[line.start : line.end] for line in document.lines] == document.text.split("\n")


def test_the_numbers_word_writes_by_itself_are_read_too():
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>'
    )
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    numbered = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr>'
    inner = "".join(
        a_paragraph(text, numbered.format(depth)) for depth, text in [(0, "总则"), (1, "甲"), (1, "乙"), (0, "分则"), (1, "丙")]
    )

    document = read_document("办法.docx", a_package(document=a_body(inner), numbering=numbering))

    assert document.text == "一、总则\n1.甲\n2.乙\n二、分则\n1.丙"


def test_notes_at_the_foot_text_boxes_and_content_controls_are_read_once():
    box = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
        "<w:txbxContent><w:p><w:r><w:t>框中文字</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback>"
        "<w:txbxContent><w:p><w:r><w:t>框中文字</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent>"
    )
    inner = (
        f"<w:p><w:r><w:t>正文</w:t>{box}</w:r></w:p>"
        f"<w:sdt><w:sdtContent>{a_paragraph('控件文字')}</w:sdtContent></w:sdt>"
    )
    footnotes = f'<w:footnotes xmlns:w="{W}"><w:footnote>{a_paragraph("脚注文字")}</w:footnote></w:footnotes>'

    document = read_document("框.docx", a_package(document=a_body(inner), footnotes=footnotes))

    assert document.text == "正文\n框中文字\n控件文字\n［注］脚注文字"


def test_a_table_inside_a_cell_is_read_once_with_its_cell():
    made = docx.Document()
    outer = made.add_table(1, 2)
    outer.cell(0, 0).text = "外"
    outer.cell(0, 1).add_table(1, 1).cell(0, 0).text = "内"

    assert read_document("表.docx", saved(made)).text == "外\t内"


def test_a_named_style_gives_its_level():
    made = docx.Document()
    style = made.styles.add_style("发文标题", WD_STYLE_TYPE.PARAGRAPH)
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), "1")
    style.element.get_or_add_pPr().append(outline)
    made.add_paragraph("关于某事的通知", style="发文标题")

    (line,) = read_document("通知.docx", saved(made)).lines

    assert (line.kind, line.level) == ("heading", 2)


def test_the_lines_of_a_pdf_page_become_paragraphs_again_without_page_numbers():
    long = "为推动商务领域高质量发展，促进消费扩容提质，结合实际制定本措施，" * 4
    source = f'#set page(width: 200mm, numbering: "— 1 —")\n#set par(justify: true)\n一、总体要求\n\n{long}完。\n\n二、主要任务'

    document = read_document("措施.pdf", a_pdf(source))

    assert [document.text[line.start : line.end].replace(" ", "") for line in document.lines] == [
        "一、总体要求", f"{long}完。", "二、主要任务",
    ]
    assert any("按版面推断" in note for note in document.notes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_in_any_chinese_encoding_is_read(encoding):
    document = read_document("记录.txt", "第一行\r\n第二行\u200b。".encode(encoding))

    assert document.text == "第一行\n第二行。"


def test_the_same_file_gives_the_same_places():
    data = "甲\n乙\n丙".encode()

    assert read_document("一.txt", data).text_digest == read_document("二.txt", data).text_digest


def an_encrypted_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(a_pdf("文字"))))
    writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def a_scan() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(a_pdf("#pagebreak()"))))
    image = DecodedStreamObject()
    image.set_data(b"\xff")
    image.update({
        NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image"),
        NameObject("/Width"): NumberObject(1), NameObject("/Height"): NumberObject(1),
        NameObject("/BitsPerComponent"): NumberObject(8), NameObject("/ColorSpace"): NameObject("/DeviceGray"),
    })
    page = writer.pages[0]
    page[NameObject("/Resources")] = DictionaryObject({
        NameObject("/XObject"): DictionaryObject({NameObject("/Im0"): writer._add_object(image)}),
    })
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def a_bomb() -> bytes:
    return a_package(document=a_body(a_paragraph("0" * 40_000_000)))


def a_billion_laughs() -> bytes:
    return a_package(document='<!DOCTYPE x [<!ENTITY a "aaaa">]>' + a_body(a_paragraph("&a;")))


def a_nest() -> bytes:
    return a_package(document=a_body("<w:sdt><w:sdtContent>" * 60 + a_paragraph("深") + "</w:sdtContent></w:sdt>" * 60))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("空.txt", lambda: b"", "文件是空的"),
        ("空白.txt", lambda: b"  \n\n", "文件里没有文字"),
        ("大.txt", lambda: b"a" * 20_000_001, "超过20 MB的上限"),
        ("长.txt", lambda: "字".encode() * 500_001, "超过50万字"),
        ("表.xlsx", lambda: b"PK\x03\x04", "另存为.docx或者PDF"),
        ("旧.doc", lambda: b"\xd0\xcf\x11\xe0", "旧版Word文件"),
        ("图.png", lambda: b"\x89PNG", "图片里的文字不能逐处标记"),
        ("程序.exe", lambda: b"MZ", "不能处理“.exe”格式"),
        ("无名", lambda: b"abc", "没有扩展名的文件"),
        ("改名.docx", lambda: b"%PDF-1.7", "与扩展名“.docx”不符"),
        ("改名.txt", lambda: b"PK\x03\x04", "与扩展名“.txt”不符"),
        ("加密.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1", "加了打开密码"),
        ("乱码.txt", lambda: b"\x81\xff\xff\x81", "无法识别文字编码"),
        ("空字节.txt", lambda: b"a\x00b", "含有空字节"),
        ("坏.docx", lambda: b"PK\x03\x04rubbish", "文件已损坏"),
        ("无正文.docx", lambda: a_package(other="<a/>"), "缺少正文部件"),
        ("坏正文.docx", lambda: a_package(document="<w:document"), "XML已损坏"),
        ("炸弹.docx", a_bomb, "疑似压缩炸弹"),
        ("实体.docx", a_billion_laughs, "实体或者文档类型声明"),
        ("嵌套.docx", a_nest, "嵌套过深"),
        ("坏.pdf", lambda: b"%PDF-1.7 rubbish", "PDF文件已损坏"),
        ("加密.pdf", an_encrypted_pdf, "PDF加了打开密码"),
        ("扫描.pdf", a_scan, "是扫描件"),
        ("无字.pdf", lambda: a_pdf("#pagebreak()"), "文件里没有文字"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence_that_says_what_to_do(name, data, said):
    with pytest.raises(Refused, match=said):
        read_document(name, data())


def test_a_broken_pdf_leaves_no_word_of_itself_in_the_log(caplog):
    broken = a_pdf("= 标题\n正文").replace(b"/Kids[", b"/Kids[ \xc2 13987654321 ")

    with caplog.at_level(logging.DEBUG), suppress(Refused):
        read_document("坏.pdf", broken)
    quiet = caplog.text
    with caplog.at_level(logging.DEBUG), suppress(PdfReadError):
        list(PdfReader(io.BytesIO(broken)).pages)

    assert "13987654321" not in quiet
    assert "13987654321" in caplog.text
    assert logging.getLogger("pypdf").level == logging.NOTSET


@pytest.mark.parametrize("seed", range(40))
def test_a_file_damaged_anywhere_is_read_or_refused_and_nothing_else(seed):
    chance = random.Random(seed)
    name, whole = chance.choice([("坏.pdf", a_pdf("= 标题\n正文内容")), ("坏.docx", saved(docx.Document()))])
    damaged = bytearray(whole)
    for _ in range(chance.choice([1, 5, 30])):
        at = chance.randrange(len(damaged) - 60)
        if chance.random() < 0.5:
            damaged[at] = chance.randrange(256)
        else:
            del damaged[at : at + chance.randrange(1, 40)]

    with suppress(Refused):
        assert read_document(name, bytes(damaged)).text.strip()


def test_the_scanner_test_file_is_refused():
    eicar = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

    with pytest.raises(Refused, match="病毒特征"):
        read_document("测试.txt", eicar.encode())


def test_pictures_and_attachments_of_a_pdf_are_told_and_left_behind():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(a_pdf("这是一份有附件的文件，内容足够长，可以读取出来。"))))
    writer.add_attachment("原始.xlsx", b"rows")
    made = io.BytesIO()
    writer.write(made)

    assert "PDF附带的文件没有带入。" in read_document("附件.pdf", made.getvalue()).notes
