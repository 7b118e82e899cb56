# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Certificates of code whose stores may reach beyond their region, as a pruner's of kept values do."""

import hashlib
import itertools
import json
import random
import subprocess
import time

import pytest

from rtwmc import certificate
from rtwmc.certificate import NotCoveredError, RefusedError, prove, values
from rtwmc.certificate.command import as_dict, table
from rtwmc.certificate.flags import decide
from rtwmc.certificate.narrowing import find_tested, halves, narrowed
from rtwmc.certificate.walk import Walk
from rtwmc.disassembly import disassemble
from test_certificate_values import CONDITIONS, holds, nzcv, pick, truth

RUN = """
  .syntax unified
  .thumb
  .macro function name
    .section .text.\\name, "ax", %progbits
    .globl \\name
    .type \\name, %function
    .thumb_func
  \\name:
  .endm
  function run
    push {r4, lr}
    mov r1, r2
    bl layer
    movs r0, #0
    pop {r4, pc}
    .size run, . - run
  function layer
"""


def assembled(folder, text):
    made = folder / "made.o"
    subprocess.run(
        ["clang-22", "--target=thumbv7em-none-eabihf", "-mcpu=cortex-m4", "-x", "assembler", "-c", "-",
         "-o", made], input=text, text=True, check=True,
    )  # fmt: skip
    return made


def made_of(folder, layer, arena=256, callee=""):
    """An object whose `layer(input, arena)` is `layer`, beside its certificate: the arena has `values`,
    64 bytes, and `count` behind them. Where there is a `callee`, `layer` pushes two registers, calls it,
    and nothing else."""
    text = f"{RUN}{layer}\n  .size layer, . - layer\n"
    if callee:
        text += f"  function callee\n{callee}\n  .size callee, . - callee\n"
    made = assembled(folder, text)
    regions = [("values", 0, 64), ("count", 64, 4)]
    claims = {
        "schema": 1, "name": "net", "mcpu": "cortex-m4", "model_sha256": "", "run": "run", "steps": ["layer"],
        "object_sha256": hashlib.sha256(made.read_bytes()).hexdigest(),
        "inputs": [{"parameter": "input", "bytes": 4, "align": 4}],
        "outputs": [{"parameter": "output", "bytes": 4, "align": 4}],
        "arena": {"bytes": arena, "align": 4}, "state": {"bytes": 0, "align": 1},
        "regions": [{"name": n, "offset": o, "bytes": b, "lives": [[0, 0]], "overwrites": None} for n, o, b in regions],
        "stack": {"bytes": 8, "chain": ["run", "layer"],
                  "functions": [{"name": "run", "frame": 8, "calls": ["layer"]},
                                {"name": "layer", "frame": 0, "calls": []}]},
    }  # fmt: skip
    if callee:
        stack = claims["stack"]
        stack |= {"bytes": 16, "chain": [*stack["chain"], "callee"]}
        stack["functions"][1] |= {"frame": 8, "calls": ["callee"]}
        stack["functions"].append({"name": "callee", "frame": 0, "calls": []})
    file = folder / "made.json"
    file.write_text(json.dumps(claims))
    return made, file


REACHES = """
    movs r3, #5
    str r3, [r1, #64]
    ldrb r2, [r0]
    strb r2, [r1, r2]
    ldr r3, [r1, #64]
  1:
    subs r3, #1
    bne 1b
    bx lr
"""


@pytest.mark.parametrize("arena", [68, 512])
def test_a_bound_rests_on_stores_that_are_listed(tmp_path, capsys, arena):
    """Whether the store may reach out of the arena or only out of its region."""
    files = made_of(tmp_path, REACHES, arena)
    proof = prove(*files)
    assert proof.least == proof.most == 5 + 6 + 2 * 5
    assert [(each.where, each.reason) for each in proof.lost] == [
        ("layer+0x6", "store at an offset that is taken to be in the region where it begins")
    ]
    assert proof.assumed and not proof.is_bound_certain and not as_dict(proof)["instructions"]["certain"]
    assert "instructions  21, for every input, if stores are where they are taken to be" in table(proof)
    header = tmp_path / "net.h"
    header.write_text("#define NET_RAM_BYTES 1\n")
    assert certificate.main([*map(str, files), "--header", str(header)]) == 2
    assert "the most instructions are not certain" in capsys.readouterr().err


def test_nothing_is_assumed_where_the_bound_rests_on_nothing(tmp_path):
    layer = REACHES.replace("ldr r3, [r1, #64]", "movs r3, #7")
    proof = prove(*made_of(tmp_path, layer))
    assert proof.least == proof.most == 5 + 6 + 2 * 7 and proof.is_bound_certain and not proof.assumed
    assert [each.reason for each in proof.lost] == ["store at an offset that may be outside the region in use"]


