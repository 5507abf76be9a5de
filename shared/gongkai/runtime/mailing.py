"""One letter to one mail server, over plain SMTP, STARTTLS or TLS, with the standard library alone. It blocks."""

import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

#: smtp://, smtps:// or smtp+starttls://, with user and password where the server asks for them.
SMTP_URL: Final = r"^smtp(s|\+starttls)?://[^/\s]+$"
_PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def deliver(url: str, letter: EmailMessage, *, timeout: float = 20, trusted: Path | None = None) -> None:
    """Hand a letter over. `trusted` names certificates of authorities to believe besides those of the system."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or _PORTS[parts.scheme]
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout, context=_context(trusted))
    else:
        server = smtplib.SMTP(host, port, timeout=timeout)
    with server:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=_context(trusted))
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(letter)


def _context(trusted: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if trusted is not None:
        context.load_verify_locations(trusted)
    return context
