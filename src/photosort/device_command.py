"""The command ``photosort device``: what looks at photos on this computer, and a test of everything that could."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml.acceleration import LEAST_COSINE
from photosort.ml.device_reports import DeviceReport, explanation, recall
from photosort.ml.device_test import measure, network_at_hand


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of this computer's ways to run a network.

    Attributes:
        network: the network's name.
        backbone_id: under which its embeddings are kept.
        reports: of the last test; none when there was none that still holds.
    """

    network: str
    backbone_id: str
    reports: tuple[DeviceReport, ...]


def find_out(name: str, paths: UserPaths, *, test: bool) -> Generator[Progress, None, Found]:
    """Recall the last test of this computer with a network, or make one.

    Args:
        name: the network; "auto" is the best at hand.
        paths: where networks are kept, and what a test has found.
        test: make a test now.

    Raises:
        ModelError: the network is not here, or damaged.
        EngineError: LiteRT cannot be used on this machine.
    """
    card, _weights = network_at_hand(name, paths)
    if not test:
        return Found(card.name, card.id, recall(paths, card.id))
    reports = yield from measure(name, paths)
    return Found(card.name, card.id, reports)


def document(found: Found) -> dict[str, Any]:
    """What was found, for a JSON file; ``ways`` is empty when this computer was not tested."""
    return {
        "schema": 1,
        "network": found.network,
        "backbone_id": found.backbone_id,
        "least_cosine": LEAST_COSINE,
        "explanation": explanation(found.reports),
        "ways": [
            {
                "way": report.way.value,
                "device": report.device or None,
                "available": report.available,
                "right": report.right,
                "chosen": report.chosen,
                "cosine": report.cosine,
                "photos_per_second": report.speed,
                "reason": report.reason or None,
            }
            for report in found.reports
        ],
    }


def table(found: Found) -> Sequence[str]:
    """What was found, line by line."""
    if not found.reports:
        return [f"This computer was not tested with {found.network} yet: photosort device --test does that."]
    lines = [f"{found.network}: {explanation(found.reports)}"]
    for report in found.reports:
        mark = "*" if report.chosen else " "
        if not report.available:
            lines.append(f"{mark} {report.way:<20} {report.reason}")
            continue
        speed = "-" if report.speed is None else f"{report.speed:.1f}"
        wrong = f"  {report.reason}" if report.reason else ""
        lines.append(f"{mark} {report.way:<20} {speed:>8} photos/s  cosine {report.cosine:.5f}  {report.device}{wrong}")
    return lines
