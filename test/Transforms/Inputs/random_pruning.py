# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a module that prunes random maps twice: once as constants, which the
canonicalizer folds by the reference semantics, and once as arguments, which are
lowered to loops. @main prints a line for each map: elements that differ, and
the difference of the numbers kept."""

import argparse
import random


def random_map(rng, size, zero):
    """Mostly zero points, as after ReLU; or anything; or few magnitudes."""
    kind = rng.randrange(3)
    if kind == 0:
        share = rng.random()
        return [
            zero if rng.random() < share else rng.randint(-128, 127)
            for _ in range(size)
        ]
    if kind == 1:
        return [rng.randint(-128, 127) for _ in range(size)]
    return [max(-128, min(127, zero + rng.randint(-3, 3))) for _ in range(size)]


def case(rng, number):
    height, width, channels = (rng.randint(1, 7) for _ in range(3))
    size = height * width * channels
    shape = f"1x{height}x{width}x{channels}"
    zero = rng.choice([-128, -127, 0, 126, 127, rng.randint(-128, 127)])
    order = rng.choice(["nhwc", "nchw"])
    by_row = order == "nhwc" and rng.random() < 0.6
    unit = size // height if by_row else size
    drop = rng.choice([0, unit, rng.randint(0, unit)])
    batch = rng.choice([1, size, size + 3, rng.randint(1, 12)])
    tau = rng.choice([0, 1, rng.randint(0, 256)])
    policy = rng.choice(["proportional", "paper"])
    pruned = (
        f"!rtwmc.pruned<{shape}xi8, keep = {unit - drop}, zero = {zero}"
        + (", order = nchw" if order == "nchw" else "")
        + (", unit = row>" if by_row else ">")
    )
    how = f"drop = {drop}, batch = {batch}, tau_q = {tau}, policy = {policy}"
    values = iter(random_map(rng, size, zero))
    nested = [
        [[[next(values) for _ in range(channels)] for _ in range(width)]
         for _ in range(height)]
    ]
    tensor = f"tensor<{shape}xi8>"
    prune = f"rtwmc.prune %x, {how} : {tensor} -> {pruned}"
    unprune = f"rtwmc.unprune %p : {pruned} -> {tensor}"
    # Pruning and reading back are functions of their own in the lowered half,
    # so that nothing folds there.
    return f"""
func.func private @reference{number}() -> ({tensor}, index) {{
  %x = arith.constant dense<{nested}> : {tensor}
  %p, %kept = {prune}
  %y = {unprune}
  return %y, %kept : {tensor}, index
}}
func.func private @prune{number}(%x: {tensor}) -> ({pruned}, index) {{
  %p, %kept = {prune}
  return %p, %kept : {pruned}, index
}}
func.func private @unprune{number}(%p: {pruned}) -> {tensor} {{
  %y = {unprune}
  return %y : {tensor}
}}
func.func private @compare{number}() {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %h = arith.constant {height} : index
  %w = arith.constant {width} : index
  %c = arith.constant {channels} : index
  %x = arith.constant dense<{nested}> : {tensor}
  %a, %m = call @reference{number}() : () -> ({tensor}, index)
  %p, %n = call @prune{number}(%x) : ({tensor}) -> ({pruned}, index)
  %b = call @unprune{number}(%p) : ({pruned}) -> {tensor}
  %wrong = scf.for %i = %c0 to %h step %c1 iter_args(%s0 = %c0) -> index {{
    %t0 = scf.for %j = %c0 to %w step %c1 iter_args(%s1 = %s0) -> index {{
      %t1 = scf.for %k = %c0 to %c step %c1 iter_args(%s2 = %s1) -> index {{
        %e = tensor.extract %a[%c0, %i, %j, %k] : {tensor}
        %f = tensor.extract %b[%c0, %i, %j, %k] : {tensor}
        %ne = arith.cmpi ne, %e, %f : i8
        %one = arith.index_castui %ne : i1 to index
        %t2 = arith.addi %s2, %one : index
        scf.yield %t2 : index
      }}
      scf.yield %t1 : index
    }}
    scf.yield %t0 : index
  }}
  %more = arith.subi %n, %m : index
  vector.print %wrong : index
  vector.print %more : index
  return
}}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    for number in range(args.count):
        print(case(rng, number))
    calls = "\n".join(f"  call @compare{n}() : () -> ()" for n in range(args.count))
    print(f"func.func @main() {{\n{calls}\n  return\n}}")


if __name__ == "__main__":
    main()
