"""Numbers of documents: 发文字号 (GB/T 9704) and 索引号, with every wrong form explained and spelt right."""

from __future__ import annotations

import re

from gongkai.statute.person_numbers import check_organisation_code, check_uscc
from gongkai.statute.verdict import Verdict, half_width, is_digits, squeezed, verdict

STRICT_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fa5]+〔(?:19|20)\d{2}〕[1-9]\d*号", re.ASCII)
STRICT_INDEX_NUMBER = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}/\d{4}-\d{5}", re.ASCII)

LONGEST_DOCUMENT_NUMBER = 60

_OPEN = "〔[［(（【﹝{｛〖「〈<《⟦"
_CLOSE = "〕]］)）】﹞}｝〗」〉>》⟧"
_NUMERALS = "〇○零一二三四五六七八九十百千两"
_LOOSE_NUMBER = re.compile(
    rf"(?P<organ>[^{re.escape(_OPEN)}0-9]*?)(?P<word>字第|第)?"
    rf"(?P<open>[{re.escape(_OPEN)}]?)(?P<year>[0-9]{{2,4}}|[{_NUMERALS}]{{2,4}})(?P<nian>年?)"
    rf"(?P<close>[{re.escape(_CLOSE)}]?)(?P<dash>[-/]?)(?P<ordinal>第?)"
    rf"(?P<serial>[0-9]{{1,7}}|[{_NUMERALS}]{{1,9}})(?P<hao>号|號|)(?P<tail>文?)"
)
_VALUES = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000}

_LOOSE_INDEX = re.compile(
    r"(?P<code>[0-9A-Z]{18}|[0-9A-Z]{8}-?[0-9A-Z])(?P<suffix>-[A-Z])?/(?P<year>\d{4})-(?P<serial>\d{1,9})", re.ASCII
)
_SERIAL_STRICT = 5
_SERIAL_TOLERANT = range(5, 8)


def check_document_number(value: str) -> Verdict:
    """Check a 发文字号; what can be understood is answered with its right spelling."""
    written = value.strip()
    if STRICT_DOCUMENT_NUMBER.fullmatch(written):
        return verdict(written, [], _document_facts(written))
    if not written:
        return verdict("", ["没有填写发文字号。"])
    if len(written) > LONGEST_DOCUMENT_NUMBER:
        return verdict(written, [f"发文字号过长，最多{LONGEST_DOCUMENT_NUMBER}个字符。"])
    loose = _LOOSE_NUMBER.fullmatch(squeezed_keeping_brackets(written))
    if not loose:
        return verdict(written, ["认不出发文字号，规范写法为：机关代字〔年份〕序号号，如“济商字〔2026〕5号”。"])
    problems = list(_document_problems(written, loose))
    year, serial = _arabic(loose["year"], digits_only=True), _arabic(loose["serial"])
    if len(year) == 2:
        # Numbers in brackets began after 1949, so two digits leave no doubt about the century for a long time.
        year = ("19" if int(year) >= 49 else "20") + year
    organ = loose["organ"] + ("字" if loose["word"] == "字第" else "")
    if len(year) != 4 or not year.startswith(("19", "20")) or not int(serial) or not _is_han(organ):
        return verdict(written, problems)
    corrected = f"{organ}〔{year}〕{int(serial)}号"
    return verdict(corrected, [*problems, f"应写作“{corrected}”。"], _document_facts(corrected))


def squeezed_keeping_brackets(text: str) -> str:
    """Return the text half-width and without spaces, but with the brackets as they were written."""
    return "".join(char if char in _OPEN or char in _CLOSE else squeezed(char) for char in text)


def _document_problems(written: str, loose: re.Match[str]) -> list[str]:
    problems = []
    if not loose["organ"]:
        problems.append("缺少发文机关代字。")
    elif not _is_han(loose["organ"]):
        problems.append(f"发文机关代字“{loose['organ']}”只能用汉字。")
    if loose["word"] or loose["ordinal"]:
        problems.append("序号前不加“第”字。")
    opened, closed = loose["open"], loose["close"]
    if not opened and not closed:
        problems.append("年份须用六角括号〔〕括起。")
    elif (opened, closed) != ("〔", "〕"):
        problems.append(f"年份用的是“{opened}{closed}”，须用六角括号〔〕。")
    if loose["nian"]:
        problems.append("括号内只写年份数字，不写“年”字。")
    problems += _digit_problems(written, loose)
    if loose["dash"]:
        problems.append(f"年份与序号之间不用“{loose['dash']}”。")
    if loose["hao"] != "号":
        problems.append("序号之后须写“号”字。")
    if loose["tail"]:
        problems.append("“号”字之后不写“文”字。")
    return problems


