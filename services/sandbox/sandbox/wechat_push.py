"""Encrypted, signed callback messages of 公众号, and their delivery with three resends."""

import asyncio
import base64
import hashlib
import struct
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sandbox.faults import FaultBox
from sandbox.world import Job, Keeper, WeChatAccount, derived

_BLOCK = 32
_ATTEMPTS = 4
_ANSWER_WITHIN = 5.0


def signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    return hashlib.sha1(
        "".join(sorted((token, timestamp, nonce, encrypted))).encode(), usedforsecurity=False
    ).hexdigest()


def encrypt(xml: str, aes_key: str, appid: str, salt: bytes) -> str:
    """AES-256-CBC over 16 random bytes, big-endian length, XML and appid, padded to 32."""
    key = base64.b64decode(aes_key + "=")
    body = xml.encode()
    plain = salt + struct.pack(">I", len(body)) + body + appid.encode()
    pad = _BLOCK - len(plain) % _BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def finished_event(account: WeChatAccount, job: Job, url_of: str, moment: datetime) -> str:
    """Return the PUBLISHJOBFINISH message of a settled job."""
    detail = ""
    if job.article_id:
        items = "".join(
            f"<item><idx>{position}</idx><article_url><![CDATA[{url_of}/s/{job.article_id}-{position}]]></article_url></item>"
            for position in range(1, len(job.articles) + 1)
            if position not in job.fail_idx
        )
        count = len(job.articles) - len(job.fail_idx)
        detail = (
            f"<article_id><![CDATA[{job.article_id}]]></article_id>"
            f"<article_detail><count>{count}</count>{items}</article_detail>"
        )
    failed = "".join(f"<fail_idx>{position}</fail_idx>" for position in job.fail_idx)
    return (
        f"<xml><ToUserName><![CDATA[{account.original_id}]]></ToUserName>"
        f"<FromUserName><![CDATA[{derived('follower', account.appid, 28)}]]></FromUserName>"
        f"<CreateTime>{int(moment.timestamp())}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        "<Event><![CDATA[PUBLISHJOBFINISH]]></Event>"
        f"<PublishEventInfo><publish_id>{job.publish_id}</publish_id><publish_status>{job.verdict}</publish_status>"
        f"{detail}{failed}</PublishEventInfo></xml>"
    )


def envelope(account: WeChatAccount, xml: str, moment: datetime) -> tuple[dict[str, str], str]:
    """Return the query parameters and the body of the push."""
    salt = hashlib.sha256(xml.encode()).digest()[:16]
    encrypted = encrypt(xml, account.aes_key, account.appid, salt)
    timestamp, nonce = str(int(moment.timestamp())), derived("nonce", xml, 10)
    query = {
        "timestamp": timestamp,
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": signature(account.callback_token, timestamp, nonce, encrypted),
        "signature": hashlib.sha1(
            "".join(sorted((account.callback_token, timestamp, nonce))).encode(), usedforsecurity=False
        ).hexdigest(),
    }
    to = escape(account.original_id)
    return query, f"<xml><ToUserName><![CDATA[{to}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"


class Pusher:
    """Sends what is due. Nothing here looks at a clock: `tick` is called with the world's own now."""

    def __init__(self, keeper: Keeper, box: FaultBox, http: httpx.AsyncClient) -> None:
        self._keeper = keeper
        self._box = box
        self._http = http

    async def tick(self) -> int:
        """Deliver every due event once; return how many were tried."""
        due = [
            (account, job)
            for account in self._keeper.world.wechat.values()
            for job in account.jobs.values()
            if account.callback_url and job.push_at is not None and job.push_at <= self._keeper.now()
        ]
        await asyncio.gather(*(self.deliver(account, job) for account, job in due))
        return len(due)

    async def deliver(self, account: WeChatAccount, job: Job) -> None:
        now = self._keeper.now()
        job.push_at = None
        query, body = envelope(account, finished_event(account, job, self._keeper.world.address, now), now)
        try:
            answer = await self._http.post(
                account.callback_url,
                params=query,
                content=body.encode(),
                headers={"content-type": "text/xml"},
                timeout=_ANSWER_WITHIN,
            )
            accepted = answer.status_code == httpx.codes.OK and answer.text.strip() in {"", "success"}
        except httpx.HTTPError:
            accepted = False
        job.tries += 1
        if not accepted and job.tries < _ATTEMPTS:
            job.push_at = now + timedelta(seconds=_ANSWER_WITHIN)
        elif accepted and job.pushes_left > 1:
            job.pushes_left -= 1
            job.push_at = now
        self._keeper.save()
