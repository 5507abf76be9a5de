"""Makes docs/letters.md: what each letter is, written from the forms themselves. `python -m tests.support.request_letters_states`."""

from pathlib import Path

from request.letters.elements import ELEMENTS
from request.letters.forms import COMMON, FORMS, NEEDED
from request.letters.grounds import GROUNDS, cite

PAGE = Path(__file__).parents[2] / "docs" / "letters.md"
REMEDIES = {"reconsider-first": "复议前置（第十四条至第十六条的部分）", "either": "复议或者起诉", "none": "不写", "fee": "收费异议"}

IN_EVERY = (*COMMON, "number", "case-number")

INTRODUCTION = """# Letters 文书

Every letter of an application is data (`request.letters.forms`), composed by pure code (`compose`) and set in a worker
process (`typeset` to PDF/A, `to_word` to .docx). A letter that lacks an element is refused, and the refusal names what is
missing and in which matter. This page is made from the forms: `make docs`.

```python
letter = compose(data)          # LetterData → Letter, or Refused
pdf = typeset(letter)           # bytes; the same letter gives the same bytes
word = to_word(letter)
```

**Layout.** GB/T 9704-2012: A4, text block 156 mm × 225 mm, 22 lines of 28 characters, body in size 3, title in size 2,
numbers of pages outside, date four characters from the right edge with the organ's name centred over it and room for the
seal. The seal never stands on a page without text. An organ that may print its seal gives it as SVG (`Organ.seal`).

**Fonts.** The standard asks for 仿宋 and 小标宋; no free font of that design may be shipped with this system. The PDF is set
in Gongkai Letter Serif instead, a subset of Noto Serif CJK SC (SIL Open Font License, `letters/fonts/OFL.txt`), regular
for the text and bold for titles: it is a Song face and looks like one. The .docx names 仿宋_GB2312 and 方正小标宋简体, which
office machines have. The fonts hold the national list of 8105 characters, GB 2312 and the first level of Big5. A character
in none of them is refused by name, never printed as a hole: it may be somebody's name. `GONGKAI_LETTER_FONTS` names a
folder with more fonts. Only in words quoted from the application, which nobody may change, such a character is printed as
its code, as 〔U+1F642〕, so that no application can keep its own answer from being sent.
`tools/subset_fonts.py` makes the fonts again.

**Remedies.** Reconsideration first only for articles 14 to 16 and for the part of a partial reply refused on them; all else
may be reconsidered or sued over at once, register queries (article 36, item 7) too. The government of the same level hears
it. A decision served through the internet names where to file there. Sources: `gongkai.statute.rules`.

**Numbers.** A letter shows its number, so it cannot be set before the number is known; setting takes most of a second,
on a busy machine more (workers are polite to releases), and until the end of a transaction that takes a number nobody
else gets one. So the number is *guessed*: last number given + 1 + officers of this process who are ahead in the series.
The letter is set with it while no transaction is open. Then one short transaction takes the case, freezes the files and
takes the number from the counter. If it is the guessed one, all is done; if an officer of another process was faster, if
the case changed or midnight passed, the transaction is undone and the letter is set again. Whoever dies in between has
taken nothing: no gap, no repeat, nothing for a restart to finish. A state “numbered” (take first, set later) was the
other choice; it would leave numbers of letters that cannot be set, such as one with a character no font has.

**Verification.** The last page carries a code of 16 characters over the words of the letter and a QR code of
`/request/verify/<letter>`; the file itself is known by its SHA-256.

"""


def page() -> str:
    every = "；".join(ELEMENTS[key].name_zh for key in IN_EVERY)
    common = f"共同要素：{every}。告知申请人的文书还须写明申请的收到之日和内容，答复须写明对每一项的决定。"
    lines = ["## Forms 文书式样", "", common, "", "| 文书 | 何时 | 依据 | 还须写明 | 救济 | 编号 |", "|---|---|---|---|---|---|"]
    for form in FORMS.values():
        needed = "；".join(ELEMENTS[key].name_zh for key in form.elements if key not in IN_EVERY)
        series = f"{form.series}〔年〕号" if form.series else "无"
        lines.append(
            f"| {form.name_zh} | {form.when_zh} | {cite(form.articles) or '办理实践'} | {needed} "
            f"| {REMEDIES[form.remedy]} | {series} |"
        )
    lines += ["", "## Decisions 决定", "", "| 情形 | 报表行 | 依据 | 另须写明 |", "|---|---|---|---|"]
    for ground in GROUNDS.values():
        needed = "；".join(ELEMENTS[key].name_zh for key in NEEDED[ground.basis])
        lines.append(f"| `{ground.basis}` | {ground.row} | {ground.citation or '办理实践'} | {needed} |")
    return INTRODUCTION + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
