"""What the album holds: each picture's painter and what its camera noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PIL import Image

from album.city import Street, paint_canal, paint_front, paint_skyline, paint_street
from album.facades import Facade
from album.files import Shot
from album.forest import Fog, Grove, paint_foggy_forest, paint_grove
from album.garden import (
    BUTTERCUP,
    CORNFLOWER,
    DAISY,
    POPPY,
    paint_autumn_tree,
    paint_leaf,
    paint_meadow,
    paint_sunflower,
)
from album.light import LANDSCAPE, PORTRAIT, Sky, direction
from album.mountains import Land, paint_dunes, paint_mountains
from album.night import paint_aurora, paint_galaxy, paint_moon
from album.paper import draw_screenshot, paint_page
from album.sea import Water, paint_beach, paint_sea
from album.table import OAK, PAINTED, WALNUT, paint_coffee, paint_fruit, scatter
from album.terrain import Camera

DAY = Sky(
    zenith=(0.10, 0.24, 0.62),
    horizon=(0.62, 0.75, 0.92),
    sun=direction(-60, 34),
    sunlight=(3.2, 2.95, 2.6),
    glow=(0.35, 0.33, 0.28),
    clouds=0.33,
    cloud_light=(1.25, 1.22, 1.2),
    cloud_shade=(0.62, 0.68, 0.78),
    seed=3,
)
CLEAR = replace(DAY, clouds=0.10, seed=21, sun=direction(55, 40))
MORNING = Sky(
    zenith=(0.14, 0.24, 0.50),
    horizon=(0.86, 0.70, 0.58),
    sun=direction(-38, 9),
    sunlight=(3.0, 1.9, 1.05),
    glow=(0.75, 0.48, 0.25),
    glow_width=1.6,
    clouds=0.28,
    cloud_light=(1.1, 0.82, 0.66),
    cloud_shade=(0.42, 0.40, 0.50),
    seed=14,
)
DUSK = Sky(
    zenith=(0.10, 0.12, 0.30),
    horizon=(0.72, 0.34, 0.22),
    sun=direction(6, 4),
    sunlight=(3.0, 1.35, 0.5),
    glow=(1.1, 0.5, 0.16),
    glow_width=1.6,
    clouds=0.4,
    cloud_light=(0.9, 0.45, 0.3),
    cloud_shade=(0.16, 0.13, 0.2),
    seed=5,
)
PINK = Sky(
    zenith=(0.07, 0.10, 0.30),
    horizon=(0.52, 0.33, 0.36),
    sun=direction(62, 8),
    sunlight=(2.9, 1.35, 0.75),
    glow=(0.6, 0.30, 0.18),
    glow_width=2.0,
    clouds=0.35,
    cloud_light=(1.0, 0.55, 0.45),
    cloud_shade=(0.22, 0.19, 0.29),
    seed=9,
)
STORM = Sky(
    zenith=(0.20, 0.23, 0.28),
    horizon=(0.50, 0.54, 0.58),
    sun=direction(-40, 30),
    sunlight=(0.7, 0.7, 0.7),
    glow=(0.2, 0.2, 0.2),
    disc=0,
    clouds=0.85,
    cloud_light=(0.62, 0.64, 0.67),
    cloud_shade=(0.16, 0.18, 0.21),
    seed=12,
)
BLUE_HOUR = Sky(
    zenith=(0.03, 0.06, 0.20),
    horizon=(0.28, 0.22, 0.30),
    sun=direction(0, -2),
    sunlight=(0.0, 0.0, 0.0),
    glow=(0.4, 0.2, 0.1),
    disc=0,
    clouds=0.3,
    cloud_light=(0.2, 0.15, 0.2),
    cloud_shade=(0.05, 0.06, 0.12),
)
MOONLIGHT = Sky(
    zenith=(0.008, 0.014, 0.040),
    horizon=(0.035, 0.050, 0.085),
    sun=direction(-9, 15),
    sunlight=(0.34, 0.38, 0.46),
    glow=(0.07, 0.08, 0.11),
    glow_width=1.3,
    disc=9,
    clouds=0.35,
    cloud_light=(0.16, 0.18, 0.23),
    cloud_shade=(0.015, 0.018, 0.03),
    seed=7,
)
DESERT = Sky(
    zenith=(0.10, 0.22, 0.55),
    horizon=(0.75, 0.66, 0.58),
    sun=direction(70, 14),
    sunlight=(3.4, 2.4, 1.5),
    glow=(0.5, 0.35, 0.18),
)
OPEN_SEA = Camera(0, 0, 0.05, near=0.02, far=40)

_SUMMER = Grove(
    3,
    ((0.02, 0.05, 0.012), (0.06, 0.14, 0.02), (0.28, 0.42, 0.06)),
    ((0.03, 0.045, 0.012), (0.12, 0.16, 0.03)),
    (0.75, 0.80, 0.50),
)
_BIRCHES = Grove(
    6,
    ((0.15, 0.07, 0.01), (0.5, 0.22, 0.02), (0.9, 0.55, 0.06)),
    ((0.14, 0.06, 0.015), (0.55, 0.26, 0.05)),
    (0.95, 0.80, 0.50),
    birch=True,
    beams=0.3,
)
_BEECHES = Grove(
    11,
    ((0.10, 0.03, 0.01), (0.40, 0.10, 0.015), (0.75, 0.25, 0.03)),
    ((0.10, 0.04, 0.012), (0.40, 0.15, 0.03)),
    (0.95, 0.66, 0.40),
    beams=0.8,
)
_LAKE = Land(14, water=0.22, haze=0.5)
_LAKE_SIDE = Camera(0.3, 0.1, 0.02, 0.9, 0.5)
_ICE = Land(31, relief=0.10, snow_line=0.05, rock=(0.10, 0.16, 0.24), tree_line=-1, roughness=0.5, haze=0.6)

Painter = Callable[[], Image.Image]


def _when(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - a camera's clock knows no zone


def _shot(path: str, when: str, **notes: object) -> Shot:
    return Shot(path, _when(when), **notes)  # type: ignore[arg-type]


def _variant(painter: Painter, box: tuple[float, float, float, float], gain: float) -> Painter:
    """The next frame of the same thing: a step aside and a little lighter or darker."""

    def paint() -> Image.Image:
        picture = painter()
        width, height = picture.size
        left, top, right, bottom = (
            round(share * side) for share, side in zip(box, (width, height, width, height), strict=True)
        )
        frame = picture.crop((left, top, right, bottom)).resize((width, height), Image.Resampling.LANCZOS)
        return frame.point(lambda value: min(255, round(value * gain)))

    return paint


def _lake() -> Image.Image:
    return paint_mountains(CLEAR, _LAKE, _LAKE_SIDE)


def _sunset() -> Image.Image:
    return paint_sea(DUSK, Water(3, swell=0.0035), OPEN_SEA)


def _coffee() -> Image.Image:
    return paint_coffee(3, WALNUT)


PICTURES: tuple[tuple[Shot, Painter], ...] = (
    # A camera's own folder: a week in the mountains.
    (
        _shot("DCIM/100SAMPL/SMPL0101.JPG", "2022-07-09 09:12:31", place=(46.5593, 8.5614), iso=100, f_number=8.0),
        lambda: paint_mountains(DAY, Land(12, haze=0.8, grass=(0.15, 0.16, 0.06)), Camera(0.6, 0.45, 0.035, 0.9, 0.42)),
    ),
    (
        _shot("DCIM/100SAMPL/SMPL0102.JPG", "2022-07-09 11:40:02", place=(46.5601, 8.5590)),
        lambda: paint_mountains(DAY, Land(13, haze=0.7), Camera(0.3, 0.1, 0.03, 0.9, 0.42)),
    ),
    (
        _shot("DCIM/100SAMPL/SMPL0104.JPG", "2022-07-10 20:51:17", seconds=1 / 60, iso=200),
        lambda: paint_mountains(
            PINK, Land(23, valley_fog=3, haze=0.35, snow_line=0.7), Camera(0.7, 0.5, 0.07, 1.1, 0.5), exposure=1.1
        ),
    ),
    (
        _shot("DCIM/100SAMPL/SMPL0107.JPG", "2022-07-11 06:02:44", on_its_side=True, place=(46.5702, 8.5480)),
        lambda: paint_mountains(
            MORNING,
            Land(16, haze=0.7, valley_fog=2.0, snow_line=0.5),
            Camera(0.85, 0.75, 0.02, 1.2, 0.58),
            size=PORTRAIT,
        ),
    ),
    (
        _shot("DCIM/100SAMPL/SMPL0110.JPG", "2022-07-12 13:20:09", f_number=11.0),
        lambda: paint_mountains(CLEAR, _ICE, Camera(0.4, 0.3, 0.03, 0.95, 0.40), exposure=0.8),
    ),
    (
        _shot("DCIM/100SAMPL/SMPL0111.JPG", "2022-07-12 15:04:55", f_number=11.0),
        lambda: paint_mountains(
            replace(MORNING, sun=direction(50, 20)),
            replace(_ICE, seed=36),
            Camera(0.1, 0.6, 0.03, 1.0, 0.40),
            exposure=0.85,
        ),
    ),
    (
        _shot("DCIM/100SAMPL/SMPL0115.JPG", "2022-07-13 07:30:00"),
        lambda: paint_foggy_forest(Fog(4, ((0.50, 0.56, 0.62), (0.70, 0.74, 0.76), (0.55, 0.60, 0.62)))),
    ),
    (_shot("DCIM/100SAMPL/SMPL0116.JPG", "2022-07-13 10:18:26", seconds=1 / 80, iso=400), lambda: paint_grove(_SUMMER)),
    (
        _shot(
            "DCIM/100SAMPL/SMPL0119.JPG", "2022-07-13 23:41:50", seconds=20.0, f_number=2.0, iso=3200, focal_length=20
        ),
        lambda: paint_galaxy(5, size=PORTRAIT),
    ),
    # The lake, with three frames of the same view.
    (
        _shot(
            "Lake trip/P1010021.JPG",
            "2020-08-15 10:05:12",
            place=(47.4250, 9.3780),
            rating=5,
            keywords=("lake", "mountain"),
        ),
        _lake,
    ),
    (
        _shot("Lake trip/P1010022.JPG", "2020-08-15 10:05:15", place=(47.4250, 9.3780)),
        _variant(_lake, (0.02, 0.015, 0.985, 0.98), 1.04),
    ),
    (
        _shot("Lake trip/P1010023.JPG", "2020-08-15 10:05:21", place=(47.4250, 9.3780)),
        _variant(_lake, (0.0, 0.03, 0.965, 0.995), 0.93),
    ),
    (_shot("Lake trip/P1010030.JPG", "2020-08-15 18:47:33"), lambda: paint_meadow(DAY, 3, (POPPY, DAISY, CORNFLOWER))),
    (_shot("Lake trip/P1010034.JPG", "2020-08-16 08:22:10", focal_length=90, f_number=2.8), lambda: paint_leaf(6)),
    (_shot("Lake trip/P1010038.JPG", "2020-08-16 12:15:48", focal_length=60, f_number=3.5), lambda: paint_sunflower(2)),
    (_shot("Lake trip/P1010041.JPG", "2020-10-24 15:31:07"), lambda: paint_autumn_tree(DAY, 5)),
    (_shot("Lake trip/P1010044.JPG", "2020-10-24 16:20:40", seconds=1 / 60, iso=400), lambda: paint_grove(_BIRCHES)),
    # The sea.
    (_shot("Sea 2021/DSC_0412.JPG", "2021-06-20 21:28:05", place=(43.3380, -1.7890), f_number=9.0), _sunset),
    (
        _shot("Sea 2021/DSC_0413.JPG", "2021-06-20 21:28:11", place=(43.3380, -1.7890), f_number=9.0),
        _variant(_sunset, (0.03, 0.02, 1.0, 0.985), 0.9),
    ),
    (
        _shot("Sea 2021/DSC_0420.JPG", "2021-06-21 12:02:59", place=(43.3391, -1.7902)),
        lambda: paint_beach(replace(DAY, seed=8), 4, exposure=0.72),
    ),
    (
        _shot("Sea 2021/DSC_0431.JPG", "2021-06-22 17:45:00"),
        lambda: paint_beach(MORNING, 9, slant=1.9, horizon=0.42, exposure=0.9),
    ),
    (
        _shot("Sea 2021/DSC_0444.JPG", "2021-06-24 16:11:38"),
        lambda: paint_sea(STORM, Water(6, swell=0.008, foam=0.55), replace(OPEN_SEA, height=0.07, horizon=0.40)),
    ),
    (
        _shot("Sea 2021/DSC_0450.JPG", "2021-06-25 23:58:20", seconds=8.0, f_number=2.8, iso=1600),
        lambda: paint_sea(MOONLIGHT, Water(8, swell=0.003), OPEN_SEA, exposure=2.0),
    ),
    (
        _shot("Sea 2021/DSC_0457.JPG", "2021-06-27 19:03:13"),
        lambda: paint_dunes(DESERT, Camera(0.1, 0.1, 0.02, 0.9, 0.36), 7),
    ),
    # A telephone, with what messengers leave of a name.
    (
        _shot("Phone/IMG-20190712-WA0003.jpg", "2019-07-12 14:20:00", exif=False),
        lambda: paint_canal(replace(DAY, seed=8), 4, exposure=0.7),
    ),
    (
        _shot("Phone/IMG-20190714-WA0011.jpg", "2019-07-14 10:01:00", exif=False),
        lambda: paint_front(
            Facade((0.66, 0.45, 0.22), floors=3, columns=5, shutters=(0.03, 0.10, 0.09), seed=4), DAY, exposure=0.85
        ),
    ),
    (
        _shot(
            "Phone/PXL_20230401_084533120.jpg",
            "2023-04-01 08:45:33",
            place=(52.3731, 4.8922),
            focal_length=26,
            f_number=1.8,
        ),
        _coffee,
    ),
    (
        _shot("Phone/PXL_20230401_084541004.jpg", "2023-04-01 08:45:41", focal_length=26, f_number=1.8),
        _variant(_coffee, (0.05, 0.0, 0.97, 0.92), 1.06),
    ),
    (
        _shot("Phone/PXL_20230402_151020551.jpg", "2023-04-02 15:10:20", place=(52.3702, 4.8952), focal_length=26),
        lambda: paint_street(replace(DAY, clouds=0.3, seed=32), Street(4), horizon=0.70, exposure=0.9),
    ),
    (
        _shot("Phone/PXL_20230402_203000417.jpg", "2023-04-02 20:30:00", seconds=1 / 20, iso=1600, focal_length=26),
        lambda: paint_street(BLUE_HOUR, Street(5, lit=0.45, wet=1, sunny=0), size=LANDSCAPE, focal=0.75),
    ),
    (
        _shot("Phone/PXL_20230403_124410093.jpg", "2023-04-03 12:44:10", focal_length=26),
        lambda: paint_street(
            CLEAR, Street(9, half=9, floors=(9, 16), style="glass"), horizon=0.80, focal=0.8, exposure=0.9
        ),
    ),
    (
        _shot("Phone/PXL_20240112_093015208.jpg", "2024-01-12 09:30:15", focal_length=26),
        lambda: paint_foggy_forest(
            Fog(8, ((0.52, 0.66, 0.90), (0.80, 0.82, 0.90), (0.72, 0.77, 0.86)), snow=0.45, glow=(0.5, 0.32, 0.2)),
            size=PORTRAIT,
        ),
    ),
    (
        _shot("Phone/PXL_20211002_094150000.jpg", "2021-10-02 09:41:50", focal_length=26),
        lambda: paint_page("receipt", WALNUT, 3),
    ),
    # What a browser saved.
    (_shot("Downloads/skyline.webp", "2023-11-18 17:20:00"), lambda: paint_skyline(3)),
    (_shot("Downloads/skyline (1).webp", "2023-11-18 22:05:00"), lambda: paint_skyline(12, dusk=0.0, exposure=1.2)),
    (
        _shot("Downloads/letter.jpg", "2022-05-16 18:30:00"),
        lambda: paint_page("letter", OAK, 4, corners=((0.10, 0.06), (0.93, 0.09), (0.90, 0.96), (0.06, 0.93))),
    ),
    (_shot("Downloads/Screenshot 2024-11-09 at 10.14.22.png", "2024-11-09 10:14:22", exif=False), draw_screenshot),
    (
        _shot("Downloads/northern lights.jpg", "2023-02-27 23:10:00", seconds=6.0, f_number=1.8, iso=1600),
        lambda: paint_aurora(2),
    ),
    # And the rest.
    (
        _shot("New folder (3)/SMPL0240.JPG", "2023-08-31 20:58:00", focal_length=400, f_number=8.0),
        lambda: paint_moon(9),
    ),
    (
        _shot("New folder (3)/SMPL0251.JPG", "2023-12-20 11:05:00", focal_length=50, f_number=2.8),
        lambda: paint_fruit(scatter(9, 0.62, (0.85, 0.28, 0.02), (0.95, 0.42, 0.03), 4, skin="orange"), OAK, 4),
    ),
    (
        _shot("New folder (3)/SMPL0260.JPG", "2024-07-06 11:48:00", focal_length=50, f_number=2.8),
        lambda: paint_fruit(
            scatter(26, 0.36, (0.05, 0.015, 0.09), (0.16, 0.03, 0.12), 6, skin="bloom", spread=(2.6, 1.7)), PAINTED, 6
        ),
    ),
    (
        _shot("New folder (3)/SMPL0266.JPG", "2024-10-19 16:02:00", seconds=1 / 60, iso=400),
        lambda: paint_grove(_BEECHES, size=PORTRAIT),
    ),
    (
        _shot("New folder (3)/SMPL0267.JPG", "2024-05-25 13:30:00"),
        lambda: paint_meadow(replace(DAY, seed=40), 8, (BUTTERCUP, DAISY)),
    ),
    (
        _shot("New folder (3)/SMPL0270.JPG", "2024-03-14 19:22:00"),
        lambda: paint_page(
            "notes",
            PAINTED,
            5,
            size=LANDSCAPE,
            corners=((0.26, 0.05), (0.76, 0.08), (0.80, 1.02), (0.20, 1.0)),
            tint=(1, 0.98, 0.96),
        ),
    ),
)
"""Every picture of the album with its painter, in the order of the folders."""
