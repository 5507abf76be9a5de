"""How the body of a document is set on the page: salutation, signature, tables. Pure; changes no word of it."""

import re
from collections.abc import Mapping
from typing import Any, Final

_SALUTATION: Final = re.compile(r"^\s*<p>([^<]{2,120}：)</p>")
#: A paragraph of plain words, or the beginning of any other.
_LAST: Final = re.compile(r"<p( id=\"[^\"]*\")?>([^<]{1,60})</p>|<p\b")
_DATE: Final = re.compile(r"^[12]\d{3}年\d{1,2}月\d{1,2}日$")
_NOTE: Final = re.compile(r"^（[^（）]{2,20}）$")
_AFTER_TABLE: Final = re.compile(r"(</table></div>\s*)<p>")
#: A signature stands among the last paragraphs; a date earlier in the text is part of it.
_ENDING: Final = 6


def typeset(edition: Mapping[str, Any]) -> str:
    """Return the sanitised body with the classes that official documents are set with."""
    html: str = edition["body_html"]
    html = _SALUTATION.sub(r'<p class="flush">\1</p>', html, count=1)
    paragraphs = list(_LAST.finditer(html))[-_ENDING:]
    for found in reversed(paragraphs):
        words = (found[2] or "").strip()
        if words == edition["organ_name"] or _DATE.match(words):
            how = "right"
        elif _NOTE.match(words):
            how = "flush"
        else:
            continue
        html = f'{html[: found.start()]}<p{found[1] or ""} class="{how}">{found[2]}</p>{html[found.end() :]}'
    opened = '<div class="scroll m-3" tabindex="0" role="region" aria-label="表格"><table class="grid-table"'
    html = html.replace("<table", opened).replace("</table>", "</table></div>")
    return _AFTER_TABLE.sub(r'\1<p class="m-3">', html)
