# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes `delay_line.tflite`: a convolution over time that keeps its last inputs in a variable.

    python3 make_delay_line.py [FOLDER]

As TensorFlow converts what streaming networks are: VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE, and
a second function that gives the variable its first value. Needs TensorFlow.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

SHAPE = (1, 1, 1, 4)


class DelayLine(tf.Module):
    def __init__(self) -> None:
        random = np.random.default_rng(0)
        self.last = tf.Variable(tf.zeros([1, 2, 1, 4]), trainable=False)
        self.filters = tf.constant(0.3 * random.normal(size=(3, 1, 4, 6)), tf.float32)
        self.scores = tf.constant(0.3 * random.normal(size=(6, 3)), tf.float32)

    @tf.function(input_signature=[tf.TensorSpec(SHAPE, tf.float32)])
    def __call__(self, x):
        window = tf.concat([self.last, x], 1)
        self.last.assign(window[:, 1:])
        y = tf.nn.relu(tf.nn.conv2d(window, self.filters, 1, "VALID"))
        return tf.matmul(tf.reshape(y, [1, 6]), self.scores)


def samples():
    random = np.random.default_rng(1)
    for _ in range(50):
        yield [random.normal(size=SHAPE).astype(np.float32)]


def main(folder: Path) -> None:
    model = DelayLine()
    function = model.__call__.get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function], model)
    converter.experimental_enable_resource_variables = True
    # Else the variable stays floating point.
    converter._experimental_variable_quantization = True
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = samples
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = converter.inference_output_type = tf.int8
    (folder / "delay_line.tflite").write_bytes(converter.convert())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
