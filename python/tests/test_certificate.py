# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Certificates: proved of what the compiler makes, as QEMU counts; refused of anything else."""

import copy
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from rtwmc import certificate, installed, qemu
from rtwmc.certificate import CertificateError, NotCoveredError, RefusedError, figures, prove
from rtwmc.certificate.claims import MOST_BYTES
from rtwmc.certificate.command import as_dict, table
from rtwmc.certificate.figures import probes
from rtwmc.certificate.objectfile import ObjectFile
from rtwmc.disassembly import disassemble
from rtwmc.certificate.vectors import compile_vector

pytestmark = pytest.mark.usefixtures("compiler")
TESTS = Path(__file__).parents[2] / "test"
CONV = TESTS / "Tools/rtwmc-compile/Inputs/conv.mlir"
CONVS = CONV.with_name("two-convs.mlir")
LENET = TESTS / "models/lenet_a.mlir"
needs_qemu = pytest.mark.skipif(
    not shutil.which("qemu-system-arm"), reason="qemu-system-arm is not installed"
)


class Network:
    """A compiled network, its files beside each other."""

    def __init__(self, folder, model, mcpu, *flags):
        self.object, self.header = folder / "net.o", folder / "net.h"
        self.certificate, self.mcpu = folder / "net.json", mcpu
        tool = installed.tool("rtwmc-compile")
        command = [tool, model, f"--mcpu={mcpu}", "--name=net", "-o", self.object,
                   f"--certificate={self.certificate}", *flags]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        self.claims = json.loads(self.certificate.read_text())

    def prove(self):
        return prove(self.object, self.certificate)

    def counts(self):
        """Instructions in QEMU, of inputs that take different ways."""
        records = probes(self.claims["inputs"][0]["bytes"]).tobytes()
        found = qemu.run(self.object, self.header, self.mcpu, records, count=True).instructions
        return min(found), max(found)


@pytest.fixture(scope="module")
def lenet(tmp_path_factory, compiler):
    # The kernel is named for those who say where things lie.
    return Network(tmp_path_factory.mktemp("lenet"), LENET, "cortex-m4", "--kernel=block16")


@pytest.fixture(scope="module")
def pruned(tmp_path_factory, compiler):
    return Network(tmp_path_factory.mktemp("pruned"), LENET, "cortex-m4", "--ram=600", "--max-recompute=0")


@pytest.fixture(scope="module")
def by_rows(tmp_path_factory, compiler):
    return Network(tmp_path_factory.mktemp("rows"), LENET, "cortex-m4", "--input=rows")


def test_rows_are_asked_for_once_and_in_order(by_rows):
    """And what the caller's function takes is not counted."""
    proof = by_rows.prove()
    assert proof.is_complete and proof.layers["rows1"] == (0, 0)
    assert by_rows.claims["inputs"][0]["rows"] == 32
    assert by_rows.claims["steps"].count("rows1") == 32


@needs_qemu
def test_instructions_of_a_network_that_asks_for_rows(by_rows):
    proof = by_rows.prove()
    assert proof.least == proof.most == by_rows.counts()[0]


@pytest.mark.parametrize("rows, words", [
    (31, "asks for row 31 of 'input' where row 31 of 31 is next"),
    (64, "asks for 32 of 64 rows of 'input'"),
])  # fmt: skip
def test_other_rows_are_refused(by_rows, tmp_path, rows, words):
    claims = json.loads(by_rows.certificate.read_text())
    claims["inputs"][0].update(rows=rows, bytes=96 * rows)
    file = tmp_path / "claims.json"
    file.write_text(json.dumps(claims))
    with pytest.raises(RefusedError, match=words):
        prove(by_rows.object, file)


def test_memory_is_no_function(by_rows, tmp_path):
    claims = json.loads(by_rows.certificate.read_text())
    claims["inputs"][0]["rows"] = None
    file = tmp_path / "claims.json"
    file.write_text(json.dumps(claims))
    with pytest.raises(RefusedError, match="a call of nothing that a caller gives"):
        prove(by_rows.object, file)


@needs_qemu
@pytest.mark.parametrize("mcpu", ["cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55"])
def test_unpruned_networks_take_the_same_instructions_for_every_input(tmp_path, mcpu):
    network = Network(tmp_path, CONV, mcpu)
    proof = network.prove()
    # On the M55 some addresses are in vectors, which are not followed.
    assert proof.is_complete or mcpu == "cortex-m55"
    assert (proof.least, proof.most) == network.counts()
    assert proof.least == proof.most > sum(most for _, most in proof.layers.values()) > 0.9 * proof.most


