"""Where things lie: our resources, the user's data, the cache. The only module that asks the system for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import appdirs

_APP = "photosort"


@lru_cache(maxsize=1)
def resources() -> Path:
    """The folder of bundled resources: inside the package in a wheel, at the top level of a checkout."""
    package = Path(__file__).resolve().parent.parent
    for candidate in (package / "resources", package.parent.parent / "resources"):
        if candidate.is_dir():
            return candidate
    message = f"photosort's resources are missing: neither in {package} nor beside {package.parent}"
    raise FileNotFoundError(message)


@dataclass(frozen=True, slots=True)
class UserPaths:
    """The places of one user, or of one ``--catalog DIR``.

    Attributes:
        data: catalog, journal, trained classifiers, fetched weights. Precious.
        cache: thumbnails and converted networks. May vanish at any time.
        config: settings of the window.
    """

    data: Path
    cache: Path
    config: Path

    @classmethod
    def of_user(cls) -> UserPaths:
        """The places that the operating system sets aside for this user."""
        return cls(
            data=Path(appdirs.user_data_dir(_APP, appauthor=False)),
            cache=Path(appdirs.user_cache_dir(_APP, appauthor=False)),
            config=Path(appdirs.user_config_dir(_APP, appauthor=False)),
        )

    @classmethod
    def below(cls, directory: Path) -> UserPaths:
        """Everything below one folder, as ``--catalog DIR`` asks for it and tests use it."""
        return cls(data=directory, cache=directory / "cache", config=directory)

    @property
    def thumbnails(self) -> Path:
        """Cached thumbnails."""
        return self.cache / "thumbnails"

    @property
    def converted(self) -> Path:
        """Networks converted from fetched weights."""
        return self.cache / "networks"

    @property
    def weights(self) -> Path:
        """Weights that the user fetched or imported."""
        return self.data / "weights"
