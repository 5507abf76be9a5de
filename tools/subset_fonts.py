"""Make the fonts that letters are set in, from Debian's Noto Serif CJK (OFL) and its Unicode data.

    apt-get install fonts-noto-cjk unicode-data
    python3 -m venv build/fonts && build/fonts/bin/pip install fonttools==4.68.0
    build/fonts/bin/python tools/subset_fonts.py

Not part of the running system: fontTools is not in our lock, and the result is kept beside the letters. The fonts
hold every character of the national list of 2013 (通用规范汉字表, 8105 characters, its third level being the rare ones
of names of people and places), all of GB 2312, and the marks of official documents. A third holds the traditional
characters in common use (the first level of Big5) for the names of people who write them. What is in none is refused
by name before typesetting (`request.letters.glyphs`).
"""

# ruff: noqa: INP001, T201

import bz2
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto")
UNIHAN = Path("/usr/share/unicode/Unihan_OtherMappings.txt.bz2")
TARGET = Path(__file__).parents[1] / "services/request/request/letters/fonts"
FAMILY = "Gongkai Letter Serif"
REGULAR, BOLD = SOURCE / "NotoSerifCJK-Regular.ttc", SOURCE / "NotoSerifCJK-Bold.ttc"
SIMPLIFIED = "Noto Serif CJK SC"
MARKS = (
    [chr(code) for code in range(0x20, 0x7F)]
    + [chr(code) for code in range(0xA0, 0x100)]
    + [chr(code) for code in range(0x3000, 0x3030)]
    + [chr(code) for code in range(0xFF01, 0xFF5F)]
    + list("–—―‖‘’“”†‡•…‰′″※℃℉№℡™Ω←↑→↓∈∏∑√∞∠∥∧∨∩∪∫∮∴∵∷∽≈≌≠≡≤≥≮≯⊙⊥⌒─│┌┐└┘├┤┬┴┼═║■□▲△◆◇○◎●★☆♀♂￥〇￠￡￣")
    + [chr(code) for code in range(0x2160, 0x216C)]
    + [chr(code) for code in range(0x2460, 0x249C)]
    + [chr(code) for code in range(0x3220, 0x322A)]
    + [chr(code) for code in range(0x3041, 0x3097)]
    + [chr(code) for code in range(0x30A1, 0x30FF)]
    + [chr(code) for code in (*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3CA))]
)


def national_list() -> set[str]:
    """Return the 8105 characters of 2013, as Unihan's kTGH names them."""
    with bz2.open(UNIHAN, "rt", encoding="utf-8") as lines:
        return {chr(int(line.split("\t")[0].removeprefix("U+"), 16)) for line in lines if "\tkTGH\t" in line}


def of_code_page(name: str, highs: Iterable[int], lows: Iterable[int]) -> set[str]:
    """Return the characters of a double-byte set between two rows."""
    pairs = (bytes((high, low)) for high in highs for low in lows)
    return {pair.decode(name, "ignore") for pair in pairs} - {""}


def simplified(path: Path) -> TTFont:
    for font in TTCollection(str(path)).fonts:
        if font["name"].getDebugName(1) == SIMPLIFIED:
            return font
    raise LookupError(f"{path} holds no {SIMPLIFIED}")


def rename(font: TTFont, family: str, face: str) -> None:
    """Give a changed font a name of its own, as the licence asks; who made it stays written in it."""
    postscript = f"{family.replace(' ', '')}-{face}"
    names = {1: family, 2: face, 3: f"{family} {face} (subset of {SIMPLIFIED})", 4: f"{family} {face}", 6: postscript}
    table = font["name"]
    table.names = [record for record in table.names if record.nameID not in {*names, 16, 17, 18, 25}]
    for name_id, text in names.items():
        table.setName(text, name_id, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [postscript]
    cff.topDictIndex[0].FullName = names[4]
    cff.topDictIndex[0].FamilyName = family


def make(source: Path, family: str, face: str, text: set[str]) -> None:
    font = simplified(source)
    options = subset.Options(
        layout_features=["locl", "palt", "halt", "kern", "liga"],
        name_IDs=["*"],
        notdef_outline=True,
        hinting=False,
        desubroutinize=False,
        drop_tables=["BASE", "VORG", "vmtx", "vhea", "DSIG"],
    )
    cutter = subset.Subsetter(options)
    cutter.populate(text="".join(sorted(text)))
    cutter.subset(font)
    rename(font, family, face)
    path = TARGET / f"{family.replace(' ', '')}-{face}.otf"
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(str(path))
    lost = text - {chr(code) for code in font.getBestCmap()}
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB, {len(text) - len(lost)} characters, lacks {sorted(lost)}")


if __name__ == "__main__":
    bytes_of_gb, bytes_of_big5 = range(0xA1, 0xFF), (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    wanted = national_list() | of_code_page("gb2312", range(0xA1, 0xF8), bytes_of_gb) | set(MARKS)
    traditional = of_code_page("big5", range(0xA4, 0xC7), bytes_of_big5) - wanted
    make(REGULAR, FAMILY, "Regular", wanted)
    make(BOLD, FAMILY, "Bold", wanted)
    make(REGULAR, f"{FAMILY} Extra", "Regular", traditional)
