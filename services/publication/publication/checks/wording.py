"""Words from the lists: wrong forms, fixed names written wrongly by one character, and what is out of date."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Final

import rjieba
from ahocorasick_rs import AhoCorasick

from publication.checks.model import Category, CheckInput, Leader, Lists, Outdated, Phrase, RepealedDocument, Word
from publication.checks.report import Hit
from publication.checks.scan import Marked, Scan, Shields

_WHY: Final[dict[Category, str]] = {
    "state-name": "国名、党和国家机构名称写错属于严重表述错误，在政府网站检查中单项否决。",
    "organ-name": "机关名称写错属于严重表述错误。",
    "leader": "领导人姓名写错属于严重表述错误，在政府网站检查中单项否决。",
    "formula": "政治术语和固定表述应与权威发布一致。",
    "place-name": "行政区划名称应使用标准名称。",
    "ethnic-religious": "民族、宗教称谓应使用规范全称。",
    "law-name": "法律法规名称应与公布的名称一致。",
}
# Words as short as this are believed only when no longer word of the sentence runs across their edge.
_SHORT: Final = 3
_NUMERALS: Final = frozenset("零〇一二三四五六七八九十百千两0123456789")
_BUREAUS: Final = (
    "教育", "科技", "科学", "工信", "公安", "民政", "司法", "财政", "财务", "人社", "商务", "税务", "统计",
    "审计", "体育", "住建", "城管", "水务", "水利", "林业", "农业", "海关", "气象", "卫健", "卫生", "应急",
    "信访", "政务", "医保", "文旅", "文化", "外事", "外贸", "粮食", "市场", "国资", "交通", "生态", "自然",
    "金融", "投资", "审批", "民族", "宗教", "退役",
)  # fmt: skip
_NOT_INSERTED: Final = frozenset(" \u3000的、，,“”\"'‘’《》·-—\n")


@dataclass(frozen=True, slots=True)
class _Matcher:
    words: AhoCorasick
    entries: tuple[Word | None, ...]
    halves: AhoCorasick
    half_of: tuple[tuple[int, int], ...]
    phrases: tuple[Phrase, ...]
    outdated: AhoCorasick | None
    outdated_entries: tuple[tuple[str, Outdated | RepealedDocument | None], ...]


_compiled: dict[str, _Matcher] = {}
_lock = Lock()


def _matcher(lists: Lists) -> _Matcher:
    """Compile once per process and list; two versions are kept while an edit rolls out."""
    with _lock:
        if (found := _compiled.get(lists.digest)) is not None:
            return found
        while len(_compiled) >= 4:
            _compiled.pop(next(iter(_compiled)))
        _compiled[lists.digest] = built = _compile(lists)
        return built


def _compile(lists: Lists) -> _Matcher:
    entries: list[Word | None] = [*lists.words, *(None for _ in lists.word_exceptions)]
    patterns = [*(word.wrong for word in lists.words), *lists.word_exceptions]
    halves, half_of = _halves(lists.phrases)
    outdated: list[tuple[str, Outdated | RepealedDocument | None]] = []
    for kind, group in (("organ", lists.organs), ("place", lists.places), ("law", lists.laws)):
        for entry in group:
            outdated.append((kind, entry))
            outdated.extend(("", None) for _ in entry.unless)
    for document in lists.repealed_documents:
        outdated.append(("document", document))
        if document.number:
            outdated.append(("number", document))
    return _Matcher(
        AhoCorasick(patterns or ["\0"]),
        tuple(entries),
        AhoCorasick(halves or ["\0"]),
        tuple(half_of),
        lists.phrases,
        AhoCorasick(_outdated_patterns(lists)) if outdated else None,
        tuple(outdated),
    )


def _outdated_patterns(lists: Lists) -> list[str]:
    patterns = []
    for entry in (*lists.organs, *lists.places, *lists.laws):
        patterns += [entry.name, *entry.unless]
    for document in lists.repealed_documents:
        patterns.append(document.title)
        if document.number:
            patterns.append(document.number)
    return patterns


def _halves(phrases: Iterable[Phrase]) -> tuple[list[str], list[tuple[int, int]]]:
    """One wrong character leaves one half of a phrase whole: look for halves, then compare the rest."""
    halves: list[str] = []
    half_of: list[tuple[int, int]] = []
    for at, phrase in enumerate(phrases):
        middle = len(phrase.text) // 2
        halves += [phrase.text[:middle], phrase.text[middle:]]
        half_of += [(at, 0), (at, middle)]
    return halves, half_of


def detect(scanned: Scan, edition: CheckInput, lists: Lists, today: date) -> Iterator[Hit]:
    matcher = _matcher(lists)
    listed = list(_words(scanned, matcher, today))
    yield from listed
    inferred = [*_near_misses(scanned, matcher, edition, lists), *_traditional(scanned.text, lists.traditional)]
    # What the list names outright is not told a second time by inference.
    told = Marked(len(scanned.text), ((hit.start, hit.end) for hit in listed))
    yield from (hit for hit in inferred if not told.touches(hit.start, hit.end))
    yield from _outdated(scanned, matcher, edition, today)
    yield from _leaders(scanned.text, lists.leaders, today)
    judged = Marked(len(scanned.text))
    for rule in lists.territory:
        for found in re.finditer(rule.pattern, scanned.text):
            severity, why, span = rule.severity, rule.why, found.span()
            if judged.touches(*span):
                continue
            judged.add(*span)
            yield Hit("wording.territory", severity, "territory", "涉港澳台和领土的表述", why, *span, rule.suggestions)


def _near_misses(scanned: Scan, matcher: _Matcher, edition: CheckInput, lists: Lists) -> Iterator[Hit]:
    yield from _phrases(scanned, matcher.halves, matcher.half_of, matcher.phrases, lists)
    if len(edition.organ_name) >= 5:
        own = (Phrase(edition.organ_name, "organ-name", "judge"),)
        halves, half_of = _halves(own)
        yield from _phrases(scanned, AhoCorasick(halves), tuple(half_of), own, lists)


def _words(scanned: Scan, matcher: _Matcher, today: date) -> Iterator[Hit]:
    text = scanned.text
    shields: list[tuple[int, int]] = []
    found: list[tuple[int, int, Word]] = []
    for pattern, start, end in matcher.words.find_matches_as_indexes(text, overlapping=True):
        word = matcher.entries[pattern] if pattern < len(matcher.entries) else None
        if word is None:
            shields.append((start, end))
        elif word.since is None or word.since <= today:
            found.append((start, end, word))
    longest_end = -1
    shielded = Shields(shields)
    for start, end, word in sorted(found, key=lambda item: (item[0], -item[1])):
        if end <= longest_end or shielded.cover(start, end):
            continue
        if word.category == "common" and len(word.wrong) <= _SHORT and _crosses(text, start, end):
            continue
        longest_end = end
        yield _wrong_word(word, start, end)


def _wrong_word(word: Word, start: int, end: int) -> Hit:
    reason = _WHY.get(word.category, f"“{word.wrong}”是错误写法。")
    why = f"{reason}（词表：{word.source}）" if word.source else reason
    title = f"“{word.wrong}”应为“{'”或“'.join(word.rights)}”"
    return Hit(f"wording.{word.category}", word.severity, word.category, title, why, start, end, word.rights)


def _crosses(text: str, start: int, end: int) -> bool:
    """Tell whether the match is an accident of two neighbouring words (去世｜记录 holds 世记)."""
    low, high = max(0, start - 10), min(len(text), end + 10)
    at = low
    for token in rjieba.cut(text[low:high]):
        token_end = at + len(token)
        overlaps = at < end and token_end > start
        contains = at <= start and token_end >= end
        inside = at >= start and token_end <= end
        if overlaps and not contains and not inside:
            return True
        at = token_end
    return False


def _phrases(
    scanned: Scan, halves: AhoCorasick, half_of: tuple[tuple[int, int], ...], phrases: tuple[Phrase, ...], lists: Lists
) -> Iterator[Hit]:
    text = scanned.text
    seen: set[tuple[int, int]] = set()
    best: dict[int, tuple[int, Phrase]] = {}
    for pattern, start, _ in halves.find_matches_as_indexes(text, overlapping=True):
        if pattern >= len(half_of):
            continue
        which, offset = half_of[pattern]
        phrase = phrases[which]
        for slack in (0, 1, -1) if offset else (0,):
            begin = start - offset + slack
            if begin < 0 or (which, begin) in seen:
                continue
            seen.add((which, begin))
            end = _near(text, begin, phrase.text)
            if end and _within_right_form(text, begin, end, phrase.text):
                continue
            if end and phrase.category == "organ-name" and _another_organ(text[begin:end], phrase.text):
                continue
            if end and not any(right in text[max(0, begin - 8) : end + 8] for right in lists.phrase_exceptions):
                known = best.get(end)
                if known is None or end - begin > end - known[0]:
                    best[end] = (begin, phrase)
    for end, (begin, phrase) in best.items():
        reason = _WHY.get(phrase.category, "与固定名称相差一个字。")
        title = f"疑为“{phrase.text}”之误"
        yield Hit(
            f"phrase.{phrase.category}", phrase.severity, phrase.category, title, reason, begin, end, (phrase.text,)
        )


def _within_right_form(text: str, begin: int, end: int, phrase: str) -> bool:
    """Know the right form read from its second character: 齐哈尔市 inside 齐齐哈尔市 lacks nothing."""
    at = text.find(phrase, max(0, begin - len(phrase)), end + len(phrase))
    return at >= 0 and at < end and at + len(phrase) > begin


def _another_organ(written: str, name: str) -> bool:
    """Know the names of other bureaus: 济南市税务局 is one character away from 济南市商务局 and no mistake."""
    return any(stem in written and stem not in name for stem in _BUREAUS)


def _near(text: str, begin: int, phrase: str) -> int | None:
    """Return the end of a stretch that differs from the phrase by one inner character, or two neighbours swapped."""
    length = len(phrase)
    if text.startswith(phrase, begin) or begin >= len(text) or text[begin] != phrase[0]:
        return None
    prefix = 0
    while prefix < length and begin + prefix < len(text) and text[begin + prefix] == phrase[prefix]:
        prefix += 1
    rest = phrase[prefix + 1 :]
    if prefix == 0 or not rest:
        return None
    given = text[begin + prefix : begin + prefix + 1]
    if text.startswith(rest, begin + prefix + 1):  # another character in its place
        if {given, phrase[prefix]} <= _NUMERALS or not _is_han(given):
            return None
        return begin + length
    if text.startswith(phrase[prefix + 1 :], begin + prefix) and length >= 5:  # one left out
        return begin + length - 1
    if text.startswith(phrase[prefix:], begin + prefix + 1) and given not in _NOT_INSERTED:  # one too many
        return begin + length + 1 if _is_han(given) else None
    swapped = phrase[prefix + 1 : prefix + 2] + phrase[prefix] + phrase[prefix + 2 :]
    return begin + length if text.startswith(swapped, begin + prefix) else None


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


_HISTORIC = re.compile(r"(?:原|时任|前身|改名前|撤销|更名|废止|失效|停止执行|不再执行)[^。；\n]{0,12}$")
_AFTER = re.compile(
    r"^[》”]?(?:（(?:原|已|现|20)[^）]{0,20}）|[^。；\n]{0,16}(?:废止|失效|停止执行|更名|撤销|改为|自行失效)|令|公告)"
)


def _outdated(scanned: Scan, matcher: _Matcher, edition: CheckInput, today: date) -> Iterator[Hit]:
    if matcher.outdated is None:
        return
    text = scanned.text
    shields: list[tuple[int, int]] = []
    found: list[tuple[int, int, str, Outdated | RepealedDocument]] = []
    for pattern, start, end in matcher.outdated.find_matches_as_indexes(text, overlapping=True):
        kind, entry = matcher.outdated_entries[pattern]
        if entry is None:
            shields.append((start, end))
        else:
            found.append((start, end, kind, entry))
    reached = -1
    shielded = Shields(shields)
    for start, end, kind, entry in sorted(found, key=lambda item: (item[0], -item[1])):
        if end <= reached or shielded.cover(start, end):
            continue
        if (
            entry.since > today
            or _HISTORIC.search(text[max(0, start - 16) : start])
            or _AFTER.match(text[end : end + 24])
        ):
            continue
        if isinstance(entry, RepealedDocument) and edition.title and entry.title in edition.title:
            continue  # the document itself, or the notice about it
        reached = end
        yield _outdated_hit(kind, entry, start, end)


def _outdated_hit(kind: str, entry: Outdated | RepealedDocument, start: int, end: int) -> Hit:
    since = f"{entry.since.year}年{entry.since.month}月{entry.since.day}日"
    if isinstance(entry, RepealedDocument):
        now = f"，现行文件为“{entry.replaced_by}”" if entry.replaced_by else ""
        state = {"repealed": "废止", "void": "失效", "withdrawn": "撤回", "changed": "修改"}[entry.validity]
        why = f"《{entry.title}》已于{since}{state}{now}，请核对引用是否仍然适用。"
        return Hit("obsolete.document", "judge", "obsolete", f"引用了已{state}的文件", why, start, end,
                   (entry.replaced_by,) if entry.replaced_by and kind == "document" else ())  # fmt: skip
    label = {"organ": "机构", "place": "行政区划", "law": "法律法规"}[kind]
    change = "废止" if kind == "law" else "变更"
    why = f"“{entry.name}”已于{since}{change}，现为“{entry.now}”；叙述历史的请写明“原”或当时年份。"
    direct = not re.search("[、（）]|等$|主管部门|有关", entry.now)
    suggestions = (entry.now,) if direct else ()
    return Hit(f"obsolete.{kind}", "judge", "obsolete", f"{label}名称已过时", why, start, end, suggestions)


@lru_cache(maxsize=4)
def _leader_patterns(leaders: tuple[Leader, ...]) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    names = "|".join(re.escape(leader.name) for leader in leaders)
    posts = {post.name for leader in leaders for post in leader.posts}
    if not names or not posts:
        return None
    titles = "|".join(re.escape(post) for post in sorted(posts, key=len, reverse=True))
    return re.compile(rf"(?P<post>{titles})(?P<name>{names})"), re.compile(rf"(?:{names})(?:、(?:{names}))+")


def _leaders(text: str, leaders: tuple[Leader, ...], today: date) -> Iterator[Hit]:
    patterns = _leader_patterns(leaders)
    if patterns is None:
        return
    known = {leader.name: leader for leader in leaders}
    for found in patterns[0].finditer(text):
        leader = known[found["name"]]
        held = [post for post in leader.posts if post.name == found["post"]]
        if any(post.held_from <= today and (post.held_until is None or today < post.held_until) for post in held):
            continue
        if re.search(r"(?:时任|原|前)$", text[max(0, found.start() - 3) : found.start()]):
            continue
        now = "、".join(post.name for post in leader.posts if post.held_until is None) or "职务表中没有现任职务"
        why = f"职务表中{leader.name}的现任职务：{now}。叙述当时情况的请写“时任”。"
        yield Hit("wording.leader-post", "must", "leader", "领导人职务与职务表不符", why, *found.span())
    for found in patterns[1].finditer(text):
        ranks = [rank for name in found[0].split("、") if (rank := known[name].rank) is not None]
        if ranks != sorted(ranks):
            why = "领导人排序与职务表不符，请按权威发布的顺序排列。"
            yield Hit("wording.leader-order", "must", "leader", "领导人排序", why, *found.span())


def _traditional(text: str, pairs: tuple[tuple[str, str], ...]) -> Iterator[Hit]:
    """Traditional characters in a text that is otherwise simplified; a whole passage in them is reported once."""
    simple = dict(pairs)
    found = re.finditer(f"[{''.join(simple)}]+" if simple else r"(?!)", text)
    for count, match in enumerate(found):
        if count == 20:
            return
        right = "".join(simple[char] for char in match[0])
        why = "《国家通用语言文字法》第三条、第九条：国家机关以规范汉字为公务用字。"
        yield Hit("wording.traditional", "judge", "common", "繁体字或异体字", why, *match.span(), (right,))
