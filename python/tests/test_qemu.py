# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stand-ins for a compiled network, good and bad, on every emulated core."""

import json
import shutil
import subprocess
import sys

import pytest

from rtwmc import qemu
from rtwmc.firmware import boards, image, toolchain

pytestmark = pytest.mark.skipif(
    not shutil.which("qemu-system-arm"), reason="qemu-system-arm is not installed"
)

CORES = [
    "cortex-m0", "cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m23",
    "cortex-m33", "cortex-m55",
]  # fmt: skip
INPUT, OUTPUT, ARENA, STACK = 16, 4, 64, 64

PROLOGUE = "#include <stdint.h>\n"
SIGNATURE = "int toy_run(const int8_t *input, int8_t *output, void *arena)"
# Sums every fourth input, by way of the arena.
LAYER = """
  volatile int32_t *a = arena;
  for (int i = 0; i < 16; ++i) a[i] = input[i];
  for (int i = 0; i < 4; ++i) output[i] = (int8_t)(a[i] + a[i + 4] + a[i + 8] + a[i + 12]);
"""
RECORDS = bytes((7 * i * i + 3 * i) & 31 for i in range(3 * INPUT))


def expected(records=RECORDS):
    return bytes(
        sum(records[r + i : r + INPUT : 4]) & 255
        for r in range(0, len(records), INPUT)
        for i in range(4)
    )


def header_text(**changes):
    values = dict(
        ARENA_BYTES=ARENA, ARENA_ALIGN=4, STACK_BYTES=STACK, INPUT_BYTES=INPUT,
        OUTPUT_BYTES=OUTPUT, RAM_BYTES="(TOY_ARENA_BYTES + TOY_STACK_BYTES)",
    )  # fmt: skip
    values.update(changes)
    lines = [f"#define TOY_{name} {value}" for name, value in values.items()]
    return "\n".join([PROLOGUE, *lines, f"{SIGNATURE}; /* 0 = ok */\n"])


@pytest.fixture
def network(tmp_path):
    """Compiles C with a toy_run for a core; returns (object, header)."""

    def compile_for(mcpu, source, flags=(), **header):
        c, o, h = tmp_path / "toy.c", tmp_path / "toy.o", tmp_path / "toy.h"
        c.write_text(PROLOGUE + source)
        h.write_text(header_text(**header))
        subprocess.run(
            [toolchain.find_tool("clang"), "--target=arm-none-eabi", f"-mcpu={mcpu}", "-mthumb",
             "-mfloat-abi=soft", "-ffreestanding", "-O2", *flags, "-c", c, "-o", o],
            check=True,
        )  # fmt: skip
        return o, h

    return compile_for


def body(statements, status=0):
    return f"{SIGNATURE} {{ {statements} return {status}; }}"


@pytest.mark.parametrize("mcpu", CORES)
def test_good_network(network, mcpu):
    result = qemu.run(*network(mcpu, body(LAYER)), mcpu, RECORDS, count=True, repeat=2)
    assert result.outputs == expected()
    assert result.statuses == [0, 0, 0]
    assert result.guards_intact and not result.failures
    assert 0 <= result.stack_used <= STACK
    # The work does not depend on the data, so the counts are equal.
    assert len(result.instructions) == 3 and len(set(result.instructions)) == 1
    assert result.functions[0] == {"toy_run": result.instructions[0]}


@pytest.mark.parametrize(
    "mcpu, instruction",
    [
        ("cortex-m4", "smlad r0, r1, r2, r3"),
        ("cortex-m4", "vadd.f32 s0, s1, s2"),
        ("cortex-m7", "vadd.f64 d0, d1, d2"),
        ("cortex-m33", "smlad r0, r1, r2, r3"),
        ("cortex-m33", "vadd.f32 s0, s1, s2"),
        ("cortex-m55", "vmladava.s8 r0, q1, q2"),
        ("cortex-m55", "vadd.f16 q0, q1, q2"),
    ],
)
def test_extensions_are_on(network, mcpu, instruction):
    source = body(f'__asm__ volatile("{instruction}" ::: "r0", "memory");' + LAYER)
    made = network(mcpu, source, flags=["-mfloat-abi=softfp"])
    assert qemu.run(*made, mcpu, RECORDS).outputs == expected()


