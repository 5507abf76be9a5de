"""Pictures that platforms ask for: a cover drawn from the organ's colours, and pictures made to fit a limit.

No Chinese font is needed: the card is geometry and the number of the document. Blocking: call it in a thread.
"""

import hashlib
import io
from typing import Final

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

WIDTH: Final = 900
HEIGHT: Final = 383
_GROUNDS: Final = ((11, 92, 99), (59, 75, 116), (28, 98, 56), (87, 72, 115))
_PAPER: Final = (246, 244, 238)
_SEAL: Final = (163, 36, 27)
#: Steps from the ground to the ink, for the soft edges of letters.
_SHADES: Final = 15
#: A picture of more pixels than this is refused before it is unpacked.
MAX_PIXELS: Final = 40_000_000


class UnreadablePicture(Exception):
    """Not a picture, or one too large to open."""


def draw_cover(label: str, seed: str) -> bytes:
    """Draw the card. The same seed gives the same picture, so its digest can be approved.

    Drawn with a palette: a third of the bytes to compress, and a release waits for it.
    """
    ground = _GROUNDS[hashlib.sha256(seed.encode()).digest()[0] % len(_GROUNDS)]
    springs = [_lighter(ground, 24 + position * 6) for position in range(7)]
    inks = [_between(ground, _PAPER, step / _SHADES) for step in range(_SHADES + 1)]
    seal, spring, ink = len(inks), len(inks) + 1, len(inks) - 1
    card = Image.new("P", (WIDTH, HEIGHT), 0)
    card.putpalette([part for colour in (*inks, _SEAL, *springs) for part in colour])
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, WIDTH, 10), fill=seal)
    # Seven rising lines for the springs of the city; their heights come from the seed.
    heights = hashlib.sha256(f"{seed} springs".encode()).digest()
    for position in range(7):
        left = 560 + position * 44
        top = 300 - 40 - heights[position] % 170
        pen.rounded_rectangle((left, top, left + 18, 300), radius=9, fill=spring + position)
        pen.ellipse((left - 3, top - 36, left + 21, top - 12), outline=ink, width=3)
    pen.line((60, 300, WIDTH - 60, 300), fill=ink, width=3)
    ascii_label = "".join(char for char in label if char.isascii())[:16]
    if ascii_label:
        _write(card, ascii_label, (60, 170))
    out = io.BytesIO()
    # The strongest compression takes four times as long and saves nothing worth having.
    card.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _write(card: Image.Image, text: str, place: tuple[int, int]) -> None:
    """Write with soft edges: how much of a point is ink is which of the shades it gets."""
    font = ImageFont.load_default(72)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(text))
    mask = Image.new("L", (right, bottom), 0)
    ImageDraw.Draw(mask).text((0, 0), text, font=font, fill=255)
    shades = mask.point([value * _SHADES // 255 for value in range(256)])
    area = (left, top, right, bottom)
    card.paste(shades.crop(area), (place[0] + left, place[1] + top))


def _lighter(colour: tuple[int, int, int], by: int) -> tuple[int, int, int]:
    red, green, blue = (min(255, part + by) for part in colour)
    return red, green, blue


def _between(first: tuple[int, int, int], second: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def fits(content: bytes, limit: int) -> tuple[bytes, str] | None:
    """Return the picture as it is, with its media type, when there is nothing to do. Costs nothing."""
    if len(content) <= limit and content[:8] == b"\x89PNG\r\n\x1a\n":
        return content, "image/png"
    if len(content) <= limit and content[:3] == b"\xff\xd8\xff":
        return content, "image/jpeg"
    return None


def fitted(content: bytes, limit: int) -> tuple[bytes, str]:
    """Return the picture as PNG or JPEG under `limit` bytes, with its media type. Raises `UnreadablePicture`."""
    if (as_it_is := fits(content, limit)) is not None:
        return as_it_is
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                msg = f"{opened.width}×{opened.height}"
                raise UnreadablePicture(msg)
            picture = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as trouble:
        raise UnreadablePicture(str(trouble)) from trouble
    for edge in (2000, 1440, 1080, 720):
        picture.thumbnail((edge, edge))
        for quality in (88, 75, 60):
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= limit:
                return out.getvalue(), "image/jpeg"
    msg = "无法压缩到平台限制以内"
    raise UnreadablePicture(msg)
