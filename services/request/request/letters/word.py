"""The same letter as an editable .docx in the same layout, for an office that finishes its letters in Word.

It names the fonts the standard asks for (仿宋_GB2312, 方正小标宋简体), which office machines have and we may not ship.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from datetime import datetime, time

import segno
from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as Line
from docx.text.run import Run

from request.letters.data import Block, Fields, Grid, Letter, Note, Paragraph
from request.letters.typeset import heading

BODY, TITLE, LATIN = "仿宋_GB2312", "方正小标宋简体", "Times New Roman"
SIZE = 16
PITCH = Pt(28.95)
"""22 lines on 225 mm."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CENTRE, _RIGHT, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT


def to_word(letter: Letter) -> bytes:
    """Return the letter as .docx; the same letter gives the same bytes."""
    document = Document()
    _lay_out(document, letter)
    document.add_paragraph()
    for text in heading(letter):
        line = document.add_paragraph()
        line.paragraph_format.line_spacing = Pt(35)
        _write(line, text, size=22, font=TITLE, align=_CENTRE)
    if letter.number:
        document.add_paragraph()
        _write(document.add_paragraph(), letter.number, align=_CENTRE)
    document.add_paragraph()
    if letter.addressee:
        _write(document.add_paragraph(), f"{letter.addressee}：")
    _blocks(document, letter.blocks)
    if letter.signed:
        _sign(document, letter)
    if letter.verify_url:
        _verification(document, letter)
    if letter.annex:
        _annex(document, letter)
    return _repacked(document)


def _lay_out(document: Docx, letter: Letter) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(23)
    grid = section._sectPr.find(qn("w:docGrid"))  # noqa: SLF001  python-docx has no name for the grid
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)  # noqa: SLF001
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")
    style = document.styles["Normal"]
    style.font.size, style.font.name = Pt(SIZE), LATIN
    properties = style.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    # 28 characters of size 3 are 6 pt wider than the text block: each gives up a quarter of a point. A grid of
    # characters would do the same in Word, but other programs give each of these a cell for two.
    tighter = OxmlElement("w:spacing")
    tighter.set(qn("w:val"), "-5")
    properties.append(tighter)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = PITCH
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], _RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], _LEFT)
    if letter.draft:
        for header in (section.header, section.even_page_header):
            run = _write(header.paragraphs[0], "草稿，未编号，不具效力", size=14, align=_CENTRE)
            run.font.color.rgb = RGBColor(0x80, 0x80, 0x80)
    core = document.core_properties
    core.title, core.author = f"{letter.organ_name}{letter.title}{letter.number}", letter.organ_name
    core.comments, core.last_modified_by, core.language = "", letter.organ_name, "zh-CN"
    core.created = core.modified = datetime.combine(letter.issued_on, time())
    core.revision = 1


def _write(
    line: Line,
    text: str,
    *,
    size: float = SIZE,
    font: str = BODY,
    align: WD_ALIGN_PARAGRAPH | None = None,
    bold: bool = False,
) -> Run:
    run = line.add_run(_printable(text))
    run.font.size, run.font.name, run.font.bold = Pt(size), LATIN, bold
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001
    if align is not None:
        line.alignment = align
    return run


def _printable(text: str) -> str:
    """Keep XML well formed; a letter has been cleaned before, an applicant's own words may hold anything."""
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cs", "Cn"})


def _indent(line: Line, first: float = 0, right: float = 0) -> None:
    line.paragraph_format.first_line_indent = Pt(first * SIZE)
    line.paragraph_format.right_indent = Pt(right * SIZE)


def _blocks(document: Docx, blocks: tuple[Block, ...]) -> None:
    for before, block in zip((None, *blocks), blocks, strict=False):
        if isinstance(before, Fields | Grid) and isinstance(block, Fields | Grid):
            _off_the_grid(document.add_paragraph(), 8)  # two tables that touch are one table to Word
        _block(document, block)


def _annex(document: Docx, letter: Letter) -> None:
    first = document.add_paragraph()
    first.paragraph_format.page_break_before = True
    _write(first, "附件", font="黑体")
    line = document.add_paragraph()
    line.paragraph_format.line_spacing = Pt(35)
    _write(line, letter.annex_title, size=22, font=TITLE, align=_CENTRE)
    document.add_paragraph()
    _blocks(document, letter.annex)


