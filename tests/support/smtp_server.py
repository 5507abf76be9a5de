"""A small mail server that speaks real SMTP over a socket: STARTTLS, TLS, a login, and any answer a test asks for."""

import asyncio
import base64
import contextlib
import datetime as dt
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Security = Literal["plain", "starttls", "tls"]
USER, PASSWORD = "gongkai", "p@ss:word"


@dataclass(slots=True)
class MailServer:
    """`answers` maps a verb, or `connect`, to what is said instead of yes; each list is used up from its front."""

    url: str = ""
    trusted: Path | None = None
    answers: dict[str, list[str]] = field(default_factory=dict)
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    silent: asyncio.Event = field(default_factory=asyncio.Event)
    """Set, the server takes connections and says nothing."""

    def instead(self, verb: str) -> str | None:
        waiting = self.answers.get(verb)
        return waiting.pop(0) if waiting else None


@asynccontextmanager
async def a_mail_server(folder: Path, security: Security = "plain", *, login: bool = False) -> AsyncIterator[MailServer]:
    server = MailServer()
    context = _certified(folder, server) if security != "plain" else None

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            await _converse(server, reader, writer, context if security == "starttls" else None, login)
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context if security == "tls" else None)
    port = listening.sockets[0].getsockname()[1]
    scheme = {"plain": "smtp", "starttls": "smtp+starttls", "tls": "smtps"}[security]
    who = f"{USER}:{PASSWORD.replace('@', '%40').replace(':', '%3A')}@" if login else ""
    server.url = f"{scheme}://{who}localhost:{port}"
    async with listening:
        yield server
        server.silent.clear()


async def _converse(
    server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upgrade: ssl.SSLContext | None, login: bool
) -> None:
    async def say(*lines: str) -> None:
        writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await writer.drain()

    if server.silent.is_set():
        await reader.read()
        return
    greeting = server.instead("connect") or "220 ready"
    await say(greeting)
    secure, allowed = upgrade is None and writer.get_extra_info("ssl_object") is not None, not login
    while line := (await reader.readline()).decode().strip():
        verb = line.split(" ")[0].upper()
        if verb == "QUIT":
            await say("221 bye")
            return
        said = server.instead(verb)
        if said == "hang up":
            return
        if said is not None:
            await say(said)
        elif verb == "EHLO":
            offers = ["250-here"] + (["250-STARTTLS"] if upgrade and not secure else []) + (["250-AUTH PLAIN"] if login and (secure or not upgrade) else [])
            await say(*offers, "250 SIZE 1000000")
        elif verb == "STARTTLS" and upgrade is not None:
            await say("220 go ahead")
            await writer.start_tls(upgrade)
            secure = True
        elif verb == "AUTH":
            given = base64.b64decode(line.split(" ")[2]).decode().split("\0")[1:]
            allowed = given == [USER, PASSWORD]
            server.logins.append(given[0])
            await say("235 welcome" if allowed else "535 who are you")
        elif verb == "MAIL" and not allowed:
            await say("530 authentication required")
        elif verb == "DATA":
            await say("354 go on")
            body = await reader.readuntil(b"\r\n.\r\n")
            refused = server.instead("body")
            if refused is None:
                server.letters.append(message_from_bytes(body[:-5], policy=policy.default))
                server.encrypted.append(secure)
            await say(refused or "250 taken")
        else:
            if verb == "RCPT":
                server.recipients.append(line.partition("<")[2].rstrip(">"))
            await say("250 fine")


def _certified(folder: Path, server: MailServer) -> ssl.SSLContext:
    """Make a certificate for this machine that only those believe who are told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(start.replace(year=2120))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, private = folder / "mail.pem", folder / "mail.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server.trusted = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    return context
