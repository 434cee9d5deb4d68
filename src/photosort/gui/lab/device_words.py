"""What the Lab says of the ways to run a network."""

from __future__ import annotations

import sys

from photosort.ml.acceleration import Way
from photosort.ml.device_reports import DeviceReport

NOTHING = "\N{EN DASH}"


def title(way: Way) -> str:
    """What runs it: "CPU", "GPU", "GPU, half precision"."""
    if way is Way.CPU:
        return "CPU"
    return "GPU, half precision" if way.half else "GPU"


def engine(way: Way) -> str:
    """With what: "LiteRT", "LiteRT (WebGPU)", "TensorFlow (CUDA)"."""
    if way is Way.CPU:
        return "LiteRT"
    if way.engine == "tensorflow":
        return "TensorFlow (CUDA)"
    return f"LiteRT ({'Metal' if sys.platform == 'darwin' else 'WebGPU'})"


def device(report: DeviceReport) -> str:
    """The device's name, and what is wrong with it; how far it is off stands beside."""
    if report.right or not report.available:
        return report.device
    return f"{report.device}: {report.reason if report.speed is None else 'not what the CPU computes'}"


def agreement(report: DeviceReport) -> str:
    """How like the CPU's its embeddings are; never rounded up to a whole 1."""
    if report.way is Way.CPU or report.cosine is None:
        return NOTHING
    return f"{int(min(report.cosine, 1.0) * 10_000) / 10_000:.4f}"


def speed(report: DeviceReport) -> str:
    """How many photos a second."""
    if report.speed is None:
        return NOTHING
    return f"{report.speed:,.0f}" if report.speed >= 10 else f"{report.speed:.1f}"


def spoken(report: DeviceReport) -> str:
    """A report as a screen reader says it."""
    parts = [title(report.way), engine(report.way)]
    if report.device and report.way is not Way.CPU:
        parts.append(report.device)
    if report.cosine is not None and report.way is not Way.CPU:
        parts.append(f"agreement with the CPU {agreement(report)}")
    if report.speed is not None:
        parts.append(f"{speed(report)} photos a second")
    if report.reason:
        parts.append(f"cannot be used: {report.reason}")
    if report.chosen:
        parts.append("the fastest that is right")
    return ", ".join(parts)