@pytest.mark.parametrize(
    "mcpu, complete, instruction",
    [
        ("cortex-m23", "cortex-m33", "sxtb16 r0, r1"),
        ("cortex-m23", "cortex-m33", "vadd.f32 s0, s1, s2"),
        ("cortex-m33+nodsp", "cortex-m33", "sxtb16 r0, r1"),
        ("cortex-m35p+nodsp", "cortex-m35p", "sxtb16 r0, r1"),
        ("cortex-m55+nomve", "cortex-m55", "vmladava.s8 r0, q1, q2"),
        ("cortex-m85+nomve", "cortex-m85", "vmladava.s8 r0, q1, q2"),
    ],
)
def test_what_a_core_lacks_faults(network, mcpu, complete, instruction):
    source = body(f'__asm__ volatile("{instruction}" ::: "r0", "memory");' + LAYER)
    made = network(complete, source, flags=["-mfloat-abi=softfp"])
    assert qemu.run(*made, complete, RECORDS).outputs == expected()
    with pytest.raises(qemu.Fault, match=r"input 0: HardFault.* in toy_run\+0x"):
        qemu.run(*made, mcpu, RECORDS, timeout=20)


@pytest.mark.parametrize(
    "statements, message",
    [
        ("((char *)arena)[64] ^= 1;", "wrote 1 byte past the arena (nearest 1 past its end)"),
        ("((char *)arena)[67] ^= 1;", "wrote 1 byte past the arena (nearest 4 past its end)"),
        ("((char *)arena)[-1] ^= 1;", "wrote 1 byte before the arena (nearest 1 before the arena)"),
        ("output[4] ^= 1;", "wrote 1 byte past the output (nearest 1 past its end)"),
        ("output[-2] ^= 1;", "wrote 1 byte before the output (nearest 2 before it)"),
        ("((int8_t *)input)[16] ^= 1;", "wrote 1 byte past the input (nearest 1 past its end)"),
        ("((int8_t *)input)[-1] ^= 1;", "wrote 1 byte before the input (nearest 1 before it)"),
        ("((int8_t *)input)[5] ^= 1;", "wrote 1 byte to the input, the first at offset 5"),
    ],
)
@pytest.mark.parametrize("mcpu", ["cortex-m0", "cortex-m4"])
def test_write_out_of_bounds(network, mcpu, statements, message):
    made = network(mcpu, body(LAYER + statements))
    with pytest.raises(qemu.RunFailure) as error:
        qemu.run(*made, mcpu, RECORDS)
    assert f"input 0: {message}" in str(error.value)
    assert not error.value.result.guards_intact
    unchecked = qemu.run(*made, mcpu, RECORDS, check=False)
    assert unchecked.failures and unchecked.outputs == expected()


def stack_user(depth):
    """Writes one word `depth` bytes below the stack it was given."""
    return f"""__attribute__((naked)) {SIGNATURE} {{ __asm__ volatile(
        "sub sp, #{depth}\\n str r0, [sp]\\n add sp, #{depth}\\n movs r0, #0\\n bx lr"); }}"""


@pytest.mark.parametrize("mcpu", CORES)
def test_stack_to_the_byte(network, mcpu):
    result = qemu.run(*network(mcpu, stack_user(STACK)), mcpu, RECORDS)
    assert result.stack_used == STACK
    with pytest.raises(
        qemu.RunFailure, match="stack overflow: 8 bytes deeper than the 64 bytes of TOY_STACK_BYTES"
    ):
        qemu.run(*network(mcpu, stack_user(STACK + 8)), mcpu, RECORDS)


@pytest.mark.parametrize("mcpu", CORES)
def test_fault(network, mcpu):
    source = body(LAYER + '__asm__ volatile("udf #0");')
    with pytest.raises(qemu.Fault, match=r"input 0: HardFault.* in toy_run\+0x"):
        qemu.run(*network(mcpu, source), mcpu, RECORDS, timeout=20)


