"""Keeps people out of the case library: free text passes only without numbers that identify and without names. Pure.

Two uses: `neutral` takes out what is personal and tells what kinds it took (features of a closed case, made without
anybody looking), `refuse_personal` says no to an officer who typed it (topic, comment, why a case is typical).
Caution wins: a word that may be a name is taken out even where it was none, for a library can do without a word.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import rjieba

from gongkai.statute.articles import ARTICLES
from gongkai.statute.refusal import Refused
from request.redaction.detect import KINDS, find, flat
from request.redaction.names import NAME

#: Words the cutter takes for names; each is ordinary in what bureaux are asked for.
_ORDINARY_WORDS: Final = (
    "高新 高新区 老字号 成品油 章丘 章丘区 莱芜 莱芜区 钢城 钢城区 历城 历城区 历下 历下区 槐荫 槐荫区 长清 "
    "长清区 商河 商河县 平阴 平阴县 济阳 济阳区 天桥 天桥区 市中区 泉城 泉城路 惠享 茅台 全省 全国 明细 明确 "
    "成交 成本 成立 时间 时限 向上 农贸 农家 农村 农产品 司法 司机 车辆 车型 项目 连锁 文本 文旅 文号 金融 金额 "
    "常委 关税 关停 安全 安置 段落 房产 房屋 费用 费率 强制 单位 单价 路线 路段 温泉 水产 水果 米面 麦香 包装 "
    "包括 华联 华润 方案 方式 和解 广告 宁波 江苏 江北 黎明 康复 康养 高端 高档 高校 高铁 白酒 黄金 黄河 牛肉 "
    "羊肉 鱼类 柴油 盐业 花卉 石油 石化 石材 古玩 计划 计算 党委 党费 党组 查封 查处 查询 查验 冷库 冷链 满意 "
    "易货 易制毒 应急 应诉 应当 付款 付费 代购 余额 余款 支付 支持 解约 解除 经费 经营 管理 管制 顾客 邮政 邮寄 "
    "利率 商户 商铺 商圈 谷物 海关 海外 富余 盛会 鲁菜 鲁商 齐鲁 商超 白名单 黑名单 曹县 单县 夏津 常青藤 常务 "
    "万达 申请人 当事人 曾任 连锁店 路灯"
)
_ORDINARY: Final = frozenset(_ORDINARY_WORDS.split())
#: Surnames that are hardly ever a word of their own: standing alone, they begin a name the cutter does not know.
_LONE: Final = frozenset(
    "赵孙李周吴郑王冯陈蒋沈韩杨朱秦许吕张曹魏姜谢邹潘葛范彭鲁韦马苗袁柳鲍史唐薛雷贺倪汤罗郝邬傅伍余卢萧尹姚邵汪狄"
    "臧戴宋庞熊舒屈祝董梁杜阮闵贾童颜郭梅钟徐邱骆蔡樊胡霍丁邓郁洪左崔龚程邢裴荣翁侯刘叶黎庄晏瞿阎艾廖耿聂苏覃孟孔"
)
_NEXT: Final = re.compile(
    r"(?:[、，,和与及]|以及)[ ]?(?P<n>" + NAME + r")(?=[、，。,;；的等及和与：:\s]|[两二三四五六]人|$)"
)
_NAME: Final = re.compile(NAME)
#: Roads, villages and quarters are often called after families; what stands before such an ending is a place.
_PLACE: Final = re.compile(r"(?<=[庄村屯店镇乡路街桥])|(?=山?(?:路|街|镇|乡|村|庄|社区|大桥|广场))")
_HAN: Final = re.compile(r"[\u4e00-\u9fa5]+")
_LONG_NUMBER: Final = re.compile(r"[0-9](?:[ \-]?[0-9]){6,}")
#: A day as offices write it, of these years; a day of birth is known by the words beside it.
_OFFICE_DAY: Final = re.compile(r"20\d{2}-[01]\d-[0-3]\d")
_PRIVACY: Final = ARTICLES["I34"].citation


@dataclass(frozen=True, slots=True)
class Neutral:
    """`removed` names the kinds taken out (身份证号, 姓名 …), never the words."""

    text: str
    removed: tuple[str, ...]


def neutral(text: str, names: Iterable[str] = ()) -> Neutral:
    """Take out everything personal. `names` are names known to belong to people of the case, if somebody knows them."""
    spans = _personal(text, names)
    removed = tuple(dict.fromkeys(kind for _, _, kind in sorted(spans)))
    kept = list(text)
    for start, end, _ in spans:
        kept[start:end] = " " * (end - start)
    return Neutral(re.sub(r"[ ]{2,}", " ", "".join(kept)).strip() if spans else text.strip(), removed)


def refuse_personal(text: str, what: str, names: Iterable[str] = ()) -> str:
    """Return the text, or refuse it naming what was typed (`what`, such as 评论) and the kinds found in it."""
    found = neutral(text, names)
    if found.removed:
        kinds = "、".join(found.removed)
        raise Refused(f"{what}里疑似含有{kinds}，案例库不收个人信息，请改写。", _PRIVACY)
    return text.strip()


def _personal(text: str, names: Iterable[str]) -> list[tuple[int, int, str]]:
    scanned = flat(text)
    spans = [(found.start, found.end, KINDS[found.kind]) for found in find(text)]
    spans.extend(
        (*found.span(), "号码") for found in _LONG_NUMBER.finditer(scanned) if not _OFFICE_DAY.fullmatch(found[0])
    )
    for name in {flat(name).strip() for name in names}:
        if len(name) >= 2:
            spans.extend((*found.span(), "姓名") for found in re.finditer(re.escape(name), scanned))
    spans.extend((start, end, "姓名") for start, end in _tagged_names(scanned))
    spans.extend((start, end, "姓名") for start, end in _named_along(scanned, spans))
    return spans


def _tagged_names(text: str) -> Iterable[tuple[int, int]]:
    """Where the cutter sees a person's name that is shaped like one (surname and one or two characters)."""
    at = 0
    surname = -1
    for word, tag in rjieba.tag(text):
        start = text.index(word, at)
        at = start + len(word)
        if surname >= 0 and len(word) <= 2 and tag[0] not in "uxpcm" and _HAN.fullmatch(word):
            if not _PLACE.match(text, at):
                yield surname, at
        elif _tagged(word, tag) and not _PLACE.match(text, at):
            yield start, at
        surname = start if word in _LONE else -1


def _tagged(word: str, tag: str) -> bool:
    return tag.startswith("nr") and word not in _ORDINARY and _NAME.fullmatch(word) is not None


def _named_along(text: str, spans: Iterable[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """Find names in a row with a name already found: of 甲、乙、丙三人 the cutter often knows only the first."""
    found = []
    for end in [end for _, end, kind in spans if kind == "姓名"]:
        after = end
        while (following := _NEXT.match(text, after)):
            found.append(following.span("n"))
            after = following.end()
    return found
