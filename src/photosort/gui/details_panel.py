"""The right panel: this photo large, what it is guessed to show, what its file says; or a summary of several."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPainterPath, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from photosort.core.imaging import Metadata
from photosort.core.photo import Photo, PhotoState, Prediction, Verdict
from photosort.core.xmp.reading import Reading
from photosort.gui import text
from photosort.gui.controls import Role, label
from photosort.gui.guess_bars import Bar, GuessBars
from photosort.gui.guesses import told
from photosort.gui.photo_reader import PhotoRead
from photosort.gui.theme import SPACING
from photosort.gui.written.words import facts_told

_SHOWN_GUESSES = 3
_SAID = {Verdict.UNSURE: "unsure", Verdict.NONE_OF_THESE: "something else"}
_DOT = " \N{MIDDLE DOT} "


@dataclass(frozen=True, slots=True)
class Share:
    """How many of several photos show one thing.

    Attributes:
        title: what they show.
        count: how many photos.
        quiet: said more softly (unsure, something else).
    """

    title: str
    count: int
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What several photos have in common.

    Attributes:
        title: what they are: "12 photos selected".
        count: how many.
        size: bytes of their picture files.
        first: wall clock seconds of the oldest.
        last: wall clock seconds of the newest.
        labels: by classifier title, what the photos show, in the order in which it is said; together those photos
            that the classifier is asked of.
    """

    title: str
    count: int
    size: int
    first: float
    last: float
    labels: Mapping[str, Sequence[Share]]


