"""The networks that photosort trains itself, as Keras models.

Keras is imported inside the functions: this module can be imported where no TensorFlow, PyTorch or JAX is
installed, and importing it costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import keras

DataFormat = Literal["channels_last", "channels_first"]

EMBEDDING_DIM = 512
"""Length of the compact network's embedding."""

COMPACT_NAME = "compact_xception_q"
"""Keras name of the compact network; written into stored weights."""

_ENTRY_WIDTHS = (32, 64, 192)
_MIDDLE_WIDTH = 192
_EXIT_WIDTHS = (256, 384)


def build_compact(
    input_size: int | None = None,
    *,
    middle_blocks: int = 8,
    data_format: DataFormat = "channels_last",
    rescale: bool = True,
) -> keras.Model:
    """Build the compact backbone: Xception at about a quarter of its width, without a classifier.

    The network is fully convolutional up to a global average, so one set of weights serves every input size
    and both data formats (Keras stores kernels alike in both). After Chollet, "Xception: Deep Learning with
    Depthwise Separable Convolutions" (2017); widths are rounded to what CPUs like, and the first convolution
    pads, so that small inputs keep their border.

    Args:
        input_size: Height and width of the input in pixels, at least 32; None accepts any size.
        middle_blocks: How many residual blocks of three separable convolutions stand in the middle.
        data_format: Layout of the input and of everything inside. `channels_first` trains faster on PyTorch;
            what is stored, converted or shipped is `channels_last`.
        rescale: Whether the network itself maps 0..255 to -1..1. Training does this beforehand.

    Returns:
        A Keras model: RGB float32 `(n, size, size, 3)` (or `(n, 3, size, size)`), 0..255 with `rescale`, else
        -1..1, to embeddings float32 `(n, 512)`, all >= 0, not normalised.

    Raises:
        ValueError: If `input_size` is under 32 or `middle_blocks` is negative.
    """
    if input_size is not None and input_size < 32:
        msg = f"input_size must be at least 32 pixels (the network halves five times), got {input_size}"
        raise ValueError(msg)
    if middle_blocks < 0:
        msg = f"middle_blocks must not be negative, got {middle_blocks}"
        raise ValueError(msg)
    import keras
    from keras import layers

    axis = -1 if data_format == "channels_last" else 1
    options: dict[str, Any] = {"padding": "same", "use_bias": False, "data_format": data_format}

    def norm(x: Any, name: str) -> Any:
        return layers.BatchNormalization(axis=axis, momentum=0.99, epsilon=1e-3, name=f"{name}_bn")(x)

    def relu(x: Any, name: str) -> Any:
        return layers.ReLU(name=f"{name}_relu")(x)

    def convolution(x: Any, width: int, size: int, strides: int, name: str) -> Any:
        x = layers.Conv2D(width, size, strides=strides, kernel_initializer="he_normal", name=f"{name}_conv", **options)(
            x
        )
        return norm(x, name)

    def separable(x: Any, width: int, name: str) -> Any:
        # Two layers instead of SeparableConv2D: the same arithmetic, and both kernels are found by name.
        x = layers.DepthwiseConv2D(3, name=f"{name}_depthwise", **options)(x)
        x = layers.Conv2D(width, 1, kernel_initializer="he_normal", name=f"{name}_pointwise", **options)(x)
        return norm(x, name)

    def shrink(x: Any, name: str) -> Any:
        return layers.MaxPooling2D(3, 2, padding="same", data_format=data_format, name=f"{name}_pool")(x)

    shape = (input_size, input_size, 3) if data_format == "channels_last" else (3, input_size, input_size)
    inputs = keras.Input(shape, name="pixels", dtype="float32")
    x = layers.Rescaling(1 / 127.5, offset=-1.0, name="rescale")(inputs) if rescale else inputs
    x = relu(convolution(x, 16, 3, 2, "stem1"), "stem1")
    x = relu(convolution(x, 24, 3, 1, "stem2"), "stem2")
    for block, width in enumerate(_ENTRY_WIDTHS, start=1):
        name = f"entry{block}"
        shortcut = convolution(x, width, 1, 2, f"{name}_shortcut")
        if block > 1:
            x = relu(x, f"{name}_1")
        x = separable(x, width, f"{name}_1")
        x = separable(relu(x, f"{name}_2"), width, f"{name}_2")
        x = layers.Add(name=f"{name}_add")([shrink(x, name), shortcut])
    for block in range(1, middle_blocks + 1):
        shortcut = x
        for step in (1, 2, 3):
            name = f"middle{block}_{step}"
            x = separable(relu(x, name), _MIDDLE_WIDTH, name)
        x = layers.Add(name=f"middle{block}_add")([x, shortcut])
    shortcut = convolution(x, _EXIT_WIDTHS[0], 1, 2, "exit1_shortcut")
    x = separable(relu(x, "exit1_1"), _MIDDLE_WIDTH, "exit1_1")
    x = separable(relu(x, "exit1_2"), _EXIT_WIDTHS[0], "exit1_2")
    x = layers.Add(name="exit1_add")([shrink(x, "exit1"), shortcut])
    x = relu(separable(x, _EXIT_WIDTHS[1], "exit2"), "exit2")
    x = relu(separable(x, EMBEDDING_DIM, "exit3"), "exit3")
    embedding = layers.GlobalAveragePooling2D(data_format=data_format, name="embedding")(x)
    return keras.Model(inputs, embedding, name=COMPACT_NAME)
