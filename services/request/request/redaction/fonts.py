"""Where the fonts of a clean PDF come from: those the letters are set in, else what the machine has."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

_ENDINGS: Final = {".ttf", ".otf", ".ttc"}


@lru_cache(maxsize=1)
def fonts_folder() -> Path | None:
    """Return the folder of shipped fonts, or None when this installation has none."""
    folder = Path(str(files("request.letters").joinpath("fonts")))
    if folder.is_dir() and any(path.suffix.lower() in _ENDINGS for path in folder.iterdir()):
        return folder
    return None