@needs_qemu
def test_larger_network_takes_the_same_instructions_for_every_input(lenet):
    proof = lenet.prove()
    assert proof.is_complete
    assert (proof.least, proof.most) == lenet.counts()


@needs_qemu
def test_estimated_cycles_are_those_of_what_is_executed(lenet):
    proof = lenet.prove()
    size = lenet.claims["inputs"][0]["bytes"]
    (found,) = qemu.run(lenet.object, lenet.header, lenet.mcpu, bytes(size), cycles=True).cycles
    least, _, most = (sum(each) for each in zip(*found.values(), strict=True))
    # In QEMU blocks are cut otherwise, and the input is at one address, not at any.
    assert 0.97 * least < proof.cycles[0] < 1.001 * least
    assert 0.999 * most < proof.cycles[1] < 1.03 * most
    assert sum(slowest for _, slowest in proof.layer_cycles.values()) < proof.cycles[1]
    assert proof.layer_cycles.keys() == proof.layers.keys()


def test_a_core_without_a_table_has_no_cycles(tmp_path):
    network = Network(tmp_path, CONV, "cortex-m85")
    proof = network.prove()
    assert proof.most and proof.cycles is None and not proof.layer_cycles
    assert as_dict(proof)["estimated_cycles"] is None and "cycles" not in table(proof)


@needs_qemu
@pytest.mark.parametrize("mcpu", ["cortex-m0", "cortex-m0plus", "cortex-m23"])
def test_branches_on_data_leave_an_interval(tmp_path, mcpu):
    network = Network(tmp_path, CONV, mcpu)
    proof = network.prove()
    least, most = network.counts()
    assert proof.is_complete
    assert proof.least <= least <= most <= proof.most <= 1.01 * most


@needs_qemu
def test_pruned_network_has_a_bound_and_a_list(pruned, capsys):
    proof = pruned.prove()
    least, most = pruned.counts()
    assert proof.least < least < most < proof.most < 1.05 * most
    # How many values are kept is not known, so not where the last of them is.
    assert proof.lost and proof.is_bound_certain != proof.assumed and not proof.unbounded
    assert certificate.main([str(pruned.object), str(pruned.certificate)]) == 3
    out = capsys.readouterr().out
    assert "not followed: prune_" in out
    assert out.endswith("proved, but for what is listed\n")


@needs_qemu
@pytest.mark.parametrize("mcpu, model, flags", [
    ("cortex-m0", "lenet_a", ["--ram=600"]),
    ("cortex-m3", "lenet_a", ["--ram=600"]),
    ("cortex-m4", "sonicnet_a", ["--ram=1600", "--policy=paper"]),
])  # fmt: skip
def test_rows_that_are_pruned_have_a_narrow_bound(tmp_path, mcpu, model, flags):
    """Whose batches are known: what is due takes all of it."""
    network = Network(tmp_path, LENET.with_name(f"{model}.mlir"), mcpu, "--max-recompute=0", *flags)
    assert "prune_rows_" in json.dumps(network.claims["stack"]["functions"])
    proof = network.prove()
    least, most = network.counts()
    assert proof.least <= least <= most <= proof.most < 1.05 * most
    assert not proof.unbounded


@needs_qemu
@pytest.mark.parametrize("policy", ["proportional", "paper"])
def test_rows_that_are_pruned_have_a_bound(tmp_path, compiler, policy):
    """Their batches go on over rows, and are as large as the row once enough is dropped."""
    network = Network(tmp_path, LENET, "cortex-m4", "--ram=4096", "--mode=paper", f"--policy={policy}")
    assert f"prune_rows_{policy}" in network.claims["stack"]["chain"]
    proof = network.prove()
    least, most = network.counts()
    assert proof.least <= least <= most <= proof.most < 2 * least


@needs_qemu
@pytest.mark.parametrize("mcpu", ["cortex-m3", "cortex-m55+nomve"])
def test_channels_that_are_pruned_have_a_bound(tmp_path, mcpu):
    """Channel by channel, a layer is a call for each row of each channel, and one step of the report."""
    network = Network(tmp_path, CONVS, mcpu, "--ram=420", "--max-recompute=0", "--order=nchw")
    assert network.claims["steps"] == ["conv1"] * (8 * 7) + ["conv2"]
    lives = {each["name"]: each["lives"] for each in network.claims["regions"]}
    assert lives["conv1_state"] == [[0, 55]] and lives["conv1_values"] == [[0, 56]]
    proof = network.prove()
    least, most = network.counts()
    assert proof.least <= least <= most <= proof.most < 1.5 * most
    assert proof.lost and not proof.unbounded


