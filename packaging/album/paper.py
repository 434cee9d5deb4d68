"""Documents: a receipt on a table, a page of a letter, a squared notebook, a program's screenshot."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from album.light import LANDSCAPE, PORTRAIT, develop, painted_size
from album.noise import blur, fbm, mix, sample, smoothstep
from album.table import Wood, boards

_INK = (38, 40, 46)


def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        message = "Pillow was built without FreeType, which the documents of the sample album are written with"
        raise TypeError(message)
    return font


def _receipt() -> Image.Image:
    sheet = Image.new("RGB", (560, 1180), (250, 249, 246))
    draw = ImageDraw.Draw(sheet)
    draw.text((280, 70), "CORNER BAKERY", _INK, _font(46), anchor="mm")
    for row, text in enumerate(("12 Mill Lane", "Table 7    Thank you!")):
        draw.text((280, 125 + row * 36), text, _INK, _font(27), anchor="mm")
    items = (
        ("2 x Coffee", "6.40"),
        ("1 x Tea, mint", "3.10"),
        ("2 x Croissant", "5.20"),
        ("1 x Rye bread 750 g", "4.90"),
        ("1 x Apple cake", "3.80"),
        ("3 x Roll, poppy seed", "2.85"),
        ("1 x Jam, plum", "5.50"),
    )
    y = 230
    for name, price in items:
        draw.text((44, y), name, _INK, _font(30))
        draw.text((516, y), price, _INK, _font(30), anchor="ra")
        y += 58
    draw.line([(44, y + 6), (516, y + 6)], _INK, 3)
    for name, price, size in (
        ("Sum", "31.75", 44),
        ("Tax 7 %", "2.08", 28),
        ("Cash", "40.00", 28),
        ("Change", "8.25", 28),
    ):
        draw.text((44, y + 34), name, _INK, _font(size))
        draw.text((516, y + 34), price, _INK, _font(size), anchor="ra")
        y += size + 26
    x = 90
    for bar in np.random.default_rng(5).integers(1, 5, 70):
        draw.rectangle((x, y + 70, x + int(bar) - 1, y + 160), _INK)
        x += int(bar) + 3
        if x > 470:
            break
    draw.text((280, y + 190), "2021-10-02  09:41", _INK, _font(26), anchor="mm")
    return sheet


_LETTER = """Dear Ines,

the parcel with the seeds came on Tuesday, just before the rain. We have put the beans along the south wall and
the poppies where the old shed stood. Paul says that nothing will come of them, as he says every year.

The house is slowly getting done. The kitchen has its floor, the stairs have been oiled twice, and from the room
under the roof you can see the lake now that the two birches are gone. I miss them all the same. In the mornings
there is fog on the water until ten, and then all at once the other shore is there, very near.

You asked about the photographs. I found three boxes of them behind the wardrobe, all mixed up: the summer at
the sea, grandmother's kitchen, at least forty pictures of the same dog. Someone should sort them one day. Until
then I have put the ones that I thought you would like into the envelope.

Come in September if you can. The plums will be ripe, and there is a bed for each of you.

With love,

