"""Screenshots: each template paints a kind of program, never twice alike."""

from __future__ import annotations

from collections.abc import Callable

from pages.canvas import Canvas

PHONE = ((9, 16), (9, 19), (9, 20), (3, 4))
"""Width to height of screens that are held upright."""

DESKTOP = ((16, 9), (16, 10), (4, 3), (3, 2), (21, 9))
"""Width to height of screens on a desk."""


def editor(c: Canvas) -> None:
    """Code in many colours, line numbers, a tree of files."""
    top, side, step = c.bar(c.height * 0.05, c.raised), c.width * c.rng.uniform(0.12, 0.25), c.height / 42
    c.fill((0, top, side, c.height), c.raised)
    inks = [c.colour(90 if c.dark else 0, 250 if c.dark else 170) for _ in range(6)]
    depth = 0
    for row in range(1, 39):
        y = top + row * step
        if c.chance(0.7):
            c.text(step * c.pick((0.5, 1.2, 1.9)), y, c.words(1, 1), step * 0.65, c.faint)
        c.text(side + step * 0.5, y, str(row), step * 0.62, c.faint)
        depth = max(0, min(4, depth + int(c.rng.integers(-1, 2))))
        x = side + step * (2.5 + 1.6 * depth)
        for _ in range(int(c.rng.integers(0, 8))):
            x += step * 0.4 + c.text(x, y, c.pick(("def", "if", "return", "=", "(x)", "self.", c.words(1, 1))),
                                     step * 0.68, c.pick(inks))  # fmt: skip


def web_page(c: Canvas) -> None:
    """An address bar, a heading, columns of text, pictures."""
    top = c.bar(c.height * 0.07)
    c.fill((c.width * 0.2, top * 0.2, c.width * 0.8, top * 0.8), c.back, top * 0.3)
    margin = c.width * c.rng.uniform(0.03, 0.15)
    size = c.width / c.rng.uniform(55, 95)
    y = top + size
    if c.chance(0.6):
        c.picture((0, top, c.width, top + c.height * 0.28))
        y = top + c.height * 0.3
    c.text(margin, y, c.words(3, 6), size * 2.2)
    columns = int(c.rng.integers(1, 4))
    wide = (c.width - 2 * margin) / columns
    for number in range(columns):
        left, right, below = margin + number * wide, margin + (number + 0.92) * wide, y + size * 4
        if c.chance(0.6):
            tall = wide * c.rng.uniform(0.3, 0.7)
            c.picture((left, below, right, below + tall))
            below += tall + size
        c.block((left, below, right, c.height - size), size)


def chat(c: Canvas) -> None:
    """Bubbles to the left and to the right."""
    y, size = c.bar(c.height * 0.08) + c.height * 0.02, c.width / c.rng.uniform(20, 30)
    while y < c.height * 0.9:
        mine, lines = c.chance(0.5), int(c.rng.integers(1, 5))
        wide, tall = c.width * c.rng.uniform(0.3, 0.72), size * (1.4 * lines + 0.9)
        left = c.width - wide - size * 0.6 if mine else size * 0.6
        if c.chance(0.12):
            tall = wide * 0.75
            c.picture((left, y, left + wide, y + tall))
        else:
            c.fill((left, y, left + wide, y + tall), c.accent if mine else c.raised, size * 0.6)
            c.block((left + size * 0.5, y + size * 0.4, left + wide - size * 0.5, y + tall), size)
        y += tall + size * c.rng.uniform(0.4, 1.2)
    c.fill((size, c.height * 0.94, c.width - size, c.height * 0.985), c.raised, size)


def settings(c: Canvas) -> None:
    """A list of rows with a mark before and a switch behind."""
    y, row = c.bar(c.height * 0.09), c.height / c.rng.uniform(9, 18)
    while y < c.height:
        c.draw.ellipse((row * 0.3, y + row * 0.25, row * 0.8, y + row * 0.75), c.pick((c.accent, c.faint)))
        c.text(row * 1.1, y + row * 0.2, c.words(1, 3), row * 0.28)
        c.text(row * 1.1, y + row * 0.55, c.words(2, 5), row * 0.2, c.faint)
        if c.chance(0.5):
            c.fill((c.width - row * 1.1, y + row * 0.3, c.width - row * 0.35, y + row * 0.7),
                   c.pick((c.accent, c.faint)), row * 0.2)  # fmt: skip
        c.line((row, y + row, c.width, y + row), c.raised)
        y += row


