"""Gives every text of an attachment, also what a reader does not see, each with the place where it lies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from publication.checks.model import Origin, Piece
from publication.importing import guards, pictures
from publication.importing.archive import Archive
from publication.importing.model import Limits, UnreadableFileError
from publication.importing.plain import decode
from publication.importing.portable import read_pdf
from publication.importing.safexml import descendants, file_properties, parse
from publication.importing.sheets import read_workbook
from publication.importing.webpage import read_webpage
from publication.importing.word import read_word
from publication.markup import to_text

_PROPERTY_LABELS: Final = {
    "author": "作者", "last_modified_by": "最后修改者", "company": "单位", "manager": "主管", "title": "标题",
    "subject": "主题", "description": "备注", "keywords": "关键词", "category": "类别",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extracted:
    """Texts of one file. `unread` says in sentences what could not be looked at; silence would pass for safety."""

    pieces: tuple[Piece, ...]
    unread: tuple[str, ...] = ()


def extract_texts(name: str, data: bytes, limits: Limits | None = None) -> Extracted:
    """Read an attachment for checking. Never raises for a bad file: what cannot be read is said."""
    collector = _Collector(name)
    try:
        guards.refuse_infected(data)
        _read(collector, name, data, limits or Limits())
    except UnreadableFileError as refused:
        collector.unread.append(f"附件“{collector.name}”的内容没有检查：{refused.sentence}")
    except Exception as error:  # noqa: BLE001 - bytes nobody foresaw must end in a sentence, not in a lost check
        collector.unread.append(f"附件“{collector.name}”的内容没有检查：文件结构异常（{type(error).__name__}）。")
    return Extracted(tuple(collector.pieces), tuple(collector.unread))


class _Collector:
    def __init__(self, name: str) -> None:
        self.name = guards.base_name(name)
        self.pieces: list[Piece] = []
        self.unread: list[str] = []
        self.add("file-name", "文件名", name)

    def add(self, origin: Origin, where: str, text: str) -> None:
        if text.strip():
            place = f"attachment:{self.name}:{origin}:{where}"
            self.pieces.append(Piece(place, origin, f"附件“{self.name}”{where}", text))

    def each(self, origin: Origin, where: str, texts: list[str]) -> None:
        for number, text in enumerate(texts, start=1):
            self.add(origin, f"{where}{number}", text)

    def properties(self, found: dict[str, str]) -> None:
        for key, value in found.items():
            self.add("file-property", f"文件属性：{_PROPERTY_LABELS.get(key, key)}", value)


def _read(collector: _Collector, name: str, data: bytes, limits: Limits) -> None:
    ending, kind = guards.extension(name), guards.magic(data)
    if kind == "zip" and ending in {"docx", "xlsx", "pptx"}:
        {"docx": _word, "xlsx": _sheets, "pptx": _slides}[ending](collector, data, limits)
    elif kind == "pdf":
        _pdf(collector, data, limits)
    elif pictures.media_type(data):
        _picture(collector, data, limits)
    elif kind == "text" and ending in {"html", "htm"}:
        page = read_webpage(data, limits)
        collector.add("attachment-text", "正文", to_text("\n\n".join(page.lines)))
        collector.each("link-target", "链接", page.links)
    elif kind == "text" and ending in {"txt", "md", "csv", "json", "xml"}:
        collector.add("attachment-text", "正文", decode(data)[: limits.max_characters])
    else:
        ending_shown = f"“.{ending}”格式" if ending else "没有扩展名的文件"
        collector.unread.append(f"附件“{collector.name}”的内容没有检查：不能读取{ending_shown}，请人工核对。")


def _word(collector: _Collector, data: bytes, limits: Limits) -> None:
    found = read_word(data, limits)
    lines = [re.sub("[\ue000\ue002\ue003]|\ue001[^\ue002]*", "", paragraph.text) for paragraph in found.paragraphs]
    collector.add("attachment-text", "正文", "\n".join(lines))
    collector.each("docx-comment", "批注", found.comments)
    collector.each("docx-deleted", "修订中删除的文字", found.deleted)
    collector.each("docx-hidden", "隐藏文字", found.hidden)
    for number, (where, text) in enumerate(found.margins, start=1):
        collector.add("docx-margin", f"{where}{number}", text)
    collector.each("docx-footnote", "注释", found.footnotes)
    collector.each("link-target", "链接", found.links)
    collector.each("embedded-file", "嵌入对象", [part.rpartition("/")[2] for part in found.embedded])
    collector.properties(found.properties)
    if found.images:
        collector.unread.append(
            f"附件“{collector.name}”里有 {len(found.images)} 幅图片，图片中的文字没有识别，请人工核对。"
        )
        for picture in found.images.values():
            for key, value in pictures.properties(picture.data).items():
                collector.add("image-property", f"图片{picture.name}的属性：{key}", value)
    if found.embedded:
        collector.unread.append(
            f"附件“{collector.name}”里有 {len(found.embedded)} 个嵌入对象，内容没有检查，请人工核对。"
        )


def _sheets(collector: _Collector, data: bytes, limits: Limits) -> None:
    # The sheet is read whole here: personal data may lie in the last of many rows.
    book = read_workbook(data, _whole(limits))
    for sheet in book.sheets:
        text = "\n".join("\t".join(row) for row in sheet.rows)
        origin: Origin = "xlsx-hidden" if sheet.hidden else "xlsx-sheet"
        collector.add(origin, f"{'隐藏的' if sheet.hidden else ''}工作表“{sheet.name}”", text)
        if sheet.concealed:
            collector.add("xlsx-hidden", f"工作表“{sheet.name}”隐藏的行列", "\n".join(sheet.concealed))
        collector.add("xlsx-name", f"工作表名“{sheet.name}”", sheet.name)
        if sheet.cut_rows or sheet.cut_columns:
            collector.unread.append(
                f"附件“{collector.name}”的工作表“{sheet.name}”过大，后面的行列没有检查，请人工核对。"
            )
    collector.each("xlsx-comment", "批注", book.comments)
    collector.each("attachment-text", "图形里的文字", book.drawings)
    collector.each("xlsx-name", "定义的名称", book.names)
    collector.each("link-target", "链接", book.links)
    collector.properties(book.properties)
    if book.embedded:
        collector.unread.append(
            f"附件“{collector.name}”里有 {len(book.embedded)} 个嵌入或外部引用，内容没有检查，请人工核对。"
        )


def _whole(limits: Limits) -> Limits:
    return Limits(max_bytes=limits.max_bytes, max_rows=200_000, max_columns=500, max_sheets=200)


def _slides(collector: _Collector, data: bytes, limits: Limits) -> None:
    archive = Archive(data, limits)
    parts = {"slides/slide": "第{}页", "notesSlides/notesSlide": "第{}份备注", "comments/comment": "第{}份批注"}
    for stem, where in parts.items():
        for number, part in enumerate(archive.matching(rf"ppt/{stem}\d*\.xml"), start=1):
            paragraphs = descendants(parse(archive.read(part)), "p")
            text = "\n".join("".join(t.text or "" for t in descendants(p, "t")) for p in paragraphs)
            hidden = stem != "slides/slide"
            collector.add("docx-comment" if hidden else "attachment-text", where.format(number), text)
    collector.properties(file_properties(archive))
    if media := archive.matching(r"ppt/media/.+"):
        collector.unread.append(
            f"附件“{collector.name}”里有 {len(media)} 个图片或音视频，其中的文字没有识别，请人工核对。"
        )


def _pdf(collector: _Collector, data: bytes, limits: Limits) -> None:
    found = read_pdf(data, limits)
    for number, page in enumerate(found.pages, start=1):
        collector.add("pdf-text", f"第{number}页", "\n".join(page))
    collector.each("pdf-covered", "被图形遮盖的文字", found.covered)
    collector.each("pdf-annotation", "注释", found.annotations)
    collector.each("pdf-field", "表单内容", found.fields)
    collector.each("pdf-annotation", "书签", found.bookmarks)
    collector.each("link-target", "链接", found.links)
    collector.each("embedded-file", "附带的文件", found.embedded)
    collector.properties(found.properties)
    if found.pictures:
        collector.unread.append(
            f"附件“{collector.name}”里有 {found.pictures} 幅图片，图片中的文字没有识别，请人工核对。"
        )
    if found.broken:
        collector.unread.append(f"附件“{collector.name}”的注释、书签或附件列表有损坏，没有全部检查。")
    if found.skipped_pages:
        collector.unread.append(
            f"附件“{collector.name}”有 {len(found.skipped_pages)} 页没有检查（页数、内容或用时超过上限）。"
        )
    if found.embedded:
        collector.unread.append(f"附件“{collector.name}”附带 {len(found.embedded)} 个文件，内容没有检查，请人工核对。")


def _picture(collector: _Collector, data: bytes, limits: Limits) -> None:
    found: Iterator[tuple[str, str]] = iter(pictures.properties(data).items())
    for key, value in found:
        collector.add("image-property", f"图片属性：{key}", value)
    size = pictures.size(data)
    if size and size[0] * size[1] > limits.max_pixels:
        collector.unread.append(f"附件“{collector.name}”有 {size[0]}×{size[1]} 像素，超过上限，请缩小后再上传。")
    collector.unread.append(f"附件“{collector.name}”是图片，图片中的文字没有识别，请人工核对。")
