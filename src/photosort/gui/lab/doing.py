"""What is told of the work on a network: what goes on, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from photosort.core.photo import Progress


class Task(StrEnum):
    """What can be done with a network; the values begin the sentence of a job."""

    GET = "Getting"
    IMPORT = "Importing"
    REMOVE = "Removing"
    VERIFY = "Checking"


@dataclass(frozen=True, slots=True)
class Doing:
    """What is going on with a network.

    Attributes:
        task: what.
        sentence: how it goes, for a person.
        progress: the newest; None before there was any.
        paused: it is held.
        stopping: it was cancelled and is about to end.
    """

    task: Task
    sentence: str
    progress: Progress | None
    paused: bool
    stopping: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the last thing that was done with a network ended.

    Attributes:
        task: what was done.
        ok: whether it is as it should be.
        message: for a person.
        findings: what a check found, one sentence each.
    """

    task: Task
    ok: bool
    message: str
    findings: tuple[str, ...] = ()
