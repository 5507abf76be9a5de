"""The picture of a seal: only a sound PNG of a sensible size is taken, and only its pixels are kept."""

import io
import struct
import zlib

import pytest
from PIL import Image
from tests.support.pictures import a_png, chunk

from identity.organ import DescribeOrgan, Founded, FoundOrgan, OrganRedescribed, Profile, ShowSeal, Unfounded, decide
from identity.seal import LARGEST_FILE, WrongPicture, cleaned

SEAL = "sha256:" + "a" * 64
PROFILE = Profile("济南市商务局", "济商", "jnsw", "11370100MB2866908X")


def test_what_is_kept_is_the_same_picture_without_anything_else():
    secret = chunk(b"tEXt", "Author\0张三".encode()) + chunk(b"eXIf", b"MM\0*GPS") + chunk(b"tIME", b"1234567")

    kept = cleaned(a_png(extra=secret, after=b"PK\x03\x04 another file"))

    assert kept == a_png()
    assert Image.open(io.BytesIO(kept)).size == (200, 200)
    assert Image.open(io.BytesIO(kept)).getpixel((5, 5)) == (0xC0, 0x18, 0x20, 0xFF)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_common_kind_of_png_is_taken(mode):
    file = io.BytesIO()
    Image.new(mode, (160, 120)).save(file, "PNG")

    assert Image.open(io.BytesIO(cleaned(file.getvalue()))).size == (160, 120)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "PNG"),
        (b"<svg onload='alert(1)'/>", "PNG"),
        (b"\xff\xd8\xff\xe0 JFIF", "PNG"),
        (b"\x89PNG\r\n\x1a\n", "不完整"),
        (a_png()[:-20], "不完整"),
        (a_png().replace(b"IDAT", b"IDAX", 1), "损坏"),
        (a_png(20, 20), "像素"),
        (a_png(100, 5_000, rows=1), "像素"),
        (a_png(rows=199_000), "不符"),
        (a_png(rows=0), "不符"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b"x") + chunk(b"IEND", b""), "不完整"),
        (a_png() + b"x" * LARGEST_FILE, "KB"),
        (
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 200, 200, 8, 9, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"x")) + chunk(b"IEND", b""),
            "另存",
        ),
        (
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 200, 200, 8, 6, 0, 0, 0))
            + chunk(b"IDAT", b"not zlib") + chunk(b"IEND", b""),
            "损坏",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_not_taken_is_named(data, words):
    with pytest.raises(WrongPicture, match=words):
        cleaned(data)


def test_the_seal_has_its_own_act_and_describing_leaves_it():
    shown = Founded(Profile(**{**{name: getattr(PROFILE, name) for name in PROFILE.__slots__}, "seal": SEAL}))

    assert decide(Founded(PROFILE), ShowSeal(SEAL)) == [OrganRedescribed(shown.profile)]
    assert decide(shown, ShowSeal(SEAL)) == []
    assert decide(shown, DescribeOrgan(PROFILE)) == []
    assert decide(shown, ShowSeal("")) == [OrganRedescribed(PROFILE)]
    assert len(decide(Unfounded(), FoundOrgan(PROFILE))) == 1
