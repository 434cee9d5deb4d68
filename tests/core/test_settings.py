"""Settings survive a restart, a damaged file, a newer and an older program, and a full disk."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from photosort.core.settings import FolderView, Settings, SettingsStore, ThemeChoice


def test_what_is_saved_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "settings.json"
    store = SettingsStore(path)
    assert store.current == Settings()
    store.update(theme=ThemeChoice.DARK, tile_size=200, folded=("dates",), geometry="QUJD", details_panel=False)
    store.remember_view(
        tmp_path / "Fotos äöü 写真", FolderView("year", "sharpness", descending=False, classifier="scenes")
    )
    assert store.save()
    again = SettingsStore(path).current
    assert again == store.current
    assert again.view_of(tmp_path / "Fotos äöü 写真") == FolderView("year", "sharpness", False, "scenes")
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_a_folder_whose_name_is_no_text_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    folder = Path("/photos/\udcff\udcfe")
    store = SettingsStore(path)
    store.remember_view(folder, FolderView(order="name"))
    assert store.save()
    assert SettingsStore(path).current.view_of(folder) == FolderView(order="name")


def test_only_the_folders_used_last_are_kept(tmp_path: Path) -> None:
    settings = Settings()
    for number in range(250):
        settings = settings.with_view(tmp_path / str(number), FolderView(order="name"))
    settings = settings.with_view(tmp_path / "100", FolderView(order="size"))
    settings = settings.with_view(tmp_path / "new", FolderView())
    assert len(settings.folders) == 200
    assert settings.view_of(tmp_path / "100") == FolderView(order="size")
    assert settings.view_of(tmp_path / "10") is None


@pytest.mark.parametrize("content", ["", "{", "\0\0\0\0", '{"theme": ', "[" * 100_000])
def test_a_damaged_file_is_set_aside(tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    with caplog.at_level(logging.WARNING):
        assert SettingsStore(path).current == Settings()
    assert "damaged" in caplog.text
    assert not path.exists()
    assert (tmp_path / "settings.damaged.json").read_text() == content


@pytest.mark.parametrize(
    "content",
    [
        [],
        "dark",
        {"theme": "pink", "tile_size": "large", "folded": "x", "folders": 5, "groups_panel": 1},
        {"folders": {"/a": 7}, "of a newer program": True},
        {"tile_size": True},
    ],
)
def test_values_of_another_kind_take_their_default(tmp_path: Path, content: object) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(content))
    assert SettingsStore(path).current == Settings()


def test_one_wrong_value_does_not_cost_the_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": "dark", "tile_size": None, "folders": {"/a": {"order": "name", "group": 3}}}))
    settings = SettingsStore(path).current
    assert settings.theme is ThemeChoice.DARK
    assert settings.tile_size == Settings().tile_size
    assert settings.view_of(Path("/a")) == FolderView(order="name")


@pytest.mark.parametrize(("written", "read"), [(1, 64), (5000, 384), (100, 100)])
def test_a_tile_size_out_of_bounds_is_brought_back(tmp_path: Path, written: int, read: int) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"tile_size": written}))
    assert SettingsStore(path).current.tile_size == read


def test_a_failed_save_keeps_the_old_file_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "settings.json"
    store = SettingsStore(path)
    store.update(tile_size=100)
    assert store.save()
    before = path.read_bytes()
    store.update(tile_size=300)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with caplog.at_level(logging.WARNING):
        assert not store.save()
    assert "No space left" in caplog.text
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["settings.json"]
    monkeypatch.undo()
    assert store.save()
    assert SettingsStore(path).current.tile_size == 300


def test_nothing_is_written_while_nothing_changed(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "settings.json")
    assert store.save()
    assert not store.path.exists()


def test_an_unknown_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        SettingsStore(tmp_path / "settings.json").update(colour="red")