@pytest.mark.parametrize("mcpu", CORES)
def test_endless_recursion(network, mcpu):
    source = f"""__attribute__((naked)) {SIGNATURE} {{
        __asm__ volatile("1: push {{r0, lr}}\\n b 1b"); }}"""
    # What lies below the RAM of the MPS2 boards takes writes without a fault.
    mps2 = mcpu in ("cortex-m3", "cortex-m4", "cortex-m7")
    with pytest.raises(
        qemu.Timeout if mps2 else qemu.Fault, match=r"input 0: .*the stack had overflowed by"
    ):
        qemu.run(*network(mcpu, source), mcpu, RECORDS, timeout=2 if mps2 else 20)


def test_endless_loop_is_a_timeout(network):
    source = body("for (volatile int i = input[0]; ; ++i) ;")
    with pytest.raises(qemu.Timeout, match=r"input 0: no result after 1 s; stopped in toy_run\+0x"):
        qemu.run(*network("cortex-m4", source), "cortex-m4", RECORDS, timeout=1)


def test_status_is_reported(network):
    made = network("cortex-m3", body(LAYER, status="input[0] == 0 ? 0 : input[0]"))
    with pytest.raises(qemu.RunFailure, match=f"input 1: toy_run returned {RECORDS[16]}") as error:
        qemu.run(*made, "cortex-m3", RECORDS)
    assert error.value.result.statuses == [RECORDS[0], RECORDS[16], RECORDS[32]] == [0, 16, 0]


def test_reading_what_was_not_written(network):
    made = network("cortex-m4", body(LAYER + "output[1] = ((volatile int8_t *)arena)[1];", 0))
    assert qemu.run(*made, "cortex-m4", RECORDS, repeat=2).failures == []
    made = network("cortex-m4", body("output[1] = ((volatile int8_t *)arena)[1];", 0))
    with pytest.raises(qemu.RunFailure, match="input 0: the output differs between runs"):
        qemu.run(*made, "cortex-m4", RECORDS, repeat=2)


def test_promised_alignment_is_all_there_is(network):
    for align in (1, 2, 4, 8, 16, 64):
        source = body(
            LAYER.replace("int32_t", "int8_t")
            + f"if ((uintptr_t)arena % {2 * align} != {align}) return 1;"
            + "if (!((uintptr_t)input & 1) || !((uintptr_t)output & 1)) return 2;"
        )
        made = network("cortex-m4", source, ARENA_ALIGN=align)
        assert qemu.run(*made, "cortex-m4", RECORDS).outputs == expected()
    with pytest.raises(qemu.Fault):  # words in an arena of bytes
        qemu.run(*network("cortex-m0", body(LAYER), ARENA_ALIGN=1), "cortex-m0", RECORDS)


@pytest.mark.parametrize("mcpu", ["cortex-m0", "cortex-m4"])
@pytest.mark.parametrize("n", [1, 100, 255])
def test_count_is_exact(network, mcpu, n):
    source = f"""
__attribute__((naked)) void helper(void) {{
  __asm__ volatile("movs r3, #{n}\\n 1: subs r3, #1\\n bne 1b\\n bx lr"); }}
__attribute__((naked)) {SIGNATURE} {{
  __asm__ volatile("push {{r4, lr}}\\n bl helper\\n nop\\n bl helper\\n movs r0, #0\\n"
                   "pop {{r4, pc}}"); }}"""
    result = qemu.run(*network(mcpu, source), mcpu, RECORDS, count=True)
    helper = 2 * (1 + 2 * n + 1)
    assert result.instructions == [6 + helper] * 3
    assert result.functions == [{"toy_run": 6, "helper": helper}] * 3


