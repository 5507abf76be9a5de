"""Spreadsheets of cases for tests: made from facts, or from a few cells."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from openpyxl import Workbook, load_workbook

from request.domain.facts import CaseImported
from request.intake import columns as c
from request.intake.sheet import Accepted, Importing, Rejected, read_sheet
from request.intake.template import template

ORGAN, OFFICER, TODAY = UUID(int=37), UUID(int=7), date(2026, 3, 2)
IMPORTING = Importing(ORGAN, OFFICER, "登记簿", TODAY)
RESULTS = {"upheld": "维持", "corrected": "纠正", "other": "其他", None: "尚未审结"}
KINDS = dict(zip(("np", "com", "res", "soc", "law", "oth"), c.KIND_NAMES, strict=True))

GOOD = {
    c.YEAR: 2024, c.NUMBER: "济商依申请〔2024〕3号", c.RECEIVED: date(2024, 3, 4), c.KIND: "自然人", c.CHANNEL: "当面提交",
    c.ENDED: date(2024, 3, 22), c.ROW: "（一）予以公开",
}  # fmt: skip


def row_of(case: CaseImported) -> list[object]:
    """Write a case as an officer would."""
    cells: dict[str, object] = {
        c.YEAR: case.year,
        c.NUMBER: case.number,
        c.RECEIVED: case.received_on,
        c.KIND: KINDS[case.applicant_kind],
        c.ENDED: case.answered_on,
        c.ROW: case.row and next(name for name in c.ROW_NAMES if c.ROWS[c.spelt(name.partition("（区分")[0])] == case.row),
    }
    dates = case.remedy_dates or ((None, None),) * len(case.remedies)
    for (kind, result), (filed, decided) in zip(case.remedies, dates, strict=True):
        name = c.REMEDIES[kind]
        cells |= {name + c.RESULT: RESULTS[result], name + c.FILED: filed, name + c.DECIDED: decided}
    if case.fee:
        cells |= {
            c.FEE_STANDARD: "按量" if case.fee.standard == "pages" else "按件", c.FEE_COUNT: case.fee.count,
            c.FEE_AMOUNT: float(case.fee.amount), c.FEE_NOTICED: case.fee_noticed_on, c.FEE_PAID: case.fee_paid_on,
        }  # fmt: skip
    return [cells.get(heading) for heading in c.HEADINGS]


def rows(*changes: Mapping[str, object]) -> list[list[object]]:
    """Make lines that differ from a good one as told; each has its own number."""
    lines = []
    for at, change in enumerate(changes, start=1):
        cells = GOOD | {c.NUMBER: f"2024-{at:04d}"} | dict(change)
        lines.append([cells.get(heading) for heading in c.HEADINGS])
    return lines


def as_csv(lines: Sequence[Sequence[object]], encoding: str = "utf-8-sig", headings: Sequence[str] = c.HEADINGS) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *lines])
    return text.getvalue().encode(encoding)


def read(*changes: Mapping[str, object], importing: Importing = IMPORTING) -> Accepted | Rejected:
    return read_sheet(template(rows(*changes)), "2024.xlsx", importing)


def told(*changes: Mapping[str, object]) -> list[str]:
    """Read lines that are wrong and return what is said about them."""
    answer = read(*changes)
    assert isinstance(answer, Rejected), answer
    return [problem.text_zh for problem in answer.problems]


def workbook(lines: Sequence[Sequence[object]]) -> Workbook:
    return load_workbook(io.BytesIO(template(lines)))


def saved(book: Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_part(content: bytes, name: str, text: bytes) -> bytes:
    """Replace or add one part of a workbook."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, text)
    return written.getvalue()
