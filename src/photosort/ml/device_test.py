"""The self-test of this computer: every way to run a network, compared with the CPU and timed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from photosort.core.errors import EngineError, ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml import networks, preparing
from photosort.ml.acceleration import GpuPlan, Way, difference, opening_gpu, plan_way
from photosort.ml.backbones import COMPACT_WEIGHTS, LiteRTBackbone
from photosort.ml.cards import BackboneCard
from photosort.ml.device_reports import DeviceReport, choose, remember
from photosort.ml.keras_process import KerasProcess
from photosort.ml.machine import usable_cores
from photosort.ml.network_facts import facts_of
from photosort.ml.samples import sample_pictures

_logger = logging.getLogger(__name__)

_SECONDS = 1.5
"""How long each way is timed."""
_BATCH = 8
"""Photos per batch, as an analysis has them."""
_HEARTBEAT = 0.1
"""Seconds between yields, so that a job can be stopped."""

Planner = Callable[[Way, BackboneCard, Path | None], tuple[GpuPlan | None, str]]
_Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]
_Opened = TypeVar("_Opened")


def self_test(
    card: BackboneCard,
    weights: Path | None,
    *,
    plan: Planner = plan_way,
    start: Callable[[], KerasProcess] = lambda: KerasProcess(gpu=True),
    seconds: float = _SECONDS,
    require_gpu: bool = True,
) -> Generator[Progress, None, tuple[DeviceReport, ...]]:
    """Try every way to run a network on this computer.

    A GPU is tried in a helper process each, so that a driver that crashes takes nothing else with it. What is timed is
    what an analysis does: batches of eight pictures from as many threads as there are workers, the way through the
    helper process included, decoding left out.

    Args:
        card: the network.
        weights: its Keras weights, which TensorFlow needs.
        plan: tells whether a way is worth a try.
        start: makes a helper process.
        seconds: how long each way is timed.
        require_gpu: False lets a CPU stand in for a GPU, in tests.

    Yields:
        progress, in ways that are done; closing the generator stops the test.

    Returns:
        a report of each `Way`, in their order; the fastest that is right is chosen.

    Raises:
        ModelError: the network is missing or damaged.
        EngineError: LiteRT cannot be used on this machine, not even on the CPU.
    """
    ways = tuple(Way)
    reports: dict[Way, DeviceReport] = {}
    cpu = LiteRTBackbone(card)
    try:
        for done, way in enumerate(ways):
            step = Progress(_PHRASES[way], done, len(ways))
            yield step
            if way is Way.CPU:
                speed = yield from _timed(cpu.embed, card.input_size, cpu.workers, seconds, step)
                reports[way] = DeviceReport(way, _cores(usable_cores()), "", 1.0, speed)
                continue
            whole = _WHOLE.get(way)
            if whole is not None and not reports[whole].available:
                # What cannot be had in float32 is not to be had in float16 either.
                reports[way] = replace(reports[whole], way=way)
                continue
            planned, reason = plan(way, card, weights)
            if planned is None:
                reports[way] = DeviceReport(way, reason=reason)
                continue
            reports[way] = yield from _try_gpu(planned, start, cpu, seconds, step, require_gpu=require_gpu)
    finally:
        cpu.close()
    return choose([reports[way] for way in ways])


def measure(name: str, paths: UserPaths) -> Generator[Progress, None, tuple[DeviceReport, ...]]:
    """Test this computer with a network, and remember what was found; see `self_test` and `network_at_hand`."""
    yield Progress("Getting ready", 0, len(Way))
    card, weights = network_at_hand(name, paths)
    reports = yield from self_test(card, weights)
    remember(paths, card.id, reports)
    return reports


def network_at_hand(name: str, paths: UserPaths) -> tuple[BackboneCard, Path | None]:
    """The card and the Keras weights of a network that can be opened; without the weights TensorFlow cannot run it.

    Args:
        name: what it is called; "auto" is the best at hand.
        paths: where weights and converted networks are kept.

    Raises:
        ModelError: there is no such network, it is not here, or damaged.
    """
    facts = facts_of(networks.best(paths) if name == "auto" else name)
    card = preparing.carried(facts) or preparing.find_converted(facts, paths)
    if card is None:
        raise ModelError(preparing.how_to_get(facts))
    return card, card.folder / COMPACT_WEIGHTS if facts.bundled else preparing.weights_of(card, facts, paths)


_PHRASES = {
    Way.CPU: "Timing the CPU",
    Way.LITERT: "Trying LiteRT on the GPU",
    Way.LITERT_HALF: "Trying LiteRT on the GPU, in half precision",
    Way.TENSORFLOW: "Trying TensorFlow on the GPU",
    Way.TENSORFLOW_HALF: "Trying TensorFlow on the GPU, in half precision",
}
_WHOLE = {Way.LITERT_HALF: Way.LITERT, Way.TENSORFLOW_HALF: Way.TENSORFLOW}
"""The same with float32."""


def _cores(count: int) -> str:
    return "1 core" if count == 1 else f"{count} cores"


def _try_gpu(
    plan: GpuPlan,
    start: Callable[[], KerasProcess],
    cpu: LiteRTBackbone,
    seconds: float,
    step: Progress,
    *,
    require_gpu: bool,
) -> Generator[Progress, None, DeviceReport]:
    report = DeviceReport(plan.way)
    try:
        process = start()
        opening = opening_gpu(plan, process, cpu.embed, require_gpu=require_gpu)
        embedder = yield from _as(step, opening)
        try:
            name, cosine = embedder.device.name, embedder.cosine
            report = replace(report, device=name, cosine=cosine)
            size, workers = plan.card.input_size, cpu.workers
            speed = yield from _timed(embedder.embed, size, workers, seconds, step, process.kill)
            report = replace(report, speed=speed)
            return report if report.right else replace(report, reason=difference(name, cosine))
        finally:
            embedder.close()
    except EngineError as error:
        _logger.info("%s: %s", plan.way, error, exc_info=True)
        return replace(report, reason=str(error))


def _as(step: Progress, opening: Generator[Progress, None, _Opened]) -> Generator[Progress, None, _Opened]:
    """The same generator, told as one step."""
    try:
        while True:
            try:
                next(opening)
            except StopIteration as stop:
                opened: _Opened = stop.value
                return opened
            yield step
    finally:
        opening.close()


def _timed(
    embed: _Embed, size: int, workers: int, seconds: float, step: Progress, abandon: Callable[[], None] | None = None
) -> Generator[Progress, None, float]:
    """Embed batches from threads for a while.

    Args:
        embed: what is timed.
        size: height and width of the pictures, pixels.
        workers: how many threads.
        seconds: how long.
        step: what is yielded meanwhile.
        abandon: makes ``embed`` of a GPU fail at once when the generator is closed. A GPU has embedded before; the
            threads of the CPU prepare themselves with a batch each.

    Returns:
        pictures per second.
    """
    batch = sample_pictures(size)[:_BATCH]
    stop = threading.Event()

    def work(until: float) -> int:
        done = 0
        while not done or (time.perf_counter() < until and not stop.is_set()):
            embed(batch)
            done += len(batch)
        return done

    with ThreadPoolExecutor(workers, thread_name_prefix="photosort-self-test") as pool:
        try:
            if abandon is None:
                yield from _awaited([pool.submit(work, 0.0) for _ in range(workers)], step)
            started = time.perf_counter()
            working = [pool.submit(work, started + seconds) for _ in range(workers)]
            yield from _awaited(working, step)
            return sum(future.result() for future in working) / (time.perf_counter() - started)
        except GeneratorExit:
            stop.set()
            if abandon is not None:
                abandon()
            raise


def _awaited(futures: Sequence[Future[int]], step: Progress) -> Generator[Progress, None, None]:
    """Wait for all, yielding meanwhile; raises what one of them raised."""
    while wait(futures, _HEARTBEAT).not_done:
        yield step
    for future in futures:
        future.result()
