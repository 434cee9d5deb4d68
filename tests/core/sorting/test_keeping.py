"""Folders that a person made, told from those that cameras, programs and dates make."""

from __future__ import annotations

import pytest

from photosort.core.sorting.plans.keeping import Keeper, is_persons_name
from photosort.core.sorting.values import KeepFolders

GIVEN = """
DCIM | 100APPLE | 101CANON | 100_PANA | 102MSDCF | 100canon | 202407__ | 202407_a | Camera | Camera Roll
Download | Downloads | Desktop | Pictures | Bilder | Eigene Bilder | Camera Uploads | Téléchargements | Imágenes
Zdjęcia | Загрузки | 写真 | 다운로드 | Screenshots | screenshots | Bildschirmfotos | Captures d'écran | Снимки экрана
Schermate
WhatsApp Images | WHATSAPP IMAGES | WhatsApp Business Images | Telegram | Signal | Instagram | Google Photos | Takeout
Photos from 2019 | Fotos von 2019 | Photos de 2019 | Fotos de 2019 | Foto del 2019 | Foto's uit 2019 | Zdjęcia z 2019
Фото за 2019 | 2019年の写真 | New folder | New folder (3) | Untitled Folder | untitled folder 2 | Neuer Ordner (2)
Nouveau dossier | Nueva carpeta (4) | Новая папка (2) | 新しいフォルダー (2) | 新建文件夹 | Ny mapp | Nowy folder
2019 | 2019-07 | 2019_07 | 2019.07 | 201907 | 20190712 | 2019-07-12 | 2019-07-12 001 | 12.07.2019 | 07 | 2019 (2) | 1
July 2019 | 2019 July
12 July 2019 | July 12, 2019 | 12. Juli 2019 | 12 juillet 2019 | 12 de julio de 2019 | 18 июля 2019
Dezember 2019 | 07-July | 2019-07-12 - 2019-07-15 | 2019年7月12日 | DCIM - Copy | Camera - Kopie (2)
2019 - Copy | .thumbs | RAW | jpg
"""
PERSONS = """
Italy 2019 | 2019-07 Italy | 2019-07-12 Anna's birthday | Anna | Kids | Hochzeit | Hochzeit 2019
May in Rome | Wedding - Copy
March of the penguins | Mars rover | 日本旅行 | Новый год | Camera tests | iPhone von Anna | Best of 2019 | 365Pages
Photos from Anna | Downloads of the year | Été à la mer | Oma & Opa | 2019 x | New folder of mine | 50 Jahre
"""


def names(text: str) -> list[str]:
    return [name.strip() for line in text.strip().splitlines() for name in line.split("|")]


@pytest.mark.parametrize("name", names(GIVEN))
def test_a_cameras_or_tools_name_is_no_persons(name: str) -> None:
    assert not is_persons_name(name)


@pytest.mark.parametrize("name", names(PERSONS))
def test_a_persons_name_is_one(name: str) -> None:
    assert is_persons_name(name)


def test_the_uppermost_folder_of_a_person_keeps_what_is_in_it() -> None:
    keeper = Keeper(KeepFolders(auto=True))
    kept = {
        "": None,
        "DCIM/100APPLE": None,
        "Italy 2019": "Italy 2019",
        "Italy 2019/DCIM": "Italy 2019",
        "Italy 2019/Rome/best": "Italy 2019",
        "Pictures/Anna/2019": "Pictures/Anna",
    }
    assert {folder: keeper.kept(folder) for folder in kept} == kept


def test_one_click_includes_a_folder_and_all_in_it_but_not_what_was_named() -> None:
    keeper = Keeper(KeepFolders(auto=True, names=("Rome",), included=("italy 2019", "Anna/small")))
    kept = {
        "Italy 2019": None,
        "Italy 2019/Venice": None,
        "Italy 2019/Rome": "Italy 2019/Rome",
        "Italy 2019/Rome/2019": "Italy 2019/Rome",
        "Anna/small": None,
        "Anna/small/er": None,
        "Anna/large": "Anna",
    }
    assert {folder: keeper.kept(folder) for folder in kept} == kept


def test_named_folders_are_kept_by_name_or_path_in_any_case() -> None:
    keeper = Keeper(KeepFolders(names=("100apple", "a/B")))
    kept = {"DCIM/100APPLE": "DCIM/100APPLE", "A/b/c": "A/b", "b": None, "Italy 2019": None}
    assert {folder: keeper.kept(folder) for folder in kept} == kept


def test_nothing_is_kept_unless_asked() -> None:
    assert Keeper(KeepFolders()).kept("Italy 2019") is None
