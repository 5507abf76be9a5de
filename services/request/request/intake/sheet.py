"""Earlier years' cases from a spreadsheet: every line is right and all come in, or none does and a report says why."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, cast
from uuid import UUID

from gongkai.statute.fees import item_price, page_fee
from gongkai.statute.verdict import half_width
from request.domain.facts import CaseImported
from request.domain.values import (
    CHANNELS,
    ApplicantKind,
    Channel,
    FeeCharged,
    FeeStandard,
    RemedyKind,
    RemedyResult,
    Row,
)
from request.intake import columns as c
from request.intake import personal
from request.intake.cells import Cells, Problem, as_text
from request.intake.grid import Grid, Line, UnreadableError, letter, read_grid

MOST_TOLD: Final = 500
_LONGEST_NUMBER: Final = 40
_MOST_ITEMS: Final = 500
_NUMBER = re.compile(r"[0-9A-Za-z\-_/.〔〕\[\]()（）【】]*")
_NUMBER_WORDS: Final = "年第号字依申请公开受理登记信息政复办函"
_HEADING_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class Importing:
    """Who imports for which organ; `numbers` are those already known, `organ_words` the signs of its short name.

    `open_cases` are cases of earlier sheets that had not ended then, by number: a later sheet may bring their end.
    """

    organ_id: UUID
    by: UUID
    source: str
    """What the facts keep of the file: its digest or a neutral word. Never its name, which people choose."""
    today: date
    numbers: Collection[str] = frozenset()
    open_cases: Mapping[str, date] = field(default_factory=dict)
    organ_words: str = "济商"


@dataclass(frozen=True, slots=True)
class Accepted:
    """Every line is right: the facts, in the order of the lines."""

    cases: tuple[CaseImported, ...]
    lines: tuple[int, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nothing comes in. `problems` are told line by line; `untold` is how many more there were."""

    problems: tuple[Problem, ...]
    lines: int
    notes: tuple[str, ...] = ()
    untold: int = 0

    @property
    def summary_zh(self) -> str:
        more = f"（其中{self.untold}处未列出）" if self.untold else ""
        return f"共{self.lines}行，发现{len(self.problems) + self.untold}处问题{more}，没有导入任何一行。"


@dataclass(slots=True)
class _Reader:
    importing: Importing
    seen: dict[str, int] = field(default_factory=dict)


def read_sheet(content: bytes, name: str, importing: Importing) -> Accepted | Rejected:
    """Read a whole spreadsheet of cases; `name` only tells .xlsx from .csv."""
    try:
        grid = read_grid(content, name)
    except UnreadableError as unreadable:
        return Rejected((Problem(0, "", "", str(unreadable)),), 0)
    heading, problems = _heading(grid)
    if not heading:
        return Rejected(tuple(problems), 0, grid.notes)
    at, columns = heading
    lines = [line for line in grid.lines[at + 1 :] if not line.is_empty]
    if not lines:
        return Rejected((Problem(0, "", "", "表中没有任何一行申请。"),), 0, grid.notes)
    reader, cases = _Reader(importing), []
    for line in grid.lines[: at + 1]:
        problems += _personal(line, {})
    for line in lines:
        found = _case(Cells(line, columns, importing.today), reader, problems)
        cases += [found] if found else []
    if problems:
        told = tuple(sorted(problems, key=lambda one: one.line)[:MOST_TOLD])
        return Rejected(told, len(lines), grid.notes, len(problems) - len(told))
    return Accepted(tuple(cases), tuple(line.number for line in lines), (*grid.notes, *_notes(cases)))


def _notes(cases: list[CaseImported]) -> Iterator[str]:
    by_year = Counter(case.year for case in cases)
    yield "、".join(f"{year}年{count}件" for year, count in sorted(by_year.items())) + f"，共{len(cases)}件。"
    if unnumbered := sum(not case.number for case in cases):
        yield f"{unnumbered}件没有申请编号，无法查重，请核对没有重复导入。"


# ── The heading line ───────────────────────────────────────────────────────


def _heading(grid: Grid) -> tuple[tuple[int, Mapping[str, int]] | None, list[Problem]]:
    for at, line in enumerate(grid.lines[:_HEADING_LINES]):
        texts = [re.sub(r"[\s*＊（必填）]", "", as_text(cell)) for cell in line.cells]
        if sum(heading in texts for heading in c.REQUIRED) >= len(c.REQUIRED) - 1:
            return _columns(at, line, texts, grid)
    needed = "、".join(c.REQUIRED)
    return None, [Problem(0, "", "", f"没有找到标题行（须有“{needed}”等列），请使用模板。")]


