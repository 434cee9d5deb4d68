"""Folders that a person made: those whose names no camera, program or habit gives, and the photos that stay in them."""

from __future__ import annotations

from photosort.core.sorting.plans.facts import folder_of, name_of
from photosort.core.sorting.plans.given_names import CAMERA, COPY_MARK, DATE, GIVEN, NEW_FOLDER, PHOTOS_OF_A_YEAR
from photosort.core.sorting.values import KeepFolders
from photosort.core.textkeys import fold


def is_persons_name(name: str) -> bool:
    """Whether a person gave a folder its name, as far as one can tell: false for what cameras, programs and dates give.

    Args:
        name: of the folder alone.
    """
    if name.startswith(".") or CAMERA.fullmatch(name):
        return False
    plain = " ".join(fold(name).split())
    plain = COPY_MARK.sub("", plain) or plain
    if plain in GIVEN or plain.replace("_", " ") in GIVEN:
        return False
    if any(pattern.fullmatch(plain) for pattern in (NEW_FOLDER, DATE, PHOTOS_OF_A_YEAR)):
        return False
    return any(character.isalpha() for character in plain)


class Keeper:
    """Says which folder a photo's folder is kept with.

    Args:
        keep: which are kept.
    """

    def __init__(self, keep: KeepFolders) -> None:
        self._auto = keep.auto
        self._names = frozenset(fold(name.strip("/")) for name in keep.names)
        self._included = frozenset(fold(path.strip("/")) for path in keep.included)
        self._found: dict[str, str | None] = {"": None}

    def kept(self, folder: str) -> str | None:
        """The uppermost kept folder that a folder is or lies in; None where it is not kept.

        Args:
            folder: relative to the root, POSIX; the root itself is never kept.
        """
        if folder not in self._found:
            self._found[folder] = self._look(folder)
        return self._found[folder]

    def _look(self, folder: str) -> str | None:
        above = self.kept(folder_of(folder))
        if self._is_named(folder):
            return above or folder
        if self._is_included(folder):
            # What lies in a folder that was named is kept all the same.
            return above if above is not None and self._is_named(above) else None
        if above is not None:
            return above
        return folder if self._auto and is_persons_name(name_of(folder)) else None

    def _is_named(self, folder: str) -> bool:
        return fold(folder) in self._names or fold(name_of(folder)) in self._names

    def _is_included(self, folder: str) -> bool:
        path = fold(folder)
        return any(path == one or path.startswith(f"{one}/") for one in self._included)