def test_labels_divide_a_function(network):
    """Where all layers are one function, a label for each tells them apart."""
    source = f"""__attribute__((naked)) {SIGNATURE} {{ __asm__ volatile(
        "nop\\n conv1:\\n movs r3, #9\\n 1: subs r3, #1\\n bne 1b\\n"
        "fc2:\\n movs r0, #0\\n bx lr"); }}"""
    result = qemu.run(*network("cortex-m0", source), "cortex-m0", RECORDS, count=True)
    assert result.functions == [{"toy_run": 1, "conv1": 19, "fc2": 2}] * 3


@pytest.mark.parametrize("tail", [0, 5])
def test_vector_loops_of_the_m55(network, tail):
    """Low-overhead, tail-predicated loops: state that start-up must not lose."""
    n = INPUT - tail
    source = f"""__attribute__((naked)) {SIGNATURE} {{ __asm__ volatile(
        "push {{r4, lr}}\\n movs r3, #{n}\\n movs r4, #0\\n dlstp.8 lr, r3\\n"
        "1: vldrb.u8 q0, [r0], #16\\n vaddva.s8 r4, q0\\n letp lr, 1b\\n"
        "strb r4, [r1]\\n strb r4, [r1, #1]\\n strb r4, [r1, #2]\\n strb r4, [r1, #3]\\n"
        "movs r0, #0\\n pop {{r4, pc}}"); }}"""
    made = network("cortex-m55", source, flags=["-mfloat-abi=softfp"])
    result = qemu.run(*made, "cortex-m55", RECORDS, count=True)
    sums = [sum(RECORDS[r : r + n]) & 255 for r in range(0, len(RECORDS), INPUT)]
    assert result.outputs == bytes(s for s in sums for _ in range(OUTPUT))
    assert result.instructions == [13] * 3


def test_count_of_straight_code_of_any_length(network):
    # Longer than QEMU's largest translation block, and across a page.
    for n in (0, 1, 511, 512, 513, 3000):
        source = f"""__attribute__((naked)) {SIGNATURE} {{
          __asm__ volatile(".rept {n}\\n adds r1, #1\\n .endr\\n movs r0, #0\\n bx lr"); }}"""
        result = qemu.run(*network("cortex-m4", source), "cortex-m4", RECORDS, count=True)
        assert result.instructions == [n + 2] * 3


@pytest.mark.parametrize(
    "changes, message",
    [
        (dict(STACK_BYTES=60), "TOY_STACK_BYTES is 60, not a multiple of 8"),
        (dict(RAM_BYTES=100), r"TOY_RAM_BYTES is 100, but arena \+ stack = 64 \+ 64 bytes"),
        (dict(ARENA_ALIGN=3), "TOY_ARENA_ALIGN is 3, not a power of two"),
        (dict(ARENA_BYTES="UNKNOWN"), "cannot evaluate 'UNKNOWN'"),
    ],
)
def test_bad_header(network, changes, message):
    made = network("cortex-m4", body(LAYER), **changes)
    with pytest.raises(toolchain.HeaderError, match=message):
        qemu.run(*made, "cortex-m4", RECORDS)


def test_header_without_a_definition(network, tmp_path):
    o, _ = network("cortex-m4", body(LAYER))
    bad = tmp_path / "bad.h"
    bad.write_text(header_text().replace("#define TOY_INPUT_BYTES", "//"))
    with pytest.raises(toolchain.HeaderError, match="no definition of TOY_INPUT_BYTES"):
        qemu.run(o, bad, "cortex-m4", RECORDS)


@pytest.mark.parametrize(
    "source, message",
    [
        (body("extern int there(void); there();"), "undefined symbols: there"),
        ("int8_t state[4];" + body("state[0]++; output[0] = state[0];"), "writable data: state"),
        (body(LAYER).replace("toy_run", "toy_ran"), "does not define toy_run"),
    ],
)
def test_bad_object(network, source, message):
    with pytest.raises(toolchain.ObjectError, match=message):
        qemu.run(*network("cortex-m4", source), "cortex-m4", RECORDS)


