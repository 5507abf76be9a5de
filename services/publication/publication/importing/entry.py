"""The one road in for files: name and bytes are guarded, the right reader reads, the parts are recognised."""

from publication.importing import guards
from publication.importing.model import Imported, ImportRefused, Limits, Picture, UnreadableFileError
from publication.importing.plain import decode, read_text, reflow
from publication.importing.portable import page_lines, read_pdf
from publication.importing.recognise import document_parts
from publication.importing.sheets import Sheet, read_workbook
from publication.importing.webpage import read_webpage
from publication.importing.word import Paragraph, WordContents, markdown_lines, markdown_table, read_word
from publication.markup import escape, normalise, plain

_SCANNED_PER_PAGE = 15


def import_file(name: str, data: bytes, limits: Limits | None = None) -> Imported | ImportRefused:
    """Turn a file into a draft. Pure and picklable, so that the caller runs it in another process."""
    bounds = limits or Limits()
    try:
        imported = _import(name, data, bounds)
    except UnreadableFileError as refused:
        return ImportRefused(refused.sentence)
    except (RecursionError, MemoryError):
        return ImportRefused("文件结构异常（嵌套过深或过大），已拒绝。")
    except Exception as error:  # noqa: BLE001 - a parser met bytes nobody foresaw; the officer gets a sentence, not a trace
        return ImportRefused(f"文件已损坏或结构异常，无法读取（{type(error).__name__}），请重新保存后再导入。")
    if len(imported.markdown) > bounds.max_characters:
        return ImportRefused(f"文字超过 {bounds.max_characters // 10000} 万字，请拆分后再导入。")
    if not imported.markdown.strip():
        return ImportRefused("文件里没有可以导入的文字。")
    return imported


def _import(name: str, data: bytes, limits: Limits) -> Imported:
    kind = guards.kind_of(name, data, limits)
    stem = guards.base_name(name).rpartition(".")[0]
    match kind:
        case "docx":
            return _from_word(read_word(data, limits), stem)
        case "xlsx":
            return _from_sheets(data, stem, limits)
        case "pdf":
            return _from_pdf(data, stem, limits)
        case "html" | "htm":
            return _from_webpage(data, stem, limits)
        case "md" | "markdown":
            return _from_markdown(data, stem)
        case _:
            title, body, properties, notes = document_parts(read_text(data), stem)
            return Imported(_joined([escape(line) for line in body]), title, (), tuple(notes), properties)


def _joined(lines: list[str]) -> str:
    """One blank line between paragraphs, none between the items of a list."""
    text = ""
    for at, line in enumerate(lines):
        listed = at > 0 and line.startswith("- ") and lines[at - 1].startswith("- ")
        text += ("" if not at else "\n" if listed else "\n\n") + line
    return normalise(text) if text else ""


def _from_word(found: WordContents, stem: str) -> Imported:
    notes = _word_notes(found)
    paragraphs = found.paragraphs
    chosen = next((at for at, p in enumerate(paragraphs[:6]) if p.title and not p.table), None)
    properties: dict[str, str] = {}
    if chosen is None:
        texts = [p.text.strip() if not p.table else "|" for p in paragraphs]
        title, body, properties, remarks = document_parts(texts, stem)
        kept = paragraphs[len(paragraphs) - len(body) :]
        if remarks and paragraphs and _looks_like_title(paragraphs[0]):
            title, kept, remarks = paragraphs[0].text.strip(), paragraphs[1:], []
        notes.extend(remarks)
    else:
        title = paragraphs[chosen].text.strip()
        _, _, properties, _ = document_parts([p.text.strip() for p in paragraphs if not p.table], stem)
        kept = [p for at, p in enumerate(paragraphs) if at != chosen]
    properties |= {k: v for k, v in found.properties.items() if k in {"author", "last_modified_by", "company"}}
    lines = markdown_lines(kept)
    lines += [f"［注］{escape(text)}" for text in found.footnotes]
    return Imported(_joined(lines), title, tuple(found.images.values()), tuple(notes), properties)


def _looks_like_title(paragraph: Paragraph) -> bool:
    text = paragraph.text.strip()
    return not paragraph.table and (paragraph.centred or paragraph.level == 1) and len(text) <= 80


def _word_notes(found: WordContents) -> list[str]:
    notes = []
    if found.comments:
        notes.append(f"原文有 {len(found.comments)} 条批注，没有导入；如作为附件公开，请先删除批注。")
    if found.deleted or found.inserted:
        notes.append(
            f"原文有修订痕迹（插入 {found.inserted} 处、删除 {len(found.deleted)} 处），已按接受全部修订导入，请核对。"
        )
    if found.hidden:
        notes.append(f"原文有 {len(found.hidden)} 处隐藏文字，没有导入。")
    if found.margins:
        notes.append("页眉页脚没有导入。")
    if found.merged_cells:
        notes.append("表格有合并单元格，已按行列展开，请核对。")
    if found.pictures_left_out:
        notes.append(f"有 {found.pictures_left_out} 幅图片格式不支持、尺寸过大或数量超限，没有导入。")
    if found.embedded:
        notes.append(f"有 {len(found.embedded)} 个嵌入对象没有导入。")
    return notes


