#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A trained LeNet-A, compiled for a Cortex-M4 with 4 KiB of RAM and 32 KiB of
# flash, says what is on a picture: installs what is missing, builds the
# compiler, compiles the network, runs the firmware in QEMU.
#
#   tools/demo.sh    (BUILD=directory: default build; MCPU=core: default cortex-m4)
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
mcpu=${MCPU:-cortex-m4}
out=$build/demo

tools/setup.sh
if [ ! -f "$build/build.ninja" ]; then
  cmake --preset once -B "$build"
fi
ninja -C "$build" rtwmc-compile

mkdir -p "$out"
# The picture and the start-up code take the rest of 32 KiB.
"$build/bin/rtwmc-compile" test/models/lenet_a.mlir --mcpu="$mcpu" --ram=4KiB \
  --flash=29KiB --print-report --report="$out/lenet_a.json" -o "$out/lenet_a.o"

# The network's input is int8: pixel - 128.
python3 -c 'import sys; sys.stdout.buffer.write(bytes(p ^ 128 for p in sys.stdin.buffer.read()))' \
  <test/models/pictures/cat.rgb >"$out/cat.bin"
echo
echo "The picture (test/models/pictures/cat.rgb) in QEMU, as firmware:"
PYTHONPATH=python python3 -m rtwmc.qemu firmware --mcpu "$mcpu" \
  --object "$out/lenet_a.o" --header "$out/lenet_a.h" --input "$out/cat.bin" \
  --flash 32KiB --ram 4KiB -o "$out/lenet_a.elf" \
  --labels airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck
