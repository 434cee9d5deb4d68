#!/usr/bin/env python3
"""Write one page for each bundled model from its card: `python packaging/models/write_pages.py`.

The pages say what the cards say, no more and no less; a test holds them to that.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent))
from reliability_diagram import reliability_svg

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "resources" / "models"
PAGES = ROOT / "docs" / "models"
EMBEDDINGS = Path(__file__).resolve().parent / "embeddings.md"

Card = Mapping[str, Any]

_ORDER = ("compact", "kinds", "scenes", "animals", "mobilenetv2")

_SHARES = (
    ("accuracy", "accuracy"),
    ("macro_recall", "recall, mean over labels"),
    ("calibration_error", "calibration error, 15 bins"),
    ("sure", "*sure*"),
    ("accuracy_where_sure", "accuracy where *sure*"),
    ("unsure", "*unsure*"),
    ("called_none_of_these", "called *none of these*, wrongly"),
)
_NONE_OF_THESE = (
    ("other_kinds", "photos of other kinds"),
    ("kinds_never_fitted", "photos of kinds that no fit has seen"),
    ("mixed_album", "a mixed album"),
)


def pages(models: Path = MODELS) -> dict[str, str]:
    """Return the pages and their diagrams, by file name, from the cards in a folder of models."""
    cards = {path.parent.name: json.loads(path.read_text("utf-8")) for path in models.glob("*/card.json")}
    found: dict[str, str] = {}
    for folder in sorted(cards, key=_place):
        card = cards[folder]
        if card["kind"] == "head":
            found[f"{folder}.md"] = _page_of_head(folder, card)
            svg = reliability_svg(card["figures"]["reliability"], f"Reliability of {_title(folder, card)}")
            found[f"{folder}-reliability.svg"] = svg
        else:
            found[f"{folder}.md"] = _page_of_network(card)
    found["README.md"] = _contents({name: cards[name] for name in sorted(cards, key=_place)})
    return found


def _place(folder: str) -> tuple[bool, int, str]:
    name, _, network = folder.partition("-")
    return bool(network), _ORDER.index(name) if name in _ORDER else len(_ORDER), folder


def _contents(cards: Mapping[str, Card]) -> str:
    rows = ["| model | what | figure |", "|---|---|---|"]
    for folder, card in cards.items():
        figures = card.get("figures", {})
        figure = f"accuracy {_share(figures, 'accuracy')}" if card["kind"] == "head" else ""
        rows.append(f"| [{folder}]({folder}.md) | {_title(folder, card)} | {figure} |")
    return _text(
        "# Bundled models",
        "One page for each, written from its card by `packaging/models/write_pages.py`. How they are made stands in "
        "[packaging/models](../../packaging/models/README.md). Figures are of photos that entered no training, of sets "
        "whose other photos did; 95 % intervals in brackets. The photos measured were looked at while choosing, so "
        "photos kept elsewhere may give a little less.",
        "\n".join(rows),
    )


def _title(folder: str, card: Card) -> str:
    if card["kind"] != "head":
        return f"network {card['name']}" if card["kind"] == "backbone" else f"reference embeddings of {card['name']}"
    return f"classifier {card['name']}, on {_network(folder)}"


def _network(folder: str) -> str:
    return folder.partition("-")[2] or "compact"


def _page_of_head(folder: str, card: Card) -> str:
    figures = card["figures"]
    training = card["training"]
    fitted = "\n".join(f"| {label} | {count:,} |" for label, count in training["photos"].items())
    asked = card.get("asked_of")
    return _text(
        f"# {_title(folder, card).capitalize()}",
        card["notes"],
        f"Labels: {', '.join(card['labels'])}. Network: `{card['backbone_id']}`."
        + (
            f" On screen it is asked of photos whose {asked['classifier']} are {_and(asked['labels'])}."
            if asked
            else ""
        ),
        "## Figures",
        f"{figures['photos']:,} {figures['measured_on']}. The second column is the same photos as another camera, "
        "program or owner would have left them, which is nearer to a person's own folder.",
        _figures_table(figures),
        _labels_table(card["labels"], figures),
        "Confusion: rows are what the photos show, columns what was said.",
        _confusion_table(card["labels"], figures["confusion"]),
        f"![Reliability diagram]({folder}-reliability.svg)",
        "Bars on the dashed line mean that a confidence is worth what it says; the stronger a bar, the more photos.",
        "## None of these",
        _strangers_table(figures),
        *_held_out_sets(figures),
        "## Known failures",
        "\n".join(f"- {failure}" for failure in card["known_failures"]),
        *_album(figures),
        "## Where it comes from",
        f"Fitted on ({card['date']}), each photo twice, as it is and as another camera would have taken it:",
        f"| label | photos |\n|---|---|\n{fitted}",
        f"Calibrated on {training['calibration_photos']:,} others. Sets: {', '.join(training['sets'])}.",
        f"```\n{training['command']}\n```",
        *_origin(card),
    )


def _page_of_network(card: Card) -> str:
    parts = [f"# {_title('', card).capitalize()}"]
    if card["kind"] == "reference":
        parts += [
            card["about"],
            (
                f"The classifiers `*-mobilenetv2` are fitted on `{card['backbone_id']}` and on no other. Its weights "
                f"are not bundled: {card['weights_licence']}. What is fetched or imported is accepted when its "
                "embeddings of the sample album agree with these."
            ),
            f"Input {card['input_size']} px, {card['embedding_dim']} numbers.",
            f"```\n{card['command']}\n```",
        ]
        return _text(*parts, *_files(card))
    training = card["training"]
    parts += [
        (
            f"{card['architecture']['parameters']:,} parameters; {card['input_size']} px in, {card['embedding_dim']} "
            f"numbers out. Input: {card['preprocessing']['about']}."
        ),
        "## Figures",
        "Measured by `packaging/models/measure_embeddings.py`; * = held-out sets, the others are *seen labels*, new "
        "photos."
        if EMBEDDINGS.exists()
        else "",
        EMBEDDINGS.read_text("utf-8") if EMBEDDINGS.exists() else "",
        "## Where it comes from",
        f"{training['photos_total']:,} photos, {training['labels']} labels; teacher: {training['teacher']}.",
        "| set | photos |\n|---|---|\n" + "\n".join(f"| {name} | {n:,} |" for name, n in training["photos"].items()),
        f"```\n{training['command']}\n```",
    ]
    return _text(*parts, *_origin(card))


def _figures_table(figures: Card) -> str:
    other = figures["by_other_camera"]
    rows = ["| | as they are | by another camera |", "|---|---|---|"]
    rows += [f"| {title} | {_share(figures, key)} | {_share(other, key)} |" for key, title in _SHARES]
    return "\n".join(rows)


def _labels_table(labels: Sequence[str], figures: Card) -> str:
    rows = ["| label | recall | precision |", "|---|---|---|"]
    for label in labels:
        low, high = figures["recall_interval_95"].get(label, (float("nan"),) * 2)
        recall, precision = figures["recall"][label], figures["precision"][label]
        rows.append(f"| {label} | {_number(recall)} ({low:.3f} to {high:.3f}) | {_number(precision)} |")
    return "\n".join(rows)


def _confusion_table(labels: Sequence[str], confusion: Sequence[Sequence[int]]) -> str:
    rows = [f"| | {' | '.join(labels)} |", f"|---|{'---|' * len(labels)}"]
    rows += [f"| **{label}** | {' | '.join(map(str, row))} |" for label, row in zip(labels, confusion, strict=True)]
    return "\n".join(rows)


def _strangers_table(figures: Card) -> str:
    other = figures["by_other_camera"]
    rows = ["| photos | how many | AUROC of *known* | called *none of these* | the same by another camera |"]
    rows.append("|---|---|---|---|---|")
    for key, title in _NONE_OF_THESE:
        if found := figures.get(key):
            area = _share(found, "auroc_of_known") if "auroc_of_known" in found else ""
            called = _share(found, "called_none_of_these")
            again = _share(other[key], "called_none_of_these") if other.get(key) else ""
            rows.append(f"| {title} | {found['photos']:,} | {area} | {called} | {again} |")
            if thing := found.get("called thing"):
                rows.append(f"| of them called *thing* | {thing['photos']:,} | | {_share(thing, 'share')} | |")
    return "\n".join(rows)


def _held_out_sets(figures: Card) -> list[str]:
    sets = figures.get("held_out_sets")
    if not sets:
        return []
    rows = ["| of sets that no training has seen | photos | share |", "|---|---|---|"]
    rows += [f"| {name} | {found['photos']:,} | {_share(found, 'share')} |" for name, found in sets.items()]
    return ["\n".join(rows)]


def _album(figures: Card) -> list[str]:
    album = figures.get("sample_album")
    if not album:
        return []
    parts = [f"Of {album['pictures']} painted pictures of the sample album it has {album['right']} right."]
    if album["wrong"]:
        rows = ["| picture | shows | called | verdict |", "|---|---|---|---|"]
        for wrong in album["wrong"]:
            link = f'<img src="../../resources/album/{quote(wrong["picture"])}" width="160" alt="{wrong["picture"]}">'
            verdict = wrong["verdict"].replace("_", " ")
            rows.append(f"| {link} | {wrong['shows']} | {wrong['called']} ({wrong['confidence']:.2f}) | {verdict} |")
        parts.append("\n".join(rows))
    return parts


def _origin(card: Card) -> list[str]:
    licence = card["licence"]
    return [
        f"Held out of it: {', '.join(card['held_out'])}.",
        f"Licence of the weights: {licence['weights']}. Sources: {licence['sources']}.",
        *_files(card),
    ]


def _files(card: Card) -> list[str]:
    rows = ["| file | bytes | SHA-256 |", "|---|---|---|"]
    rows += [f"| {name} | {told['bytes']:,} | `{told['sha256']}` |" for name, told in card["files"].items()]
    return ["\n".join(rows)]


def _share(figures: Card, key: str) -> str:
    interval = figures.get(f"{key}_interval_95")
    text = _number(figures[key])
    return text if interval is None else f"{text} ({interval[0]:.3f} to {interval[1]:.3f})"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _and(labels: Sequence[str]) -> str:
    return " or ".join(f"*{label}*" for label in labels)


def _text(*parts: str) -> str:
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=PAGES)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (options.out / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
