# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What others take for the networks that come with the project."""

from __future__ import annotations

__all__ = ["CMSIS_NN", "SILICON"]

CMSIS_NN: dict[str, dict[str, int]] = {
    "lenet_a": {
        "cortex-m0": 8_045_224, "cortex-m3": 3_677_557, "cortex-m4": 3_021_505, "cortex-m7": 3_045_526,
        "cortex-m33": 2_983_898, "cortex-m55": 787_729,
    },
    "sparsenet_a": {
        "cortex-m0": 22_723_442, "cortex-m3": 9_153_899, "cortex-m4": 7_347_787, "cortex-m7": 7_358_830,
        "cortex-m33": 7_298_179, "cortex-m55": 1_378_332,
    },
    "sonicnet_a": {
        "cortex-m0": 36_743_625, "cortex-m3": 13_889_874, "cortex-m4": 10_961_058, "cortex-m7": 10_793_773,
        "cortex-m33": 10_922_133, "cortex-m55": 1_775_934,
    },
    "resnet8_int8": {
        "cortex-m0": 97_600_000, "cortex-m3": 36_700_000, "cortex-m4": 29_900_000,
        "cortex-m7": 29_100_000, "cortex-m33": 29_900_000, "cortex-m55": 4_510_000,
    },
    "dscnn_kws_int8": {
        "cortex-m0": 24_900_000, "cortex-m3": 10_500_000, "cortex-m4": 7_840_000,
        "cortex-m7": 7_750_000, "cortex-m33": 7_790_000, "cortex-m55": 1_720_000,
    },
}  # fmt: skip
"""Instructions of one inference with CMSIS-NN 19.1, counted as ours are: by network and core, the
fewest of 13 compilers and flags whose results are bit-exact. Those of the last two are rounded."""

SILICON: dict[str, dict[str, list[tuple[str, float]]]] = {
    "resnet8_int8": {
        "cortex-m0plus": [("Bosch HALE", 7.79)],
        "cortex-m4": [("ST X-CUBE-AI 9", 1.585), ("Plumerai", 1.61)],
        "cortex-m7": [("ST X-CUBE-AI 9", 0.915)],
        "cortex-m33": [("Plumerai", 1.34)],
    },
    "dscnn_kws_int8": {
        "cortex-m0plus": [("Bosch HALE", 11.4)],
        "cortex-m4": [("ST X-CUBE-AI 9", 1.95), ("Plumerai", 2.16)],
        "cortex-m7": [("ST X-CUBE-AI 9", 1.19)],
    },
}
"""Cycles per multiply-accumulate that engines publish in MLPerf Tiny, measured on silicon."""
