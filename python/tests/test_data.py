# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The CIFAR-10 reader, on made-up folders in both published layouts."""

import pickle

import numpy as np
import pytest

from rtwmc import data

STEMS = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]


def planes(stem: str, count: int = 4) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(STEMS.index(stem))
    return generator.integers(0, 256, (count, 3072), np.uint8), generator.integers(0, 10, count)


def write_binary(folder, stems=STEMS):
    for stem in stems:
        pixels, labels = planes(stem)
        records = np.concatenate([labels[:, None].astype(np.uint8), pixels], 1)
        records.tofile(folder / f"{stem}.bin")


def write_python(folder, stems=STEMS):
    for stem in stems:
        pixels, labels = planes(stem)
        content = {b"data": pixels, b"labels": [int(x) for x in labels], b"batch_label": b"made up"}
        (folder / stem).write_bytes(pickle.dumps(content, protocol=2))


@pytest.mark.parametrize("write", [write_binary, write_python])
@pytest.mark.parametrize("below", ["", "cifar-10-batches-bin"])
def test_reads_either_layout_as_nhwc_rgb(tmp_path, write, below):
    folder = tmp_path / below
    folder.mkdir(exist_ok=True)
    write(folder)
    (images, labels), (test_images, test_labels) = data.load(tmp_path)
    assert images.shape == (20, 32, 32, 3) and images.dtype == np.uint8
    assert test_images.shape == (4, 32, 32, 3)
    pixels, expected = planes("data_batch_3")
    assert list(labels[8:12]) == list(expected)
    assert list(test_labels) == list(planes("test_batch")[1])
    # Pixel (y=5, x=7) of channel 2 lies at 2*1024 + 5*32 + 7 of the record.
    assert images[8, 5, 7, 2] == pixels[0, 2 * 1024 + 5 * 32 + 7]


def test_no_folder(tmp_path):
    with pytest.raises(data.DatasetError, match="no such folder"):
        data.load(tmp_path / "absent")


def test_folder_without_cifar(tmp_path):
    with pytest.raises(data.DatasetError, match="neither data_batch_1.bin"):
        data.load(tmp_path)


@pytest.mark.parametrize("write,name", [(write_binary, "data_batch_4.bin"), (write_python, "data_batch_4")])
def test_missing_file_is_named(tmp_path, write, name):
    write(tmp_path, [s for s in STEMS if s != "data_batch_4"])
    with pytest.raises(data.DatasetError, match=f"{name}: missing"):
        data.load(tmp_path)


def test_truncated_binary(tmp_path):
    write_binary(tmp_path)
    path = tmp_path / "data_batch_2.bin"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(data.DatasetError, match=r"data_batch_2\.bin: 12291 bytes is not a whole"):
        data.load(tmp_path)


def test_truncated_pickle(tmp_path):
    write_python(tmp_path)
    path = tmp_path / "data_batch_2"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(data.DatasetError, match="data_batch_2: not a readable"):
        data.load(tmp_path)


def test_wrong_label(tmp_path):
    write_binary(tmp_path)
    path = tmp_path / "data_batch_5.bin"
    content = bytearray(path.read_bytes())
    content[3073] = 10
    path.write_bytes(content)
    with pytest.raises(data.DatasetError, match="record 1 has label 10"):
        data.load(tmp_path)


def test_labels_and_images_disagree(tmp_path):
    write_python(tmp_path)
    content = {b"data": np.zeros((3, 3072), np.uint8), b"labels": [0, 1]}
    (tmp_path / "test_batch").write_bytes(pickle.dumps(content, protocol=2))
    with pytest.raises(data.DatasetError, match="3 images but 2 labels"):
        data.load_split(tmp_path, "test")


def test_pickle_runs_no_code(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "written"), "w"))

    write_python(tmp_path)
    (tmp_path / "data_batch_1").write_bytes(pickle.dumps({b"data": Evil()}))
    with pytest.raises(data.DatasetError, match="refuses to load"):
        data.load(tmp_path)
    assert not (tmp_path / "written").exists()


def test_unknown_split(tmp_path):
    with pytest.raises(ValueError, match="'train' or 'test'"):
        data.load_split(tmp_path, "validation")
