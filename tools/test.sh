#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs what is missing, builds, and runs every test. The last line counts
# them: "N passed, N failed". Results and logs are in BUILD/results.
#
#   tools/test.sh    (BUILD=directory: default build)
set -u
cd "$(dirname "$0")/.." || exit 1
export BUILD=${BUILD:-build}
results=$BUILD/results

stop() {
  echo "error: $1" >&2
  echo "0 passed, 1 failed"
  exit 1
}

tools/setup.sh --test-packages || stop "the set-up failed"
# Python's packages come from the network while the build has the processors.
tools/setup.sh --test &
python_setup=$!
build=$(realpath -m "$BUILD")
cmake --preset once -B "$build" || stop "CMake failed"
ninja -C "$build" || stop "the build failed"
wait $python_setup || stop "the set-up of Python failed"

rm -rf "$results"
mkdir -p "$results"
export PATH=$build/venv/bin:$PATH
export PYTHONPATH=$PWD/python RTWMC_BUILD_DIR=$build
export RTWMC_QEMU_PLUGIN=$build/lib/libqemu_insn_count.so
unset RTWMC_VERIFY_ROUNDTRIP

# Runs one suite and notes its exit code, for a suite that dies without a result.
suite() {
  local name=$1 begin=$SECONDS
  shift
  echo "== $name"
  "$@"
  echo $? >"$results/$name.exit"
  echo "== $name: $((SECONDS - begin)) s"
}

mapfile -t sources < <(git ls-files -- '*.cpp' '*.h')
suite format clang-format-22 --dry-run -Werror "${sources[@]}"
suite tidy tools/test-tidy.py "$build"
BUILD=$build/asan suite sanitizers tools/test-asan.sh --damaged
suite lit /usr/lib/llvm-22/bin/lit -sv -j"$(nproc)" \
  --xunit-xml-output="$results/lit.xml" "$build/test"
suite ctest ctest --test-dir "$build" -j"$(nproc)" --output-on-failure -Q -E '^rtwmc-lit$' \
  --output-junit "$(realpath "$results")/ctest.xml"
for folder in python/tests test/Integration; do
  name=pytest-$(basename "$folder")
  suite "$name" python -m pytest -q -ra -p no:cacheprovider \
    --numprocesses="$(nproc)" --dist=loadfile --no-loadscope-reorder --junitxml="$results/$name.xml" "$folder"
done
python tools/test-summary.py "$results"
