# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From a trained Keras model to int8 `.tflite` and TOSA text, and back to Keras, by kept libraries.

Needs `pip install rtwmc[train]`: TensorFlow's `TFLiteConverter` quantizes, Arm's
`tosa-converter-for-tflite` writes the TOSA module.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from .networks import NETWORKS, Network, build

__all__ = ["from_tflite", "load_model", "to_tflite", "to_tosa", "tflite_accuracy", "tflite_logits"]

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def to_tflite(model: Any, images: np.ndarray) -> bytes:
    """Quantize a Keras model on raw pixels to full int8.

    `images`, uint8 `[n, h, w, c]`, is the representative data set: activation ranges
    come from it, so it must hold pixels of 0 and of 255. Weights are int8 per
    channel, biases int32, input and output int8; the input's scale is exactly 1 and
    its zero point exactly -128, that is int8 = pixel - 128. Raises `ValueError` for
    images that do not span 0 to 255, `RuntimeError` if the input's quantization
    comes out otherwise.
    """
    if images.min() != 0 or images.max() != 255:
        raise ValueError(
            f"representative images span {images.min()} to {images.max()}; they must span 0 to 255"
        )
    import tensorflow as tf

    def representative() -> Any:
        for image in images:
            yield [image[None].astype(np.float32)]

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    content = bytes(converter.convert())

    interpreter = tf.lite.Interpreter(model_content=content)
    scale, zero = interpreter.get_input_details()[0]["quantization"]
    if abs(scale - 1.0) > 1e-6 or zero != -128:
        raise RuntimeError(f"input is quantized with scale {scale}, zero point {zero}; expected 1, -128")
    return content


def from_tflite(network: Network, tflite: bytes) -> Any:
    """Dequantize an int8 `.tflite` of `network`, as `to_tflite` writes it, to a Keras model.

    The model is `build(network, batch_norm=False)` on raw pixels: weights are int8
    times their channel's scale, biases int32 times theirs. Raises `ValueError` for
    content that is no `.tflite` or whose layers are not the network's.
    """
    from tensorflow.lite.tools import flatbuffer_utils

    if tflite[4:8] != b"TFL3":
        raise ValueError("not a .tflite file")
    content = flatbuffer_utils.read_model_from_bytearray(bytearray(tflite))
    graph = content.subgraphs[0]

    def dequantized(index: int, kind: type) -> np.ndarray:
        tensor = graph.tensors[index]
        if tensor.quantization is None or tensor.quantization.scale is None:
            raise ValueError("not a full int8 network: it has weights without a scale")
        raw = np.asarray(content.buffers[tensor.buffer].data, np.uint8)
        values = raw.view(kind).reshape(tensor.shape).astype(np.float64)
        scales = np.asarray(tensor.quantization.scale, np.float64)  # of the first axis
        return values * scales.reshape((-1,) + (1,) * (values.ndim - 1))

    weights = []
    for operation in graph.operators:
        name = flatbuffer_utils.opcode_to_name(content, operation.opcodeIndex)
        if name in ("CONV_2D", "FULLY_CONNECTED"):
            kernel = dequantized(operation.inputs[1], np.int8)
            weights += [np.moveaxis(kernel, 0, -1), dequantized(operation.inputs[2], np.int32)]
    model = build(network, batch_norm=False)
    found, expected = [w.shape for w in weights], [w.shape for w in model.get_weights()]
    if found != expected:
        raise ValueError(f"weights of {network.title} are {expected}; the file has {found}")
    model.set_weights(weights)
    return model


def load_model(path: str | Path, network: Network | None = None) -> Any:
    """Load an exported network, `.keras` or `.tflite`, as a float Keras model on raw pixels.

    A `.tflite` without a `network` is the one of the paper's networks whose weights
    it has. Raises `ValueError` for a file that is missing, or is not such a network.
    """
    import keras

    path = Path(path)
    if not path.is_file():
        raise ValueError(f"{path}: no such file")
    if path.suffix != ".tflite":
        model = keras.models.load_model(path)
        if network is not None:
            weights, model = model.get_weights(), build(network, batch_norm=False)
            model.set_weights(weights)
        return model
    content, wrong = path.read_bytes(), []
    for candidate in [network] if network else NETWORKS.values():
        try:
            return from_tflite(candidate, content)
        except ValueError as error:
            wrong.append(str(error))
    raise ValueError(f"{path}: {wrong[0] if network else 'none of the networks known here'}")


def to_tosa(tflite: bytes, *, locations: bool = False) -> str:
    """Convert an int8 `.tflite` to a TOSA module in MLIR's text form.

    Constants above 100 elements are printed in hex, so the text is two to three
    times the size of the weights. `locations` keeps the layers' names as the
    operations' locations. Raises what the converter raises.
    """
    import tosa_converter_for_tflite as arm

    debug = arm.TosaConverterDebugInfo
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "model.tflite"), Path(folder, "model.mlir")
        source.write_bytes(tflite)
        arm.tflite_flatbuffer_to_tosa_mlir(
            str(source),
            str(target),
            arm.TosaConverterOutputFormat.Text,
            debug.Enable if locations else debug.Disabled,
        )
        return target.read_text()


def tflite_logits(tflite: bytes, images: np.ndarray, *, reference: bool = True) -> np.ndarray:
    """Run uint8 images `[n, h, w, c]` through an int8 `.tflite`; int8 `[n, classes]`.

    `reference` selects LiteRT's reference kernels, the ones that agree with
    TOSA but for a rounding step after fully connected layers.
    """
    import tensorflow as tf

    resolver = tf.lite.experimental.OpResolverType
    interpreter = tf.lite.Interpreter(
        model_content=tflite,
        experimental_op_resolver_type=resolver.BUILTIN_REF if reference else resolver.AUTO,
    )
    source = interpreter.get_input_details()[0]["index"]
    target = interpreter.get_output_details()[0]["index"]
    answers = []
    step = 100
    allocated = 0
    for start in range(0, len(images), step):
        chunk = (images[start : start + step].astype(np.int16) - 128).astype(np.int8)
        if len(chunk) != allocated:
            allocated = len(chunk)
            interpreter.resize_tensor_input(source, chunk.shape)
            interpreter.allocate_tensors()
        interpreter.set_tensor(source, chunk)
        interpreter.invoke()
        answers.append(interpreter.get_tensor(target).copy())
    return np.concatenate(answers)


def tflite_accuracy(
    tflite: bytes, images: np.ndarray, labels: np.ndarray, *, reference: bool = True
) -> float:
    """Share, 0 to 1, of uint8 images that an int8 `.tflite` labels right (ties: lowest class)."""
    logits = tflite_logits(tflite, images, reference=reference)
    return float(np.mean(np.argmax(logits, -1) == labels))
