"""The body of a document as officers write it: Markdown or plain text with Chinese clause numbers. Pure."""

from publication.markup.blocks import Block, blocks, escape, normalise
from publication.markup.diff import Part, Row, diff, paragraphs
from publication.markup.render import LONG, OutlineItem, outline, plain, shown, to_html, to_text

__all__ = [
    "LONG",
    "Block",
    "OutlineItem",
    "Part",
    "Row",
    "blocks",
    "diff",
    "escape",
    "normalise",
    "outline",
    "paragraphs",
    "plain",
    "shown",
    "to_html",
    "to_text",
]
