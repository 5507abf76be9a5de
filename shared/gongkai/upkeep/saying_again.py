"""Lets every service begin its outbox again: all of them, or none."""

import contextlib
from collections.abc import Mapping
from datetime import datetime

from gongkai.local.errors import StackError
from gongkai.runtime import rebroadcast
from gongkai.runtime.rebroadcast import Rewound
from gongkai.upkeep.saving import connected


async def say_again(dsns: Mapping[str, str], now: datetime) -> list[Rewound]:
    """Rewind every outbox. Refused while a service runs: what it says meanwhile would overtake what is said again."""
    done: list[Rewound] = []
    async with contextlib.AsyncExitStack() as stack:
        transactions = []
        for service, dsn in sorted(dsns.items()):
            db = await connected(dsn, stack, service)
            transaction = db.transaction()
            await transaction.start()
            transactions.append(transaction)
            try:
                one = await rebroadcast.rewind(db, service, now)
            except rebroadcast.StillRunning:
                raise StackError(
                    f"服务 {service} 正在运行，什么都没有改动 / the service is running, nothing was touched",
                    "请先停止全部服务：make up 按 Ctrl-C，容器用 docker compose stop。",
                ) from None
            if one is not None:
                done.append(one)
        for transaction in transactions:
            await transaction.commit()
    return done
