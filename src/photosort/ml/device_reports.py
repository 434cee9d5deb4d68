"""What a self-test found out about this computer's ways to run a network, judged, and remembered until it changes."""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import photosort
from photosort.core.paths import UserPaths
from photosort.ml.acceleration import LEAST_COSINE, Wanted, Way
from photosort.ml.machine import graphics_drivers, usable_cores

_logger = logging.getLogger(__name__)

_SCHEMA = 1
_REMEMBERED_NETWORKS = 16
_ENGINES = ("ai-edge-litert", "tensorflow")


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """How one way to run a network did.

    Attributes:
        way: what was tried.
        device: the device's name; "" when there is none.
        reason: why it cannot be used, as part of a sentence; "" when it can.
        cosine: the lowest between its embeddings of sample pictures and the CPU's; None when it gave none.
        speed: photos/s that it embeds, decoding left out; None when it was not measured.
        chosen: the fastest of those that are right.
    """

    way: Way
    device: str = ""
    reason: str = ""
    cosine: float | None = None
    speed: float | None = None
    chosen: bool = False

    @property
    def available(self) -> bool:
        """Whether it gave embeddings at all."""
        return self.cosine is not None

    @property
    def right(self) -> bool:
        """Whether its embeddings are the CPU's, and it went through the whole test."""
        return self.cosine is not None and self.cosine >= LEAST_COSINE and self.speed is not None


def choose(reports: Sequence[DeviceReport]) -> tuple[DeviceReport, ...]:
    """The same reports, the fastest of those that are right marked as chosen."""
    order = by_speed(reports)
    return tuple(replace(report, chosen=bool(order) and report.way is order[0].way) for report in reports)


def by_speed(reports: Sequence[DeviceReport]) -> list[DeviceReport]:
    """Those that are right, fastest first."""
    return sorted((report for report in reports if report.right), key=lambda report: -(report.speed or 0.0))


def explanation(reports: Sequence[DeviceReport], wanted: Wanted = "auto") -> str:
    """Why photos are looked at the way they are, in a sentence or two for a person; "" without reports."""
    order = by_speed(reports)
    if not order:
        return ""
    gpu = next((report for report in order if report.way is not Way.CPU), None)
    if gpu is None:
        why = _why_no_gpu(reports)
        if wanted == "gpu":
            return f"You chose the GPU, but {why}."
        return "You chose the CPU." if wanted == "cpu" else f"{_sentence(why)}."
    if wanted == "auto" and order[0] is not gpu:
        return f"{gpu.device} computes the same as the CPU, but the CPU is faster."
    chose = {"auto": "", "cpu": "You chose the CPU. ", "gpu": "You chose the GPU. "}[wanted]
    return f"{chose}{gpu.device} computes the same as the CPU{_times(gpu, reports)}."


def _why_no_gpu(reports: Sequence[DeviceReport]) -> str:
    """Why no GPU is right, as part of a sentence that begins with a small letter."""
    tried = next((report for report in reports if report.way is not Way.CPU and report.available), None)
    if tried is None:
        return "no GPU was found that photosort can use"
    if tried.cosine is not None and tried.cosine < LEAST_COSINE:
        return f"{tried.device} computes something else than the CPU"
    return f"{tried.device} failed: {tried.reason}"


def _times(gpu: DeviceReport, reports: Sequence[DeviceReport]) -> str:
    of_cpu = next((report.speed for report in reports if report.way is Way.CPU), None)
    return f", {gpu.speed / of_cpu:.1f} times as fast" if gpu.speed and of_cpu else ""


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def remember(paths: UserPaths, backbone_id: str, reports: Sequence[DeviceReport]) -> None:
    """Keep what a test of a network found, for `recall`. That it could not be written is logged, nothing more."""
    known = _known(paths)
    known.pop(backbone_id, None)
    known[backbone_id] = [asdict(report) for report in reports]
    recent = dict(list(known.items())[-_REMEMBERED_NETWORKS:])
    content = {"schema": _SCHEMA, "circumstances": _circumstances(), "networks": recent}
    path = _path(paths)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        _logger.warning("What was found out about this computer could not be kept in %s: %s", path, error)


def recall(paths: UserPaths, backbone_id: str) -> tuple[DeviceReport, ...]:
    """What the last test of a network found; () when there was none, or program, engines or drivers have changed."""
    try:
        return choose([_report(entry) for entry in _known(paths).get(backbone_id, [])])
    except (KeyError, TypeError, ValueError) as error:
        _logger.warning("What was found out about this computer cannot be read: %s", error)
        return ()


def right_ways(paths: UserPaths, backbone_id: str) -> tuple[Way, ...]:
    """The ways that the last test of a network found to be right, fastest first; () when there was none."""
    return tuple(report.way for report in by_speed(recall(paths, backbone_id)))


def _path(paths: UserPaths) -> Path:
    return paths.cache / "devices.json"


def _known(paths: UserPaths) -> dict[str, Any]:
    """What is remembered of each network, by backbone id; nothing when circumstances are others now."""
    try:
        content: Any = json.loads(_path(paths).read_text("utf-8"))
        if content["schema"] != _SCHEMA or content["circumstances"] != _circumstances():
            return {}
        return dict(content["networks"])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        _logger.warning("%s cannot be read: %s", _path(paths), error)
        return {}


def _circumstances() -> dict[str, Any]:
    """What a measurement holds for."""
    return {
        "program": photosort.__version__,
        "engines": [_version(name) for name in _ENGINES],
        "drivers": list(graphics_drivers()),
        "cores": usable_cores(),
    }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _report(entry: Any) -> DeviceReport:
    cosine, speed = (None if entry[name] is None else float(entry[name]) for name in ("cosine", "speed"))
    return DeviceReport(Way(entry["way"]), str(entry["device"]), str(entry["reason"]), cosine, speed)
