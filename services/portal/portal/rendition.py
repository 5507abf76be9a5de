"""What the website shows of one edition, as one canonical value with a digest. Pure.

The digest does not cover the frame, the menus or the templates: a new design is not a changed document.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

#: Fields of a stored edition that a reader is shown; the order is that of the alphabet in the canonical form.
SHOWN: Final = (
    "organ_name", "title", "kind", "column_id", "column_name", "slug", "index_number", "document_number", "formed_on",
    "openness", "themes", "validity", "valid_until", "summary", "body_html", "explanation", "legal_basis", "change",
)


@dataclass(frozen=True, slots=True)
class ShownFile:
    role: str
    name: str
    digest: str
    media_type: str
    size: int


def rendition(edition: Mapping[str, Any], files: Sequence[ShownFile]) -> str:
    """Return the canonical JSON of what is shown."""
    shown: dict[str, Any] = {name: _plain(edition[name]) for name in SHOWN}
    shown["files"] = [asdict(file) for file in files]
    return json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def digest_of(content: str | bytes) -> str:
    octets = content.encode() if isinstance(content, str) else content
    return f"sha256:{hashlib.sha256(octets).hexdigest()}"
