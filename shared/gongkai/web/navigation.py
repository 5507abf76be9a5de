"""The officers' side navigation as data: what is where, and for whom."""

from typing import Final

from gongkai.web.components import NavEntry, NavSection
from gongkai.web.permissions import Action
from gongkai.web.session import Officer

SECTIONS: Final[tuple[tuple[str, tuple[tuple[NavEntry, Action], ...]], ...]] = (
    (
        "",
        (
            (NavEntry("work", "我的待办", "list", "/publication/"), "work.see"),
            (NavEntry("notices", "提醒", "bell", "/identity/notices"), "work.see"),
        ),
    ),
    (
        "办理",
        (
            (NavEntry("documents", "文件发布", "file", "/publication/documents"), "document.see"),
            (NavEntry("requests", "依申请公开", "letter", "/request/desk"), "request.see"),
            (NavEntry("releases", "同步发布", "send", "/publication/releases"), "release.see"),
            (NavEntry("accounts", "新媒体账号", "globe", "/newmedia/"), "account.see"),
            (NavEntry("catalogue", "公开目录", "tree", "/publication/catalogue"), "catalogue.see"),
            (NavEntry("words", "错敏词表", "pen", "/publication/words"), "wordlist.edit"),
            (NavEntry("site-errors", "网站纠错", "talk", "/publication/site-errors"), "site-error.see"),
        ),
    ),
    (
        "监督",
        (
            (NavEntry("audit", "登记簿", "shield", "/publication/audit"), "audit.see"),
            (NavEntry("quarantine", "没有读懂的消息", "tray", "/publication/quarantine"), "quarantine.see"),
        ),
    ),
    (
        "管理",
        (
            (NavEntry("people", "人员和角色", "people", "/identity/people"), "person.see"),
            (NavEntry("organ", "单位信息", "building", "/identity/organ"), "organ.describe"),
            (NavEntry("calendar", "节假日安排", "calendar", "/identity/calendar"), "calendar.edit"),
            (NavEntry("sources", "来源系统", "letter", "/publication/sources"), "source.manage"),
            (NavEntry("tokens", "程序令牌", "key", "/identity/tokens"), "token.manage"),
        ),
    ),
)


def sections_for(officer: Officer) -> tuple[NavSection, ...]:
    """Leave out what this officer may not open, and sections with nothing left."""
    shown = (
        NavSection(title, tuple(entry for entry, action in entries if officer.may(action)))
        for title, entries in SECTIONS
    )
    return tuple(section for section in shown if section.entries)
