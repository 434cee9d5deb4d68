"""An open folder while its network changes: what it shows, when it switches, what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from photosort.core.arrange import Arrangement
from photosort.core.catalog import Catalog
from photosort.core.paths import UserPaths
from photosort.core.thumbnails import ThumbnailCache
from photosort.gui.dropping import Target
from photosort.gui.jobs import Job
from photosort.gui.session import FolderSession
from tests.eyes import Eyes
from tests.gui.conftest import WAIT_MS
from tests.pictures import save_photo


class Desk:
    """A session on a folder of twelve photos, and what it has told."""

    def __init__(self, qtbot: QtBot, folder: Path, catalog: Catalog, paths: UserPaths, network: str = "auto") -> None:
        self.qtbot = qtbot
        self.catalog = catalog
        cache = ThumbnailCache(paths.thumbnails)
        self.session = FolderSession(catalog, paths, cache, Target(folder), Arrangement(), "cpu", network=network)
        self.errors: list[str] = []
        self.networks: list[object] = []
        self.said: set[str] = set()
        self.session.failed.connect(lambda error: self.errors.append(str(error)))
        self.session.network_changed.connect(self.networks.append)
        self.session.job_changed.connect(self._follow)
        self.session.open()

    def _follow(self, job: Job | None) -> None:
        if job is not None:
            job.progressed.connect(lambda progress: self.said.add(progress.what))

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.session.scanned and not self.session.busy, timeout=WAIT_MS)

    def words(self, classifier: str = "scenes") -> dict[str, int]:
        """How many photos show each guess of a classifier."""
        guesses = self.session.columns.predictions.get(classifier)
        if guesses is None:
            return {}
        labels = [guesses.labels[index] for index in guesses.label_index.tolist() if index >= 0]
        return {label: labels.count(label) for label in labels}

    def close(self) -> None:
        with self.qtbot.waitSignal(self.session.closed, timeout=WAIT_MS):
            self.session.close()


@pytest.fixture
def eyes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Eyes]:
    eyes = Eyes()
    eyes.add("compact", "0123456789ab", {"scenes": "sea"})
    eyes.put_on(monkeypatch)
    yield eyes
    for network in eyes.there.values():
        network.go.set()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(12):
        save_photo(tmp_path / "photos" / f"{number:02}.jpg", number)
    return tmp_path / "photos"


@pytest.fixture
def paths(tmp_path: Path) -> UserPaths:
    return UserPaths.below(tmp_path / "catalog")


@pytest.fixture
def catalog(paths: UserPaths) -> Iterator[Catalog]:
    with Catalog(paths.data) as catalog:
        yield catalog


@pytest.fixture
def desk(qtbot: QtBot, eyes: Eyes, folder: Path, catalog: Catalog, paths: UserPaths) -> Iterator[Desk]:
    """The folder seen by the compact network."""
    desk = Desk(qtbot, folder, catalog, paths)
    desk.settle()
    assert desk.words() == {"sea": 12}
    yield desk
    desk.close()


def test_a_network_that_was_fetched_takes_over_when_it_has_seen_all(desk: Desk, eyes: Eyes) -> None:
    better = eyes.add("mobilenetv2", "ba9876543210", {"kinds": "sea", "scenes": "forest"})
    eyes.best = "mobilenetv2"
    better.go.clear()
    desk.session.networks_changed()
    desk.qtbot.waitUntil(lambda: "Looking again with sharper eyes" in desk.said, timeout=WAIT_MS)
    assert (desk.words(), desk.words("kinds"), desk.session.network) == ({"sea": 12}, {}, "compact")
    assert [one.name for one in desk.session.classifiers] == ["scenes"]
    better.go.set()
    desk.settle()
    assert (desk.words(), desk.words("kinds"), desk.session.network) == ({"forest": 12}, {"sea": 12}, "mobilenetv2")
    assert [one.name for one in desk.session.classifiers] == ["kinds", "scenes"]
    assert desk.networks == ["compact", "mobilenetv2"]
    assert not desk.errors


def test_a_network_that_was_removed_gives_way_at_once_where_all_was_seen_before(desk: Desk, eyes: Eyes) -> None:
    eyes.add("mobilenetv2", "ba9876543210", {"scenes": "forest"})
    desk.session.use_network("mobilenetv2")
    desk.settle()
    assert desk.words() == {"forest": 12}
    opened = len(eyes.opened)
    desk.session.use_network("compact")
    desk.settle()
    assert (desk.words(), desk.session.network) == ({"sea": 12}, "compact")
    assert len(eyes.opened) == opened


def test_cancelled_the_old_guesses_stay_and_the_next_look_goes_on(desk: Desk, eyes: Eyes) -> None:
    better = eyes.add("mobilenetv2", "ba9876543210", {"scenes": "forest"})
    better.go.clear()
    jobs: list[Job] = []
    desk.session.job_changed.connect(lambda job: jobs.append(job) if job is not None else None)
    desk.session.use_network("mobilenetv2")
    desk.qtbot.waitUntil(lambda: "Looking again with sharper eyes" in desk.said, timeout=WAIT_MS)
    jobs[-1].cancel()
    better.go.set()
    desk.settle()
    assert (desk.words(), desk.session.network) == ({"sea": 12}, "compact")
    desk.session.rescan()
    desk.settle()
    assert (desk.words(), desk.session.network) == ({"forest": 12}, "mobilenetv2")
    assert better.embedded == 12


def test_groups_stay_until_made_anew_and_look_alikes_go_by_what_covers_the_folder(desk: Desk, eyes: Eyes) -> None:
    desk.session.look_alikes.group(3)
    desk.settle()
    groups = desk.session.columns.cluster.tolist()
    better = eyes.add("mobilenetv2", "ba9876543210", {"scenes": "forest"})
    better.go.clear()
    desk.session.use_network("mobilenetv2")
    desk.qtbot.waitUntil(lambda: "Looking again with sharper eyes" in desk.said, timeout=WAIT_MS)
    desk.session.look_alikes.compare(int(desk.session.columns.ids[0]))
    desk.qtbot.waitUntil(lambda: desk.session.columns.similarity is not None, timeout=WAIT_MS)
    better.go.set()
    desk.settle()
    assert not desk.errors
    assert desk.session.columns.cluster.tolist() == groups
    desk.session.look_alikes.group(2)
    desk.settle()
    grouping = desk.catalog.clustering(1)
    assert grouping is not None
    assert grouping.backbone_id == better.id


def test_photos_that_arrive_meanwhile_show_a_guess_at_once(desk: Desk, eyes: Eyes, folder: Path) -> None:
    better = eyes.add("mobilenetv2", "ba9876543210", {"scenes": "forest"})
    better.go.clear()
    seen: list[dict[str, int]] = []
    desk.session.photos_updated.connect(lambda _ids: seen.append(desk.words()))
    desk.session.use_network("mobilenetv2")
    desk.qtbot.waitUntil(lambda: "Looking again with sharper eyes" in desk.said, timeout=WAIT_MS)
    save_photo(folder / "new.jpg", 99)
    desk.session.rescan()
    desk.qtbot.waitUntil(lambda: len(desk.session.columns) == 13, timeout=WAIT_MS)
    better.go.set()
    desk.settle()
    assert {"sea": 12, "forest": 1} in seen
    assert desk.words() == {"forest": 13}
    assert better.embedded == 13


def test_photos_that_were_seen_in_another_folder_can_be_grouped_at_once(
    qtbot: QtBot, eyes: Eyes, folder: Path, catalog: Catalog, paths: UserPaths
) -> None:
    (folder / "one.jpg").write_bytes((folder / "01.jpg").read_bytes())
    desk = Desk(qtbot, folder, catalog, paths)
    desk.settle()
    desk.close()
    (folder.parent / "other").mkdir()
    for path in folder.iterdir():
        (folder.parent / "other" / path.name).write_bytes(path.read_bytes())
    opened = eyes.there["compact"].embedded
    desk = Desk(qtbot, folder.parent / "other", catalog, paths)
    desk.settle()
    assert (desk.words(), eyes.there["compact"].embedded) == ({"sea": 13}, opened)
    desk.session.look_alikes.group(2)
    desk.settle()
    assert desk.session.look_alikes.count == 2
    desk.close()


def test_a_network_that_cannot_be_opened_is_told_of_and_the_own_one_goes_on(
    qtbot: QtBot, eyes: Eyes, folder: Path, catalog: Catalog, paths: UserPaths
) -> None:
    eyes.add("mobilenetv2", "ba9876543210", {"scenes": "forest"})
    eyes.broken.add("mobilenetv2")
    desk = Desk(qtbot, folder, catalog, paths, network="mobilenetv2")
    desk.settle()
    assert (desk.words(), desk.session.network) == ({"sea": 12}, "compact")
    [told] = desk.errors
    assert "MobileNetV2 cannot be used" in told
    assert "damaged" in told
    desk.close()