def _columns(
    at: int, line: Line, texts: list[str], grid: Grid
) -> tuple[tuple[int, Mapping[str, int]] | None, list[Problem]]:
    columns: dict[str, int] = {}
    problems = []
    widest = max(len(one.cells) for one in grid.lines)
    for column, text in enumerate([*texts, *[""] * (widest - len(texts))]):
        if text in columns:
            problems.append(Problem(line.number, letter(column), "", "与前面一列的标题相同，请删除一列。"))
        elif text in c.HEADINGS:
            columns[text] = column
        elif word := personal.heading_names(text):
            why = f"标题含“{word}”，个人信息不得导入（{personal.LAW}），请删除整列。"
            problems.append(Problem(line.number, letter(column), "", why))
        elif text or any(column < len(one.cells) and one.cells[column] is not None for one in grid.lines[at + 1 :]):
            why = "不在模板中，为免带入个人信息，请删除整列。"
            problems.append(Problem(line.number, letter(column), "", why))
    problems += [
        Problem(line.number, "", "", f"标题行缺少“{heading}”列。") for heading in c.REQUIRED if heading not in columns
    ]
    return (None if problems else (at, columns)), problems


def _personal(line: Line, names: Mapping[int, str]) -> list[Problem]:
    found = []
    for column, cell in enumerate(line.cells):
        if not isinstance(cell, date | bool) and cell is not None and (kind := personal.found_in(as_text(cell))):
            why = f"含有{kind}，个人信息不得导入（{personal.LAW}），请删除。"
            found.append(Problem(line.number, letter(column), names.get(column, ""), why))
    return found


# ── One line ───────────────────────────────────────────────────────────────


def _case(cells: Cells, reader: _Reader, problems: list[Problem]) -> CaseImported | None:
    names = {column: heading for heading, column in cells.columns.items()}
    private = _personal(cells.line, names)
    if private:
        problems += private
        return None
    for heading in c.REQUIRED:
        cells.required(heading)
    year = cells.whole(c.YEAR, 2008, cells.today.year)
    received, ended = cells.day(c.RECEIVED), cells.day(c.ENDED)
    kind = cells.choice(c.KIND, c.KINDS, c.KIND_NAMES)
    channel = cells.choice(c.CHANNEL, c.CHANNEL_WORDS, tuple(CHANNELS.values())) or "online"
    number = _number(cells, reader, received)
    row = _row(cells, received, ended)
    if received and year:
        _same_period(cells, year, received, ended)
    remedies = _remedies(cells, received)
    fee, noticed, paid = _fee(cells, received)
    if cells.problems or not (year and received and kind):
        problems += cells.problems
        return None
    dated = any(day for _, _, *days in remedies for day in days)
    return CaseImported(
        organ_id=reader.importing.organ_id,
        source=reader.importing.source,
        year=year,
        applicant_kind=cast("ApplicantKind", kind),
        received_on=received,
        answered_on=ended,
        row=row,
        by=reader.importing.by,
        number=number,
        channel=cast("Channel", channel),
        remedies=tuple((remedy, result) for remedy, result, _, _ in remedies),
        fee=fee,
        remedy_dates=tuple((filed, decided) for _, _, filed, decided in remedies) if dated else (),
        fee_noticed_on=noticed,
        fee_paid_on=paid,
    )


def _number(cells: Cells, reader: _Reader, received: date | None) -> str:
    number = half_width(cells.text(c.NUMBER)).replace(" ", "")
    if not number:
        return ""
    words = _NUMBER_WORDS + reader.importing.organ_words
    if len(number) > _LONGEST_NUMBER or not _NUMBER.fullmatch("".join(sign for sign in number if sign not in words)):
        cells.wrong(c.NUMBER, "只能由字母、数字、括号、短横线和机关简称组成，不得写姓名等其他文字。")
    elif number in reader.importing.numbers:
        cells.wrong(c.NUMBER, "这个编号已经登记或者导入过。")
    elif number in reader.importing.open_cases and cells.value(c.ENDED) is None:
        cells.wrong(c.NUMBER, "这个编号已经导入过，当时和现在都未办结。")
    elif number in reader.importing.open_cases and received not in {None, reader.importing.open_cases[number]}:
        cells.wrong(c.RECEIVED, "与先前导入这个编号时的收到日期不同。")
    elif number in reader.seen:
        cells.wrong(c.NUMBER, f"与第{reader.seen[number]}行的编号相同。")
    reader.seen.setdefault(number, cells.line.number)
    return number


