#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Builds everything with the address and undefined behaviour sanitizers of
# clang-22 and runs the C++ tests and the compiled networks with it. A finding
# ends the program it is in, so its test fails.
#
#   tools/test-asan.sh [PYTEST-ARGUMENT...]    (BUILD=directory: default build-asan;
#                                     without arguments, all of test/Integration)
#   tools/test-asan.sh --damaged      only the compiler, for some hundred damaged
#                                     files and flags (docs/soak.md), with
#                                     Python's packages as the caller has them
#
# LLVM's own libraries are as packaged, without sanitizers, hence
# allow_user_poisoning=0: LLVM's allocators mark free memory as poisoned in the
# half of their code that is in headers, and libLLVM, which has the other half,
# does not unmark it.
set -eu
cd "$(dirname "$0")/.."
export BUILD=${BUILD:-build-asan}
export ASAN_OPTIONS=allow_user_poisoning=0
export UBSAN_OPTIONS=print_stacktrace=1
if [ "${1:-}" = --damaged ]; then
  # Compiling takes longer than what is run.
  cmake --preset asan -B "$BUILD" \
    -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O0 -gline-tables-only -DNDEBUG"
  ninja -C "$BUILD" rtwmc-compile
  exec tools/soak.sh --minutes 0 --runs 8 --seed 1 --kinds \
    damaged-mlir,damaged-mlirbc,damaged-tflite,damaged-json,flags
fi
[ $# -gt 0 ] || set -- test/Integration

tools/setup.sh --test
cmake --preset asan -B "$BUILD"
ninja -C "$BUILD"
/usr/lib/llvm-22/bin/lit -sv "$BUILD/test"
ctest --test-dir "$BUILD" -j"$(nproc)" --output-on-failure -Q -E '^rtwmc-lit$'
RTWMC_BUILD_DIR=$(realpath "$BUILD") PYTHONPATH=python \
  "$BUILD/venv/bin/python" -m pytest -q -p no:cacheprovider "$@"
