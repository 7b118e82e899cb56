#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# clang-tidy over our C++ files, with the commands of a configured and built
# tree (its generated headers are needed):
#
#   tools/test-tidy.sh BUILD [FILE...]    (no file: lib/, tools/, test/unit/)
set -u
cd "$(dirname "$0")/.." || exit 1
build=${1:?expects the build directory}
shift
if [ $# -gt 0 ]; then
  files=("$@")
else
  mapfile -t files < <(git ls-files -- 'lib/*.cpp' 'tools/*.cpp' 'test/unit/*.cpp')
fi
printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy-22 --experimental-custom-checks --quiet -p "$build" 2> >(grep -vE '^[0-9]+ warnings? generated|^Suppressed|^Use -header-filter' >&2)
