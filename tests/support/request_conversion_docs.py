"""Prints the rules of the conversion review into `docs/conversion.md`: `python -m tests.support.request_conversion_docs`."""

import sys
from pathlib import Path

from request.conversion.facts import all_facts
from request.conversion.kinds import KINDS
from request.conversion.rules import EFFECTS_ZH, built_in
from request.conversion.wording import said

PAGE = Path(__file__).parents[2] / "docs" / "conversion.md"
BEGIN, END = "<!-- printed from the data: begin -->\n", "<!-- printed from the data: end -->\n"


def printed() -> str:
    """The tables as they follow from the data."""
    book = built_in()
    lines = ["### Rules", "", "| rule | article | says | when | effect | next look |", "|---|---|---|---|---|---|"]
    for rule in book.rules:
        relook = book.numbers[rule.relook].text_zh if rule.relook else "—"
        cells = (f"`{rule.id}`", rule.citation, rule.sentence, said(rule.when, book), EFFECTS_ZH[rule.effect], relook)
        lines.append(_row(cells))
    lines += ["", "### Numbers", "", "| number | is | length | basis |", "|---|---|---|---|"]
    for term in book.numbers.values():
        lines.append(_row((f"`{term.id}`", term.name_zh, term.text_zh, f"{term.article}；{term.note}")))
    lines += ["", "### Facts", "", "| fact | is | values |", "|---|---|---|"]
    for fact in all_facts().values():
        values = "see the kinds below" if fact.name == "kind" else "、".join(fact.values.values())
        lines.append(_row((f"`{fact.name}`", fact.name_zh, values or {"number": "数", "flag": "是、否"}.get(fact.type, "文字"))))
    lines += ["", "### Kinds of information", "", "| kind | is | public under | words |", "|---|---|---|---|"]
    for kind in KINDS.values():
        tests = "、".join(all_facts()["test"].values[test] for test in kind.test)
        under = all_facts()["heads"].values[str(kind.head)].partition("（")[0] if kind.head else ""
        under = under or (f"第二十一条（{kind.local}）" if kind.local else f"第十九条（{tests}）" if tests else "—")
        lines.append(_row((f"`{kind.id}`", kind.name_zh, under, "、".join(kind.words))))
    return "\n".join(lines) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page_with(tables: str) -> str:
    """The page as it stands, with these tables."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{tables}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page_with(printed()), "utf-8")
    sys.stdout.write(f"{PAGE.name}\n")
