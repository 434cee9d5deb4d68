#!/usr/bin/env python3
"""Put the recommended network into `resources/networks`, so that an installer brings it along.

    python packaging/carry_networks.py
    python packaging/carry_networks.py --from mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5

Run before a wheel or an installer is built, never by the program. It fetches Keras' weights, converts them, and checks
them as on a user's computer. Where the address does not answer it says so and leaves everything as it was: what is
built then offers the download instead. `resources/networks` is no part of the repository: the weights are not ours.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Generator, Sequence
from pathlib import Path

from photosort.core.errors import EngineError, ModelError
from photosort.core.paths import UserPaths
from photosort.core.photo import Progress
from photosort.ml import networks
from photosort.ml.cards import BackboneCard
from photosort.ml.preparing import find_converted

ROOT = Path(__file__).resolve().parents[1]

RECOMMENDED = "mobilenetv2"


def carry(name: str, target: Path, weights: Path | None = None) -> Path:
    """Prepare a network in a temporary folder and copy what the program opens.

    Args:
        name: The network.
        target: Folder of carried networks, `resources/networks`.
        weights: A file of Keras weights; None fetches it.

    Returns:
        The network's folder below `target`, replaced whole.

    Raises:
        ModelError: It cannot be fetched, or is not what was expected.
        EngineError: TensorFlow, which converts, cannot be used here.
    """
    with tempfile.TemporaryDirectory() as temporary:
        paths = UserPaths.below(Path(temporary))
        steps = networks.get(name, paths) if weights is None else networks.take_file(name, weights, paths)
        _finish(steps)
        made = find_converted(networks.facts_of(name), paths)
        if made is None:
            message = f"the network {name} was prepared, but is not there"
            raise ModelError(message)
        folder = target / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for file in (made.network, made.folder / BackboneCard.CARD):
            shutil.copy2(file, folder / file.name)
    return folder


def _finish(steps: Generator[Progress, None, networks.NetworkStatus]) -> None:
    for _ in steps:
        pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry the network; returns 0, or 1 where it cannot be had here."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--from", dest="weights", type=Path, metavar="FILE", help="take weights from here")
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "networks")
    options = parser.parse_args(arguments)
    try:
        folder = carry(RECOMMENDED, options.out, options.weights)
    except (ModelError, EngineError) as error:
        print(f"{RECOMMENDED} is not carried: {error}", file=sys.stderr)
        return 1
    print(f"{RECOMMENDED} is carried in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
