"""Hidden words are looked for in every byte of what leaves, in every way a word can be written."""

import io
import random
import zipfile

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.support.dissection import everything, readable, spellings

from request.redaction.clean import TITLE, redact
from request.redaction.clean_docx import clean_docx
from request.redaction.clean_pdf import clean_pdf
from request.redaction.fonts import fonts_folder
from request.redaction.model import Document, Passage, compose
from request.redaction.reading import read_document

#: Words that may stand anywhere, and words that are only ever hidden: no character of one is in the other, and none
#: of the second is in any mark.
OPEN = "济南市商务局关于老字号电商冷链项目资金通知企业名单2023年，。、（）ABCxyz 会议"
SECRET = "璇瑾犇骉淼焱垚鑫赟喆昇晔頔彧甯翀翚旻"
ODD = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=SECRET + "\t\n\r"), max_size=12)


@st.composite
def redactions(draw):
    """A document with secrets at known places: in paragraphs, across line ends, in cells of rows."""
    lines, passages, hidden, at = [], [], [], 0
    for _ in range(draw(st.integers(1, 8))):
        row = draw(st.booleans())
        parts = []
        for _ in range(draw(st.integers(1, 4))):
            shown = draw(st.text(OPEN, min_size=1, max_size=12)) + draw(ODD)
            shown = "".join(char for char in shown if char not in "\t\n\r")
            parts.append(shown)
            at += len(shown)
            if draw(st.booleans()):
                secret = draw(st.text(SECRET, min_size=2, max_size=9))
                hidden.append(secret)
                passages.append(Passage(at, at + len(secret), "个人隐私", draw(st.sampled_from(["A15", "I28", "A16"]))))
                parts.append(secret)
                at += len(secret)
            if row:
                parts.append("\t")
                at += 1
        lines.append(("".join(parts), "row" if row else draw(st.sampled_from(["paragraph", "heading"])), 1))
        at += 1
    kind = draw(st.sampled_from(["word", "pdf", "text", "markdown"]))
    return compose(kind, lines), passages, hidden


def nowhere(hidden: list[str], content: bytes) -> bool:
    return not any(spelling in content for word in hidden for spelling in spellings(word))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(redactions(), st.sampled_from(["sentence", "block"]))
def test_hidden_words_are_nowhere_in_any_text_or_word_file(redaction, style):
    document, passages, hidden = redaction
    clean = redact(document, passages, style)

    for made in (clean.markdown().encode(), clean.text().encode(), clean_docx(clean)):
        assert nowhere(hidden, everything(made))
        assert not set(SECRET) & set(readable(made))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(redactions(), st.sampled_from(["sentence", "block"]))
def test_hidden_words_are_nowhere_in_any_pdf(redaction, style):
    document, passages, hidden = redaction
    made = clean_pdf(redact(document, passages, style))

    assert nowhere(hidden, everything(made))
    # Not even a single character: fonts are cut down to what is shown, and so is their table of characters.
    assert not set(SECRET) & set(readable(made))


def test_the_search_finds_a_word_that_is_there():
    document = compose("word", [("璇瑾犇骉", "paragraph", 0), ("济南市", "paragraph", 0)])
    whole = redact(document, [])

    for made in (clean_docx(whole), clean_pdf(whole), whole.text().encode()):
        assert not nowhere(["璇瑾犇骉"], everything(made))
    for wide in ("utf-16-le", "utf-16-be", "gb18030"):
        assert not nowhere(["璇瑾"], b"x" + "济璇瑾".encode(wide))


@pytest.fixture
def a_secretive_word_file() -> bytes:
    """Words a person does not see: a comment, a tracked deletion, hidden text, properties, a header, a footnote."""
    made = docx.Document()
    made.core_properties.author = "璇瑾犇"
    made.core_properties.title = "骉淼焱"
    paragraph = made.add_paragraph("经办人")
    secret = paragraph.add_run("垚鑫赟")
    made.add_comment(paragraph.runs, text="喆昇晔", author="頔彧甯")
    hidden = paragraph.add_run("翀翚旻")
    hidden.font.hidden = True
    paragraph.add_run("已经办结。")
    made.sections[0].header.paragraphs[0].text = "璇骉垚"
    xml = paragraph._p
    deletion = xml.makeelement(docx.oxml.ns.qn("w:del"), {})
    run = deletion.makeelement(docx.oxml.ns.qn("w:r"), {})
    text = run.makeelement(docx.oxml.ns.qn("w:delText"), {})
    text.text = "犇焱赟"
    run.append(text)
    deletion.append(run)
    xml.append(deletion)
    assert secret.text
    saved = io.BytesIO()
    made.save(saved)
    return saved.getvalue()


