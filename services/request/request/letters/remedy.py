"""What a letter tells about remedies: reconsideration first for articles 14 to 16 only, either road for all else.

The Reconsideration Law (art. 23) asks that the decision itself says so, and art. 22 that one served through the
internet names where to file there. Old samples name the department above; since 2024 only the government of the same
level hears such a case (art. 24).
"""

from __future__ import annotations

from gongkai.statute import rules
from request.letters.data import LetterData
from request.letters.elements import chinese
from request.letters.forms import Form
from request.letters.grounds import GROUNDS, cite


def remedy(data: LetterData, form: Form) -> tuple[str, ...]:
    """Return the paragraphs on remedies, none for a step of the procedure."""
    match form.remedy:
        case "none":
            return ()
        case "fee":
            return (_fee(),)
        case _ if data.kind == "withdrawn" and not data.decisions:
            return ()  # the applicant's own act: nothing was decided against them
        case _:
            document = f"本{form.title[-3:]}" if form.title.endswith("书") else "本文书"
            return (*_roads(data, document), *_internet(data))


def _roads(data: LetterData, document: str) -> tuple[str, ...]:
    first, partly, either = [], [], []
    for decision in data.decisions:
        if GROUNDS[decision.basis].reconsider_first:
            first.append(decision.item)
            continue
        either.append(decision.item)
        if any(GROUNDS[part.basis].reconsider_first for part in decision.withheld):
            partly.append(decision.item)
    if not first and not partly:
        return (_either(data, document, f"如不服{document}"),)
    if not either:
        return (_first(data, document, f"如不服{document}"),)
    refused = _refused(first, partly, document, alone=len(data.decisions) == 1)
    return (_first(data, document, refused), _either(data, document, f"如不服{document}的其他内容"))


def _refused(first: list[int], partly: list[int], document: str, *, alone: bool) -> str:
    if alone:
        return f"如不服{document}中不予公开的部分"
    named = "、".join(f"第{chinese(item)}项" for item in first)
    parts = "、".join(f"第{chinese(item)}项" for item in partly)
    both = [named] if named else []
    both += [f"{parts}中不予公开的部分"] if parts else []
    return f"如不服{document}" + "，以及".join(both)


def _first(data: LetterData, document: str, opening: str) -> str:
    organ = data.organ
    return (
        f"{opening}，根据{cite(('R20', 'R23', 'R24'))}的规定，"
        f"应当自收到{document}之日起{rules.RECONSIDERATION.text_zh}内，先向{organ.government}申请行政复议，"
        f"不能直接提起行政诉讼；对行政复议决定仍不服的，可以根据{cite(('L45',))}的规定，"
        f"自收到行政复议决定书之日起{rules.SUIT_AFTER_RECONSIDERATION.text_zh}内向{organ.court}提起行政诉讼。"
    )


def _either(data: LetterData, document: str, opening: str) -> str:
    organ = data.organ
    return (
        f"{opening}，可以根据{cite(('R20', 'R24'))}的规定，"
        f"自收到{document}之日起{rules.RECONSIDERATION.text_zh}内向{organ.government}申请行政复议，"
        f"也可以根据{cite(('L46',))}的规定，"
        f"自收到{document}之日起{rules.SUIT.text_zh}内直接向{organ.court}提起行政诉讼。"
    )


def _internet(data: LetterData) -> tuple[str, ...]:
    if not data.served_online:
        return ()
    organ = data.organ
    return (f"网上向{organ.government}申请行政复议的途径：{organ.reconsideration_url}",)


def _fee() -> str:
    return (
        "对收费有异议的，可以向本机关提出；不能仅就收费申请行政复议或者提起行政诉讼。缴费期限届满、本机关不再处理申请后，"
        f"可以根据{cite(('A51',))}的规定投诉、举报，或者对不再处理依法申请行政复议、提起行政诉讼。"
    )
