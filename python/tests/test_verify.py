# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of rtwmc.verify: what is equal, what is not and where, what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtwmc import cut, differences, qemu, tflm, verification, verify
from rtwmc.compiler import Port, compile, smallest_budget
from rtwmc.isolated import CrashError

pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
pytest.importorskip("tosa_converter_for_tflite")

MODELS = Path(__file__).resolve().parents[2] / "test" / "models"
LENET = MODELS / "lenet_a.tflite"
RESNET = MODELS / "mlperf-tiny" / "resnet8_int8.tflite"
DELAY_LINE = MODELS / "operators" / "delay_line.tflite"
SEVERAL = MODELS / "operators" / "two_in_two_out.tflite"


pytestmark = pytest.mark.usefixtures("compiler")


def damaged(content: bytes, tensor: int) -> bytes:
    """The network with other values in a constant; a cut may lack it."""
    schema = tflm.schema()
    flatbuffers = pytest.importorskip("flatbuffers")
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    buffer = model.buffers[model.subgraphs[0].tensors[tensor].buffer]
    if buffer.data is None:
        return content
    buffer.data = buffer.data.copy()
    buffer.data[::3] ^= 0x40
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def damage(monkeypatch: pytest.MonkeyPatch, tensor: int, mcpu: str = "host") -> None:
    """Makes the compiler take a constant for another one, for a core."""

    def wrong(model: Any, **options: Any) -> Any:
        content = model if isinstance(model, bytes) else Path(model).read_bytes()
        if options["mcpu"] == mcpu:
            content = damaged(content, tensor)
        return compile(content, **options)

    monkeypatch.setattr(verification, "compile", wrong)


def weights(model: Path) -> list[tuple[int, int]]:
    """Operators with weights, and the tensors that these are."""
    graph = tflm.schema().ModelT.InitFromObj(
        tflm.schema().Model.GetRootAs(model.read_bytes(), 0)
    ).subgraphs[0]  # fmt: skip
    return [(i, int(op.inputs[1])) for i, op in enumerate(graph.operators) if len(op.inputs) == 3]


