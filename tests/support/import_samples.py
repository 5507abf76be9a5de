"""Files made in memory for the import and check tests: ordinary ones, and the hostile ones of upload attacks."""

import io
import struct
import zipfile
import zlib

import docx
import openpyxl
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.comments import Comment

PLAN = """\
　　今年工作的总体要求是：坚持公开为常态、不公开为例外，把群众最关心的事项讲清楚，让数据多跑路、群众少跑腿。
一、抓好重点领域公开
    围绕消费和外贸两条主线，及时发布政策和办事信息。
（一）做好促消费信息公开。按月发布消费券的发放规则和使用范围，说明领取方式。
（二）做好对外贸易信息公开。集中展示支持政策，方便企业查询。
二、规范决策公开
    (一)公开决策过程。草案、说明和采纳情况一并公布。
    (二)开展效果评估。每年不少于两次。
三、提升解读质量
    (一)同步解读。政策文件与解读材料同时起草、同时审签、同时公布。
四、严格发布管理
(一)落实审校制度。重要信息由多人审看。
    五、强化工作保障
    (一)健全机制。人员变动时逐项交接。
(二) 开展培训。每年至少一次。
"""


def a_word_file(build) -> bytes:
    document = docx.Document()
    build(document)
    return saved(document)


def saved(document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def an_official_notice() -> bytes:
    def build(document):
        document.core_properties.author = "王小明"
        document.add_paragraph("某某市商务局文件")
        document.add_paragraph("某商发〔2024〕8号")
        document.add_paragraph("某某市商务局")
        document.add_paragraph("关于组织开展消费促进活动的通知")
        document.add_paragraph("各区县商务主管部门：")
        document.add_heading("一、活动安排", level=1)
        document.add_paragraph("（一）时间安排。自5月起至10月止。")
        document.add_heading("附则说明", level=2)
        document.add_paragraph("面积为100平方米，价格5*3元，参见[附表](一)。")
        table = document.add_table(2, 3)
        for at, text in enumerate(["项目", "金额|万元", "备注"]):
            table.cell(0, at).text = text
        for at, text in enumerate(["补贴", "12.5", "按月"]):
            table.cell(1, at).text = text
        document.add_paragraph("某某市商务局")
        document.add_paragraph("2024年3月8日")

    return a_word_file(build)


def a_tracked_and_commented_file() -> bytes:
    document = docx.Document()
    paragraph = document.add_paragraph("公开的正文。")
    author = 'w:id="1" w:author="李审核" w:date="2024-01-01T00:00:00Z"'
    paragraph._p.append(parse_xml(f"<w:ins {nsdecls('w')} {author}><w:r><w:t>新增的话。</w:t></w:r></w:ins>"))
    paragraph._p.append(
        parse_xml(
            f"<w:del {nsdecls('w')} {author}><w:r><w:delText>删掉的号码11010519491231002X</w:delText></w:r></w:del>"
        )
    )
    run = document.add_paragraph("显示的。").add_run("藏着的13912345678")
    run.font.hidden = True
    document.sections[0].header.paragraphs[0].text = "页眉里的内部资料"
    first = document.paragraphs[0]
    document.add_comment(first.runs, text="这里联系张三13712345678", author="批注人")
    document.core_properties.author = "赵起草"
    return saved(document)


def an_auto_numbered_file() -> bytes:
    """Numbers that Word keeps outside the text: 一、 at the first level, （一） at the second."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, text in enumerate(["%1、", "（%2）"])
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    texts = [
        (0, "总体要求"),
        (1, "指导思想。坚持公开。"),
        (1, "基本原则。依法公开。"),
        (0, "主要任务"),
        (1, "发布。按时发布。"),
    ]
    for depth, text in texts:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        number = OxmlElement("w:numPr")
        number.append(parse_xml(f'<w:ilvl {nsdecls("w")} w:val="{depth}"/>'))
        number.append(parse_xml(f'<w:numId {nsdecls("w")} w:val="90"/>'))
        properties.append(number)
    return saved(document)


def a_workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "公示"
    sheet.append(["2024年补贴公示"])
    sheet.append(["单位", "比例", "金额"])
    sheet.append(["甲公司", 0.125, 1200])
    sheet.append(["乙公司", 0.5, 11010519491231002])
    sheet["B3"].number_format = sheet["B4"].number_format = "0.0%"
    sheet["A3"].comment = Comment("经办人电话13912345678", "李")
    sheet.row_dimensions[4].hidden = True
    draft = book.create_sheet("底稿")
    draft.sheet_state = "hidden"
    draft["A1"] = "身份证11010519491231002X"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def rezipped(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The same container with parts replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            if name not in changes:
                made.writestr(name, source.read(name))
        for name, content in changes.items():
            made.writestr(name, content)
    return target.getvalue()


def a_pdf(
    pages: list[list[str]], *, covers: list[tuple[int, int, int, int]] | None = None, extra: str = "", picture: str = ""
) -> bytes:
    """A small PDF with a Chinese text layer; `covers` are black boxes drawn over the first page.

    `picture` is "whole" for a page that shows an image, "missing" for one whose image is not in the file.
    """
    used = sorted({char for lines in pages for line in lines for char in line})
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        + "".join(f"1 beginbfchar\n<{ord(char):04X}> <{ord(char):04X}>\nendbfchar\n" for char in used)
        + "endcmap end end"
    ).encode()
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    catalog, tree = add(b""), add(b"")
    unicode_map = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap))
    descendant = add(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )
    font = add(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H"
        b" /DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>" % (descendant, unicode_map)
    )
    image = add(
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Length 1 >>\nstream\nx\nendstream"
    )
    shown = {"": b"", "whole": b"/XObject << /I %d 0 R >>" % image, "missing": b"/XObject << /I 99 0 R >>"}[picture]
    kids = []
    for number, lines in enumerate(pages):
        content = "BT /F1 12 Tf\n"
        for row, line in enumerate(lines):
            content += f"1 0 0 1 72 {760 - row * 20} Tm <{line.encode('utf-16-be').hex()}> Tj\n"
        content += "ET\n"
        if number == 0:
            content += "".join(f"q 0 g {x} {y} {w} {h} re f Q\n" for x, y, w, h in covers or [])
        raw = content.encode()
        stream = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(raw), raw))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
                b" /Resources << /Font << /F1 %d 0 R >> %s >> %s >>" % (tree, stream, font, shown, extra.encode())
            )
        )
    objects[catalog - 1] = b"<< /Type /Catalog /Pages %d 0 R >>" % tree
    objects[tree - 1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
        len(kids),
        b" ".join(b"%d 0 R" % kid for kid in kids),
    )
    written = b"%PDF-1.7\n"
    offsets = []
    for at, body in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (at, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
            catalog,
            len(written),
        )
    )


def a_png(width: int = 2, height: int = 2, texts: dict[str, str] | None = None) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    notes = b"".join(
        chunk(b"tEXt", key.encode() + b"\0" + text.encode("latin-1")) for key, text in (texts or {}).items()
    )
    pixels = zlib.compress(b"\0\0\0" * min(height, 2))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + notes + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
