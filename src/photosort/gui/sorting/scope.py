"""Which photos are sorted: all of the folder, those that are shown, or those that are selected."""

from __future__ import annotations

from dataclasses import dataclass

from photosort.gui import text


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of photos that can be sorted.

    Attributes:
        name: "all", "shown", "selected" or "new".
        count: how many.
        ids: which; None for all of the folder.
    """

    name: str
    count: int
    ids: frozenset[int] | None = None

    @property
    def words(self) -> str:
        """As part of a sentence: "all 5,310 photos", "the 12 selected photos"."""
        if self.name == "all":
            return f"all {text.photos(self.count)}" if self.count != 1 else "the one photo"
        if self.name == "new":
            return "the new photo" if self.count == 1 else f"the {self.count:,} new photos"
        return f"the {text.photos(self.count)} {self.name}" if self.count != 1 else f"the photo {self.name}"


def likeliest(scopes: list[Scope]) -> Scope:
    """What a person means who just presses *Sort*: several photos that were selected, else what is shown."""
    by_name = {scope.name: scope for scope in scopes}
    selected = by_name.get("selected")
    if selected is not None and selected.count > 1:
        return selected
    return by_name.get("new") or by_name.get("shown") or by_name["all"]
