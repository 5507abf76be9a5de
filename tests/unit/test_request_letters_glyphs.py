"""Which characters the fonts we carry can draw, read from the fonts themselves."""

import struct
from pathlib import Path

from request.letters.glyphs import FONTS, characters_of, covered

MEGABYTES_EACH = 5_000_000


def gb2312() -> set[str]:
    pairs = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    return {pair.decode("gb2312", "ignore") for pair in pairs} - {""}


def test_the_fonts_have_all_of_gb2312_and_the_marks_of_official_papers():
    have = covered()

    assert gb2312() - have == set()
    assert set("〔〕《》“”‘’—…×○〇①⑩ⅠⅫ℃‰√□■★¥￥ABCabc0123456789@#%&*()[]{}/\\|~^_+-=<>?!,.;:'\"") - have == set()


def test_the_fonts_have_the_rare_names_of_the_national_list():
    assert set("䶮喆堃珺赟旻玥曌翀㛃㭎䲟𬭎𬀩𫖮") - covered() == set()


def test_title_and_body_have_the_same_characters():
    regular, bold = (
        characters_of((FONTS / f"GongkaiLetterSerif-{face}.otf").read_bytes()) for face in ("Regular", "Bold")
    )

    assert regular == bold


def test_the_licence_lies_beside_the_fonts_and_none_is_too_large():
    licence = (FONTS / "OFL.txt").read_text("utf-8")

    assert "SIL OPEN FONT LICENSE" in licence
    assert "Noto Serif CJK" in licence
    assert all(path.stat().st_size < MEGABYTES_EACH for path in FONTS.glob("*.otf"))


def test_only_the_fonts_of_the_folders_named_are_asked(tmp_path: Path):
    extra = "GongkaiLetterSerifExtra-Regular.otf"
    (tmp_path / extra).write_bytes((FONTS / extra).read_bytes())
    (tmp_path / "readme.txt").write_text("no font")

    have = covered((str(tmp_path),))

    assert "陳" in have
    assert "陈" not in have


def test_a_font_with_the_older_map_of_characters_is_read_too():
    segments = struct.pack(">HHHHHHH", 4, 0, 0, 4, 0, 0, 0)
    segments += struct.pack(">HH", 0x4E02, 0xFFFF) + struct.pack(">H", 0) + struct.pack(">HH", 0x4E00, 0xFFFF)
    segments += struct.pack(">HH", 1, 1) + struct.pack(">HH", 0, 0)
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12) + segments
    font = struct.pack(">IHHHH", 0x00010000, 1, 0, 0, 0) + b"cmap" + struct.pack(">III", 0, 28, len(cmap)) + cmap

    assert characters_of(font) == {0x4E00, 0x4E01, 0x4E02}
