"""What the Lab and the welcome page say of a network."""

from __future__ import annotations

from photosort.gui import text
from photosort.gui.lab.doing import Outcome, Task
from photosort.ml.networks import NetworkFacts, NetworkStatus, State

_DOT = " \N{MIDDLE DOT} "


def whole_megabytes(size: int) -> str:
    """Bytes as people speak of a download: "9 MB"."""
    return f"{max(round(size / 1e6), 1)}\N{NO-BREAK SPACE}MB"


def offer(facts: NetworkFacts) -> str:
    """What to call the button that fetches a network, which says what it brings and what it costs."""
    size = whole_megabytes(facts.download_bytes)
    match facts.name:
        case "mobilenetv2":
            return f"Sharper eyes: get {size}, once"
        case "xception":
            return f"Get the full Xception ({size}, better grouping, slower)"
        case _:
            return f"Get {facts.title} ({size})"


def fetch_words(status: NetworkStatus, outcome: Outcome | None) -> str:
    """What to call the button that brings a network one step on; empty for one that needs nothing."""
    failed = outcome is not None and not outcome.ok and outcome.task is Task.GET
    match status.state:
        case State.ABSENT:
            return "Try again" if failed else offer(status.facts)
        case State.PARTIAL if failed:
            return f"Try again, {part_words(status)} are here"
        case State.PARTIAL:
            return f"Go on, {part_words(status)}"
        case State.FETCHED:
            return "Prepare it"
        case _:
            return ""


def part_words(status: NetworkStatus) -> str:
    """How much of a download is here: "4 of 9 MB"."""
    done = round(status.part_bytes / 1e6)
    return f"{done} of {whole_megabytes(status.facts.download_bytes)}"


def state_words(status: NetworkStatus) -> str:
    """The state of a network in words."""
    match status.state:
        case State.BUNDLED:
            return "comes with photosort"
        case State.ABSENT:
            return "not here"
        case State.PARTIAL:
            return f"{part_words(status)} are here"
        case State.FETCHED:
            return "here, not prepared yet"
        case State.READY:
            return f"ready, {text.file_size(status.bytes_on_disk)} on disk"


def facts_line(status: NetworkStatus) -> str:
    """Size, input and licence, for those who know what it means."""
    facts = status.facts
    size = [] if status.state.usable else [f"{text.file_size(facts.download_bytes)} to get"]
    side = text.pixels(facts.input_size, facts.input_size)
    return _DOT.join([*size, f"looks at {side} pixels", f"embedding of {facts.dimension:,} numbers", facts.licence])