def test_stores_that_surely_are_outside_are_refused_as_before(tmp_path):
    layer = REACHES.replace("strb r2, [r1, r2]", "str r2, [r1, #68]")
    with pytest.raises(RefusedError, match="accesses byte 68 of the arena, where no region is in use"):
        prove(*made_of(tmp_path, layer))


# The region begins at byte 0 and has 64, the arena 256; r2 is a byte of the input. Where each listed access is.
PERHAPS = {
    "behind a branch": ("cmp r2, #9\n beq 2f\n str r2, [r1, #68]\n 2: bx lr\n", 6),
    "behind a branch that returns": ("cmp r2, #9\n bne 2f\n bx lr\n 2: str r2, [r1, #68]\n bx lr\n", 8),
    "of a condition": ("cmp r2, #9\n it ne\n strne r2, [r1, #68]\n bx lr\n", 6),
    "in a round that not all inputs have": (
        "movs r3, #64\n 1: str r2, [r1, r3]\n adds r3, #4\n cmp r3, r2\n blo 1b\n bx lr\n", 4
    ),
    "behind a way out of a loop": (
        "movs r3, #3\n 1: cmp r2, r3\n beq 3f\n subs r3, #1\n bne 1b\n str r2, [r1, #68]\n 3: bx lr\n", 12
    ),
    "out of the arena": ("cmp r2, #9\n beq 2f\n str r2, [r1, #256]\n 2: bx lr\n", 6),
    "a load": ("cmp r2, #9\n beq 2f\n ldr r2, [r1, #68]\n 2: bx lr\n", 6),
}  # fmt: skip


@pytest.mark.parametrize("name", PERHAPS)
def test_what_only_some_inputs_access_is_listed(tmp_path, name):
    """It may be a way that none takes, as to keep a value of a map of which all are dropped."""
    layer, at = PERHAPS[name]
    proof = prove(*made_of(tmp_path, "ldrb r2, [r0]\n" + layer))
    reason = f"may be outside {'the arena' if 'arena' in name else 'the region in use'}"
    kind = "load" if "load" in name else "store"
    assert [(each.where, each.reason) for each in proof.lost] == [
        (f"layer+{at:#x}", f"{kind} at an offset that {reason}")
    ]
    assert not proof.is_complete


def test_what_is_accessed_in_a_call_that_only_some_inputs_make_is_listed(tmp_path):
    calls = "push {r4, lr}\n ldrb r2, [r0]\n str r2, [r1, #64]\n {test} bl callee\n 2: pop {r4, pc}\n"
    store = "ldr r2, [r1, #64]\n str r2, [r1, #68]\n bx lr\n"
    proof = prove(*made_of(tmp_path, calls.replace("{test}", "cmp r2, #9\n beq 2f\n"), callee=store))
    assert [each.where for each in proof.lost] == ["callee"]
    with pytest.raises(RefusedError, match="accesses byte 68 of the arena, where no region is in use"):
        prove(*made_of(tmp_path, calls.replace("{test}", ""), callee=store))


@pytest.mark.parametrize("layer", [
    "cmp r2, #9\n beq 2f\n adds r2, #1\n 2: str r2, [r1, #68]\n bx lr\n",
    "cmp r2, #9\n it ne\n addne r2, #1\n str r2, [r1, #68]\n bx lr\n",
    "movs r3, #0\n 1: str r2, [r1, #68]\n adds r3, #1\n cmp r3, r2\n blo 1b\n bx lr\n",
    "movs r3, #0\n 1: adds r3, #1\n cmp r3, r2\n blo 1b\n str r2, [r1, #68]\n bx lr\n",
    "movs r3, #3\n 1: cmp r2, #9\n beq 2f\n adds r2, #1\n 2: str r2, [r1, #68]\n subs r3, #1\n bne 1b\n bx lr\n",
])  # fmt: skip
def test_what_every_input_accesses_is_refused(tmp_path, layer):
    """Behind where ways meet again, too."""
    with pytest.raises(RefusedError, match="accesses byte 68 of the arena, where no region is in use"):
        prove(*made_of(tmp_path, "ldrb r2, [r0]\n" + layer))


def test_a_loop_without_an_end_is_not_assumed_away(tmp_path):
    with pytest.raises(NotCoveredError, match="a loop that does not end"):
        prove(*made_of(tmp_path, "ldrb r2, [r0]\n strb r2, [r1, r2]\n 1: b 1b\n bx lr\n"))


