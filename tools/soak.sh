#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Random work of many kinds on all cores, for as long as it is told: networks
# against what computes them otherwise, damaged files, the same input twice.
# Keeps the inputs of what fails, and then ends with exit status 1.
#
#   tools/soak.sh --minutes N --seed S    (BUILD=directory: default build)
#   tools/soak.sh --kind K --seed S --keep FOLDER    one run again
#   tools/soak.sh --help
#
# Needs a build and what tools/setup.sh --test installs.
set -eu
root=$(realpath "$(dirname "$0")/..")
build=$(realpath "${BUILD:-$root/build}")
export PATH=$build/venv/bin:$PATH
export PYTHONPATH=$root/python:$root/test/Integration RTWMC_BUILD_DIR=$build
plugin=$build/lib/libqemu_insn_count.so
if [ -f "$plugin" ]; then
  export RTWMC_QEMU_PLUGIN=$plugin
fi
exec python3 -m soak "$@"