def test_the_largest_memory_is_the_largest_that_is_planned():
    """As the compiler says it, and a test of its says what it says."""
    errors = (TESTS / "Streaming/stream-errors.mlir").read_text()
    assert f"no more than {MOST_BYTES} can be planned" in errors


def test_a_proof_without_a_bound_ends(tmp_path, compiler):
    """Where the rounds of a loop are not known, the addresses that it counts are not either, and stay so."""
    network = Network(tmp_path, CONV, "cortex-m4", "--ram=170", "--batch=16", "--max-recompute=0", "--order=nchw",
                      "--mode=paper")  # fmt: skip
    proof = network.prove()
    assert proof.most is None and proof.unbounded and proof.assumed


def test_a_proof_that_takes_too_long_ends(tmp_path, compiler, monkeypatch):
    """Only what is executed in rounds that follow perhaps counts: of an unpruned network nothing does."""
    monkeypatch.setattr("rtwmc.certificate.walk._WORK", 100)
    network = Network(tmp_path, CONV, "cortex-m4", "--ram=170", "--batch=16", "--max-recompute=0", "--order=nchw",
                      "--mode=paper")  # fmt: skip
    with pytest.raises(NotCoveredError, match=r"prune_\w+\+0x\w+: in the time that a proof may take no bound is found"):
        network.prove()
    assert Network(tmp_path, CONV, "cortex-m4").prove().most


def test_all_but_the_last_of_memory_is_needed(lenet):
    """What is claimed is not more than what is used."""
    proof = lenet.prove()
    assert proof.stack <= proof.claims.stack < proof.stack + 8
    assert proof.claims.arena.bytes == max(each.end for each in proof.claims.regions)


def _region(claims, name):
    return next(each for each in claims["regions"] if each["name"] == name)


def _function(claims, name):
    return next(each for each in claims["stack"]["functions"] if each["name"] == name)


def _without_the_last_step(claims):
    claims["steps"].pop()
    last = len(claims["steps"]) - 1
    for each in claims["regions"]:
        each["lives"] = [[first, min(end, last)] for first, end in each["lives"] if first <= last]