Marta"""


def _letter() -> Image.Image:
    sheet = Image.new("RGB", (1000, 1414), (247, 245, 239))
    draw = ImageDraw.Draw(sheet)
    draw.text((880, 120), "14 May 2022", _INK, _font(25), anchor="ra")
    y = 190
    for paragraph in _LETTER.split("\n\n"):
        for line in textwrap.wrap(paragraph, 66):
            draw.text((105, y), line, _INK, _font(26))
            y += 44
        y += 26
    return sheet


def _notes() -> Image.Image:
    sheet = Image.new("RGB", (1000, 1400), (244, 243, 236))
    draw = ImageDraw.Draw(sheet)
    for place in range(0, 1400, 35):
        draw.line([(0, place), (1000, place)], (186, 205, 222), 2)
        draw.line([(place, 0), (place, 1400)], (186, 205, 222), 2)
    draw.line([(140, 0), (140, 1400)], (222, 130, 130), 3)
    draw.text((175, 90), "Area of a circle sector", (34, 50, 130), _font(46))
    draw.line([(175, 150), (690, 150)], (34, 50, 130), 4)
    lines = (
        "A = pi · r · r · (alpha / 360)",
        "r = 6 cm,  alpha = 75",
        "A = 3.1416 · 36 · 0.2083",
        "A = 23.56 cm2",
        "",
        "arc  b = 2 pi r · (alpha / 360)",
        "b = 7.85 cm",
    )
    for row, text in enumerate(lines):
        draw.text((190, 200 + row * 70), text, (34, 50, 130), _font(38))
    draw.pieslice((470, 800, 870, 1200), -80, -5, (214, 224, 240), (34, 50, 130), 4)
    draw.arc((470, 800, 870, 1200), 0, 360, (34, 50, 130), 3)
    draw.text((690, 935), "75°", (190, 40, 40), _font(34))
    draw.text((760, 1030), "r", (190, 40, 40), _font(34))
    return sheet


PAGES = {"receipt": _receipt, "letter": _letter, "notes": _notes}


def paint_page(
    kind: str,
    wood: Wood,
    seed: int,
    *,
    size: tuple[int, int] = PORTRAIT,
    corners: Sequence[tuple[float, float]] = ((0.20, 0.10), (0.84, 0.07), (0.90, 0.90), (0.13, 0.93)),
    tint: tuple[float, float, float] = (1.0, 0.95, 0.87),
) -> Image.Image:
    """A sheet of paper on a table, photographed by hand.

    Args:
        kind: a name out of `PAGES`.
        wood: the table's colours.
        seed: which table and which creases.
        size: of the picture.
        corners: where the sheet's corners lie, clockwise from the upper left, as shares of the picture.
        tint: colour of the lamp.
    """
    width, rows = painted_size(size)
    rng = np.random.default_rng(seed)
    tile = fbm(512, 4, 6, rng)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) / rows, np.arange(rows, dtype=np.float32) / rows)
    table = boards(x * 2.6 + y * 0.10, y * 2.6 - x * 0.1, wood, seed)
    page = PAGES[kind]()
    target = [(cx * width, cy * rows) for cx, cy in corners]
    source = [(0.0, 0.0), (page.width, 0.0), (page.width, page.height), (0.0, page.height)]
    plan = _perspective(target, source)
    flat = page.transform((width, rows), Image.Transform.PERSPECTIVE, plan, Image.Resampling.BICUBIC)
    whole = Image.new("L", page.size, 255).transform(
        (width, rows), Image.Transform.PERSPECTIVE, plan, Image.Resampling.BICUBIC
    )
    paper = (np.asarray(flat, np.float32) / 255) ** 2.2
    mask = np.asarray(whole, np.float32)[..., None] / 255
    shadow = np.asarray(whole.filter(ImageFilter.GaussianBlur(rows / 90)), np.float32) / 255
    shadow = np.roll(shadow, (rows // 110, rows // 130), (0, 1))[..., None]
    bent = 1 + 0.05 * np.sin(y * 6.2 + 0.6) + 0.035 * sample(tile, x * 0.7, y * 0.7)
    for crease in (0.36, 0.66):
        side = y - crease - 0.01 * x
        bent = bent + 0.10 * np.exp(-np.abs(side) / 0.02) * np.sign(side) - 0.05 * np.exp(-((side / 0.003) ** 2))
    lamp = 1.25 - 0.55 * np.hypot(x - 0.15, y - 0.1)
    light = (
        mix(table * (1 - 0.7 * shadow), paper * 0.80 * bent[..., None], mask)
        * np.float32(tint)
        * lamp[..., None]
        * 1.35
    )
    hand = smoothstep(0.40, 0.85, x * 0.6 + y * 0.55 + 0.05 * sample(tile, x * 0.3, y * 0.3))
    light = light * (1 - 0.28 * hand)[..., None]
    focus = smoothstep(0.55, 1.1, np.abs(y - 0.45) + 0.3 * np.abs(x - 0.35))[..., None]
    return develop(mix(light, blur(light, 3), focus), size, exposure=1.0, grain=0.007, vignette=0.3, seed=seed)


def _perspective(target: Sequence[tuple[float, float]], source: Sequence[tuple[float, float]]) -> list[float]:
    """The eight numbers that take points of ``target`` back to ``source``, as Pillow wants them."""
    rows, values = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    return [float(value) for value in np.linalg.solve(np.asarray(rows, float), np.asarray(values, float))]


def draw_screenshot(size: tuple[int, int] = LANDSCAPE) -> Image.Image:
    """A screenshot of a program that does not exist: a week's weather and a list."""
    width, height = size
    picture = Image.new("RGB", size, (244, 246, 250))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width, 56), (47, 62, 92))
    for number, colour in enumerate(((236, 106, 94), (244, 191, 79), (97, 197, 84))):
        draw.ellipse((20 + number * 28, 20, 36 + number * 28, 36), colour)
    draw.text((width / 2, 28), "Week planner", (240, 243, 248), _font(22), anchor="mm")
    draw.rectangle((0, 56, 250, height), (228, 233, 241))
    for number, text in enumerate(("Today", "Week", "Projects", "Garden", "Shopping", "Archive")):
        top = 84 + number * 52
        if number == 1:
            draw.rounded_rectangle((14, top - 8, 236, top + 34), 8, (198, 211, 232))
        draw.ellipse(
            (30, top + 6, 44, top + 20),
            ((92, 130, 200), (92, 130, 200), (210, 120, 80), (90, 165, 100), (180, 110, 180), (150, 155, 165))[number],
        )
        draw.text((60, top), text, (52, 60, 76), _font(21))
    draw.text((286, 84), "Rain and sun, 9 to 15 November", (38, 44, 58), _font(30))
    temperatures, rain = (9, 11, 8, 6, 7, 12, 13), (2, 0, 8, 11, 5, 0, 1)
    left, base, step = 300, 470, 122
    for line in range(5):
        draw.line([(left - 14, base - line * 70), (width - 40, base - line * 70)], (222, 227, 235), 2)
    points = []
    for day, (warm, wet) in enumerate(zip(temperatures, rain, strict=True)):
        x = left + 40 + day * step
        draw.rounded_rectangle((x - 24, base - wet * 16 - 2, x + 24, base), 6, (150, 190, 236))
        points.append((x, base - warm * 19))
        draw.text(
            (x, base + 22),
            ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day],
            (92, 100, 116),
            _font(20),
            anchor="mm",
        )
    draw.line(points, (226, 122, 62), 4, joint="curve")
    for (x, y), warm in zip(points, temperatures, strict=True):
        draw.ellipse((x - 7, y - 7, x + 7, y + 7), (255, 255, 255), (226, 122, 62), 4)
        draw.text((x, y - 26), f"{warm}°", (120, 70, 40), _font(18), anchor="mm")
    for number, (text, when) in enumerate(
        (
            ("Plant the tulip bulbs", "Tuesday"),
            ("Call the roofer about the gutter", "Wednesday"),
            ("Sort the holiday photos", "Saturday"),
            ("Bake bread", "Sunday"),
        )
    ):
        top = 535 + number * 62
        draw.rounded_rectangle((286, top, width - 40, top + 50), 8, (255, 255, 255), (224, 229, 237), 2)
        draw.rounded_rectangle(
            (304, top + 15, 324, top + 35), 4, (92, 130, 200) if number == 0 else (255, 255, 255), (92, 130, 200), 2
        )
        draw.text((344, top + 12), text, (52, 60, 76), _font(21))
        draw.text((width - 64, top + 14), when, (128, 136, 150), _font(19), anchor="ra")
    return picture
