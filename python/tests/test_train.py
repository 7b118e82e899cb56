# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Training from end to end on noise, and its parts; needs the `train` extra for the former."""

import json

import numpy as np
import pytest

from rtwmc import fit, train
from rtwmc.networks import NETWORKS


def write_noise(folder, count=40):
    generator = np.random.default_rng(0)
    for stem in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]:
        records = generator.integers(0, 256, (count, 3073)).astype(np.uint8)
        records[:, 0] = generator.integers(0, 10, count)
        records[0, 1:3] = 0, 255
        records.tofile(folder / f"{stem}.bin")


def test_augmentation_only_flips_and_shifts():
    images = np.arange(6 * 8 * 8 * 3).reshape(6, 8, 8, 3).astype(np.int64)
    seen = []
    for index, batch in fit.augment(images, 2, np.random.default_rng(1), 2):
        assert batch.shape == (2, 8, 8, 3)
        for i, got in zip(index, batch):
            seen.append(int(i))
            padded = np.pad(images[i], [(2, 2), (2, 2), (0, 0)], mode="reflect")
            shifted = [padded[y : y + 8, x : x + 8] for y in range(5) for x in range(5)]
            assert any(np.array_equal(got, s) or np.array_equal(got, s[:, ::-1]) for s in shifted)
    assert sorted(seen) == list(range(6))


def test_augmentation_leaves_its_input_alone():
    images = np.random.default_rng(0).integers(0, 256, (4, 8, 8, 3)).astype(np.uint8)
    copy = images.copy()
    for _, batch in fit.augment(images, 0, np.random.default_rng(1), 4):
        batch[:] = 0
    assert np.array_equal(images, copy)


def test_learning_rate_rises_once_and_falls_to_nothing():
    rates = [fit.learning_rate(i, 100, 0.5) for i in range(101)]
    assert max(rates) == pytest.approx(0.5) and rates.index(max(rates)) == 20
    assert rates[:21] == sorted(rates[:21]) and rates[20:] == sorted(rates[20:], reverse=True)
    assert rates[100] == 0


def test_drops_from_the_options():
    network = NETWORKS["lenet_a"]

    def drops(**options):
        base = dict(prune_drop=None, ram=None, prune_batch=10, alpha=0.8)
        return train._drops(network, train.Recipe(**base | options))

    assert drops() == ()
    assert drops(prune_drop="paper") == network.drop == drops(ram=4096)
    assert drops(prune_drop="7,0") == (7, 0)
    for wrong in ("7", "1,2,3", "-1,0", "4705,0", "a,b"):
        with pytest.raises(ValueError, match="at most 4704,3200"):
            drops(prune_drop=wrong)


def test_a_missing_folder_is_an_error_not_a_traceback(tmp_path, capsys):
    pytest.importorskip("tensorflow")
    status = train.main(["lenet_a", "--data", str(tmp_path / "none"), "--out", str(tmp_path)])
    assert status == 1 and "no such folder" in capsys.readouterr().err


