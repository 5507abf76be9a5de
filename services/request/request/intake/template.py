"""The spreadsheet people fill in: headings, drop-down lists, and a page that says what may stand where."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from request.domain.values import CHANNELS
from request.intake import columns as c
from request.intake.grid import HELP_SHEET, MOST_LINES, letter

CASES_SHEET: Final = "申请"
_MADE: Final = datetime(2026, 1, 1)  # noqa: DTZ001  # a template has no date of its own; a workbook needs one
_HEAD, _NEEDED = PatternFill("solid", fgColor="E8EEF5"), PatternFill("solid", fgColor="FBE9D7")
_RULES: Final = (
    (c.YEAR, "必填。登记簿所属年度，例如2023；上年结转的申请填登记它的年度。"),
    (c.NUMBER, "选填，同一编号不得重复；只写字母、数字、括号和机关简称，不写姓名。"),
    (c.RECEIVED, "必填。收到申请之日。日期一律写作2023-01-16，或者用日期格式。"),
    (c.KIND, "必填，从下拉列表选择。"),
    (c.CHANNEL, "选填，从下拉列表选择；不填视为互联网。"),
    (c.ENDED, "办结（答复、不再处理、撤回）之日；尚未办结的，本列和办理结果都不填。"),
    (c.ROW, "从下拉列表选择；区分处理的只选“部分公开”。"),
    ("行政复议、直接起诉、复议后起诉", "结果填维持、纠正、其他或者尚未审结。"),
    ("受理日期、审结日期", "知道的填写，统计随之跨年；只知道年度的都不填，计入本行年度。"),
    (c.FEE_STANDARD, "按件或者按量，一件申请只有一种。"),
    (c.FEE_COUNT, "按量为页数；按件为当月第几件。"),
    (c.FEE_AMOUNT, "元；须与收费办法一致。"),
    (c.FEE_NOTICED, "发出收费通知之日。"),
    (c.FEE_PAID, "缴费之日；没有缴费的不填。"),
)


def template(rows: Sequence[Sequence[object]] = ()) -> bytes:
    """Return the template as .xlsx; `rows` are written under the headings, in their order."""
    book = Workbook()
    book.properties.creator, book.properties.created, book.properties.modified = "公开", _MADE, _MADE
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a sheet")
    sheet.title = CASES_SHEET
    sheet.append(list(c.HEADINGS))
    for at, (cell, heading) in enumerate(zip(sheet[1], c.HEADINGS, strict=True)):
        cell.font, cell.fill = Font(bold=True), _NEEDED if heading in c.REQUIRED else _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[letter(at)].width = 14
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append(list(row))
    lists = _explained(book.create_sheet(HELP_SHEET))
    for heading, where in lists.items():
        column = letter(c.HEADINGS.index(heading))
        choice = DataValidation("list", formula1=where, allow_blank=True, showErrorMessage=True)
        choice.error = "请从列表中选择。"
        sheet.add_data_validation(choice)
        choice.add(f"{column}2:{column}{MOST_LINES}")
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _explained(sheet: Worksheet) -> dict[str, str]:
    """Write the page of explanations; return where the list of each column stands."""
    sheet.append(["列", "填写要求"])
    for rule in _RULES:
        sheet.append(list(rule))
    sheet.append(["重要", "不得填写姓名、证件号码、电话、地址等任何个人信息；含有的，整份不予导入。"])
    sheet.append(["重要", "有一处错误，整份不导入；错误逐行列出，改正后重新导入。"])
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 90
    results = [name + c.RESULT for name in c.REMEDIES.values()]
    choices: list[tuple[list[str], tuple[str, ...]]] = [
        ([c.KIND], c.KIND_NAMES),
        ([c.CHANNEL], tuple(CHANNELS.values())),
        ([c.ROW], c.ROW_NAMES),
        (results, c.RESULT_NAMES),
        ([c.FEE_STANDARD], c.STANDARD_NAMES),
    ]
    where: dict[str, str] = {}
    for column, (headings, names) in zip("DEFGH", choices, strict=True):
        sheet[f"{column}1"] = headings[0]
        for at, name in enumerate(names, start=2):
            sheet[f"{column}{at}"] = name
        where |= dict.fromkeys(headings, f"'{HELP_SHEET}'!${column}$2:${column}${len(names) + 1}")
    return where
