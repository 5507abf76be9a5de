"""The one way a rule says no."""

from __future__ import annotations

from gongkai.statute.terms import Rule, Term


class Refused(Exception):
    """A rule of the law or of the organ forbids this; the reason is a Chinese sentence for people.

    Without `article` the article of `rule` is cited, so that a refusal is never without its source.
    """

    def __init__(self, reason: str, article: str = "", *, rule: Term | Rule | None = None) -> None:
        self.reason = reason
        self.rule = rule
        self.article = article or (rule.article if rule else "")
        super().__init__(reason)

    def __str__(self) -> str:
        return f"{self.reason}（{self.article}）" if self.article else self.reason

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str], dict[str, Term | Rule | None]]:
        # Exceptions are rebuilt from `args`, which would lose the article when crossing a process.
        return (type(self), (self.reason, self.article), {"rule": self.rule})
