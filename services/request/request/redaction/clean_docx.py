"""A .docx made from nothing but clean lines: five parts, no properties, no comments, no history, no pictures.

The parts are written here one by one instead of starting from anybody's template, so that it can be seen that nothing
else is in the file. The same lines always give the same bytes, and with them the same digest.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import groupby
from typing import Final
from xml.sax.saxutils import escape

from request.redaction.clean import Clean, CleanLine, typeset_lines, words

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_NAMESPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES: Final = f"""{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType="{MEDIA_TYPE}.main+xml"/>\
<Override PartName="/word/styles.xml" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>"""
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_ROOT_RELATIONS: Final = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}">\
<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>"""
_DOCUMENT_RELATIONS: Final = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}">\
<Relationship Id="rId1" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>"""
_FONT: Final = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{}"/>'
_CENTRED: Final = '<w:jc w:val="center"/>'
_STYLES: Final = (
    f'{_HEAD}<w:styles xmlns:w="{_NAMESPACE}"><w:docDefaults><w:rPrDefault><w:rPr>{_FONT.format("仿宋")}'
    '<w:sz w:val="32"/><w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    '<w:pPr><w:spacing w:line="560" w:lineRule="exact"/></w:pPr></w:style>'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr><w:keepNext/>{_CENTRED if level == 1 else ""}'
        f'<w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr>{_FONT.format("黑体")}'
        f'<w:sz w:val="{40 if level == 1 else 32}"/></w:rPr></w:style>'
        for level in (1, 2, 3)
    )
    + "</w:styles>"
)
#: GB/T 9704: A4, margins 37 mm above, 28 mm inside, 26 mm outside, 35 mm below.
_SECTION: Final = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:header="851" w:footer="992" w:gutter="0"/>'
    "</w:sectPr>"
)
_BORDERS: Final = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
#: Characters XML cannot hold; a source may have had them.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The earliest moment a zip can name: when the file was made is nobody's business.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def clean_docx(clean: Clean) -> bytes:
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT_RELATIONS,
        "word/document.xml": _document(clean),
        "word/styles.xml": _STYLES,
        "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content.encode())
    return made.getvalue()


def _document(clean: Clean) -> str:
    body = "".join(_blocks(clean))
    remarks = "".join(_paragraph(remark) for remark in clean.remarks)
    return f'{_HEAD}<w:document xmlns:w="{_NAMESPACE}"><w:body>{body}{remarks}{_SECTION}</w:body></w:document>'


def _blocks(clean: Clean) -> Iterator[str]:
    for is_row, lines in groupby(typeset_lines(clean), key=lambda line: line.kind == "row"):
        if is_row:
            # A table must be followed by a paragraph, or Word calls the file damaged.
            yield _table([[words(cell, clean.style) for cell in line.cells] for line in lines])
            yield "<w:p/>"
        else:
            yield from (_set(line, words(line.cells[0], clean.style)) for line in lines)


def _set(line: CleanLine, text: str) -> str:
    return _paragraph(text, f"Heading{min(max(line.level, 1), 3)}" if line.kind == "heading" else "")


def _paragraph(text: str, style: str = "") -> str:
    if style:
        properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    else:
        properties = '<w:pPr><w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/></w:pPr>'
    return f"<w:p>{properties}{_run(text.strip())}</w:p>"


def _run(text: str) -> str:
    shown = escape(_FORBIDDEN.sub("", text))
    return f'<w:r><w:t xml:space="preserve">{shown}</w:t></w:r>' if shown else ""


def _table(rows: list[list[str]]) -> str:
    columns = max(len(row) for row in rows)
    width = 8844 // columns
    grid = f'<w:gridCol w:w="{width}"/>' * columns
    body = "".join(
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p>{_run(cell)}</w:p></w:tc>'
            for cell in (*row, *([""] * (columns - len(row))))
        )
        + "</w:tr>"
        for row in rows
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )
