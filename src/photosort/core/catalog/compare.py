"""What is different between a scan and the catalog: which photo of the catalog is which file on disk. No database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from photosort.core.catalog.textcodes import companions_from_column, companions_to_column
from photosort.core.photo import Failure, Shot

_PAIRS_LIMIT = 10_000


class Known(NamedTuple):
    """A photo as the catalog has it; ``companions`` and ``taken_source`` as they are stored."""

    id: int
    relpath: str
    companions: str | None
    size: int
    mtime_ns: int
    present: bool
    taken: float
    taken_source: str
    key: str | None


@dataclass(slots=True)
class Difference:
    """What must be done for the catalog to say what the scan saw; each known photo is in one list at most.

    Attributes:
        unchanged: how many photos are as they were.
        refreshed: unchanged pictures whose other files or date by the scan are new (counted in ``unchanged``).
        returned: missing photos that are back as they were.
        changed: photos with the file that is theirs now.
        moved: photos with the file, elsewhere, that has their content.
        missing: present photos that were not found.
        added: files that belong to no known photo.
        wanted: paths whose content keys would tell moved photos from new ones.
    """

    unchanged: int = 0
    refreshed: list[tuple[Known, Shot]] = field(default_factory=list)
    returned: list[tuple[Known, Shot]] = field(default_factory=list)
    changed: list[tuple[Known, Shot]] = field(default_factory=list)
    moved: list[tuple[Known, Shot]] = field(default_factory=list)
    missing: list[Known] = field(default_factory=list)
    added: list[Shot] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """True if nothing need be written."""
        return not (self.refreshed or self.returned or self.changed or self.moved or self.missing or self.added)


def compare(
    known: Sequence[Known],
    shots: Sequence[Shot],
    failures: Sequence[Failure],
    *,
    keys: Mapping[str, str],
    complete: bool,
) -> Difference:
    """Match the files of a scan with the photos of the catalog.

    By path first; then, for photos whose path is gone, by content key; then by the files of one shot (a JPEG that
    joined its RAW is the same photo).

    Args:
        known: all photos of the folder.
        shots: what the scan found.
        failures: what it could not read: photos below such a folder are neither found nor missing.
        keys: content keys of files, by path, as far as they were asked for; see `Difference.wanted`.
        complete: False if only some files were scanned; then nothing is missing.
    """
    difference = Difference()
    # A present photo has its path for itself; of the missing ones that had it, the last one counts.
    by_path = {photo.relpath: photo for photo in sorted(photo for photo in known if not photo.present)}
    by_path.update((photo.relpath, photo) for photo in known if photo.present)
    changed: dict[str, tuple[Known, Shot]] = {}
    new: list[Shot] = []
    matched: set[int] = set()
    for shot in shots:
        file = shot.file
        photo = by_path.get(file.relpath)
        if photo is None:
            new.append(shot)
            continue
        matched.add(photo.id)
        if photo.size != file.size or photo.mtime_ns != file.mtime_ns:
            changed[file.relpath] = (photo, shot)
        elif not photo.present:
            difference.returned.append((photo, shot))
        else:
            difference.unchanged += 1
            if (photo.taken, photo.taken_source) != (shot.taken, shot.taken_source.value) or (
                photo.companions != (companions_to_column(shot.companions) if shot.companions else None)
            ):
                difference.refreshed.append((photo, shot))
    unreadable = frozenset(failure.relpath for failure in failures)
    gone = [
        photo
        for photo in known
        if photo.id not in matched and (not photo.present or (complete and not _is_below(photo.relpath, unreadable)))
    ]
    _place_the_rest(difference, gone, changed, new, keys)
    return difference


def _is_below(relpath: str, folders: frozenset[str]) -> bool:
    if not folders:
        return False
    if "" in folders or "." in folders:
        return True
    at = relpath.rfind("/")
    while at > 0:
        if relpath[:at] in folders:
            return True
        at = relpath.rfind("/", 0, at)
    return False


def _place_the_rest(
    difference: Difference,
    gone: Sequence[Known],
    changed: Mapping[str, tuple[Known, Shot]],
    new: Sequence[Shot],
    keys: Mapping[str, str],
) -> None:
    """Decide on the photos that are not where they were, and on the files that are not what they were."""
    homeless = [*gone, *(photo for photo, _shot in changed.values())]
    strays = [*new, *(shot for _photo, shot in changed.values())]
    difference.wanted = _wanted(homeless, strays)
    moves = _moves(homeless, strays, keys, changed)
    taken_paths = {shot.file.relpath for _photo, shot in moves.values()}
    difference.moved = list(moves.values())
    for path, (photo, shot) in changed.items():
        if photo.id not in moves:
            # Its path may have been taken by a photo that was renamed to it.
            if path not in taken_paths:
                difference.changed.append((photo, shot))
            elif photo.present:
                difference.missing.append(photo)
    left = [photo for photo in gone if photo.id not in moves]
    free = [shot for shot in new if shot.file.relpath not in taken_paths]
    # A changed photo that moved away has left its place to the one that took it, so nothing is added for it.
    rejoined = _same_shot(left, free)
    difference.changed += rejoined.values()
    rejoined_paths = {shot.file.relpath for _photo, shot in rejoined.values()}
    difference.missing += [photo for photo in left if photo.present and photo.id not in rejoined]
    difference.added = [shot for shot in free if shot.file.relpath not in rejoined_paths]


def _wanted(homeless: Iterable[Known], strays: Iterable[Shot]) -> list[str]:
    """Files as large as a photo that is not at its place, other than the one that lies there now."""
    at_size: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for photo in homeless:
        if photo.key is not None:
            at_size[photo.size][photo.relpath] += 1
    wanted = []
    for shot in strays:
        paths = at_size.get(shot.file.size)
        if paths is not None and (len(paths) > 1 or shot.file.relpath not in paths):
            wanted.append(shot.file.relpath)
    return wanted


def _same_content(
    homeless: Iterable[Known], strays: Iterable[Shot], keys: Mapping[str, str]
) -> dict[int, tuple[Known, Shot]]:
    """Photo id -> photo and the file at another path that has its content."""
    photos_of: defaultdict[str, list[Known]] = defaultdict(list)
    for photo in homeless:
        if photo.key is not None:
            photos_of[photo.key].append(photo)
    shots_of: defaultdict[str, list[Shot]] = defaultdict(list)
    for shot in strays:
        key = keys.get(shot.file.relpath, "")
        if key in photos_of:
            shots_of[key].append(shot)
    found: dict[int, tuple[Known, Shot]] = {}
    for key, shots in shots_of.items():
        for photo, shot in _best_pairs(photos_of[key], shots):
            if photo.relpath != shot.file.relpath:
                found[photo.id] = (photo, shot)
    return found


def _best_pairs(photos: Sequence[Known], shots: Sequence[Shot]) -> list[tuple[Known, Shot]]:
    """Pair photos and files of one content: who was here last first, then by how much of the paths agrees."""
    if len(photos) * len(shots) > _PAIRS_LIMIT:
        ordered = sorted(photos, key=lambda photo: (not photo.present, photo.relpath))
        return list(zip(ordered, sorted(shots, key=lambda shot: shot.file.relpath), strict=False))
    pairs = sorted(
        ((photo, shot) for photo in photos for shot in shots),
        key=lambda pair: (-_common_tail(pair[0].relpath, pair[1].file.relpath), not pair[0].present, pair[0].id),
    )
    pairs.sort(key=lambda pair: pair[0].relpath != pair[1].file.relpath)
    used_photos: set[int] = set()
    used_paths: set[str] = set()
    best = []
    for photo, shot in pairs:
        if photo.id not in used_photos and shot.file.relpath not in used_paths:
            used_photos.add(photo.id)
            used_paths.add(shot.file.relpath)
            best.append((photo, shot))
    return best


def _common_tail(one: str, other: str) -> int:
    """How many parts two paths share at their ends."""
    count = 0
    for left, right in zip(reversed(one.split("/")), reversed(other.split("/")), strict=False):
        if left != right:
            break
        count += 1
    return count


def _moves(
    homeless: Sequence[Known],
    strays: Sequence[Shot],
    keys: Mapping[str, str],
    changed: Mapping[str, tuple[Known, Shot]],
) -> dict[int, tuple[Known, Shot]]:
    """Photo id -> photo and the file that it is now, for photos whose old path is gone or was taken by another one.

    Files renumbered by one, or swapped, are moves although every path is still there. A photo whose path now holds
    something unknown was edited, and its content elsewhere is a copy - or belongs to another photo that is gone.
    """
    edited: set[int] = set()
    while True:
        moves = _same_content((photo for photo in homeless if photo.id not in edited), strays, keys)
        more = _edited(moves, changed)
        if not more:
            return moves
        edited |= more


def _edited(moves: Mapping[int, tuple[Known, Shot]], changed: Mapping[str, tuple[Known, Shot]]) -> set[int]:
    """Photos that would leave a path that no other photo moves to; then those that moved to theirs, and so on."""
    taken = {shot.file.relpath for _photo, shot in moves.values()}
    open_ends = [path for path, (photo, _shot) in changed.items() if photo.id in moves and path not in taken]
    edited: set[int] = set()
    while open_ends:
        photo_id = changed[open_ends.pop()][0].id
        edited.add(photo_id)
        left = moves[photo_id][1].file.relpath
        if left in changed and changed[left][0].id in moves:
            open_ends.append(left)
    return edited


def _same_shot(gone: Iterable[Known], new: Iterable[Shot]) -> dict[int, tuple[Known, Shot]]:
    """Photo id -> photo and the new file that is of the same shot: one was the other's companion."""
    photo_of: dict[str, Known] = {}
    for photo in gone:
        if photo.present:
            photo_of[photo.relpath] = photo
            for file in companions_from_column(photo.companions):
                photo_of.setdefault(file.relpath, photo)
    found: dict[int, tuple[Known, Shot]] = {}
    if not photo_of:
        return found
    for shot in new:
        for relpath in (shot.file.relpath, *(file.relpath for file in shot.companions)):
            match = photo_of.get(relpath)
            if match is not None and match.id not in found:
                found[match.id] = (match, shot)
                break
    return found