def _block(document: Docx, block: Block) -> None:
    match block:
        case Paragraph(text, flush):
            line = document.add_paragraph()
            _write(line, text)
            _indent(line, 0 if flush else 2)
        case Note(text):
            line = document.add_paragraph()
            _write(line, text, size=12)
            line.paragraph_format.first_line_indent = Pt(24)
            _off_the_grid(line)
        case Fields(rows):
            table = _table(document, len(rows), (Mm(40), Mm(116)))
            for at, (label, value) in enumerate(rows):
                _fill(table.cell(at, 0), label, bold=True)
                _fill(table.cell(at, 1), value)
        case Grid(head, widths, rows):
            parts = tuple(Mm(156 * part / sum(widths)) for part in widths)
            table = _table(document, len(rows) + 1, parts)
            for at, row in enumerate((head, *rows)):
                for column, value in enumerate(row):
                    _fill(table.cell(at, column), value, bold=at == 0)


def _table(document: Docx, rows: int, widths: tuple[Length, ...]) -> Table:
    table: Table = document.add_table(rows, len(widths), "Table Grid")
    _set_widths(table, widths)
    return table


def _set_widths(table: Table, widths: tuple[Length, ...]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _fill(cell: _Cell, value: str, *, bold: bool = False) -> None:
    line = cell.paragraphs[0]
    _off_the_grid(line)
    _write(line, value, size=12, align=_CENTRE if bold else None, bold=bold)


def _off_the_grid(line: Line, pitch: float = 20) -> None:
    """Set small words closer than the 22 lines of a page."""
    line.paragraph_format.line_spacing = Pt(pitch)
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    line._element.get_or_add_pPr().insert_element_before(  # noqa: SLF001
        snap, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr"
    )


def _sign(document: Docx, letter: Letter) -> None:
    document.paragraphs[-1].paragraph_format.keep_with_next = True  # the seal must not stand alone on a page
    day = f"{letter.issued_on.year}年{letter.issued_on.month}月{letter.issued_on.day}日"
    _enclose(document, letter.enclosures)
    for _ in range(2):
        document.add_paragraph().paragraph_format.keep_with_next = True
    wide, narrow = _width(letter.organ_name), _width(day)
    edge = max(4 - max(wide - narrow, 0) / 2, 0)
    for text, other in ((letter.organ_name, narrow), (day, wide)):
        line = document.add_paragraph()
        _write(line, text, align=_RIGHT)
        _indent(line, right=edge + max(other - _width(text), 0) / 2)
        line.paragraph_format.keep_together = True
        line.paragraph_format.keep_with_next = text != day
    if letter.contact:
        line = document.add_paragraph()
        _write(line, f"（{letter.contact}）")
        _indent(line, 2)


def _enclose(document: Docx, enclosures: tuple[str, ...]) -> None:
    if not enclosures:
        return
    document.add_paragraph()
    for at, name in enumerate(enclosures, start=1):
        line = document.add_paragraph()
        number = f"{at}．" if len(enclosures) > 1 else ""
        _write(line, f"附件：{number}{name}" if at == 1 else f"{number}{name}")
        before_name = 5 + _width(number)
        line.paragraph_format.left_indent = Pt(before_name * SIZE)
        _indent(line, (2 if at == 1 else 5) - before_name)


def _width(text: str) -> float:
    """Measure in characters of the grid: Latin letters and digits take half of one."""
    return sum(0.5 if ord(char) < 0x2000 else 1 for char in text)


def _verification(document: Docx, letter: Letter) -> None:
    document.add_paragraph()
    table = document.add_table(1, 2)
    _set_widths(table, (Mm(28), Mm(128)))
    picture = io.BytesIO()
    segno.make(letter.verify_url, error="m", micro=False).save(picture, kind="png", scale=6, border=2)
    left, right = table.rows[0].cells
    line = left.paragraphs[0]
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    line.add_run().add_picture(picture, width=Mm(24))
    texts = (f"校验码　{letter.code}", "扫描二维码，或者在以下地址核对校验码，可以核验真伪：", letter.verify_url)
    for at, text in enumerate(texts):
        line = right.paragraphs[0] if at == 0 else right.add_paragraph()
        _off_the_grid(line, 16)
        _write(line, text, size=10.5, align=_LEFT)


def _page_number(line: Line, align: WD_ALIGN_PARAGRAPH) -> None:
    _write(line, "— ", size=14, font="宋体", align=align)
    run = _write(line, "", size=14, font="宋体")
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._element.append(part)  # noqa: SLF001
    _write(line, " —", size=14, font="宋体")
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)


def _repacked(document: Docx) -> bytes:
    """Store every part with the same time, so that the bytes depend on the letter alone."""
    written, made = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
