"""`gongkai migrate`: databases, roles and tables of every service, once before the services start."""

import argparse
import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.cli.console import OK
from gongkai.local.errors import StackError

if TYPE_CHECKING:
    from gongkai.runtime.migrate import Phase
    from gongkai.runtime.settings import Settings

NAME = "migrate"
HELP = "建立或更新各服务的数据库、角色和表 / make or update databases, roles and tables"
ADMIN = "GONGKAI_ADMIN_DATABASE_URL_FILE"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", nargs="*", help="服务名，默认全部 / names of services, all by default")
    parser.add_argument(
        "--phase",
        choices=("pre", "post"),
        help="滚动升级时先 pre，旧程序全部停下以后再 post；默认两步都做 / one phase of a rolling upgrade",
    )
    parser.add_argument(
        "--admin-file",
        type=Path,
        default=Path(os.environ[ADMIN]) if os.environ.get(ADMIN) else None,
        help=f"写有数据库管理员地址的文件（{ADMIN}）；不写则以服务自己的角色更新 / file with the administrator's DSN",
    )


def run(args: argparse.Namespace) -> int:
    from gongkai.runtime.migrate import WrongMigration  # noqa: PLC0415
    from gongkai.runtime.settings import WrongSettings, load  # noqa: PLC0415

    try:
        admin = args.admin_file.read_text("utf-8").strip() if args.admin_file else None
        return asyncio.run(_migrate(args.service, load(), admin, (args.phase,) if args.phase else ("pre", "post")))
    except OSError as wrong:
        raise StackError(f"数据库连不上，或读不到 {ADMIN} 所指的文件：{wrong.strerror or wrong}") from wrong
    except (WrongSettings, WrongMigration, LookupError, ValueError) as wrong:
        raise StackError(str(wrong.args[0] if wrong.args else wrong)) from wrong


async def _migrate(names: list[str], settings: "Settings", admin: str | None, phases: "tuple[Phase, ...]") -> int:
    import asyncpg  # noqa: PLC0415

    from gongkai.hosting.host import installed_services  # noqa: PLC0415
    from gongkai.runtime import migrate, roles  # noqa: PLC0415

    for service in installed_services(names or None):
        dsn = settings.dsn(service.name)
        if admin:
            home = roles.Home.of(dsn)
            await roles.provision(admin, home)
            ran = await roles.migrated(admin, home, service.package, phases)
        else:
            db = await asyncpg.connect(dsn, timeout=20)
            try:
                ran = await migrate.migrate(db, service.package, phases=phases)
            finally:
                await db.close()
        print(f"{service.name}  {'、'.join(ran) or '已是最新'}", flush=True)
    return OK
