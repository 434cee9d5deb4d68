"""The folders that photos are filed into: an order of their own for each opened folder, and answers that last."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosort.core.catalog import Catalog
from photosort.core.catalog.filing import FilingFolder


@pytest.fixture
def root(catalog: Catalog, tmp_path: Path) -> int:
    return catalog.open_root(tmp_path / "Photos")


def test_folders_keep_the_order_they_were_given(catalog: Catalog, root: int, tmp_path: Path) -> None:
    beach, town, hills = (tmp_path / name for name in ("Beach", "Town", "Hills"))
    catalog.filing.arrange(root, [beach, town])
    catalog.filing.arrange(root, [hills, beach, town, hills])
    assert [folder.path for folder in catalog.filing.folders(root)] == [hills, beach, town]


def test_every_opened_folder_has_folders_of_its_own(catalog: Catalog, root: int, tmp_path: Path) -> None:
    other = catalog.open_root(tmp_path / "Other")
    catalog.filing.arrange(root, [tmp_path / "Beach"])
    catalog.filing.learn(other, tmp_path / "Beach", answer=True)
    assert catalog.filing.folders(other) == []
    assert catalog.filing.learns(root, tmp_path / "Beach") is None


def test_an_answer_outlives_the_list_and_a_restart(catalog: Catalog, root: int, tmp_path: Path) -> None:
    beach = tmp_path / "Strände" / "Beach"
    catalog.filing.arrange(root, [beach])
    catalog.filing.learn(root, beach, answer=False)
    catalog.filing.arrange(root, [])
    catalog.close()
    with Catalog(catalog.directory) as again:
        assert again.filing.folders(root) == []
        assert again.filing.learns(root, beach) is False
        again.filing.arrange(root, [beach])
        assert again.filing.folders(root) == [FilingFolder(beach, learn=False)]
        again.filing.learn(root, beach, answer=None)
        assert again.filing.learns(root, beach) is None


def test_a_name_that_is_no_valid_text_is_kept(catalog: Catalog, root: int, tmp_path: Path) -> None:
    odd = tmp_path / "caf\udce9"
    catalog.filing.arrange(root, [odd])
    assert [folder.path for folder in catalog.filing.folders(root)] == [odd]
