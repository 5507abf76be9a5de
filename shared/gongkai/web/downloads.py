"""Files that people are given: no browser runs them, and nobody keeps a copy on the way."""

from urllib.parse import quote

from fastapi import Response

PDF = "application/pdf"


def attachment(data: bytes, name: str, media_type: str = "application/octet-stream") -> Response:
    """Answer with a file to be saved under its name."""
    return Response(
        data,
        media_type=media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )


def shown_pdf(data: bytes, name: str) -> Response:
    """Answer with a PDF that the browser shows; `name` is what it is saved under, without its ending."""
    return Response(
        data,
        media_type=PDF,
        headers={
            "Content-Disposition": f"inline; filename=letter.pdf; filename*=UTF-8''{quote(name, safe='')}.pdf",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
