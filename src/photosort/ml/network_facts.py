"""What is known of every network without having it."""

from __future__ import annotations

from dataclasses import dataclass

from photosort.core.errors import ModelError
from photosort.ml.cards import Framing

_IMAGENET_LICENCE = "Apache-2.0 (Keras' weights, trained on ImageNet)"


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """What is known of a network without having it.

    Attributes:
        name: what it is called on the command line.
        title: what it is called on screen.
        about: one sentence: what it is good for, what it costs.
        download_bytes: length of Keras' file of weights; 0 for the network that comes along.
        parameters: how many numbers its weights are.
        input_size: height and width of its pictures, pixels.
        dimension: length of an embedding.
        framing: how a photo becomes a square.
        scale: the network takes ``pixel * scale + offset``, pixels being 0 to 255.
        offset: see ``scale``.
        licence: of the weights.
        embed_seconds: of a core for one embedding, roughly: measured for those that classifiers are shipped for.
        keras_name: its function in `keras.applications`; "" for the network that comes along.
        keras_module: the module below `keras.src.applications` that has the function.
        keras_size: the input size that Keras' own weights are named after.
        weights_file: what Keras calls its file of weights, the classifier left out.
        quantised: whether a network of 8-bit integers is tried; never where classifiers are shipped for the network.
    """

    name: str
    title: str
    about: str
    download_bytes: int
    parameters: int
    input_size: int
    dimension: int
    framing: Framing
    scale: float
    offset: float
    licence: str
    embed_seconds: float
    keras_name: str = ""
    keras_module: str = ""
    keras_size: int = 0
    weights_file: str = ""
    quantised: bool = False

    @property
    def bundled(self) -> bool:
        """Whether it comes along with the program."""
        return not self.keras_name


OWN = "compact"
"""The network that comes along, on which everything can fall back."""

NETWORKS: tuple[NetworkFacts, ...] = (
    NetworkFacts(
        name=OWN,
        title="Compact",
        about="The network that comes with photosort: small and quick.",
        download_bytes=0,
        parameters=1_473_704,
        input_size=128,
        dimension=512,
        framing="stretch",
        scale=1.0,
        offset=0.0,
        licence="MIT (trained by this project)",
        embed_seconds=0.003,
    ),
    NetworkFacts(
        name="mobilenetv2",
        title="MobileNetV2",
        about="Sharper eyes: better groups and look-alikes, surer of animals; nearly as quick.",
        download_bytes=9_406_464,
        parameters=2_257_984,
        input_size=192,
        dimension=1280,
        framing="stretch",
        scale=1 / 127.5,
        offset=-1.0,
        licence=_IMAGENET_LICENCE,
        embed_seconds=0.005,
        keras_name="MobileNetV2",
        keras_module="mobilenet_v2",
        keras_size=224,
        weights_file="mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
    ),
    NetworkFacts(
        name="efficientnetb0",
        title="EfficientNetB0",
        about="Good groups of everyday things; slower than MobileNetV2, and no guesses are made with it.",
        download_bytes=16_705_208,
        parameters=4_049_571,
        input_size=224,
        dimension=1280,
        framing="stretch",
        scale=1.0,
        offset=0.0,
        licence=_IMAGENET_LICENCE,
        embed_seconds=0.015,
        keras_name="EfficientNetB0",
        keras_module="efficientnet",
        keras_size=224,
        weights_file="efficientnetb0_notop.h5",
        quantised=True,
    ),
    NetworkFacts(
        name="xception",
        title="Xception",
        about="The finest groups of the networks here; large and slow, and no guesses are made with it.",
        download_bytes=83_683_744,
        parameters=20_861_480,
        input_size=299,
        dimension=2048,
        framing="crop",
        scale=1 / 127.5,
        offset=-1.0,
        licence=_IMAGENET_LICENCE,
        embed_seconds=0.2,
        keras_name="Xception",
        keras_module="xception",
        keras_size=299,
        weights_file="xception_weights_tf_dim_ordering_tf_kernels_notop.h5",
        quantised=True,
    ),
)

NAMES: tuple[str, ...] = tuple(facts.name for facts in NETWORKS)


def facts_of(name: str) -> NetworkFacts:
    """The facts of a network.

    Raises:
        ModelError: there is no network of this name.
    """
    for facts in NETWORKS:
        if facts.name == name:
            return facts
    message = f"there is no network named {name!r}; there are: {', '.join(NAMES)}"
    raise ModelError(message)
