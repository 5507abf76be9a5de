"""Ways a command can end other than well. Mapped to HTTP once, in `problem.py`; `Refused` lives with the law."""

from collections.abc import Sequence


class NotFound(Exception):
    """There is no such thing, or none that this person may know of."""

    def __init__(self, sentence: str = "没有找到这项内容") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class ChangedMeanwhile(Exception):
    """Someone else wrote first. Nothing of this change was kept."""

    def __init__(self, sentence: str = "这项内容刚被别人改过，请先看最新的再改") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Invalid(Exception):
    """Input that cannot be understood: each error is the field's path and a sentence."""

    def __init__(self, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{path}: {sentence}" for path, sentence in errors))
        self.errors = tuple(errors)


class Forbidden(Exception):
    """The person is known and may not do this."""

    def __init__(self, sentence: str = "您没有做这件事的权限", action: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.action = action


class Unauthenticated(Exception):
    """Nobody is signed in."""

    def __init__(self, sentence: str = "请先登录") -> None:
        super().__init__(sentence)
        self.sentence = sentence


class TooMany(Exception):
    """Throttled: try again after so many seconds."""

    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.retry_after = retry_after


class TooLarge(Exception):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unavailable(Exception):
    """A part we depend on is away; nothing was changed, the same request may be sent again."""

    def __init__(self, sentence: str = "系统的一部分暂时联系不上，您的内容没有改动，请稍后再试") -> None:
        super().__init__(sentence)
        self.sentence = sentence