@pytest.mark.parametrize("test, least, most", [
    ("ands r3, r3, #7\n beq 2f", 0, 7),
    ("and r3, r3, #7\n cmp r3, #0\n beq 2f", 0, 7),
    ("and r3, r3, #7\n cbz r3, 2f", 0, 7),
    ("uxtb r3, r3\n cmp r3, #9\n bhs 2f\n adds r3, #1", 1, 9),
    ("uxtb r3, r3\n movs r2, #9\n cmp r2, r3\n bls 2f\n adds r3, #1", 1, 9),
])  # fmt: skip
def test_what_a_branch_says_bounds_a_loop(tmp_path, test, least, most):
    layer = f"ldr r3, [r0]\n {test}\n 1: subs r3, #1\n bne 1b\n 2: bx lr\n"
    proof = prove(*made_of(tmp_path, layer))
    assert proof.is_complete
    straight = 5 + 2 + test.count("\n") + 1
    assert proof.most == straight + 2 * most
    assert proof.least == (straight + 2 * least if least == 0 else straight - 1)


def test_a_loop_may_be_left_to_several_places(tmp_path):
    layer = """
    ldr r3, [r0]
    and r3, r3, #7
  1:
    cbz r3, 2f
    subs r3, #1
    cmp r3, #5
    bne 1b
    movs r0, #1
    movs r0, #2
    b 3f
  2:
    movs r0, #3
  3:
    bx lr
"""
    proof = prove(*made_of(tmp_path, layer))
    # To the one place at once, or after six rounds: of 7, the first two may end at the other place.
    assert proof.is_complete and (proof.least, proof.most) == (7 + 3, 7 + 4 * 6 + 3)


# As rows are pruned: 40 bytes in batches of 16, of which the first continues one of up to 15 that were held; or, if a
# byte says so and none were held, in one. Each is counted by fours.
BATCHES = """
    ldrb r12, [r0]
    ldrb r0, [r0, #1]
    and r0, r0, #15
    movs r2, #40
  1:
    movs r3, #0
    cmp r12, #200
    it hs
    movhs r3, #1
    clz r1, r0
    lsrs r1, r1, #5
    ands r3, r1
    add r1, r0, r2
    movs r0, #16
    subs r2, r0, r1
    it ge
    orrge r3, r3, #1
    cmp r3, #0
    itt ne
    movne r2, #0
    movne r0, r1
    rsb r2, r2, #0
    lsrs r0, r0, #2
    beq 3f
  2:
    subs r0, #1
    usub8 r1, r1, r3
    sel r1, r1, r3
    bne 2b
  3:
    movs r0, #0
    cmp r2, #0
    bne 1b
    bx lr
"""


