"""What a bench says, as a table and a chart that people rather see than read."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Better = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One comparison. `ours` and `floor` hold one value per round; the ratio is that of the medians."""

    name: str
    unit: str
    better: Better
    ours: tuple[float, ...]
    floor: tuple[float, ...] = ()
    limit: float | None = None
    limit_is: Literal["ratio", "value"] = "ratio"
    note: str = ""
    extra: dict[str, float] = field(default_factory=dict)

    @property
    def our_median(self) -> float:
        return statistics.median(self.ours)

    @property
    def floor_median(self) -> float | None:
        return statistics.median(self.floor) if self.floor else None

    @property
    def ratio(self) -> float | None:
        return self.our_median / self.floor_median if self.floor_median else None

    @property
    def kept(self) -> bool | None:
        """Tell whether the aim is met; None where there is no aim."""
        if self.limit is None:
            return None
        value = self.ratio if self.limit_is == "ratio" else self.our_median
        if value is None:
            return None
        return value >= self.limit if self.better == "higher" else value <= self.limit


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"


def spread(values: tuple[float, ...]) -> str:
    return "–" if not values else f"{number(min(values))} · **{number(statistics.median(values))}** · {number(max(values))}"


def table(results: Sequence[Measured]) -> str:
    lines = [
        "| what | unit | ours (min · median · max) | floor (min · median · max) | ratio | aim | met |",
        "|---|---|---|---|---|---|---|",
    ]
    for r in results:
        sign = "≥" if r.better == "higher" else "≤"
        aim = "–" if r.limit is None else f"{sign} {number(r.limit)}{' ×' if r.limit_is == 'ratio' else ' ' + r.unit}"
        met = {True: "yes", False: "**no**", None: "–"}[r.kept]
        lines.append(
            f"| {r.name}{'<br>' + r.note if r.note else ''} | {r.unit} | {spread(r.ours)} | {spread(r.floor)} | "
            f"{'–' if r.ratio is None else f'{r.ratio:.2f}'} | {aim} | {met} |"
        )
    return "\n".join(lines)


def verdict(results: Sequence[Measured]) -> str:
    """Say which aims are met, one line for each that is not."""
    aimed = [r for r in results if r.kept is not None]
    missed = [r for r in aimed if not r.kept]
    lines = [f"Aims met: {len(aimed) - len(missed)} of {len(aimed)}."]
    for r in missed:
        value = f"{r.ratio:.2f} × the floor" if r.limit_is == "ratio" and r.ratio else f"{number(r.our_median)} {r.unit}"
        sign = "≥" if r.better == "higher" else "≤"
        unit = " ×" if r.limit_is == "ratio" else f" {r.unit}"
        lines.append(f"  not met: {r.name}: {value}, aim {sign} {number(r.limit)}{unit}")
    return "\n".join(lines)


def chart(results: Sequence[Measured]) -> str:
    """Draw each ratio as a bar beside the line of the floor; longer is better on every line."""
    rows = [r for r in results if r.ratio is not None]
    height = 34 * len(rows) + 40
    scale = 320 / 1.5
    parts = [
        (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" role="img" '
        'font-family="sans-serif" font-size="13">'),
        "<title>Speed beside the bare floor: longer bars are better, the line is the floor</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<line x1="{380 + scale:.0f}" y1="8" x2="{380 + scale:.0f}" y2="{height - 28}" stroke="#465156" stroke-dasharray="4 3"/>',
        f'<text x="{380 + scale:.0f}" y="{height - 10}" text-anchor="middle" fill="#465156">floor</text>',
    ]
    for n, r in enumerate(rows):
        score = r.ratio if r.better == "higher" else 1 / r.ratio
        length = min(score, 1.7) * scale
        y = 14 + 34 * n
        fill = "#0b5c63" if r.kept in {True, None} else "#a3241b"
        parts.append(f'<text x="370" y="{y + 15}" text-anchor="end" fill="#1b2124">{_escaped(r.name)}</text>')
        parts.append(f'<rect x="380" y="{y}" width="{length:.0f}" height="20" fill="{fill}"/>')
        parts.append(f'<text x="{386 + length:.0f}" y="{y + 15}" fill="#1b2124">{score:.2f}</text>')
    return "\n".join([*parts, "</svg>"])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