MUTATIONS = {
    "offset, on another region": (
        lambda c: _region(c, "conv1").update(offset=560),
        r"regions 'conv1' and 'conv2_scratch' overlap, and both are in use at step 10 \(conv2\)",
    ),
    "offset, away from what is accessed": (
        lambda c: _region(c, "fc2").update(offset=900),
        r"step 40 \(fc2\) accesses byte 480 of the arena, where no region is in use",
    ),
    "offset, out of the arena": (
        lambda c: _region(c, "fc2").update(offset=1100),
        r"region 'fc2': the bytes from 1,100 to 1,184 are not in an arena of 1,148",
    ),
    "live range, too short": (
        lambda c: _region(c, "conv1").update(lives=[[0, 36]]),
        r"step 37 \(conv2\) accesses byte \d+ of the arena, where no region is in use",
    ),
    "live range, too long": (
        lambda c: _region(c, "fc1").update(lives=[[30, 40]]),
        r"regions .* overlap, and both are in use at step 31",
    ),
    "live range, behind the end": (
        lambda c: _region(c, "fc1").update(lives=[[39, 42]]),
        "region 'fc1': no steps 39 to 42 of 42",
    ),
    "arena": (
        lambda c: c["arena"].update(bytes=1147),
        "region 'conv2': the bytes from 1,020 to 1,148 are not in an arena of 1,147",
    ),
    "stack": (
        lambda c: c["stack"].update(bytes=136),
        "stack: net_run -> conv2_row -> conv2_columns takes 140 bytes, 136 are claimed",
    ),
    "frame": (
        lambda c: _function(c, "fc1_row").update(frame=12),
        "stack: fc1_row takes 16 bytes, not 12",
    ),
    "call graph": (
        lambda c: _function(c, "fc1_row").update(calls=[]),
        "stack: fc1_row calls fc1_columns, not nothing",
    ),
    "function": (
        lambda c: c["stack"]["functions"].pop(0),
        "stack: nothing is claimed of conv1_columns",
    ),
    "deepest calls": (
        lambda c: c["stack"].update(chain=["net_run", "conv2_columns"]),
        "stack: net_run does not call conv2_columns in its own list of calls",
    ),
    "hash": (
        lambda c: c.update(object_sha256="0" * 64),
        "net.o is not the object of the certificate: its SHA-256 is [0-9a-f]{64}",
    ),
    "steps, too few": (
        _without_the_last_step,
        "net_run has more steps than the 41 that are claimed",
    ),
    "steps, too many": (
        lambda c: c["steps"].append("fc4"),
        "net_run has 42 steps, 43 are claimed",
    ),
    "input": (
        lambda c: c["inputs"][0].update(bytes=3071),
        "conv1_columns: loads the bytes from .* of the input 'input', which has those from 0 to 3,071",
    ),
    "output": (
        lambda c: c["outputs"][0].update(bytes=9),
        "the output 'output', which has those from 0 to 9",
    ),
    "entry": (lambda c: c.update(run="net_walk"), "stack: .*"),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutated_certificate_is_refused(lenet, tmp_path, name):
    mutate, message = MUTATIONS[name]
    claims = copy.deepcopy(lenet.claims)
    mutate(claims)
    (tmp_path / "net.json").write_text(json.dumps(claims))
    with pytest.raises(RefusedError, match=message):
        prove(lenet.object, tmp_path / "net.json")


def _mutated(lenet, folder, function, pattern, change):
    """An object with another halfword in the place of the first that matches, and a certificate
    that has its hash."""
    from elftools.elf.elffile import ELFFile

    section = f".text.{function}"
    code = disassemble(lenet.object, lenet.mcpu)[section]
    place = next(each.address for each in code if each.size == 2 and re.fullmatch(pattern, each.text))
    contents = bytearray(lenet.object.read_bytes())
    with lenet.object.open("rb") as file:
        at = ELFFile(file).get_section_by_name(section)["sh_offset"] + place
    word = int.from_bytes(contents[at : at + 2], "little")
    contents[at : at + 2] = change(word).to_bytes(2, "little")
    (folder / "net.o").write_bytes(contents)
    claims = {**lenet.claims, "object_sha256": hashlib.sha256(contents).hexdigest()}
    (folder / "net.json").write_text(json.dumps(claims))
    return folder / "net.o", folder / "net.json"


OBJECTS = {
    # A row of the first layer more, before the first that reads them.
    "a loop that runs longer": (
        "net_run", r"cmp r\d, #\w+", lambda word: word + 1, "accesses byte|more steps|loads the bytes"
    ),
    "a deeper stack": (
        "conv2_row", r"sub sp, #\w+", lambda word: word + 2, "of the stack, which has those from|takes"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OBJECTS)
def test_a_mutated_object_is_refused(lenet, tmp_path, name):
    function, pattern, change, message = OBJECTS[name]
    made, claims = _mutated(lenet, tmp_path, function, pattern, change)
    with pytest.raises(RefusedError, match=message):
        prove(made, claims)
    # Without the hash of the mutated object it is another one.
    with pytest.raises(RefusedError, match="is not the object of the certificate"):
        prove(made, lenet.certificate)


def test_what_is_not_covered_is_said(tmp_path, capsys):
    network = Network(tmp_path, CONV, "host")
    with pytest.raises(NotCoveredError, match="objects for host are not covered"):
        network.prove()
    assert certificate.main([str(network.object), str(network.certificate)]) == 2
    assert capsys.readouterr().err.startswith("not covered: objects for host")


@pytest.mark.parametrize("text", ["vstmia r0!, {d0-d3}", "vldmia r1, {s0-s3}", "vstmdb r0!, {d8, d9}"])
def test_vector_instructions_that_access_memory_otherwise_are_not_covered(tmp_path, text):
    made = tmp_path / "made.o"
    subprocess.run(
        ["clang-22", "--target=thumbv8.1m.main-none-eabihf", "-mcpu=cortex-m55", "-x", "assembler", "-c", "-",
         "-o", made], input=f".thumb\n{text}\n", text=True, check=True,
    )  # fmt: skip
    (one,) = disassemble(made, "cortex-m55")[".text"]
    with pytest.raises(NotCoveredError, match="is not covered"):
        compile_vector(one, None, "made")


def test_an_instruction_that_is_not_known_is_not_covered(lenet, tmp_path):
    made, claims = _mutated(lenet, tmp_path, "fc1_row", r"pop \{.*\}", lambda word: 0xDE00)
    with pytest.raises(NotCoveredError, match=r"fc1_row\+0x.*: 'udf #0x0' cannot be followed"):
        prove(made, claims)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "'schema' is missing"),
        ('{"schema": 2}', "expects schema 1"),
        ('{"schema": 1, "stack": {"functions": [{"name": "f"}]}}', "'frame' is missing"),
    ],
)
def test_what_is_no_certificate_is_an_error(tmp_path, lenet, text, message, capsys):
    file = tmp_path / "bad.json"
    file.write_text(text)
    with pytest.raises(CertificateError, match=message):
        prove(lenet.object, file)
    assert certificate.main([str(lenet.object), str(file)]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_an_arena_of_gigabytes_is_an_error(tmp_path, lenet):
    claims = {**lenet.claims, "arena": {"bytes": 1 << 32, "align": 1}}
    (tmp_path / "net.json").write_text(json.dumps(claims))
    with pytest.raises(CertificateError, match="arena's 'bytes' or 'align' is impossible"):
        prove(lenet.object, tmp_path / "net.json")


def test_what_is_no_object_is_an_error(tmp_path, lenet):
    file = tmp_path / "bad.o"
    for contents in (b"", lenet.object.read_bytes()[:100], b"\x7fELF" + bytes(200)):
        file.write_bytes(contents)
        with pytest.raises(CertificateError):
            prove(file, lenet.certificate)


@pytest.mark.parametrize("section", [
    ".section .note.made, \"\", %progbits",  # in no memory
    ".section .rodata.made, \"a\", %progbits",
    ".section .text.made, \"ax\", %nobits",
    ".equ made, 16\n.section .text.other, \"ax\", %progbits\n.type other, %function\nother:",
])  # fmt: skip
def test_a_function_that_is_no_code_is_an_error(tmp_path, lenet, section, capsys):
    made = tmp_path / "made.o"
    label = "" if ".equ" in section else "made:"
    subprocess.run(
        ["clang-22", "--target=thumbv7em-none-eabihf", "-mcpu=cortex-m4", "-x", "assembler", "-c", "-", "-o", made],
        input=f".thumb\n{section}\n.globl made\n.type made, %function\n{label}\n.zero 4\n", text=True, check=True,
    )  # fmt: skip
    with pytest.raises(CertificateError, match="'made' is in no section with code"):
        ObjectFile(made)
    claims = {**lenet.claims, "object_sha256": hashlib.sha256(made.read_bytes()).hexdigest()}
    (tmp_path / "made.json").write_text(json.dumps(claims))
    assert certificate.main([str(made), str(tmp_path / "made.json")]) == 2
    assert capsys.readouterr().err == f"error: {made}: 'made' is in no section with code\n"


def test_the_bound_is_a_line_of_the_header(lenet, tmp_path, capsys):
    header = tmp_path / "net.h"
    shutil.copy(lenet.header, header)
    arguments = [str(lenet.object), str(lenet.certificate), "--json", "--header", str(header)]
    for _ in range(2):  # the second time instead of the first
        assert certificate.main(arguments) == 0
        result = json.loads(capsys.readouterr().out)
        line = f"#define NET_MAX_INSTRUCTIONS {result['instructions']['most']}\n"
        assert header.read_text().count("MAX_INSTRUCTIONS") == 1
        estimate = f"#define NET_ESTIMATED_MAX_CYCLES {result['estimated_cycles']['most']}\n"
        assert header.read_text().count("MAX_CYCLES") == 1 and estimate in header.read_text()
        assert line in header.read_text()
    assert result["complete"] and result["instructions"]["least"] == result["instructions"]["most"]
    other = tmp_path / "other.h"
    other.write_text("int other_run(void);\n")
    assert certificate.main([*arguments[:-1], str(other)]) == 2
    assert "not the header of 'net'" in capsys.readouterr().err
    assert other.read_text() == "int other_run(void);\n"


def test_figures_go_into_the_page(tmp_path, monkeypatch, capsys):
    row = "| lenet_a | cortex-m4 | 1 | 1 | 1 | 2 of 2 | 0.1 |\n"
    monkeypatch.setattr(figures, "_rows", lambda: iter([row]))
    page, before = tmp_path / "page.md", (TESTS.parent / "docs/certificate.md").read_text()
    page.write_text(before)
    assert figures.main(["--page", str(page)]) == 0
    after = page.read_text()
    assert row in after and "resnet8_int8" not in after
    assert before.startswith(after.split("| network |")[0])
    page.write_text("no table\n")
    assert figures.main(["--page", str(page)]) == 1
    assert "has no such table" in capsys.readouterr().err
    assert page.read_text() == "no table\n"