def test_cases_that_say_whether_a_loop_goes_on_are_kept_apart(tmp_path):
    """Least and most are what the inputs take, and no more."""
    counts = []
    for is_one, held in itertools.product((False, True), range(16)):
        left, count = 40, 5 + 4 + 1
        while left:
            size = held + left if is_one and not held else min(held + left, 16)
            left, held = held + left - size, 0
            count += 19 + 3 + 4 * (size // 4)
        counts.append(count)
    proof = prove(*made_of(tmp_path, BATCHES))
    assert proof.is_complete and (proof.least, proof.most) == (min(counts), max(counts))


@pytest.mark.parametrize("insert", ["pkhbt r2, r1, r2", "pkhtb r2, r2, r1, asr #1", "bfi r2, r1, #0, #16"])
def test_a_counter_beside_a_number_that_is_not_known_bounds_a_loop(tmp_path, insert):
    layer = f"""
    ldrb r2, [r0]
  1:
    ldrb r1, [r0, #1]
    {insert}
    add r2, r2, #0x10000
    cmp r1, #9
    beq 2f
    lsrs r3, r2, #16
    cmp r3, #10
    blo 1b
  2:
    bx lr
"""
    proof = prove(*made_of(tmp_path, layer))
    assert proof.is_complete and (proof.least, proof.most) == (5 + 2 + 5, 5 + 2 + 8 * 10)


def test_ways_are_not_followed_apart_where_something_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(Walk, "_loop_apart", lambda *_: pytest.fail("they are"))
    layer = "movs r2, #60\n 1: ldrb r3, [r0]\n cmp r3, #9\n beq 2f\n subs r2, #1\n bne 1b\n 2: bx lr\n"
    proof = prove(*made_of(tmp_path, layer))
    assert proof.is_complete and (proof.least, proof.most) == (5 + 2 + 3, 5 + 2 + 5 * 60)


# An interval of 256 numbers is halved until one is left.
HALVES = """
    ldr r0, [r0]
    movs r1, #0
    mov r2, #256
    mov r12, #0
  1:
    adds r3, r1, r2
    lsrs r3, r3, #1
    cmp r0, r3
    ite hs
    movhs r1, r3
    movlo r2, r3
    eor r12, r12, #CHANGE
    subs r3, r2, r1
    cmp r3, #1
    bgt 1b
    bx lr
"""


@pytest.mark.parametrize("change", [0, 1])
def test_a_search_by_halves_has_a_bound(tmp_path, change):
    """Also if something else goes to and fro, which only looks as if it counted."""
    proof = prove(*made_of(tmp_path, HALVES.replace("CHANGE", str(change))))
    assert proof.is_complete and proof.least == proof.most == 5 + 5 + 10 * 8


def test_a_counter_that_a_store_may_have_changed_is_given_up_soon(tmp_path):
    """A pass that assumes nothing of that store does not follow it long."""
    layer = REACHES.replace("movs r3, #5", "mov r3, #0x8000")
    begun = time.process_time()
    proof = prove(*made_of(tmp_path, layer))
    assert proof.assumed and proof.most == 5 + 6 + 2 * 0x8000
    assert time.process_time() - begun < 4


@pytest.mark.parametrize("text", [
    "subs r0, #1\n ldr r0, [r1]\n bne 1b",  # another r0
    "cmp r0, r1\n adds r2, #1\n bne 1b",  # flags of r2, which is known
    "cmp r0, #1\n it eq\n cmpeq r2, #1\n bne 1b",
    "cmp r0, r1, lsl #2\n bne 1b",
    "cmp r0, r1\n mov r1, r2\n bne 1b",
    "cmp r0, #1\n ldm r2!, {r0, r3}\n bne 1b",
])  # fmt: skip
def test_a_branch_says_something_of_what_it_tests_alone(tmp_path, text):
    code = disassemble(assembled(tmp_path, f".syntax unified\n.thumb\n1: {text}\n"), "cortex-m4")[".text"]
    found = find_tested(code)
    assert found is None or found.register == 2 and "adds r2" in text


@pytest.mark.parametrize("condition", CONDITIONS)
def test_narrowed(condition):
    rng = random.Random(condition)
    fewer = 0
    for _ in range(4000):
        (a, x), (b, y) = pick(rng), pick(rng)
        if rng.randrange(2) and isinstance(y, int):
            x = values.range_of(values.signed(b) - rng.randrange(3), values.signed(b) + rng.randrange(3))
            a = (values.signed(b) if x == b else rng.randint(x[1], x[2])) & values.MASK
        if not truth(condition, nzcv("sub", a, b)) or decide(condition, ("sub", x, y)) is not None:
            continue
        result = narrowed(x, condition, y)
        assert holds(result, a), (hex(a), hex(b), x, y, result)
        fewer += result != x
    assert fewer > 20 or condition in ("mi", "pl", "vs", "vc")


@pytest.mark.parametrize("condition", CONDITIONS)
def test_halves(condition):
    """What is compared is in one of them, under which the condition is what it is."""
    rng = random.Random(condition)
    split = 0
    for _ in range(4000):
        (a, x), (b, y) = pick(rng), pick(rng)
        is_true = truth(condition, nzcv("sub", a, b))
        if decide(condition, ("sub", x, y)) is not None:
            continue
        found = halves(condition, ("sub", x, y))
        split += len(found) > 1
        for kind, left, right in found:
            if kind == "order":
                first, second = (values.signed(a), values.signed(b)) if left else (a, b)
                is_here = values.signed(right) == (first > second) - (first < second)
            else:
                is_here = holds(left, a) and holds(right, b)
            if is_here and decide(condition, (kind, left, right)) in (None, is_true):
                break
        else:
            pytest.fail(f"{a:#x} {b:#x} {x} {y} {found}")
    assert split > 20 or condition in ("mi", "pl", "vs", "vc")


def test_addresses_of_one_object_are_narrowed():
    base, end = (("arena", 1),), values.exact("arena", 40)
    assert narrowed((base, 30, 50), "lo", end) == (base, 30, 39)
    assert narrowed((base, 30, 50), "hs", end) == (base, 40, 50)
    assert narrowed((base, 30, 40), "ne", end) == (base, 30, 39)
    assert narrowed((base, 30, 41), "ne", end) == (base, 30, 41)
    assert narrowed((base, 30, 50), "lo", values.exact("state", 40)) == (base, 30, 50)
    assert narrowed((base, -values.WIDE, values.WIDE), "lo", end) == (base, -values.WIDE, values.WIDE)


def test_leading_zeros():
    rng = random.Random(0)
    for _ in range(2000):
        a, x = pick(rng)
        assert holds(values.leading_zeros(x), 32 - a.bit_length())
    assert values.leading_zeros(values.range_of(3, 40)) == values.range_of(26, 30)


def test_a_mask_keeps_what_is_within_one_multiple():
    assert values.bit_and(values.range_of(66, 70), 63) == values.range_of(2, 6)
    assert values.bit_and(values.range_of(62, 66), 63) == values.range_of(0, 63)
