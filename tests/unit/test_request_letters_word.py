"""Letters as .docx: the same words, the same layout, editable, the same bytes every time."""

import io
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from docx.document import Document as Docx
from docx.oxml.ns import qn
from tests.support.request_letters import SPECIMENS
from tests.unit.test_request_letters_compose import KINDS, PRINTED

from request.domain.values import LetterKind
from request.letters.compose import compose
from request.letters.word import to_word


def opened(kind: LetterKind) -> Docx:
    return Document(io.BytesIO(to_word(compose(SPECIMENS[kind]))))


def words_of(document: Docx) -> str:
    texts = [line.text for line in document.paragraphs]
    texts += [f"{'：'.join(cell.text for cell in row.cells)}" for table in document.tables for row in table.rows]
    return "".join("".join(texts).split())


@pytest.mark.parametrize("kind", KINDS)
def test_every_element_of_every_form_stands_in_the_document(kind: LetterKind):
    document = opened(kind)
    text = words_of(document)
    letter = compose(SPECIMENS[kind])

    assert ["".join(words.split()) for words in PRINTED[kind] if "".join(words.split()) not in text] == []
    assert letter.title in text
    assert letter.number in text
    assert letter.code in text


def test_the_page_is_the_official_one_and_the_fonts_are_those_of_the_standard():
    document = opened("reply-partial")
    section = document.sections[0]
    assert section.page_width
    assert section.page_height

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(each.mm) for each in margins if each] == [37, 35, 28, 26]
    fonts = {
        found.get(qn("w:eastAsia")) for found in document.element.body.iter(qn("w:rFonts"))
    }  # fmt: skip
    assert fonts == {"仿宋_GB2312", "方正小标宋简体"}
    body = next(line for line in document.paragraphs if line.text.startswith("本机关于"))
    assert body.runs[0].font.size
    assert body.runs[0].font.size.pt == 16
    assert body.paragraph_format.first_line_indent
    assert body.paragraph_format.first_line_indent.pt == 32


def test_pages_are_numbered_outside_on_odd_and_even_pages():
    section = opened("reply-partial").sections[0]

    for footer in (section.footer, section.even_page_footer):
        assert footer.paragraphs[0].text.replace(" ", "") == "——"
        assert "PAGE" in footer._element.xml


def test_the_same_letter_gives_the_same_bytes():
    letter = compose(SPECIMENS["reply-partial"])

    assert to_word(letter) == to_word(letter)


def test_the_file_names_the_organ_and_nobody_else():
    raw = to_word(compose(SPECIMENS["reply-refused"]))
    core = zipfile.ZipFile(io.BytesIO(raw)).read("docProps/core.xml").decode()

    assert "济南市商务局" in core
    assert "赵晓禾" not in core
    assert "python" not in core.lower()


def test_a_draft_says_so_above_every_page():
    draft = compose(replace(SPECIMENS["reply-given"], draft=True, number="", verification=None))
    section = Document(io.BytesIO(to_word(draft))).sections[0]

    assert "草稿" in section.header.paragraphs[0].text
    assert "草稿" in section.even_page_header.paragraphs[0].text
