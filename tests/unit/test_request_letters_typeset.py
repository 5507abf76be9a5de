"""Letters as PDF: everything is there, in the official layout, in our own fonts, the same bytes every time."""

import io
import multiprocessing
import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
import pytest
import segno
from pypdf import PdfReader
from tests.support.request_letters import SPECIMENS, VERIFY
from tests.unit.test_request_letters_compose import KINDS, PRINTED

from gongkai.statute.refusal import Refused
from request.domain.values import LetterKind
from request.letters.compose import compose
from request.letters.data import LetterData
from request.letters.glyphs import uncovered
from request.letters.typeset import typeset
from request.letters.verification import content_code, digest_code, file_digest, verify_path

MM = 72 / 25.4
PITCH = 225 * MM / 22


@cache
def pdf(kind: LetterKind) -> bytes:
    return typeset(compose(SPECIMENS[kind]))


def set_from(data: LetterData) -> PdfReader:
    return PdfReader(io.BytesIO(typeset(compose(data))))


def squeezed(text: str) -> str:
    return "".join(text.split())


def words_of(reader: PdfReader) -> str:
    return squeezed("".join(page.extract_text() for page in reader.pages))


def lines_of(page: pdfium.PdfPage) -> dict[float, list[tuple[str, float, float]]]:
    """Characters of a page by their baseline (in points from the top): what, left, right."""
    text = page.get_textpage()
    found: dict[float, list[tuple[str, float, float]]] = {}
    for at in range(text.count_chars()):
        char = text.get_text_range(at, 1)
        if not char.strip():
            continue
        _, bottom, _, _ = text.get_charbox(at, loose=True)
        left, _, right, _ = text.get_charbox(at)
        down = round(page.get_height() - bottom, 1)
        baseline = next((each for each in found if abs(each - down) < 3), down)
        found.setdefault(baseline, []).append((char, left, right))
    return found


