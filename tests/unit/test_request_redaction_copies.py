import io
import pickle
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context

import docx
import pytest
from pypdf import PdfReader

from gongkai.statute.refusal import Refused
from request.redaction.clean import redact
from request.redaction.clean_docx import clean_docx
from request.redaction.copies import MEDIA_TYPES, StillReadableError, hidden_words, make_copies, proved
from request.redaction.model import Passage, PassageRefused
from request.redaction.reading import read_document

SOURCE = "经办人赵德明于2026年3月核对。\n供应商报价为30.5万元。\n结算价为31万元。".encode()


def over(words: str, article: str = "A15", reason: str = "商业秘密") -> Passage:
    text = SOURCE.decode()
    return Passage(text.index(words), text.index(words) + len(words), reason, article)


def digest() -> str:
    return "sha256:" + sha256(SOURCE).hexdigest()


def test_all_forms_are_made_at_once_without_the_hidden_words():
    copies = make_copies("情况.txt", SOURCE, digest(), [over("赵德明"), over("30.5万元")], tuple(MEDIA_TYPES))

    assert set(copies.files) == {"markdown", "text", "docx", "pdf"}
    assert (copies.passages, copies.articles) == (2, ("A15",))
    shown = [
        copies.files["markdown"].decode(), copies.files["text"].decode(),
        "".join(p.text for p in docx.Document(io.BytesIO(copies.files["docx"])).paragraphs),
        PdfReader(io.BytesIO(copies.files["pdf"])).pages[0].extract_text(),
    ]  # fmt: skip
    for text in shown:
        assert "赵德明" not in text
        assert "30.5" not in text
        assert "结算价为" in text


def test_copies_are_made_in_a_worker_process_and_refusals_come_back_whole():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as workers:
        made = workers.submit(make_copies, "情况.txt", SOURCE, digest(), [over("赵德明")], ("pdf",)).result(60)
        refused = workers.submit(make_copies, "情况.txt", SOURCE, digest(), [over("赵德明", "A13")])

        assert made.files["pdf"].startswith(b"%PDF-")
        with pytest.raises(PassageRefused) as found:
            refused.result(60)
        assert found.value.field == "passages[0].article"


def test_a_list_of_passages_made_for_another_text_is_not_used():
    with pytest.raises(Refused, match="文字与标记时不同"):
        make_copies("情况.txt", SOURCE + b"x", digest(), [over("赵德明")])


def test_words_that_stand_in_the_open_as_well_are_no_secret():
    document = read_document("情况.txt", "甲方为某厂，乙方为某厂，丙方为他店。".encode())
    first, shop = document.text.index("某厂"), document.text.index("他店")

    hidden = hidden_words(document, [Passage(first, first + 2, "商业秘密", "A15"), Passage(shop, shop + 2, "商业秘密", "A15")])

    assert hidden == ["他店"]


@pytest.mark.parametrize("form", list(MEDIA_TYPES))
def test_a_copy_in_which_a_hidden_word_can_be_read_is_never_given_out(form):
    whole = make_copies("情况.txt", SOURCE, digest(), [], [form]).files[form]

    assert proved(form, whole, ["钱学文"]) == whole
    with pytest.raises(StillReadableError, match=form):
        proved(form, whole, ["赵德明"])


def test_words_of_the_mark_itself_are_no_fault_of_the_copy():
    source = "事项不予公开，事项另行办理。".encode()
    words = Passage(2, 6, "内部事务", "A16")

    copies = make_copies("事项.txt", source, "sha256:" + sha256(source).hexdigest(), [words], ["text"])

    assert copies.files["text"].decode() == "事项〔此处依据《政府信息公开条例》第十六条不予公开〕，事项另行办理。\n"


def test_what_stays_in_the_vault_can_be_kept_and_read_again():
    document = read_document("情况.txt", SOURCE)
    passages = [over("赵德明")]

    assert pickle.loads(pickle.dumps((document, passages))) == (document, passages)
    assert clean_docx(redact(document, passages)) == clean_docx(redact(read_document("别名.txt", SOURCE), passages))