def map_view(c: Canvas) -> None:
    """Streets, water and parks in flat colours, with names and a search box."""
    c.fill((0, 0, c.width, c.height), (60, 62, 70) if c.dark else (236, 232, 224))
    for colour in ((168, 200, 236), (196, 226, 184), (196, 226, 184)):
        spots = c.rng.uniform(-0.2, 1.2, (int(c.rng.integers(4, 8)), 2)) * (c.width, c.height)
        c.draw.polygon([tuple(p) for p in spots.tolist()], colour)
    for _ in range(int(c.rng.integers(14, 40))):
        ends = c.rng.uniform(-0.1, 1.1, (2, 2)) * (c.width, c.height)
        wide = int(c.rng.integers(2, 14))
        c.line(ends.ravel().tolist(), c.pick(((255, 255, 255), (250, 214, 130), (214, 214, 214))), wide)
    size = min(c.width, c.height) / 32
    for _ in range(int(c.rng.integers(6, 18))):
        c.text(c.rng.uniform(0, c.width * 0.9), c.rng.uniform(0, c.height), c.words(1, 2), size)
    c.fill((size, size, c.width * c.rng.uniform(0.4, 0.95), size * 3.4), c.back, size)
    c.text(size * 2, size * 1.5, c.words(1, 3), size * 1.2, c.faint)


def files(c: Canvas) -> None:
    """A grid of thumbnails with names, and places to the left."""
    top, side = c.bar(c.height * 0.08), c.width * c.pick((0.0, 0.18, 0.24))
    for row in range(12 if side else 0):
        c.text(side * 0.15, top + (row + 0.5) * c.height / 16, c.words(1, 2), c.height / 40)
    across = int(c.rng.integers(3, 8))
    cell = (c.width - side) / across
    y = top + cell * 0.1
    while y < c.height:
        for number in range(across):
            x = side + number * cell
            c.picture((x + cell * 0.08, y, x + cell * 0.92, y + cell * c.rng.uniform(0.6, 0.75)))
            c.text(x + cell * 0.1, y + cell * 0.8, c.words(1, 1), cell * 0.1)
        y += cell


def sheet(c: Canvas) -> None:
    """A table of numbers under letters, with a few coloured cells."""
    top, row, wide = c.bar(c.height * 0.1), c.height / c.rng.uniform(22, 40), c.width / c.rng.uniform(7, 14)
    c.fill((0, top, c.width, top + row), c.raised)
    y = top
    while y < c.height:
        x = 0.0
        while x < c.width:
            if c.chance(0.06):
                c.fill((x, y, x + wide, y + row), c.pick((c.accent, c.raised)))
            if c.chance(0.7):
                c.text(x + wide * 0.1, y + row * 0.15, c.words(1, 1) if x == 0 else c.amount(), row * 0.6)
            c.line((x, y, x, y + row), c.faint)
            x += wide
        c.line((0, y, c.width, y), c.faint)
        y += row


def feed(c: Canvas) -> None:
    """Posts with a round portrait, a picture and a line of text."""
    y, size = c.bar(c.height * 0.07), min(c.width, c.height) / 26
    margin = max(0.0, (c.width - c.height) * 0.4)
    while y < c.height:
        c.draw.ellipse((margin + size, y + size * 0.5, margin + size * 3, y + size * 2.5), c.accent)
        c.text(margin + size * 3.6, y + size, c.words(1, 2), size)
        tall = (c.width - 2 * margin) * c.rng.uniform(0.5, 1.0)
        c.picture((margin, y + size * 3, c.width - margin, y + size * 3 + tall))
        y += size * 3 + tall
        c.block((margin + size, y + size * 0.6, c.width - margin - size, y + size * 4), size)
        y += size * 5