def fonts(reader: PdfReader) -> Iterator[tuple[str, bool]]:
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            yield str(descriptor["/FontName"]), any(key in descriptor for key in ("/FontFile3", "/FontFile2"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_element_of_every_form_stands_in_its_pdf(kind: LetterKind):
    reader = PdfReader(io.BytesIO(pdf(kind)))
    text = words_of(reader)
    letter = compose(SPECIMENS[kind])

    assert [words for words in PRINTED[kind] if squeezed(words) not in text] == []
    assert squeezed(letter.title) in text
    assert letter.number in text
    assert "\ufffd" not in text
    assert "\x00" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_a4_and_every_font_is_ours_and_embedded(kind: LetterKind):
    reader = PdfReader(io.BytesIO(pdf(kind)))

    for page in reader.pages:
        assert (round(float(page.mediabox.width) / MM, 1), round(float(page.mediabox.height) / MM, 1)) == (210, 297)
    used = list(fonts(reader))
    assert used
    assert all("GongkaiLetterSerif" in name and embedded for name, embedded in used)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_leaves_the_text_block_but_the_page_number(kind: LetterKind):
    for at, page in enumerate(pdfium.PdfDocument(pdf(kind)), start=1):
        outside = "".join(
            char
            for baseline, line in lines_of(page).items()
            for char, left, right in line
            if left < 28 * MM - 1 or right > 184 * MM + 1 or baseline > 262 * MM + 1 or baseline < 37 * MM
        )

        assert outside == f"—{at}—"


def test_a_full_page_has_twenty_two_lines_of_twenty_eight_characters():
    long = replace(SPECIMENS["reply-given"], own_words=("汉" * 28 * 60,))

    lines = lines_of(list(pdfium.PdfDocument(typeset(compose(long))))[1])
    full = sorted(baseline for baseline, line in lines.items() if line[0][0] == "汉")

    assert len(full) == 22
    assert {len(lines[baseline]) for baseline in full} == {28}
    assert all(abs(below - above - PITCH) < 0.2 for above, below in pairwise(full))


def test_the_first_line_of_a_paragraph_begins_two_characters_in():
    page = pdfium.PdfDocument(pdf("reply-given"))[0]
    first = next(line for line in lines_of(page).values() if "".join(char for char, *_ in line).startswith("本机关于"))

    assert abs(first[0][1] - (28 * MM + 2 * 156 * MM / 28)) < 1


def test_the_title_is_in_size_two_and_centred():
    title = next(
        line for line in lines_of(pdfium.PdfDocument(pdf("reply-given"))[0]).values()
        if "".join(char for char, *_ in line) == "政府信息公开申请答复书"
    )  # fmt: skip

    assert abs((title[0][1] + title[-1][2]) / 2 - (28 + 78) * MM) < 1
    assert abs(title[1][1] - title[0][1] - 22) < 0.5


def test_the_date_ends_four_characters_from_the_edge_with_the_organ_centred_over_it():
    page = list(pdfium.PdfDocument(pdf("reply-given")))[-1]
    lines = {"".join(char for char, *_ in line): line for line in lines_of(page).values()}
    day, organ = lines["2026年10月16日"], lines["济南市商务局"]

    assert abs(184 * MM - day[-1][2] - 4 * 156 * MM / 28) < 3
    assert abs((day[0][1] + day[-1][2]) - (organ[0][1] + organ[-1][2])) < 3


@pytest.mark.parametrize("characters", range(0, 28 * 24, 28))
def test_the_seal_never_stands_on_a_page_alone(characters: int):
    data = replace(SPECIMENS["reply-given"], own_words=("经" * characters,) if characters else ())

    *_, last = (squeezed(page.extract_text()) for page in set_from(data).pages)

    assert "济南市商务局2026年10月16日" in last
    assert "提起行政诉讼" in last
    assert "校验码" in last


def test_the_same_letter_gives_the_same_bytes_in_another_process():
    letter = compose(SPECIMENS["reply-partial"])

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        elsewhere = pool.submit(typeset, letter).result()

    assert elsewhere == typeset(pickle.loads(pickle.dumps(letter))) == pdf("reply-partial")


def test_a_letter_of_another_day_or_word_has_another_digest_and_another_code():
    data = SPECIMENS["reply-given"]
    other = replace(data, subject=f"{data.subject}。")

    assert file_digest(pdf("reply-given")) != file_digest(typeset(compose(other)))
    assert compose(data).code != compose(other).code
    assert compose(data).code == content_code(compose(data))


def test_a_code_is_four_groups_of_four_that_nobody_misreads():
    code = digest_code(b"letter")

    assert len(code) == 19
    assert all(len(group) == 4 for group in code.split("-"))
    assert not set(code) & set("ILOU")


def test_the_code_in_the_picture_leads_to_the_page_that_verifies():
    page = list(pdfium.PdfDocument(pdf("reply-given")))[-1]
    scale = 8
    drawn = page.render(scale=scale).to_pil().convert("L")
    box = (int(28 * MM * scale), int(225 * MM * scale), int(53 * MM * scale), int(262 * MM * scale))
    dark = drawn.crop(box).point(lambda value: 255 if value < 128 else 0)
    # The rule above the picture is a line across: the picture begins below it.
    rule = dark.getbbox()
    assert rule
    below = dark.crop((0, rule[1] + scale * 3, dark.width, dark.height))
    found = below.getbbox()
    assert found
    expected = [list(row) for row in segno.make(VERIFY.url, error="m", micro=False).matrix]
    wide = (found[2] - found[0]) / len(expected)

    read = [
        [int(below.getpixel((int(found[0] + (x + 0.5) * wide), int(found[1] + (y + 0.5) * wide))) > 128)
         for x in range(len(expected))]
        for y in range(len(expected))
    ]  # fmt: skip

    assert read == expected
    assert VERIFY.url.endswith(verify_path_of_specimen())


def verify_path_of_specimen() -> str:
    from tests.support.request_letters import LETTER

    return verify_path(LETTER)


def test_the_file_is_made_for_the_archive_and_names_nobody():
    data = SPECIMENS["reply-refused"]
    raw = pdf("reply-refused")
    reader = PdfReader(io.BytesIO(raw))
    about = reader.metadata
    catalogue: Any = reader.trailer["/Root"]

    assert b"pdfaid:part>2<" in raw
    assert b"pdfaid:conformance>A<" in raw
    assert about
    assert about.title == "济南市商务局政府信息公开申请答复书济商公复〔2026〕12号"
    assert about.author == "济南市商务局"
    assert data.addressee.encode() not in raw
    assert catalogue["/Lang"].lower().startswith("zh")


def test_the_slip_stands_on_a_page_of_its_own_after_the_seal_and_the_code():
    *_, closing, slip = (squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(pdf("third-party"))).pages)

    assert "校验码" in closing
    assert slip.startswith("附件政府信息公开征求意见确认函济南市商务局：")
    assert "□同意公开" in slip


def test_a_draft_says_on_its_face_that_it_is_one():
    draft = replace(SPECIMENS["reply-given"], draft=True, number="", verification=None)

    text = words_of(set_from(draft))

    assert "草稿" in text
    assert "校验码" not in text
    assert "草稿" not in words_of(PdfReader(io.BytesIO(pdf("reply-given"))))


def test_a_seal_the_organ_may_print_lies_over_its_name():
    seal = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4.6" fill="none" stroke="#c00"/></svg>'
    data = SPECIMENS["withdrawn"]
    sealed = typeset(compose(replace(data, organ=replace(data.organ, seal=seal))))

    reds = [
        (x, y)
        for page in pdfium.PdfDocument(sealed)
        for picture in [page.render(scale=1).to_pil().convert("RGB")]
        for x in range(picture.width)
        for y in range(picture.height)
        if picture.getpixel((x, y))[0] > 180 and picture.getpixel((x, y))[1] < 120
    ]

    assert reds
    assert min(x for x, _ in reds) > 100 * MM
    assert max(x for x, _ in reds) < 190 * MM
    assert compose(replace(data, organ=replace(data.organ, seal=seal))).code == compose(data).code


@pytest.mark.parametrize("name", ["䶮玥", "陳曉禾", "㛃喆", "𬭎"])
def test_names_in_rare_and_traditional_characters_are_printed(name: str):
    data = replace(SPECIMENS["withdrawn"], addressee=name)

    assert name in words_of(set_from(data))


def test_a_character_no_font_has_is_refused_by_name_and_never_a_hole():
    data = replace(SPECIMENS["withdrawn"], addressee="赵𰻝禾")

    assert uncovered(compose(data)) == ("𰻝",)
    with pytest.raises(Refused, match="字库中没有“𰻝”（U\\+30EDD）"):
        typeset(compose(data))


def test_an_applicants_own_emoji_is_printed_as_its_code():
    whole = SPECIMENS["application-form"]
    assert whole.application
    data = replace(whole, application=replace(whole.application, description="拨付情况🙂"))

    assert "拨付情况〔U+1F642〕" in words_of(set_from(data))


def test_what_the_applicant_wrote_never_keeps_a_letter_from_being_sent():
    data = replace(SPECIMENS["reply-given"], subject="拨付情况🙂\u202e、赵𰻝禾")

    assert "“拨付情况〔U+1F642〕〔U+202E〕、赵〔U+30EDD〕禾”" in words_of(set_from(data))


def test_words_that_look_like_markup_are_words():
    hostile = '#eval("1") $x$ *b* <tag> \\ // `raw` @ref [a] https://example.cn'
    data = replace(SPECIMENS["reply-given"], own_words=(hostile,), subject='#import "@preview/x:1.0.0"')

    text = words_of(set_from(data))

    assert squeezed(hostile) in text
    assert '#import"@preview/x:1.0.0"' in text


def test_several_enclosures_are_numbered_under_each_other():
    text = words_of(PdfReader(io.BytesIO(pdf("reply-partial"))))

    assert "附件：1.2024年一刻钟便民生活圈建设补助资金拨付表2.2024年补助资金审核结果公示（已区分处理）" in text