@pytest.mark.parametrize("which", [0, 4, 7])
def test_first_operator_of_a_residual_network(
    which: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator, tensor = weights(RESNET)[which]
    damage(monkeypatch, tensor)
    result = verify.verify(RESNET, count=4)
    assert not result.equal and result.first
    assert (result.first.operator.index, result.first.after) == (operator, operator - 1)
    assert result.first.operator.kind == "CONV_2D"
    assert result.first.difference and result.first.difference.worst > 0
    assert f"first at operator {operator} of 16, CONV_2D" in verify.table(result)
    # The network that ends there is one of its own, with the same first difference.
    part = cut.Network(result.first.content)
    assert part.operators[-1].tensors == result.first.operator.tensors


def test_only_the_core_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.which("qemu-system-arm") or pytest.skip("no QEMU")
    operator, tensor = weights(SEVERAL)[0]
    damage(monkeypatch, tensor, "cortex-m0")
    result = verify.verify(SEVERAL, count=4, mcpu="cortex-m0")
    assert [each.equal for each in result.comparisons] == [True, False]
    assert result.first and result.first.operator.index == operator
    assert result.first.computed == "cortex-m0 in QEMU"


def test_first_operator_of_a_network_with_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its cuts have the variable as well; without what is assigned, where that comes later."""
    network = cut.Network(DELAY_LINE.read_bytes())
    kinds = [operator.kind for operator in network.operators]
    assert kinds[:3] == ["CALL_ONCE", "VAR_HANDLE", "READ_VARIABLE"]
    assert verify.verify(DELAY_LINE, count=20).equal
    inputs = [np.arange(24, dtype=np.int8).reshape(6, 1, 1, 1, 4)] * 2
    outputs = tflm.run(network.content, [np.concatenate(inputs)], 1)[0]
    assert not np.array_equal(outputs[:6], outputs[6:])  # by what came before
    operator, tensor = weights(DELAY_LINE)[0]
    damage(monkeypatch, tensor)
    result = verify.verify(DELAY_LINE, count=6)
    assert kinds[operator] == "CONV_2D"
    assert result.first and result.first.operator.index == operator


@pytest.mark.parametrize(
    "failure", [CrashError("Segmentation fault"), qemu.RunFailure("wrote 4 bytes past the arena")]
)
def test_first_operator_that_fails(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code that crashes or writes elsewhere is a difference of its own kind, and is found alike."""
    operators = len(cut.Network(RESNET.read_bytes()).operators)
    run = verification._run

    def fails(compiled: Any, inputs: Any, timeout: float) -> Any:
        # The first addition is operator 3; from there on there are four convolutions.
        if len(compiled.report["layers"]) >= 4:
            raise failure
        return run(compiled, inputs, timeout)

    monkeypatch.setattr(verification, "_run", fails)
    result = verify.verify(RESNET, count=2)
    assert not result.equal and result.comparisons[0].failure == str(failure)
    assert result.first and result.first.difference is None
    assert 2 <= result.first.operator.index < operators - 1
    text = verify.table(result)
    assert f"this machine: {failure}" in text and "the network that ends there fails" in text
    assert verify.as_dict(result, "x")["comparisons"][0]["failure"] == str(failure)


def test_last_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no cut behind it: the outputs of the whole count."""
    operator, tensor = weights(LENET)[-1]
    damage(monkeypatch, tensor)
    result = verify.verify(LENET, count=4)
    assert result.first and result.first.operator.index == operator == result.operators - 1


@pytest.mark.parametrize("wrong", range(9))
@pytest.mark.parametrize("unknown", [set(), {0}, {3, 4}, {1, 2, 5, 6, 7}])
def test_bisection(wrong: int, unknown: set[int]) -> None:
    asked = []

    def differs(last: int) -> bool | None:
        asked.append(last)
        return None if last in unknown else last >= wrong

    low, high = cut.first(9, differs)
    assert low < wrong <= high or (low, high) == (wrong - 1, wrong)
    assert all(i in unknown for i in range(low + 1, high))
    assert len(asked) == len(set(asked)) <= 4 + len(unknown)


def test_cuts_compute_what_the_whole_does() -> None:
    """What two branches leave, and an input that only one of them reads."""
    network = cut.Network(SEVERAL.read_bytes())
    kinds = [operator.kind for operator in network.operators]
    assert kinds == ["QUANTIZE", "ADD", "CONV_2D", "FULLY_CONNECTED", "SOFTMAX", "DEQUANTIZE"]
    first, maps = network.cut(0), network.cut(2)
    assert (first.inputs, first.producers) == ([1], [0])
    assert (maps.inputs, maps.producers) == ([0, 1], [2])
    inputs = [np.full((2, 1, 8, 8, 3), 5, np.int8), np.full((2, 1, 8, 8, 3), 130, np.uint8)]
    whole = tflm.run(network.content, inputs, 3)
    assert np.array_equal(tflm.run(maps.content, inputs, 1)[0], whole[0])
    last = tflm.run(network.cut(4).content, inputs, 3)
    assert all(np.array_equal(a, b) for a, b in zip(last[:2], whole[:2], strict=True))
    assert last[2].dtype == np.int8


def test_pruned_is_no_difference() -> None:
    model = MODELS / "sparsenet_a.tflite"
    result = verify.verify(model, count=3, ram=1800, max_recompute=0, mcpu="cortex-m4")
    assert [each.must_be_equal for each in result.comparisons] == [True, False, True]
    assert not result.comparisons[1].equal and result.equal and not result.first
    text = verify.table(result)
    assert "pruning changes the outputs of 3 of 3 inputs" in text
    assert "note: pruned to keep within 1,800 bytes" in text
    enough = verify.verify(model, count=3, ram=2684, mcpu="cortex-m4")
    assert [each.must_be_equal for each in enough.comparisons] == [True, True] and enough.equal


def test_pruned_on_this_machine() -> None:
    """The budget is that of this machine, whose stack is deeper."""
    model = MODELS / "sparsenet_a.tflite"
    ram = smallest_budget(model, mcpu="host", lossless=True) - 150
    result = verify.verify(model, count=3, ram=ram)
    assert [each.computed for each in result.comparisons] == ["this machine", "this machine, pruned"]
    assert result.equal and not result.comparisons[1].equal


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.save(tmp_path / "a.npy", np.zeros((3, 8, 8, 3), np.int8))
    np.save(tmp_path / "b.npy", np.zeros((3, 1, 8, 8, 3)))
    files = [str(tmp_path / name) for name in ("a.npy", "b.npy")]
    assert verify.main([str(SEVERAL), "--json", "--data", *files]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["inputs"] == 3 and found["equal"] and found["first"] is None
    assert [each["output"] for each in found["comparisons"][0]["outputs"]] == ["maps", "fc_9", "scores:0"]
    assert found["comparisons"][0]["outputs"][0]["elements"] == 3 * 256
    assert verify.main([str(SEVERAL), "--data", files[0]]) == 2
    assert "1 arrays for 2 inputs: a, b" in capsys.readouterr().err


def test_command_says_it_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    operator, tensor = weights(LENET)[1]
    damage(monkeypatch, tensor)
    out = tmp_path / "cut.tflite"
    assert verify.main([str(LENET), "--inputs", "3", "--json", "--cut", str(out)]) == 1
    found = json.loads(capsys.readouterr().out)
    assert not found["equal"] and found["first"]["operator"] == operator
    assert cut.Network(out.read_bytes()).operators[-1].kind == found["first"]["kind"]
    monkeypatch.undo()
    assert verify.main([str(out), "--inputs", "3"]) == 0


def test_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.tflite"
    broken.write_bytes(LENET.read_bytes()[:600])
    arguments = [
        ([LENET.with_suffix(".mlir")], "is not a .tflite file"), (["none.tflite"], "none.tflite"),
        ([broken], "error: "), ([LENET, "--mcpu=z80"], "z80"),
        ([LENET, "--ram=100"], "the smallest budget that fits"),
        ([LENET, "--data", LENET], "error: "),
    ]  # fmt: skip
    for given, words in arguments:
        assert verify.main([str(each) for each in given]) == 2, given
        assert words in capsys.readouterr().err
    for given in (["--inputs", "0"], ["--seed", "-1"]):
        with pytest.raises(SystemExit) as stopped:
            verify.main([str(LENET), *given])
        assert stopped.value.code == 2


def port(dtype: str = "int8", scale: float | None = 0.5, zero_point: int | None = -3) -> Port:
    return Port({"name": "x", "type": dtype, "shape": [1, 4, 2], "bytes": 8, "scale": scale,
                 "zero_point": zero_point})  # fmt: skip


def test_difference() -> None:
    ours = np.zeros((3, 4, 2), np.int8)
    theirs = ours.copy()
    assert differences.difference(port(), ours, theirs).different == 0
    theirs[1, 0, 0], theirs[1, 3, 1] = 127, -128
    found = differences.difference(port(), ours, theirs)
    assert (found.elements, found.different, found.inputs, found.worst) == (24, 2, 1, 128)
    real = port().dequantize(ours)
    assert differences.difference(port(), ours, real).different == 0
    real[2] = np.nextafter(real[2], np.float32(9))
    found = differences.difference(port(), ours, real)
    assert (found.different, found.inputs, found.worst) == (8, 1, 1)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32"])
def test_samples(dtype: str) -> None:
    values = differences.sample(port(dtype, 0.5, 0), False, 6, 1)
    limits = np.iinfo(dtype)
    assert values.dtype == dtype and values.shape == (6, 4, 2)
    assert (values[0] == limits.min).all() and (values[1] == limits.max).all()
    assert np.array_equal(values, differences.sample(port(dtype, 0.5, 0), False, 6, 1))
    assert len(differences.sample(port(dtype), False, 1, 1)) == 1


def test_real_samples() -> None:
    values = differences.sample(port(), True, 5, 1)
    assert values.dtype == np.float32
    assert (port().quantize(values)[:2] == [[[-128]], [[127]]]).all()
    assert not np.array_equal(port().dequantize(port().quantize(values)), values)


def test_arrays_of_a_user() -> None:
    whole = np.arange(8, dtype=np.int8).reshape(1, 4, 2)
    assert np.array_equal(differences.from_array(port(), False, whole), whole)
    reals = port().dequantize(whole)
    assert np.array_equal(differences.from_array(port(), False, reals), whole)
    assert np.array_equal(differences.from_array(port(), True, whole), reals)
    assert differences.from_array(port(), True, reals.astype(np.float64)).dtype == np.float32
    with pytest.raises(ValueError, match="are uint8; expected int8"):
        differences.from_array(port(), False, whole.astype(np.uint8))
    with pytest.raises(ValueError, match=r"of shape \[1, 2, 4\]; expected \[n, 4, 2\]"):
        differences.from_array(port(), False, whole.reshape(1, 2, 4))
    with pytest.raises(ValueError, match="the scale of 'x' is not known"):
        differences.from_array(port(scale=None, zero_point=None), False, reals)