class Preview(QWidget):
    """A picture as large as the panel is wide, with soft corners; keeps its place while a better one is read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap()
        self._shape = QSize(4, 3)
        self._room = 30 * SPACING
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def pixmap(self) -> QPixmap:
        """The picture shown; null when none."""
        return self._pixmap

    def expect(self, shape: QSize) -> None:
        """Make room for a picture of this size and show nothing until it comes."""
        self._pixmap = QPixmap()
        self._shape = shape if shape.isValid() and not shape.isEmpty() else QSize(4, 3)
        self._fit_height()
        self.update()

    def show_image(self, image: QImage) -> None:
        """Show ``image``."""
        self._pixmap = QPixmap.fromImage(image)
        self._shape = image.size()
        self._fit_height()
        self.update()

    def set_room(self, width: int) -> None:
        """Say how wide the picture may be; its height follows."""
        self._room = max(width, SPACING)
        self._fit_height()

    def _fit_height(self) -> None:
        height = round(self._room * self._shape.height() / self._shape.width())
        self.setFixedHeight(min(max(height, 8 * SPACING), round(self._room * 1.25)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the picture, its left edge below each other with that of the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._pixmap.isNull():
            path = QPainterPath()
            path.addRoundedRect(QRectF(self.rect()), 6, 6)
            painter.fillPath(path, self.palette().light())
        else:
            size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRectF(0, (self.height() - size.height()) / 2, 0, 0)
            target.setSize(size)
            path = QPainterPath()
            path.addRoundedRect(target, 6, 6)
            painter.setClipPath(path)
            painter.drawPixmap(target, self._pixmap, QRectF(self._pixmap.rect()))
        painter.end()


class DetailsPanel(QScrollArea):
    """Shows nothing, one photo, or a summary; the parts of a photo come in as they are read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(26 * SPACING)
        self._photo: Photo | None = None
        self._titles: Mapping[str, str] = {}
        self._hidden: Collection[str] = ()
        self._metadata: Metadata | None = None
        self._written = Reading()

        body = QWidget()
        body.setObjectName("panel")
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(body)
        self.preview = Preview()
        self.name = label("", weight=QFont.Weight.DemiBold, size=1.1, wrap=True)
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.place = label("", "muted", wrap=True)
        self.note = label("", "warning", wrap=True)
        self.guesses = QWidget()
        self._guess_rows = QVBoxLayout(self.guesses)
        self.facts = QWidget()
        self._fact_rows = QFormLayout(self.facts)
        self.hint = label("Select a photo to see more of it.", "muted", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)

        for rows in (self._guess_rows, self._fact_rows):
            rows.setContentsMargins(0, SPACING, 0, 0)
        self._guess_rows.setSpacing(SPACING // 2)
        self._fact_rows.setHorizontalSpacing(2 * SPACING)
        self._fact_rows.setVerticalSpacing(SPACING // 2)
        self._fact_rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._fact_rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        column = QVBoxLayout(body)
        column.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        column.setSpacing(SPACING)
        for widget in (self.preview, self.name, self.place, self.note, self.guesses, self.facts):
            column.addWidget(widget)
        column.addWidget(self.hint, 1)
        column.addStretch(0)
        self.clear()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the picture the width that is left beside a scroll bar, be there one or not.

        Were its height to follow the true width, a scroll bar would make it lower, which takes the scroll bar away,
        which makes it higher, without end.
        """
        super().resizeEvent(event)
        self.preview.set_room(self.width() - 4 * SPACING - self.verticalScrollBar().sizeHint().width())

    @property
    def photo(self) -> Photo | None:
        """The photo that is shown; None while nothing or a summary is."""
        return self._photo

    def clear(self) -> None:
        """Show that nothing is selected."""
        self._photo = None
        for widget in (self.preview, self.name, self.place, self.note, self.guesses, self.facts):
            widget.hide()
        self.hint.show()

    def show_photo(
        self, photo: Photo, titles: Mapping[str, str], *, hidden: Collection[str] = (), problem: str = ""
    ) -> None:
        """Show what is known of ``photo`` at once; `add` brings the rest.

        Args:
            photo: the photo.
            titles: titles of the classifiers by name, in the order in which their guesses are shown.
            hidden: classifiers that are not asked of the photo: their guesses are not shown.
            problem: why it could not be read; empty when it could, or was not tried.
        """
        same = self._photo is not None and self._photo.id == photo.id
        self._photo = photo
        self._titles = titles
        self._hidden = hidden
        self.hint.hide()
        self.preview.show()
        if not same:
            self.preview.expect(QSize(photo.width or 4, photo.height or 3))
            self._show_guesses({})
            self._metadata, self._written = None, Reading()
        self._show_heading(photo.name, photo.folder)
        self._show_facts(photo)
        missing = "Its drive or folder is away." if photo.state is PhotoState.MISSING else ""
        self._show_note(problem or missing)

    def add(self, part: PhotoRead) -> None:
        """Show a part of the photo that was read; parts of other photos are dropped."""
        if self._photo is None or part.photo_id != self._photo.id:
            return
        if part.predictions is not None:
            self._show_guesses(part.predictions)
        if part.thumbnail is not None and self.preview.pixmap.isNull():
            self.preview.show_image(part.thumbnail)
        if part.metadata is not None or part.written is not None:
            self._metadata = part.metadata or self._metadata
            self._written = self._written if part.written is None else part.written
            self._show_facts(self._photo)
        if part.preview is not None:
            self.preview.show_image(part.preview)
        if part.problem:
            self._show_note(part.problem)

    def show_summary(self, summary: Summary) -> None:
        """Show what several photos have in common."""
        self._photo = None
        self.hint.hide()
        self.preview.hide()
        self._show_note("")
        self._show_heading(summary.title, "")
        self._clear_guesses()
        for title, labels in summary.labels.items():
            total = sum(one.count for one in labels)
            bars = [Bar(one.title, one.count / total, text.number(one.count), strong=not one.quiet) for one in labels]
            self._add_guess(title, text.photos(total) if total != summary.count else "", bars)
        self.guesses.setVisible(bool(summary.labels))
        self._set_facts([("Dates", text.span(summary.first, summary.last)), ("Size", text.file_size(summary.size))])

    def _show_heading(self, name: str, place: str) -> None:
        # Zero-width spaces let long names without blanks break at the places where people would break them.
        self.name.setText(name.replace("_", "_\N{ZERO WIDTH SPACE}").replace("-", "-\N{ZERO WIDTH SPACE}"))
        self.name.show()
        self.place.setText(place.replace("/", "/\N{ZERO WIDTH SPACE}"))
        self.place.setVisible(bool(place))

    def _show_note(self, note: str) -> None:
        self.note.setText(f"{note[:1].upper()}{note[1:]}")
        self.note.setVisible(bool(note))

    def _show_guesses(self, predictions: Mapping[str, Prediction]) -> None:
        self._clear_guesses()
        shown = told(predictions, self._titles, self._hidden)
        for name, guess in shown.items():
            best = sorted(guess.probabilities.items(), key=lambda entry: -entry[1])[:_SHOWN_GUESSES]
            sure = guess.verdict is Verdict.SURE
            dim = guess.verdict is Verdict.NONE_OF_THESE
            bars = [
                Bar(title, share, text.percent(share), strong=sure and title == guess.label, dim=dim)
                for title, share in best
            ]
            self._add_guess(self._titles.get(name, name), _SAID.get(guess.verdict, ""), bars)
        self.guesses.setVisible(bool(shown))

    def _add_guess(self, title: str, said: str, bars: Sequence[Bar]) -> None:
        heading = title if not said else f"{title}{_DOT}{said}"
        caption = label(heading.upper(), "caption", size=0.85, weight=QFont.Weight.DemiBold)
        caption.setContentsMargins(0, SPACING // 2, 0, 0)
        rows = GuessBars()
        rows.set_bars(bars)
        self._guess_rows.addWidget(caption)
        self._guess_rows.addWidget(rows)

    def _clear_guesses(self) -> None:
        while (item := self._guess_rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _show_facts(self, photo: Photo) -> None:
        self._set_facts(facts_of(photo, self._metadata, self._written))

    def _set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        while self._fact_rows.rowCount():
            self._fact_rows.removeRow(0)
        role: Role = "muted"
        for caption, value in facts:
            field = label(value, wrap=True)
            field.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._fact_rows.addRow(label(caption, role), field)
        self.facts.setVisible(bool(facts))


def facts_of(photo: Photo, metadata: Metadata | None, written: Reading) -> list[tuple[str, str]]:
    """What is known of a photo's files, as captions and values; what is not known is left out."""
    uncertain = " (uncertain)" if photo.taken_source.uncertain else ""
    taken = metadata.taken if metadata is not None and metadata.taken is not None else None
    facts = [("Date", text.moment(photo.taken) + uncertain if taken is None else text.moment(taken))]
    facts += facts_told(written.facts)
    if metadata is not None:
        facts += _camera_facts(metadata)
    width = photo.width or (metadata.width if metadata else None)
    height = photo.height or (metadata.height if metadata else None)
    size = [text.file_size(photo.size)]
    if width and height:
        size.insert(0, text.pixels(width, height))
    facts.append(("Size", _DOT.join(size)))
    if photo.companions:
        facts.append(("Also", ", ".join(path.rpartition("/")[2] for path in photo.companions)))
    facts += [("Sidecar", problem) for problem in written.problems]
    return facts


def _camera_facts(metadata: Metadata) -> list[tuple[str, str]]:
    facts = []
    if metadata.camera:
        facts.append(("Camera", metadata.camera))
    if metadata.lens:
        facts.append(("Lens", metadata.lens))
    exposure = []
    if metadata.exposure_seconds:
        exposure.append(text.exposure(metadata.exposure_seconds))
    if metadata.f_number:
        exposure.append(f"\N{LATIN SMALL LETTER F WITH HOOK}/{metadata.f_number:.1f}".removesuffix(".0"))
    if metadata.iso:
        exposure.append(f"ISO\N{NO-BREAK SPACE}{metadata.iso}")
    if metadata.focal_length_mm:
        exposure.append(text.length(metadata.focal_length_mm))
    if exposure:
        facts.append(("Exposure", _DOT.join(exposure)))
    if metadata.latitude is not None and metadata.longitude is not None:
        facts.append(("Place", text.coordinates(metadata.latitude, metadata.longitude)))
    return facts