def test_bad_arguments(network):
    made = network("cortex-m4", body(LAYER))
    with pytest.raises(ValueError, match="17 bytes of input are not a whole number of records"):
        qemu.run(*made, "cortex-m4", bytes(17))
    with pytest.raises(ValueError, match="not a whole number"):
        qemu.run(*made, "cortex-m4", b"")
    with pytest.raises(ValueError, match="no machine for --mcpu=cortex-a9"):
        qemu.run(*made, "cortex-a9", RECORDS)


def test_run_command(network, tmp_path, capsys):
    o, h = network("cortex-m0", body(LAYER))
    (tmp_path / "in.bin").write_bytes(RECORDS)
    common = ["run", f"--object={o}", f"--header={h}", "--mcpu=cortex-m0",
              f"--input={tmp_path / 'in.bin'}", f"--output={tmp_path / 'out.bin'}"]  # fmt: skip
    assert qemu.main([*common, "--count"]) == 0
    assert (tmp_path / "out.bin").read_bytes() == expected()
    assert "one inference" in capsys.readouterr().out
    assert qemu.main([*common, "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert bytes.fromhex(values["outputs"]) == expected() and values["guards_intact"]
    network("cortex-m0", body(LAYER + "output[4] ^= 1;"))
    assert qemu.main(common) == 1
    assert "error: input 2: wrote 1 byte past the output" in capsys.readouterr().err


RECORD = RECORDS[:INPUT]
WINNER = max(range(OUTPUT), key=lambda i: (expected()[i], -i))
LABELS = ["cat", "dog", "frog", "truck"]


@pytest.mark.parametrize("input_in", ["flash", "ram"])
@pytest.mark.parametrize(
    "mcpu, board",
    [(core, None) for core in CORES]
    + [("cortex-m3", "lm3s811evb"), ("cortex-m3", "stm32vldiscovery"), ("cortex-m0", "microbit"),
       ("cortex-m0", "lm3s811evb")],
)  # fmt: skip
def test_firmware(network, tmp_path, mcpu, board, input_in):
    made = network(mcpu, body(LAYER))
    firmware = image.build(
        *made, mcpu, tmp_path / "toy.elf", RECORD, board=board, input_in=input_in, labels=LABELS
    )
    assert firmware.startup_bytes < 300
    # The network's RAM, its output and an input in RAM: nothing of ours.
    assert firmware.ram_used == ARENA + STACK + OUTPUT + (INPUT if input_in == "ram" else 0)
    result = image.run(firmware, RECORD, timeout=20)
    assert result.printed == f"{WINNER} {LABELS[WINNER]}"
    assert result.index == WINNER
    assert result.output == expected()[:OUTPUT]
    assert result.stack_used <= STACK and result.ram_outside_intact


def test_firmware_fits_to_the_byte(network, tmp_path):
    made = network("cortex-m3", body(LAYER))

    def build(**memories):
        return image.build(*made, "cortex-m3", tmp_path / "toy.elf", RECORD, **memories)

    least = build()
    again = build(flash=least.flash_used, ram=least.ram_used)
    assert (again.flash_used, again.ram_used) == (least.flash_used, least.ram_used)
    assert image.run(again, timeout=20).index == WINNER
    (tmp_path / "toy.elf").unlink()
    with pytest.raises(image.DoesNotFit, match="needs 132 bytes of 131 bytes of RAM"):
        build(ram=least.ram_used - 1)
    with pytest.raises(image.DoesNotFit, match=f"needs {least.flash_used:,} bytes of .* flash"):
        build(flash=least.flash_used - 1)
    assert not (tmp_path / "toy.elf").exists()
    with pytest.raises(ValueError, match="lm3s811evb has 8,192 bytes of RAM, not 9,000"):
        build(ram=9000, board="lm3s811evb")


@pytest.mark.parametrize(
    "statements, message",
    [
        ("return 1;", "toy_run failed: it did not return 0"),
        ('__asm__ volatile("udf #0");', r"the core took a fault \(HardFault\) in toy_run\+0x"),
        ("for (volatile int i = 0; ; ++i) ;", "no end after 2 s; stopped in toy_run"),
        ("((char *)arena)[64 + 4] ^= 1;", r"1 bytes outside .* the first at 0x20000084"),
        ("((char *)arena)[40000] ^= 1;", "1 bytes outside the firmware's 132 bytes of RAM"),
    ],
)
def test_firmware_failures(network, tmp_path, statements, message):
    made = network("cortex-m4", body(LAYER + statements))
    firmware = image.build(*made, "cortex-m4", tmp_path / "toy.elf", RECORD, ram=1024)
    with pytest.raises(image.FirmwareFailure, match=message):
        image.run(firmware, timeout=2)


@pytest.mark.parametrize(
    "board, message",
    [
        ("stm32vldiscovery", "its stack was outside RAM"),
        # QEMU's model of this board takes writes to nothing without a fault.
        ("lm3s811evb", r"no end after 2 s; stopped in toy_run\+0x., its stack below RAM"),
    ],
)
def test_firmware_stack_overflow(network, tmp_path, board, message):
    source = f"""__attribute__((naked)) {SIGNATURE} {{
        __asm__ volatile("1: push {{r0, lr}}\\n b 1b"); }}"""
    made = network("cortex-m3", source)
    firmware = image.build(*made, "cortex-m3", tmp_path / "toy.elf", RECORD, board=board)
    with pytest.raises(image.FirmwareFailure, match=message):
        image.run(firmware, timeout=20 if board == "stm32vldiscovery" else 2)


@pytest.mark.parametrize("status, code", [(0, 0), (5, 1)])
@pytest.mark.parametrize("input_in", ["flash", "ram"])
def test_firmware_alone(network, tmp_path, status, code, input_in):
    """The image needs nothing of ours to run and to end."""
    made = network("cortex-m3", body(LAYER, status))
    (tmp_path / "in.bin").write_bytes(RECORD)
    firmware = image.build(
        *made, "cortex-m3", tmp_path / "toy.elf", RECORD, board="lm3s811evb", labels=LABELS,
        input_in=input_in,
    )  # fmt: skip
    command = image.qemu_command(firmware, str(tmp_path / "in.bin"))
    done = subprocess.run(
        command, shell=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20
    )
    assert done.returncode == code
    assert (f"{WINNER} {LABELS[WINNER]}\n" in done.stderr) == (status == 0)


def test_firmware_command(network, tmp_path, capsys):
    o, h = network("cortex-m0", body(LAYER))
    (tmp_path / "in.bin").write_bytes(RECORD)
    common = ["firmware", f"--object={o}", f"--header={h}", "--mcpu=cortex-m0",
              f"--input={tmp_path / 'in.bin'}", "-o", str(tmp_path / "toy.elf")]  # fmt: skip
    labels = f"--labels={','.join(LABELS)}"
    assert qemu.main([*common, "--flash=32KiB", "--ram=4KiB", labels]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"{WINNER} {LABELS[WINNER]}\n")
    assert "of 32,768 bytes" in printed and "RAM 132 of 4,096 bytes" in printed
    assert qemu.main([*common, "--board=microbit", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["index"] == WINNER
    assert qemu.main([*common, "--ram=100"]) == 1
    assert "error: the firmware needs 132 bytes of 100 bytes of RAM" in capsys.readouterr().err
    assert qemu.main([*common, "--labels=a,b"]) == 1
    assert "2 labels for 4 outputs" in capsys.readouterr().err


def test_boards_refuse_code_they_cannot_run():
    with pytest.raises(ValueError, match="microbit has a cortex-m0, which cannot run cortex-m4"):
        boards.board_for("cortex-m4", "microbit")
    with pytest.raises(ValueError, match="QEMU has no machine for --mcpu=cortex-m4[+]nodsp; known"):
        boards.board_for("cortex-m4+nodsp")


def test_emulation_needs_no_numpy():
    script = "import sys; sys.modules['numpy'] = None; import rtwmc.qemu, rtwmc.firmware.boards"
    subprocess.run([sys.executable, "-c", script], check=True)
