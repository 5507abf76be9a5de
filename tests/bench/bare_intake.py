"""The floor of taking in: Starlette, asyncpg and AES-GCM with nothing around them, making the same commits and rows.

One commit counts the try, one keeps the application: its maker found by a keyed digest, the key of the person, the
ciphertext, the fact with its digest, the row of the list, the row of the tables, the query code. Left out: rules, checks,
permissions, clocks, the folding of facts.
"""

import hashlib
import hmac
import json
import os
import secrets
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

LIKE = ("throttle", "applicant", "vault_key", "vault_item", "register", "case_row", "counted", "query_code")
KEY = os.urandom(32)
_TRY = """INSERT INTO bare_throttle (bucket, failures, window_start) VALUES ($1, 1, $2)
ON CONFLICT (bucket) DO UPDATE SET failures = bare_throttle.failures + 1"""
_CASE = """INSERT INTO bare_case_row (id, organ_id, state, version, channel, applicant_kind, applicant, application_item,
    supply_form, way, submitted_on, next_step, open, created_at, changed_at)
VALUES ($1, $2, 'Submitted', 1, 'online', 'np', $3, $4, 'electronic', 'online', $5, 'receipt', true, $6, $6)"""


async def tables(db: Any) -> None:
    for table in LIKE:
        await db.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")


def bare(pool: "asyncpg.Pool[Any]", organ: UUID) -> Starlette:
    def keyed(text: str) -> bytes:
        return hmac.new(KEY, text.encode(), hashlib.sha256).digest()

    async def apply(request: Request) -> JSONResponse:
        given, now = json.loads(await request.body()), datetime.now(UTC)
        address = keyed(request.client.host if request.client else "")
        async with pool.acquire() as db, db.transaction():
            await db.execute("SELECT pg_advisory_xact_lock($1)", int.from_bytes(address[:8], "big", signed=True))
            await db.execute(_TRY, address, now)
        person, item, case, code = uuid4(), uuid4(), uuid4(), secrets.token_hex(8)
        own, nonce = AESGCM.generate_key(256), os.urandom(12)
        wrapped = AESGCM(KEY).encrypt(nonce, own, person.bytes)
        words = AESGCM(own).encrypt(nonce, json.dumps(given, ensure_ascii=False).encode(), item.bytes)
        fact = json.dumps({"organ": str(organ), "applicant": str(person), "on": str(now.date()), "item": str(item)})
        digest = hashlib.sha256(fact.encode()).digest()
        async with pool.acquire() as db, db.transaction():
            await db.fetchrow("SELECT data FROM organ WHERE organ_id = $1", organ)
            await db.execute("INSERT INTO bare_applicant VALUES ($1, $2, $3, $4)", organ, keyed(given["proof"]), person, now)
            await db.execute("INSERT INTO bare_vault_key (person_id, wrapped_key, created_at) VALUES ($1, $2, $3)", person, wrapped, now)
            await db.execute(
                "INSERT INTO bare_vault_item (id, person_id, kind, nonce, ciphertext, created_at) VALUES ($1, $2, 'application', $3, $4, $5)",
                item, person, nonce, words, now,
            )  # fmt: skip
            await db.execute(
                "INSERT INTO bare_register (aggregate, aggregate_id, version, kind, data, actor, recorded_at, digest) "
                "VALUES ('case', $1, 1, 'ApplicationSubmitted', $2, 'system:applicant', $3, $4)",
                case, fact, now, digest,
            )  # fmt: skip
            await db.execute(_CASE, case, organ, person, item, date(2025, 9, 26), now)
            await db.execute("INSERT INTO bare_counted (case_id, organ_id, kind, known) VALUES ($1, $2, 'np', $3)", case, organ, fact)
            await db.execute("INSERT INTO bare_query_code VALUES ($1, $2, $3, $4)", keyed(code), keyed(code + given["proof"]), case, now)
        return JSONResponse({"id": str(case), "code": code}, 201)

    return Starlette(routes=[Route("/applications", apply, methods=["POST"])])