def _from_sheets(data: bytes, stem: str, limits: Limits) -> Imported:
    book = read_workbook(data, limits)
    shown = [sheet for sheet in book.sheets if not sheet.hidden and sheet.rows]
    notes = []
    hidden = [sheet.name for sheet in book.sheets if sheet.hidden]
    if hidden:
        notes.append(f"有 {len(hidden)} 张隐藏的工作表没有导入：{'、'.join(hidden[:10])}。")
    lines: list[str] = []
    for sheet in shown:
        notes.extend(_sheet_notes(sheet, limits))
        if len(shown) > 1:
            lines.append("# " + escape(sheet.name))
        lines.extend(_sheet_lines(sheet))
    if book.comments:
        notes.append(f"有 {len(book.comments)} 条单元格批注没有导入。")
    if not shown:
        raise UnreadableFileError("工作簿里没有可见的内容。")
    title, lines = _sheet_title(shown[0], lines, stem) if len(shown) == 1 else (stem, lines)
    properties = {k: v for k, v in book.properties.items() if k in {"author", "last_modified_by", "company"}}
    return Imported(_joined(lines), title, (), tuple(notes), properties)


def _sheet_lines(sheet: Sheet) -> list[str]:
    """Rows with a single filled cell above the table are captions, the rest is the table."""
    rows = list(sheet.rows)
    lines = []
    while len(rows) > 1 and sum(1 for cell in rows[0] if cell) == 1:
        lines.append(escape(next(cell for cell in rows.pop(0) if cell).replace("\n", " ")))
    if max(len(row) for row in rows) == 1:
        return [*lines, *(escape(row[0]) for row in rows)]
    return [*lines, markdown_table(rows)]


def _sheet_title(sheet: Sheet, lines: list[str], stem: str) -> tuple[str, list[str]]:
    first = [cell for cell in sheet.rows[0] if cell]
    if len(first) == 1 and len(sheet.rows) > 1 and len(first[0]) <= 60:
        return first[0].replace("\n", " "), lines[1:]
    return stem, lines


def _sheet_notes(sheet: Sheet, limits: Limits) -> list[str]:
    notes = []
    if sheet.hidden_rows or sheet.hidden_columns:
        notes.append(f"工作表“{sheet.name}”有隐藏的 {sheet.hidden_rows} 行、{sheet.hidden_columns} 列，没有导入。")
    if sheet.cut_rows:
        notes.append(
            f"工作表“{sheet.name}”超过 {limits.max_rows} 行，后面的 {sheet.cut_rows} 行没有导入，建议作为附件公开。"
        )
    if sheet.cut_columns:
        notes.append(f"工作表“{sheet.name}”超过 {limits.max_columns} 列，后面的列没有导入。")
    if sheet.merged:
        notes.append(f"工作表“{sheet.name}”有合并单元格，已按行列展开，请核对。")
    return notes


def _from_pdf(data: bytes, stem: str, limits: Limits) -> Imported:
    found = read_pdf(data, limits)
    read_pages = max(1, len(found.pages))
    characters = sum(len(line.strip()) for page in found.pages for line in page)
    if characters < _SCANNED_PER_PAGE * read_pages and found.pictures:
        raise UnreadableFileError(
            "这份 PDF 是扫描件，只有图片没有文字，不能导入；请导入 Word 原稿，或先用识别软件转成文字。"
        )
    if not characters and found.skipped_pages:
        raise UnreadableFileError("这份 PDF 的页面内容过大，不能导入；请导入 Word 原稿，或拆分后再导入。")
    if not characters:
        raise UnreadableFileError("这份 PDF 里没有文字，不能导入；请导入 Word 原稿。")
    title, body, properties, notes = document_parts(reflow(page_lines(found)), stem)
    notes.append("PDF 没有段落信息，段落是按版面推断的，请对照原文核对。")
    if found.skipped_pages:
        notes.append(f"第 {_ranges(found.skipped_pages)} 页没有导入（页数、内容或用时超过上限）。")
    if found.covered:
        notes.append(f"有 {len(found.covered)} 处文字被图形遮盖但仍在文件里，已随正文导入，请核对是否应当隐去。")
    if found.annotations:
        notes.append(f"有 {len(found.annotations)} 处注释没有导入。")
    if found.pictures:
        notes.append(f"有 {found.pictures} 幅图片没有导入。")
    if found.broken:
        notes.append("PDF 的图片、注释、书签或附件列表有损坏，没有全部读取。")
    if found.embedded:
        notes.append(f"PDF 内附带 {len(found.embedded)} 个文件，没有导入。")
    if "author" in found.properties:
        properties["author"] = found.properties["author"]
    return Imported(_joined([escape(line) for line in body]), title, (), tuple(notes), properties)


def _ranges(pages: list[int]) -> str:
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][1] + 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    return "、".join(f"{a}" if a == b else f"{a}—{b}" for a, b in spans[:10])


def _from_webpage(data: bytes, stem: str, limits: Limits) -> Imported:
    page = read_webpage(data, limits)
    title, body, properties, notes = document_parts(page.lines, stem)
    if notes and page.title:
        title, notes = page.title, ["正文前没有找到标题，暂用网页标题，请核对。"]
    if page.left_out:
        notes.append(f"有 {page.left_out} 幅网络图片没有导入，请另行上传。")
    if page.relative_links:
        notes.append(f"有 {page.relative_links} 个站内相对链接只保留了文字，请重新设置链接。")
    images: tuple[Picture, ...] = tuple(page.images.values())
    return Imported(_joined(body), plain(title), images, tuple(notes), properties)


def _from_markdown(data: bytes, stem: str) -> Imported:
    text = normalise(decode(data))
    first, _, rest = text.lstrip().partition("\n")
    if first.startswith("# "):
        return Imported(normalise(rest), first[2:].strip(), (), (), {})
    return Imported(text, stem, (), (f"正文前没有找到标题，暂用文件名“{stem}”作标题，请核对。",), {})
