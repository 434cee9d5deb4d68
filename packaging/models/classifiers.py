"""The bundled classifiers: what each is asked, and of which photo of the sets it learns what."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from kinds_of_sets import KINDS, kind_of
from render_pages import ARCHIVE, SET_NAME
from train_backbone import Entry, Split, list_photos, split_of, usable

from photosort.core.asking import AskedOf

OTHER = "(other)"
SPLITS: tuple[Split, ...] = ("train", "calibration", "validation")

SCENES = ("buildings", "forest", "glacier", "mountain", "sea", "street")
ANIMALS = ("cat", "dog", "wild")

NEVER_FITTED = ("everyday/clothing", "everyday/trash_*")
"""What no head is fitted on in any way: by it *none of these* is measured on kinds nobody fitted."""


def _named(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NO_SCENE_NOR_NONE = _named("""
    minaret pagoda pyramid ferry ketch schooner stop_sign helicopter airplanes windmill fuji_mountain golden_gate
    eiffel_tower pisa_tower taj_mahal temple_of_heaven open_road tree sailboat hot_air_balloon car cyclist camel
    elephant giraffe horse heron seagull swan flamingo emu ibis llama okapi gerenuk rhino kangaroo
    church parachute garbage_truck gas_pump
""")
"""Things that may well stand in a scene: neither an example of a scene nor of what is none."""

_WILD = _named("""
    beaver cougar_face elephant gerenuk giraffe hedgehog kangaroo okapi panda tiger platypus wild_cat
""")
_DOGS = frozenset({"dalmatian", "english_springer"})
_FARM = frozenset({"camel", "cow", "horse", "llama"})
"""Neither cat nor dog nor wild, yet nobody would call any answer wrong."""

_TOYS = frozenset({"snoopy", "teddy_bear"})
"""Drawn or made animals: neither an example of an animal nor of what is none."""

_MIXED = frozenset({"caltech101", "objects", "imagenette", "other-animals"})


def never_fitted(entry: Entry) -> bool:
    """Tell whether a photo is one of `NEVER_FITTED`."""
    return entry.set_name == "everyday" and (entry.label == "clothing" or entry.label.startswith("trash_"))


def scene_of(entry: Entry) -> str | None:
    """Return the scene that a photo is an example of, `OTHER` for an example of none, None for neither."""
    if entry.set_name == "scenes":
        return entry.label
    if entry.set_name in {"bread", "flowers", "cats-dogs", "birds", "everyday", SET_NAME}:
        return OTHER
    if entry.set_name in {"caltech101", "objects", "imagenette"} and entry.label not in _NO_SCENE_NOR_NONE:
        return OTHER
    return None


def animal_of(entry: Entry) -> str | None:
    """Return cat, dog or wild, `OTHER` for an example of none, None for neither.

    `wild` is mammals that live in the wild. Birds, fish, reptiles and insects are none of these; farm animals are left
    out, as are the eagles among the wild animals.
    """
    answer: str | None = None
    if entry.set_name == "cats-dogs":
        answer = entry.label
    elif entry.set_name in {"wildlife", "wildlife64"}:
        answer = None if entry.label == "eagle" else "wild"
    elif entry.set_name in {"scenes", "bread", "flowers", "everyday", "house-fronts", "birds", SET_NAME}:
        answer = OTHER
    elif entry.set_name in _MIXED:
        if entry.label in _WILD:
            answer = "wild"
        elif entry.label in _DOGS:
            answer = "dog"
        else:
            answer = None if entry.label in _FARM | _TOYS or entry.label == "dolphin" else OTHER
    return answer


@dataclasses.dataclass(frozen=True)
class Classifier:
    """What a bundled classifier is fitted for.

    Attributes:
        name: Its name.
        title: What a person reads.
        labels: Its labels.
        of: Gives the label of a photo, `OTHER` or None.
        notes: What it can and cannot do, in a sentence or two.
        known_failures: Where it errs, as sentences; what its figures show is added.
        asked_of: Of which photos its answer is shown on screen.
        most: Photos of a label that are fitted at most, spread over sets and their labels.
        balanced: Whether each label weighs alike in the fit.
        share_outside: Share of the calibration photos that may be called none of these.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    of: Callable[[Entry], str | None]
    notes: str
    known_failures: tuple[str, ...]
    asked_of: AskedOf | None = None
    most: int = 3500
    balanced: bool = False
    share_outside: float = 0.025


CLASSIFIERS = (
    Classifier(
        "kinds",
        "Kind",
        KINDS,
        kind_of,
        "The first question asked of every photo. It sees people but does not know who they are.",
        (
            "People were learnt from faces that fill the picture, from musicians, and from a few dancers and cyclists.",
            "People who are small in the picture, in a crowd, or seen from behind mostly get the kind of what is near.",
            "Screenshots and most pages of text were painted by a program; real ones differ.",
            "A screenshot of a photo or a film often gets the kind of that picture.",
            "One photo has one kind here: a dog on a beach is an animal or a place, whichever fills the picture.",
            "Drawings, logos and objects cut out on white are things.",
        ),
        most=6000,
        balanced=True,
        share_outside=0.01,
    ),
    Classifier(
        "scenes",
        "Scene",
        SCENES,
        scene_of,
        "Landscapes and towns. Glacier and mountain, and buildings and street, overlap in the photos themselves.",
        (
            "Snowy mountains and glaciers are taken for each other; the labels measured against do not agree either.",
            "Streets show buildings, so these two are taken for each other.",
            "It knows neither deserts nor lakes nor fields nor the inside of buildings.",
        ),
        AskedOf("kinds", ("place",)),
    ),
    Classifier(
        "animals",
        "Animal",
        ANIMALS,
        animal_of,
        "Cats, dogs, and mammals in the wild: big cats, bears, wolves, foxes, elephants and others. Birds, fish, "
        "reptiles and insects are none of these. Farm animals were not fitted: any answer may come for those.",
        (
            "Small short-haired dogs are taken for cats, and curly ones on a plain ground for none of these.",
            "Farm animals such as horses and cows may be called wild or none of these.",
            "Several animals in one photo get one label.",
        ),
        AskedOf("kinds", ("animal",)),
    ),
)


def list_entries(photos: Path, work: Path) -> list[Entry]:
    """List the photos of all sets, held-out ones included, and after them the rendered pages.

    Args:
        photos: Folder of the set archives.
        work: Folder with the archive of pages, see `render_pages.write_pages`.
    """
    return list_photos(photos) + [e for e in list_photos(work) if e.set_name == SET_NAME]


def archive_of(entry: Entry, photos: Path, work: Path) -> Path:
    """Return the archive that an entry of `list_entries` lies in."""
    return work / ARCHIVE if entry.set_name == SET_NAME else photos / f"{entry.set_name}.zip"


def split_of_entry(entry: Entry) -> Split:
    """Return the split of a photo or page; pages carry theirs in their names."""
    if entry.set_name != SET_NAME:
        return split_of(entry)
    return next(split for split in SPLITS if entry.file.startswith(split))


def roles(classifier: Classifier, entries: Sequence[Entry]) -> list[str | None]:
    """Tell what each photo is an example of: a label, `OTHER`, or nothing.

    Args:
        classifier: What is to be fitted.
        entries: All photos of the sets: which classes are held out depends on all of them.

    Returns:
        One answer per photo; None for everything that is held out of all fitting.
    """
    fair = set(usable(entries))
    return [classifier.of(e) if e in fair and not never_fitted(e) else None for e in entries]
