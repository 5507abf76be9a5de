"""What this installation chose where the law leaves a choice: read from the settings, checked at the start."""

from gongkai.runtime.settings import PREFIX, Settings, WrongSettings
from gongkai.statute import rules
from gongkai.statute.clock import Edges
from request.domain.ladder import ALL_RUNGS, Practice

_BASIS = "本机关的办理规程"


def practice_of(settings: Settings) -> Practice:
    """Return the organ's practice, or say which setting is wrong."""
    unknown = [key for key in settings.request_ladder if key not in ALL_RUNGS]
    if unknown or len(set(settings.request_ladder)) < len(settings.request_ladder):
        allowed = "、".join(f"{rung.key}（{rung.name_zh}）" for rung in ALL_RUNGS.values())
        found = "、".join(settings.request_ladder)
        msg = f"设置 {PREFIX}REQUEST_LADDER 不对：现在是 {found}，可以用的是 {allowed}，每级只写一次"
        raise WrongSettings(msg)
    times = rules.REPLY_EXTENSIONS
    return Practice(
        ladder=tuple(ALL_RUNGS[key] for key in settings.request_ladder),
        one_person_one_rung=settings.request_one_rung_each,
        edges=Edges(settings.request_issue_day_counts, settings.request_answer_day_counts),
        extensions=times if settings.request_extensions == times.length else times.set_to(
            settings.request_extensions, _BASIS
        ),
    )  # fmt: skip