def test_what_nobody_sees_in_the_source_is_not_in_the_copy_and_the_officer_is_told(a_secretive_word_file):
    document = read_document("说明.docx", a_secretive_word_file)
    start = document.text.index("垚鑫赟")
    clean = redact(document, [Passage(start, start + 3, "个人隐私", "A15")])

    for made in (clean_docx(clean), clean_pdf(clean), clean.markdown().encode()):
        assert not set(SECRET) & set(readable(made))
        assert not nowhere(["已经办结"], everything(made))
    told = "".join(document.notes)
    assert all(word in told for word in ("1条批注", "修订痕迹", "1处隐藏文字", "页眉页脚"))


@pytest.fixture
def a_clean_copy():
    document: Document = compose(
        "word", [("标题", "heading", 1), ("甲乙丙", "paragraph", 0), ("名称\t金额", "row", 0), ("某厂\t3万", "row", 0)]
    )
    return redact(document, [Passage(document.text.index("甲"), document.text.index("甲") + 1, "个人隐私", "A15")])


def test_a_clean_word_file_has_five_parts_and_opens_in_another_program(a_clean_copy):
    made = clean_docx(a_clean_copy)

    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert sorted(archive.namelist()) == [
            "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/document.xml", "word/styles.xml",
        ]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    opened = docx.Document(io.BytesIO(made))
    assert [p.text for p in opened.paragraphs] == ["标题", "〔此处依据《政府信息公开条例》第十五条不予公开〕乙丙", ""]
    assert [[cell.text for cell in row.cells] for row in opened.tables[0].rows] == [["名称", "金额"], ["某厂", "3万"]]
    assert opened.paragraphs[0].style.name == "Heading 1"


def test_a_clean_pdf_has_no_author_no_date_no_attachment_and_no_earlier_revision(a_clean_copy):
    made = clean_pdf(a_clean_copy)
    reader = PdfReader(io.BytesIO(made))

    assert dict(reader.metadata or {}).keys() == {"/Title", "/Creator"}
    assert reader.metadata.title == TITLE
    assert not reader.attachments
    assert made.count(b"%%EOF") == 1
    assert not any(page.get("/Annots") for page in reader.pages)


def test_the_same_copy_is_the_same_bytes_and_so_has_the_same_digest(a_clean_copy):
    assert clean_docx(a_clean_copy) == clean_docx(a_clean_copy)
    assert clean_pdf(a_clean_copy) == clean_pdf(a_clean_copy)


def test_signs_of_the_source_are_words_on_the_page_and_never_commands():
    hostile = '#set page(width: 1pt) $x$ `raw` #read("/etc/passwd") <w:p/> & ]]> \\u{4e00}'
    clean = redact(compose("text", [(hostile, "paragraph", 0), ("末行", "paragraph", 0)]), [])

    assert docx.Document(io.BytesIO(clean_docx(clean))).paragraphs[0].text == hostile
    assert '#read("/etc/passwd")' in PdfReader(io.BytesIO(clean_pdf(clean))).pages[0].extract_text()


def test_markdown_is_set_as_headings_and_tables_in_the_files():
    source = "## 明细\n\n| 企业 | 金额 |\n| --- | --- |\n| 甲公司 | **20万元** |\n\n正文".encode()
    clean = redact(read_document("明细.md", source), [])

    opened = docx.Document(io.BytesIO(clean_docx(clean)))
    assert [[cell.text for cell in row.cells] for row in opened.tables[0].rows] == [["企业", "金额"], ["甲公司", "20万元"]]
    assert opened.paragraphs[0].style.name == "Heading 2"


def test_the_fonts_of_the_letters_serve_the_copies_too():
    folder = fonts_folder()

    assert folder is None or folder.parent.name == "letters"


def test_a_long_document_is_made_in_reasonable_size():
    chance = random.Random(7)
    lines = [("".join(chance.choices(OPEN, k=120)), "paragraph", 0) for _ in range(60)]
    made = clean_pdf(redact(compose("text", lines), []))

    assert len(PdfReader(io.BytesIO(made)).pages) > 5
    assert len(made) < 400_000