def test_one_command_trains_and_exports(tmp_path):
    pytest.importorskip("tensorflow")
    pytest.importorskip("tosa_converter_for_tflite")
    from rtwmc import data, export

    write_noise(tmp_path)
    common = ["lenet_a", "--data", str(tmp_path), "--batch", "20", "--calibration", "20", "--quiet"]
    assert train.main([*common, "--out", str(tmp_path / "a"), "--epochs", "1"]) == 0
    assert {p.name for p in (tmp_path / "a").iterdir()} == {
        f"lenet_a.{kind}" for kind in ("json", "keras", "mlir", "tflite")
    }
    results = json.loads((tmp_path / "a/lenet_a.json").read_text())
    assert results["parameters"] == 20262 and results["measured_on"] == "40 test images"
    text = (tmp_path / "a/lenet_a.mlir").read_text()
    assert "tensor<?x32x32x3xi8>" in text and "tensor<?x10xi8>" in text
    assert str(tmp_path) not in text and len(text) < 70_000

    # The exported int8 network follows the float one: noise, but the same noise.
    import keras

    images, _ = data.load_split(tmp_path, "test")
    float_logits = np.asarray(keras.models.load_model(tmp_path / "a/lenet_a.keras")(images.astype("f4")))
    int8_logits = export.tflite_logits((tmp_path / "a/lenet_a.tflite").read_bytes(), images)
    assert np.corrcoef(float_logits.ravel(), int8_logits.ravel())[0, 1] > 0.98

    # Dequantized, it starts from nearly the same logits.
    content = (tmp_path / "a/lenet_a.tflite").read_bytes()
    start = np.asarray(export.load_model(tmp_path / "a/lenet_a.tflite")(images.astype("f4")))
    assert np.corrcoef(float_logits.ravel(), start.ravel())[0, 1] > 0.999
    assert np.abs(start - float_logits).max() < 0.05 * np.ptp(float_logits)
    # Quantized again, its weights are the same but for the last digit of a scale.
    twice = export.to_tflite(export.from_tflite(NETWORKS["lenet_a"], content),
                             train.representatives(images, 20, 1))  # fmt: skip
    for a, b in zip(*(export.from_tflite(NETWORKS["lenet_a"], c).get_weights() for c in (content, twice))):
        np.testing.assert_allclose(a, b, atol=0.01 * np.abs(a).max() + 1e-6)
    with pytest.raises(ValueError, match="weights of SonicNet-A are .* the file has"):
        export.from_tflite(NETWORKS["sonicnet_a"], content)

    again = [*common, "--from", str(tmp_path / "a/lenet_a.keras"), "--out", str(tmp_path / "b")]
    again += ["--prune-drop", "paper", "--prune-epochs", "1", "--name", "tuned"]
    again += ["--distill", str(tmp_path / "a/lenet_a.tflite")]
    assert train.main(again) == 0
    tuned = json.loads((tmp_path / "b/tuned.json").read_text())
    assert tuned["recipe"]["drop"] == [2023, 694]
    assert tuned["recipe"]["from"] == "lenet_a.keras" and tuned["recipe"]["distill"] == "lenet_a.tflite"
    assert len([k for k in tuned["accuracy"] if "pruned" in k]) == 4


def test_files_that_are_no_network_are_errors(tmp_path, capsys):
    pytest.importorskip("tensorflow")
    from rtwmc import export

    (tmp_path / "bad.tflite").write_bytes(b"this is not a network")
    with pytest.raises(ValueError, match="bad.tflite: none of the networks"):
        export.load_model(tmp_path / "bad.tflite")
    write_noise(tmp_path)
    common = ["lenet_a", "--data", str(tmp_path), "--out", str(tmp_path), "--quiet"]
    assert train.main([*common, "--from", str(tmp_path / "bad.tflite")]) == 1
    assert "bad.tflite: not a .tflite file" in capsys.readouterr().err
    assert train.main([*common, "--distill", str(tmp_path / "none.tflite")]) == 1
    assert "none.tflite: no such file" in capsys.readouterr().err


def test_a_student_follows_its_teacher():
    pytest.importorskip("tensorflow")
    from rtwmc.networks import build

    network = NETWORKS["lenet_a"]
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (64, 32, 32, 3)).astype(np.uint8)
    labels = generator.integers(0, 10, 64)
    teacher, student = build(network, batch_norm=False), build(network, batch_norm=False)
    teacher.set_weights([0.01 * w if i == 0 else w for i, w in enumerate(teacher.get_weights())])
    student.set_weights([0.01 * w if i == 0 else w for i, w in enumerate(student.get_weights())])

    def distance(model):
        difference = np.asarray(model(images.astype("f4"))) - np.asarray(teacher(images.astype("f4")))
        # Softmax does not see what is common to all logits.
        return np.abs(difference - difference.mean(-1, keepdims=True)).mean()

    recipe = train.Recipe(batch=32, shift=0, seed=1, quiet=True, distill_weight=1.0, temperature=2.0)
    tuned = fit.fine_tune(
        network, student, images, labels, recipe, epochs=40, rate=3e-3, teacher=teacher
    )
    assert distance(tuned) < 0.5 * distance(student)


def test_calibration_images_must_span_the_pixels():
    pytest.importorskip("tensorflow")
    from rtwmc import export

    with pytest.raises(ValueError, match="span 1 to 1"):
        export.to_tflite(None, np.ones((2, 32, 32, 3), np.uint8))
