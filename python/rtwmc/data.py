# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reader of a CIFAR-10 folder (https://www.cs.toronto.edu/~kriz/cifar.html).

Both published layouts are understood: the binary one (`data_batch_1.bin` ...
`test_batch.bin`) and the Python one (`data_batch_1` ... `test_batch`). The
project ships no image; a user points at a folder of their own.
"""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["CLASSES", "DatasetError", "find_layout", "load", "load_split"]

CLASSES = (
    "airplane", "automobile", "bird", "cat", "deer",
    "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip

_PIXELS = 3 * 32 * 32
_RECORD = 1 + _PIXELS
_URL = "https://www.cs.toronto.edu/~kriz/cifar.html"
_STEMS = {
    "train": tuple(f"data_batch_{i}" for i in range(1, 6)),
    "test": ("test_batch",),
}


class DatasetError(ValueError):
    """A CIFAR-10 folder that is incomplete or damaged; the text says where."""


class _ArraysOnly(pickle.Unpickler):
    """Unpickler that can rebuild NumPy arrays and nothing else.

    A pickle may name any callable; a data set needs three of NumPy's and one
    codec helper, so everything else is refused rather than run.
    """

    _ALLOWED = {
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("_codecs", "encode"),
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._ALLOWED:
            raise pickle.UnpicklingError(f"refuses to load {module}.{name}")
        if module == "numpy.core.multiarray":  # NumPy 2 moved it
            module = "numpy._core.multiarray" if hasattr(np, "_core") else module
        return super().find_class(module, name)


def _check_labels(labels: np.ndarray, where: Path) -> None:
    bad = np.flatnonzero((labels < 0) | (labels > 9))
    if bad.size:
        i = int(bad[0])
        raise DatasetError(
            f"{where}: record {i} has label {int(labels[i])}; "
            f"CIFAR-10 labels are 0 to 9 (is this CIFAR-100?)"
        )


def _to_nhwc(planes: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(planes.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))


def _read_binary(path: Path) -> tuple[np.ndarray, np.ndarray]:
    raw = np.fromfile(path, dtype=np.uint8)
    if raw.size == 0 or raw.size % _RECORD:
        raise DatasetError(
            f"{path}: {raw.size} bytes is not a whole number of records of "
            f"{_RECORD} bytes; the file is truncated or not CIFAR-10"
        )
    records = raw.reshape(-1, _RECORD)
    labels = records[:, 0].astype(np.int64)
    _check_labels(labels, path)
    return _to_nhwc(records[:, 1:]), labels


def _read_pickle(path: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        # The published files were written by Python 2: their keys are bytes.
        content = _ArraysOnly(io.BytesIO(path.read_bytes()), encoding="bytes").load()
    except Exception as error:  # a damaged pickle can raise nearly anything
        raise DatasetError(f"{path}: not a readable CIFAR-10 pickle: {error}") from error
    if not isinstance(content, dict):
        raise DatasetError(f"{path}: holds a {type(content).__name__}, not a dict")
    entries = {k.decode() if isinstance(k, bytes) else k: v for k, v in content.items()}
    missing = [key for key in ("data", "labels") if key not in entries]
    if missing:
        raise DatasetError(f"{path}: has no entry '{missing[0]}'")
    data = np.asarray(entries["data"])
    try:
        labels = np.asarray(entries["labels"], dtype=np.int64)
    except (TypeError, ValueError) as error:
        raise DatasetError(f"{path}: labels are not integers") from error
    if data.dtype != np.uint8 or data.ndim != 2 or data.shape[1] != _PIXELS:
        raise DatasetError(
            f"{path}: data is {data.dtype}{list(data.shape)}; expected uint8[n, {_PIXELS}]"
        )
    if labels.shape != (data.shape[0],):
        raise DatasetError(f"{path}: {data.shape[0]} images but {labels.size} labels")
    _check_labels(labels, path)
    return _to_nhwc(data), labels


def find_layout(folder: str | Path) -> tuple[Path, str]:
    """Locate the data below `folder` and say which layout it has.

    Returns the folder that holds the files (`folder` itself or the one the
    published archives unpack to) and the file suffix, `".bin"` or `""`.
    Raises `DatasetError` when there is none.
    """
    root = Path(folder)
    if not root.is_dir():
        raise DatasetError(f"{root}: no such folder; CIFAR-10 is at {_URL}")
    for candidate in (root, root / "cifar-10-batches-bin", root / "cifar-10-batches-py"):
        for suffix in (".bin", ""):
            if any((candidate / (s + suffix)).is_file() for s in sum(_STEMS.values(), ())):
                return candidate, suffix
    raise DatasetError(
        f"{root}: holds neither data_batch_1.bin (binary layout) nor data_batch_1 "
        f"(Python layout); CIFAR-10 is at {_URL}"
    )


def load_split(folder: str | Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Read one split, `"train"` or `"test"`.

    Returns `(images, labels)`: uint8 `[n, 32, 32, 3]`, RGB, nhwc, 0 to 255, and
    int64 `[n]`, 0 to 9, in the files' order. Raises `DatasetError` for a missing,
    truncated or mislabelled file, `ValueError` for another split's name.
    """
    if split not in _STEMS:
        raise ValueError(f"split is 'train' or 'test', not '{split}'")
    root, suffix = find_layout(folder)
    read = _read_binary if suffix else _read_pickle
    parts = []
    for stem in _STEMS[split]:
        path = root / (stem + suffix)
        if not path.is_file():
            raise DatasetError(f"{path}: missing; the folder is incomplete")
        parts.append(read(path))
    images, labels = zip(*parts)
    return np.concatenate(images), np.concatenate(labels)


def load(folder: str | Path) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Read both splits: `(train, test)`, each as `load_split` returns it."""
    return load_split(folder, "train"), load_split(folder, "test")