def _digit_problems(written: str, loose: re.Match[str]) -> list[str]:
    problems = []
    if any(char.isspace() for char in written):
        problems.append("中间不能有空格。")
    if re.search("[０-９]", written):
        problems.append("数字须用半角阿拉伯数字。")
    year, serial = loose["year"], loose["serial"]
    if not is_digits(year) or not is_digits(serial):
        problems.append("年份和序号须用阿拉伯数字。")
    full_year = _arabic(year, digits_only=True)
    if len(full_year) != 4:
        problems.append(f"年份“{year}”须写四位全称。")
    elif not full_year.startswith(("19", "20")):
        problems.append(f"年份“{year}”不合常理。")
    if is_digits(serial) and serial.startswith("0"):
        problems.append("序号不编虚位，前面不加0。" if int(serial) else "序号从1开始。")
    elif not int(_arabic(serial)):
        problems.append("序号从1开始。")
    return problems


def _arabic(numeral: str, *, digits_only: bool = False) -> str:
    if is_digits(numeral):
        return numeral
    if digits_only or not any(char in _SCALES for char in numeral):
        return "".join(str(_VALUES[char]) for char in numeral if char in _VALUES)
    total, digit = 0, 0
    for char in numeral:
        if scale := _SCALES.get(char):
            total += (digit or 1) * scale
            digit = 0
        else:
            digit = _VALUES[char]
    return str(total + digit)


def _is_han(text: str) -> bool:
    return bool(text) and all("\u4e00" <= char <= "\u9fa5" for char in text)


def _document_facts(number: str) -> dict[str, str | int | bool]:
    organ, _, rest = number.partition("〔")
    year, _, serial = rest.partition("〕")
    return {"organ_code": organ, "year": int(year), "serial": int(serial.removesuffix("号"))}


def check_index_number(value: str, *, on_import: bool = False) -> Verdict:
    """Check an 索引号: strict for numbers we issue, tolerant for numbers other organs issued long ago."""
    number = squeezed(value).upper()
    problems: list[str] = []
    notes: list[str] = []
    if any(char.isspace() for char in value.strip()) or half_width(value) != value:
        notes.append("已去除空格并改为半角字符。")
    loose = _LOOSE_INDEX.fullmatch(number)
    if not loose:
        example = "11370100MB2866908X/2025-00037"
        return verdict(number, [f"认不出索引号，规范写法为：统一社会信用代码/年份-五位序号，如“{example}”。"])
    code, serial = loose["code"], loose["serial"]
    checked = check_uscc(code) if len(code) == 18 else check_organisation_code(code)
    wanted = problems if not on_import else notes
    if len(code) != 18:
        wanted.append("前段是9位组织机构代码，本系统使用18位统一社会信用代码。")
        number = number.replace(code, code.replace("-", ""), 1)
    wanted += [f"前段代码{sentence}" for sentence in checked.problems]
    if loose["suffix"]:
        wanted.append(f"前段代码之后带有“{loose['suffix']}”。")
    if not loose["year"].startswith(("19", "20")):
        problems.append(f"年份“{loose['year']}”不合常理。")
    if len(serial) != _SERIAL_STRICT:
        (wanted if len(serial) in _SERIAL_TOLERANT else problems).append(f"序号为5位，现有{len(serial)}位。")
    elif not int(serial):
        problems.append("序号从00001开始。")
    facts: dict[str, str | int | bool] = {
        "code": code.replace("-", ""),
        "code_valid": checked.ok,
        "year": int(loose["year"]),
        "serial": int(serial),
    }
    return verdict(number, problems, facts, tuple(notes))


def issue_index_number(uscc: str, year: int, serial: int) -> str:
    """Write the index number of an organ's n-th item of a year."""
    number = f"{uscc}/{year:04d}-{serial:05d}"
    if problems := check_index_number(number).problems:
        raise ValueError(problems[0])
    return number
