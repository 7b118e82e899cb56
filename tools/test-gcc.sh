#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Builds the compiler with g++-12, without a warning, and compares what it writes
# with what the compiler of clang++-22 in BUILD does: all of the bytes must be the
# same.
#
#   tools/test-gcc.sh [ARGUMENT...]    (BUILD=directory: default build; arguments
#                               are compare-objects.py's, such as --models lenet_a)
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
cmake --preset gcc -B "$build-gcc" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON
ninja -C "$build-gcc" rtwmc-compile
exec python3 tools/compare-objects.py "$build" "$build-gcc" "$@"
