"""A reliability diagram as an SVG: what confidence was worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_SIDE = 300
_LEFT, _TOP, _BELOW = 46, 14, 42
_AXIS, _BARS, _LINE, _TEXT = "#8a8f98", "#4c8dd6", "#c9772b", "#7b8088"
"""Colours that are read on a white page as on a black one."""


def reliability_svg(bins: Sequence[Mapping[str, Any]], title: str) -> str:
    """Draw accuracy over confidence, a bar a bin, as wide as the bin and as strong as it has photos.

    Args:
        bins: Equal bins from 0 to 1, each with photos, confidence and accuracy (None where empty).
        title: What a screen reader says.

    Returns:
        The SVG.
    """
    wide = _SIDE / len(bins)
    most = max((entry["photos"] for entry in bins), default=0) or 1
    width, height = _LEFT + _SIDE + 14, _TOP + _SIDE + _BELOW
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img" font-family="sans-serif" font-size="11" fill="{_TEXT}">'
        ),
        f"<title>{title}</title>",
    ]
    for tick in range(0, 11, 2):
        x, y = _LEFT + _SIDE * tick / 10, _TOP + _SIDE * (1 - tick / 10)
        parts += [
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{_LEFT + _SIDE}" y2="{y:.1f}" stroke="{_AXIS}" opacity="0.25"/>',
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick / 10:.1f}</text>',
            f'<text x="{x:.1f}" y="{_TOP + _SIDE + 16}" text-anchor="middle">{tick / 10:.1f}</text>',
        ]
    for number, entry in enumerate(bins):
        if not entry["photos"]:
            continue
        x, tall = _LEFT + number * wide, _SIDE * entry["accuracy"]
        strength = 0.25 + 0.75 * (entry["photos"] / most) ** 0.5
        parts += [
            (
                f'<rect x="{x + 1:.1f}" y="{_TOP + _SIDE - tall:.1f}" width="{wide - 2:.1f}" height="{tall:.1f}" '
                f'fill="{_BARS}" opacity="{strength:.2f}"><title>{entry["photos"]} photos: confidence '
                f"{entry['confidence']:.3f}, right {entry['accuracy']:.3f}</title></rect>"
            ),
        ]
    parts += [
        (
            f'<line x1="{_LEFT}" y1="{_TOP + _SIDE}" x2="{_LEFT + _SIDE}" y2="{_TOP}" stroke="{_LINE}" '
            'stroke-width="1.5" stroke-dasharray="5 4"/>'
        ),
        f'<text x="{_LEFT + _SIDE / 2:.0f}" y="{height - 6}" text-anchor="middle">confidence</text>',
        (
            f'<text transform="translate(12 {_TOP + _SIDE / 2:.0f}) rotate(-90)" text-anchor="middle">'
            "share that was right</text>"
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
