"""Networks that were tried as the compact backbone and not taken."""

from __future__ import annotations

from typing import Any

EMBEDDING_DIM = 512

_STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
"""Expansion, width, blocks and stride of MobileNetV2's stages."""


def build_inverted(input_size: int | None = None, *, data_format: str = "channels_last", rescale: bool = True) -> Any:
    """Build MobileNetV2 with squeeze-and-excitation in its later stages, without a classifier.

    After Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018), and Howard et al.,
    "Searching for MobileNetV3" (2019); about as fast under LiteRT as the quarter-width Xception.

    Args:
        input_size: Height and width of the input in pixels; None accepts any size.
        data_format: Layout of the input and of everything inside.
        rescale: Whether the network itself maps 0..255 to -1..1.

    Returns:
        A Keras model: RGB float32 `(n, size, size, 3)` (or `(n, 3, size, size)`) to float32 `(n, 512)`, all >= 0.
    """
    import keras
    from keras import layers

    axis = -1 if data_format == "channels_last" else 1
    options: dict[str, Any] = {"padding": "same", "use_bias": False, "data_format": data_format}

    def norm(x: Any, name: str) -> Any:
        return layers.BatchNormalization(axis=axis, momentum=0.99, epsilon=1e-3, name=f"{name}_bn")(x)

    def relu(x: Any, name: str) -> Any:
        return layers.ReLU(6.0, name=f"{name}_relu")(x)

    def pointwise(x: Any, width: int, name: str) -> Any:
        return norm(layers.Conv2D(width, 1, kernel_initializer="he_normal", name=f"{name}_conv", **options)(x), name)

    def squeeze(x: Any, width: int, name: str) -> Any:
        gate = layers.GlobalAveragePooling2D(keepdims=True, data_format=data_format, name=f"{name}_mean")(x)
        gate = layers.Conv2D(width // 8, 1, activation="relu", data_format=data_format, name=f"{name}_narrow")(gate)
        gate = layers.Conv2D(width, 1, activation="sigmoid", data_format=data_format, name=f"{name}_wide")(gate)
        return layers.Multiply(name=f"{name}_gate")([x, gate])

    shape = (input_size, input_size, 3) if data_format == "channels_last" else (3, input_size, input_size)
    inputs = keras.Input(shape, name="pixels", dtype="float32")
    x = layers.Rescaling(1 / 127.5, offset=-1.0, name="rescale")(inputs) if rescale else inputs
    x = layers.Conv2D(32, 3, strides=2, kernel_initializer="he_normal", name="stem_conv", **options)(x)
    x = relu(norm(x, "stem"), "stem")
    inside = 32
    for stage, (expansion, width, blocks, stride) in enumerate(_STAGES, start=1):
        for block in range(blocks):
            name, shortcut, wide = f"block{stage}_{block}", x, inside * expansion
            if expansion > 1:
                x = relu(pointwise(x, wide, f"{name}_expand"), f"{name}_expand")
            steps = stride if block == 0 else 1
            x = layers.DepthwiseConv2D(3, strides=steps, name=f"{name}_depthwise", **options)(x)
            x = relu(norm(x, f"{name}_depthwise"), f"{name}_depthwise")
            if stage >= 4:
                x = squeeze(x, wide, name)
            x = pointwise(x, width, f"{name}_project")
            if steps == 1 and inside == width:
                x = layers.Add(name=f"{name}_add")([x, shortcut])
            inside = width
    x = relu(pointwise(x, EMBEDDING_DIM, "last"), "last")
    return keras.Model(
        inputs, layers.GlobalAveragePooling2D(data_format=data_format, name="embedding")(x), name="inverted"
    )
