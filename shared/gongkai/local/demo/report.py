"""What is said at the end: what went out and how far apart, what was seen, where to look, who can sign in."""

from datetime import datetime
from typing import Any, Final

from gongkai.local.demo.office import Passwords
from gongkai.local.demo.play import Play
from gongkai.local.layout import table
from gongkai.statute.legal_day import SHANGHAI
from gongkai.web.permissions import ROLE_NAMES

CHANGES: Final = {"publish": "发布", "correct": "更正", "withdraw": "撤回", "repeal": "废止"}
_LONGEST: Final = 22


def ending(play: Play, site: str, sandbox_url: str, passwords: Passwords) -> list[str]:
    """Return every line of the closing words."""
    rows = sorted(play.releases.values(), key=lambda release: str(release["release_at"]))
    return [
        "",
        "发布结果（相差是各渠道动作时刻的最大间隔）：",
        table(("文件", "事项", "发布时刻", "渠道", "相差（毫秒）"), [_row(one) for one in rows]),
        "",
        *_seen(play),
        "",
        "样例工作人员（密码在本机生成，只存在数据文件夹里）：",
        table(("姓名", "登录名", "密码", "角色"), _people(play, passwords)),
        "",
        f"网站          {site}/",
        f"工作人员登录  {site}/identity/sign-in",
        *(
            f"{_platform(account.platform)}    {sandbox_url}/accounts/{account.platform}/{account.handle}"
            for account in play.seed.accounts
        ),
    ]


def _row(release: dict[str, Any]) -> tuple[str, ...]:
    at = release["release_at"] and datetime.fromisoformat(release["release_at"]).astimezone(SHANGHAI)
    title = release["title"]
    done = [one for one in release["channels"] if one["state"] in ("Released", "Confirmed", "Retracted")]
    skew = release["skew_ms"]
    return (
        title if len(title) <= _LONGEST else title[: _LONGEST - 1] + "…",
        CHANGES[release["change"]],
        f"{at:%H:%M:%S}.{at.microsecond // 1000:03d}" if at else "",
        f"{len(done)}/{len(release['channels'])}",
        "" if skew is None else f"{skew:.1f}",
    )


def _seen(play: Play) -> list[str]:
    verdicts, wrong = play.eyes.verdicts, play.eyes.wrong
    head = f"自查 {len(verdicts)} 项，" + ("全部符合。" if not wrong else f"{len(wrong)} 项不符合：")
    return [head, *(f"  ✗ {one.what}" + (f"（{one.seen}）" if one.seen else "") for one in wrong)]


def _people(play: Play, passwords: Passwords) -> list[tuple[str, ...]]:
    known = passwords.known()
    return [
        (
            one.name,
            one.login,
            known.get(one.login, ""),
            "、".join(name for role, name in ROLE_NAMES.items() if role in one.roles),
        )
        for one in (*play.seed.officers, play.seed.administrator)
    ]


def _platform(name: str) -> str:
    return {"wechat": "微信公众号", "weibo": "微博      "}[name]