def _row(cells: Cells, received: date | None, ended: date | None) -> Row | None:
    row = cells.choice(c.ROW, c.ROWS, _nearest)
    if received and ended and ended < received:
        cells.wrong(c.ENDED, "早于收到日期。")
    if cells.value(c.ENDED) is None and cells.value(c.ROW) is not None:
        cells.wrong(c.ENDED, "有办理结果的，必须填写办结日期；尚未办结的，两项都不填。")
    if cells.value(c.ROW) is None and cells.value(c.ENDED) is not None:
        cells.wrong(c.ROW, "有办结日期的，必须填写办理结果。")
    return cast("Row | None", row)


def _nearest(text: str) -> str:
    near = c.nearest_row(text)
    return "不是年度报告表三的办理结果，" + (f"最接近的是“{near}”。" if near else "见模板“填写说明”。")


def _same_period(cells: Cells, year: int, received: date, ended: date | None) -> None:
    if received.year > year:
        cells.wrong(c.YEAR, "收到日期晚于这一年度。")
    if ended and ended.year < year:
        cells.wrong(c.YEAR, "在这一年度之前已经办结。")


def _remedies(
    cells: Cells, received: date | None
) -> list[tuple[RemedyKind, RemedyResult | None, date | None, date | None]]:
    found = []
    for kind, name in c.REMEDIES.items():
        result = cells.choice(name + c.RESULT, c.RESULTS, c.RESULT_NAMES)
        filed, decided = cells.day(name + c.FILED), cells.day(name + c.DECIDED)
        wrong = _about(cells, name)
        if cells.value(name + c.RESULT) is None:
            if filed or decided:
                wrong(c.RESULT, "有受理或者审结日期的，必须填写结果；还没有结果的填“尚未审结”。")
            continue
        if filed and received and filed < received:
            wrong(c.FILED, "早于收到申请的日期。")
        if result == "pending" and decided:
            wrong(c.DECIDED, "尚未审结的，不填审结日期。")
        if result and result != "pending" and filed and not decided and cells.value(name + c.DECIDED) is None:
            wrong(c.DECIDED, "写了受理日期的，已审结的也必须写审结日期。")
        if decided and not filed and cells.value(name + c.FILED) is None:
            wrong(c.FILED, "写了审结日期的，必须写受理日期。")
        if filed and decided and decided < filed:
            wrong(c.DECIDED, "早于受理日期。")
        known = None if result in {None, "pending"} else cast("RemedyResult", result)
        found.append((kind, known, filed, decided))
    return found


def _about(cells: Cells, name: str) -> Callable[[str, str], None]:
    return lambda part, sentence: cells.wrong(name + part, sentence)


def _fee(cells: Cells, received: date | None) -> tuple[FeeCharged | None, date | None, date | None]:
    standard = cells.choice(c.FEE_STANDARD, c.STANDARDS, c.STANDARD_NAMES)
    count, amount = cells.whole(c.FEE_COUNT, 1, 100_000), cells.money(c.FEE_AMOUNT)
    noticed, paid = cells.day(c.FEE_NOTICED), cells.day(c.FEE_PAID)
    parts = (c.FEE_STANDARD, c.FEE_COUNT, c.FEE_AMOUNT)
    given = [heading for heading in (*parts, c.FEE_NOTICED, c.FEE_PAID) if cells.value(heading) is not None]
    if not given:
        return None, None, None
    for heading in parts:
        if cells.value(heading) is None:
            cells.wrong(heading, "收费的，标准、数量和金额都要填写；数量为页数，或者当月第几件。")
    for heading, day in ((c.FEE_NOTICED, noticed), (c.FEE_PAID, paid)):
        if day and received and day < received:
            cells.wrong(heading, "早于收到申请的日期。")
    if noticed and paid and paid < noticed:
        cells.wrong(c.FEE_PAID, "早于收费通知日期。")
    if not standard or count is None or amount is None:
        return None, noticed, paid
    lawful = item_price(count) if standard == "items" else page_fee(count)
    if amount != lawful and not (standard == "items" and _several_items(count, amount)):
        cells.wrong(c.FEE_AMOUNT, f"按这一数量应为{lawful}元（《政府信息公开信息处理费管理办法》）。")
    month = f"{received:%Y-%m}" if received else ""
    return FeeCharged(cast("FeeStandard", standard), count, amount.quantize(Decimal(1)), month), noticed, paid


def _several_items(last: int, amount: Decimal) -> bool:
    """Tell whether an application of several matters, the last of them this one of the month, costs so much."""
    total = Decimal(0)
    for ordinal in range(last, max(0, last - _MOST_ITEMS), -1):
        total += item_price(ordinal)
        if total >= amount:
            break
    return total == amount

