"""What the window remembers between two starts, as one small JSON file.

A settings file is a convenience: a damaged one is set aside and never keeps the window from opening.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

_logger = logging.getLogger(__name__)

_REMEMBERED_FOLDERS = 200
MIN_TILE_SIZE = 64
MAX_TILE_SIZE = 384


class ThemeChoice(StrEnum):
    """Which colours the window wears."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class FolderView:
    """How one folder was last looked at.

    Attributes:
        group: what the photos are grouped by, as `photosort.core.arrange.Grouping` writes itself; empty: not at all.
        order: value of a `photosort.core.arrange.Order`.
        descending: highest first.
        classifier: the classifier that an order by label or confidence speaks of; None where none was chosen.
    """

    group: str = ""
    order: str = "taken"
    descending: bool = True
    classifier: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the window remembers.

    Attributes:
        theme: colours of the window.
        tile_size: side of a tile in device-independent pixels.
        groups_panel: whether the left panel is open.
        details_panel: whether the right panel is open.
        folded: sections of the left panel that are folded away, by key.
        geometry: the window's place and size, base64 of what Qt saves; empty at first.
        splitter: the widths of the panels, base64 of what Qt saves; empty at first.
        device: which device analyses photos: "auto", "cpu" or "gpu".
        network: name of the network that looks at photos; "auto" for the best at hand.
        folders: how each folder was last looked at, by its path; the most recently used last.
    """

    theme: ThemeChoice = ThemeChoice.SYSTEM
    tile_size: int = 168
    groups_panel: bool = True
    details_panel: bool = True
    folded: tuple[str, ...] = ()
    geometry: str = ""
    splitter: str = ""
    device: str = "auto"
    network: str = "auto"
    folders: Mapping[str, FolderView] = field(default_factory=lambda: MappingProxyType({}))

    def view_of(self, folder: Path) -> FolderView | None:
        """How ``folder`` was last looked at; None when it never was."""
        return self.folders.get(str(folder))

    def with_view(self, folder: Path, view: FolderView) -> Self:
        """The same settings with ``view`` remembered for ``folder``; the folders used longest ago are forgotten."""
        kept = {path: known for path, known in self.folders.items() if path != str(folder)}
        kept[str(folder)] = view
        recent = dict(list(kept.items())[-_REMEMBERED_FOLDERS:])
        return replace(self, folders=MappingProxyType(recent))

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        plain = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "folders"}
        plain["folders"] = {path: asdict(view) for path, view in self.folders.items()}
        return plain

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Read what `to_json` wrote; what is missing, unknown or of another type takes its default."""
        if not isinstance(data, dict):
            return cls()
        plain = _typed(cls(), {name: value for name, value in data.items() if name != "folders"})
        views = data.get("folders")
        folders = {
            path: replace(FolderView(), **_typed(FolderView(), view))
            for path, view in (views if isinstance(views, dict) else {}).items()
            if isinstance(path, str) and isinstance(view, dict)
        }
        settings = replace(cls(), **plain, folders=MappingProxyType(folders))
        return replace(settings, tile_size=min(max(settings.tile_size, MIN_TILE_SIZE), MAX_TILE_SIZE))


class SettingsStore:
    """The settings in use and the file that they are kept in.

    Args:
        path: the JSON file; it and its folder need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.current = _read(path)
        self._saved = self.current

    def update(self, **changes: object) -> None:
        """Change some fields of the settings in use; `save` writes them.

        Raises:
            TypeError: there is no such setting.
        """
        self.current = replace(self.current, **changes)  # type: ignore[arg-type]

    def remember_view(self, folder: Path, view: FolderView) -> None:
        """Remember how ``folder`` is looked at; `save` writes it."""
        self.current = self.current.with_view(folder, view)

    def save(self) -> bool:
        """Write what has changed since the last time, atomically.

        Returns:
            False when the file could not be written; that is logged and the window goes on.
        """
        if self.current == self._saved:
            return True
        try:
            _write(self.path, self.current)
        except OSError as error:
            _logger.warning("The settings could not be saved to %s: %s", self.path, error)
            return False
        self._saved = self.current
        return True


def _read(path: Path) -> Settings:
    try:
        return Settings.from_json(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        _logger.warning("The settings in %s could not be read: %s", path, error)
        return Settings()
    except (ValueError, RecursionError) as error:
        aside = path.with_suffix(".damaged.json")
        _logger.warning("The settings in %s are damaged (%s): set aside as %s", path, error, aside.name)
        try:
            path.replace(aside)
        except OSError as failure:
            _logger.warning("%s could not be set aside: %s", path, failure)
        return Settings()


def _write(path: Path, settings: Settings) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(settings.to_json(), indent=1, ensure_ascii=False)
    # Undecodable bytes of a folder's name reach us as lone surrogates, which only ASCII escapes can carry.
    text = text if _is_unicode(text) else json.dumps(settings.to_json(), indent=1)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _typed(default: Settings | FolderView, data: Mapping[str, object]) -> dict[str, Any]:
    """The entries of ``data`` that are fields of ``default`` and of their type."""
    result: dict[str, Any] = {}
    for item in fields(default):
        if item.name not in data:
            continue
        value, known = data[item.name], getattr(default, item.name)
        if isinstance(known, ThemeChoice):
            if isinstance(value, str) and value in set(ThemeChoice):
                result[item.name] = ThemeChoice(value)
        elif isinstance(known, tuple):
            if isinstance(value, list):
                result[item.name] = tuple(entry for entry in value if isinstance(entry, str))
        elif known is None:
            if value is None or isinstance(value, str):
                result[item.name] = value
        elif type(value) is type(known):
            result[item.name] = value
    return result
