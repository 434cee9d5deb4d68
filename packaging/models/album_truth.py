"""What the pictures of the sample album show, and which of them a classifier gets wrong.

The album was painted by this project, so its pictures may be shown as examples of failures, which photos of the sets
may not. They are few and are paintings: how often they are right says little of photos.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from photosort.core.imaging import decode, model_input
from photosort.core.photo import VERDICTS
from photosort.ml import heads
from photosort.ml.backbones import Backbone

_KINDS = {
    "document": ("Downloads/letter.jpg", "New folder (3)/SMPL0270.JPG", "Phone/PXL_20211002_094150000.jpg"),
    "screenshot": ("Downloads/Screenshot 2024-11-09 at 10.14.22.png",),
    "food": (
        "New folder (3)/SMPL0251.JPG",
        "New folder (3)/SMPL0260.JPG",
        "Phone/PXL_20230401_084533120.jpg",
        "Phone/PXL_20230401_084541004.jpg",
    ),
    "plant": ("Lake trip/P1010034.JPG", "Lake trip/P1010038.JPG"),
    "place": (
        "Downloads/northern lights.jpg",
        "New folder (3)/SMPL0240.JPG",
        "DCIM/100SAMPL/SMPL0119.JPG",
        "Sea 2021/DSC_0457.JPG",
    ),
}
_SCENES = {
    "mountain": (
        "DCIM/100SAMPL/SMPL0101.JPG",
        "DCIM/100SAMPL/SMPL0102.JPG",
        "DCIM/100SAMPL/SMPL0104.JPG",
        "DCIM/100SAMPL/SMPL0107.JPG",
        "Lake trip/P1010021.JPG",
        "Lake trip/P1010022.JPG",
        "Lake trip/P1010023.JPG",
    ),
    "glacier": ("DCIM/100SAMPL/SMPL0110.JPG", "DCIM/100SAMPL/SMPL0111.JPG"),
    "forest": (
        "DCIM/100SAMPL/SMPL0115.JPG",
        "DCIM/100SAMPL/SMPL0116.JPG",
        "Lake trip/P1010044.JPG",
        "New folder (3)/SMPL0266.JPG",
        "Phone/PXL_20240112_093015208.jpg",
    ),
    "sea": (
        "Sea 2021/DSC_0412.JPG",
        "Sea 2021/DSC_0413.JPG",
        "Sea 2021/DSC_0420.JPG",
        "Sea 2021/DSC_0431.JPG",
        "Sea 2021/DSC_0444.JPG",
        "Sea 2021/DSC_0450.JPG",
    ),
    "buildings": (
        "Downloads/skyline (1).webp",
        "Downloads/skyline.webp",
        "Phone/IMG-20190712-WA0003.jpg",
        "Phone/IMG-20190714-WA0011.jpg",
    ),
    "street": (
        "Phone/PXL_20230402_151020551.jpg",
        "Phone/PXL_20230402_203000417.jpg",
        "Phone/PXL_20230403_124410093.jpg",
    ),
}

TRUTH: Mapping[str, Mapping[str, str]] = {
    "kinds": {picture: kind for kind, pictures in _KINDS.items() for picture in pictures}
    | {picture: "place" for pictures in _SCENES.values() for picture in pictures},
    "scenes": {picture: scene for scene, pictures in _SCENES.items() for picture in pictures},
}
"""By classifier, the right label of each picture, by its path in the album; pictures of no one label are left out."""


def album_figures(head: heads.Head, backbone: Backbone, album: Path) -> dict[str, Any] | None:
    """Ask a head about the pictures of the album; None where none of them shows one of its labels.

    Returns:
        How many there are and are right, and each one that is not.
    """
    truth = TRUTH.get(head.name)
    if truth is None:
        return None
    inputs = [
        model_input(
            decode(album / picture, short_side=backbone.input_size).pixels, backbone.input_size, fit=backbone.framing
        )
        for picture in truth
    ]
    output = head.predict(backbone.embed(np.stack(inputs)))
    said = [head.labels[index] for index in output.label_index]
    wrong = [
        {
            "picture": picture,
            "shows": shows,
            "called": called,
            "verdict": VERDICTS[int(output.verdict[row])].value,
            "confidence": round(float(output.confidence[row]), 2),
        }
        for row, ((picture, shows), called) in enumerate(zip(truth.items(), said, strict=True))
        if called != shows
    ]
    return {"pictures": len(truth), "right": len(truth) - len(wrong), "wrong": wrong}