def viewer(c: Canvas) -> None:
    """One picture that leaves a border, with marks above and small ones of its neighbours below."""
    top, low = c.bar(c.height * c.rng.uniform(0.05, 0.1)), c.height * c.rng.uniform(0.8, 0.95)
    inset = c.width * c.pick((0.0, 0.0, 0.08, 0.2))
    c.picture((inset, top, c.width - inset, low))
    size = c.height - low
    for number in range(int(c.width / size) if c.chance(0.6) else 0):
        c.picture((number * size + 2, low + 3, (number + 1) * size - 2, c.height - 3))
    if c.chance(0.5):
        c.fill((inset, low - size * 0.5, c.width - inset, low), c.back)
        c.text(inset + size * 0.3, low - size * 0.45, c.words(2, 6), size * 0.3)


def desk(c: Canvas) -> None:
    """Marks with names in columns over a picture, a bar of menus above, a small box of news in a corner."""
    c.picture((0, 0, c.width, c.height))
    cell = min(c.width, c.height) / c.rng.uniform(6, 10)
    for number in range(int(c.rng.integers(3, 16))):
        rows = int((c.height - cell) / cell)
        x, y = cell * (0.2 + number // rows), cell * (0.5 + number % rows)
        c.fill((x, y, x + cell * 0.5, y + cell * 0.5), c.colour(60, 256), cell * c.pick((0.0, 0.1, 0.25)))
        c.text(x, y + cell * 0.56, c.words(1, 1)[:9], cell * 0.14, (255, 255, 255))
    c.bar(c.height * 0.045, c.raised)
    if c.chance(0.6):
        box = (c.width * 0.68, c.height * 0.08, c.width * 0.98, c.height * c.rng.uniform(0.2, 0.5))
        c.fill(box, c.back, cell * 0.1)
        c.block((box[0] + cell * 0.15, box[1] + cell * 0.15, box[2] - cell * 0.15, box[3]), cell * 0.18)


def terminal(c: Canvas) -> None:
    """Lines of output in one or two colours."""
    c.fill((0, 0, c.width, c.height), c.pick(((12, 12, 12), (0, 43, 54), (48, 10, 36), (253, 246, 227))))
    light = sum(c.image.getpixel((1, 1))) > 380  # type: ignore[arg-type]
    ink, step = ((40, 40, 40) if light else (210, 210, 210)), c.height / c.rng.uniform(24, 44)
    y = step * 0.3
    while y < c.height - step:
        x = step * 0.4
        if c.chance(0.3):
            x += c.text(x, y, "$ ", step * 0.72, c.accent)
        c.text(x, y, f"{c.words(0, 11)} {c.amount() if c.chance(0.3) else ''}", step * 0.72, ink)
        y += step


def windows(c: Canvas) -> None:
    """A desktop picture with a few windows over one another and a bar of programs."""
    c.picture((0, 0, c.width, c.height))
    for _ in range(int(c.rng.integers(1, 4))):
        wide, tall = c.width * c.rng.uniform(0.3, 0.65), c.height * c.rng.uniform(0.3, 0.65)
        x, y = c.rng.uniform(0, c.width - wide), c.rng.uniform(0, c.height * 0.92 - tall)
        size = tall / c.rng.uniform(14, 24)
        c.fill((x, y, x + wide, y + tall), c.back, size * 0.4)
        c.fill((x, y, x + wide, y + size * 1.7), c.raised, size * 0.4)
        c.text(x + size, y + size * 0.4, c.words(1, 3), size * 0.8)
        c.block((x + size, y + size * 2.5, x + wide - size, y + tall - size), size * 0.8)
    c.fill((0, c.height * 0.94, c.width, c.height), c.raised)
    for number in range(int(c.rng.integers(4, 12))):
        x = c.height * (0.02 + 0.06 * number)
        c.fill((x, c.height * 0.95, x + c.height * 0.04, c.height * 0.99), c.accent if number % 2 else c.faint, 4)


def weather(c: Canvas) -> None:
    """One large number over a gradient, with a row of small ones."""
    c.picture((0, 0, c.width, c.height))
    unit = min(c.width, c.height)
    white = (255, 255, 255)
    c.text(unit * 0.1, c.height * 0.1, c.words(1, 2), unit * 0.07, white)
    c.text(unit * 0.1, c.height * 0.2, f"{int(c.rng.integers(-9, 38))}°", unit * 0.25, white)
    for number in range(6):
        x = c.width * (0.06 + 0.155 * number)
        c.text(x, c.height * 0.6, c.words(1, 1)[:3], unit * 0.045, white)
        c.draw.ellipse((x, c.height * 0.66, x + unit * 0.07, c.height * 0.66 + unit * 0.07), (255, 214, 80))
        c.text(x, c.height * 0.75, f"{int(c.rng.integers(-9, 38))}°", unit * 0.05, white)


def calendar(c: Canvas) -> None:
    """Seven columns of days with coloured entries."""
    top = c.bar(c.height * 0.09)
    rows, wide = int(c.rng.integers(4, 7)), c.width / 7
    tall = (c.height - top) / rows
    for number in range(rows * 7):
        x, y = number % 7 * wide, top + number // 7 * tall
        c.draw.rectangle((x, y, x + wide, y + tall), outline=c.faint)
        c.text(x + wide * 0.08, y + wide * 0.05, str(number % 31 + 1), min(wide, tall) * 0.16)
        for entry in range(int(c.rng.integers(0, 4))):
            below = y + tall * (0.3 + 0.2 * entry)
            c.fill((x + 3, below, x + wide - 3, below + tall * 0.17), c.pick((c.accent, c.raised, c.faint)), 3)
            c.text(x + 7, below, c.words(1, 1), tall * 0.11)


def mail(c: Canvas) -> None:
    """A list of letters beside an open one."""
    top, split = c.bar(c.height * 0.07), c.width * c.rng.uniform(0.28, 0.45)
    row = c.height / c.rng.uniform(9, 14)
    y = top
    while y < c.height:
        c.text(row * 0.2, y + row * 0.1, c.words(1, 2), row * 0.26)
        c.text(row * 0.2, y + row * 0.45, c.words(3, 4), row * 0.2, c.faint)
        c.line((0, y + row, split, y + row), c.faint)
        y += row
    c.line((split, top, split, c.height), c.faint, 2)
    size = (c.width - split) / c.rng.uniform(34, 55)
    c.text(split + size, top + size, c.words(2, 5), size * 1.7)
    c.block((split + size, top + size * 5, c.width - size, top + c.height * c.rng.uniform(0.5, 0.85)), size)


def player(c: Canvas) -> None:
    """A film with a bar of time below, or beside a list of others."""
    wide = c.width * c.pick((1.0, 0.68))
    tall = min(wide * 9 / 16, c.height * 0.86)
    c.picture((0, c.height * 0.03, wide, c.height * 0.03 + tall))
    below = c.height * 0.03 + tall
    c.fill((0, below, wide, below + c.height * 0.012), c.faint)
    c.fill((0, below, wide * c.rng.uniform(0.1, 0.9), below + c.height * 0.012), c.accent)
    size = c.height / 36
    c.block((size, below + size * 1.5, wide - size, c.height - size), size)
    for number in range(7 if wide < c.width else 0):
        y = c.height * (0.03 + 0.135 * number)
        c.picture((wide + size, y, wide + size * 6, y + c.height * 0.115))
        c.block((wide + size * 6.5, y, c.width - size * 0.5, y + c.height * 0.1), size * 0.8)


def home(c: Canvas) -> None:
    """Rounded marks of programs in rows over a picture, with the time above."""
    c.picture((0, 0, c.width, c.height))
    across = int(c.rng.integers(4, 8))
    cell = c.width / across
    c.text(cell * 0.4, cell * 0.2, f"{int(c.rng.integers(0, 24))}:{int(c.rng.integers(10, 60))}",
           cell * 0.3, (255, 255, 255))  # fmt: skip
    y = cell * c.rng.uniform(0.7, 2.0)
    while y + cell < c.height:
        for number in range(across):
            x = number * cell + cell * 0.2
            if c.chance(0.85):
                c.fill((x, y, x + cell * 0.6, y + cell * 0.6), c.colour(30, 256), cell * 0.15)
                c.text(x + cell * 0.02, y + cell * 0.66, c.words(1, 1)[:7], cell * 0.13, (255, 255, 255))
        y += cell


TEMPLATES: dict[str, dict[str, Callable[[Canvas], None]]] = {
    "train": {
        f.__name__: f for f in (editor, web_page, chat, settings, map_view, files, sheet, feed, windows, viewer, desk)
    },
    "calibration": {f.__name__: f for f in (terminal, weather, web_page, chat)},
    "validation": {f.__name__: f for f in (calendar, mail, player, home)},
}
"""By split: what is measured was neither fitted nor calibrated on."""
