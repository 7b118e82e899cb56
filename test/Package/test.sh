#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs a build into a folder of its own, builds the project beside this
# script with what is there, and runs what was installed and what was built:
#
#   test/Package/test.sh BUILD CMAKE CC CXX LLVM_BIN
set -eux
source=$(cd "$(dirname "$0")" && pwd)
build=$1 cmake=$2 cc=$3 cxx=$4 llvm=$5
example=$source/../Examples/rtwmc-insert-pruning.mlir
model=$source/../models/lenet_a.mlir
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cmake" --install "$build" --prefix "$work/first" >"$work/log"
# A package may be moved: nothing of it names where it was installed or built.
mv "$work/first" "$work/prefix"
package=$work/prefix/lib/cmake/RTWMC
if grep -rF -e "$work/first" -e "$build" -e "$source" "$package"; then
  exit 1
fi

"$cmake" -S "$source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_C_COMPILER="$cc" -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_PREFIX_PATH="$work/prefix"
"$cmake" --build "$work/build"
"$work/build/my-opt" "$example" --rtwmc-insert-pruning >"$work/out.mlir"
"$llvm/FileCheck" "$example" <"$work/out.mlir"
"$work/build/my-search" >"$work/out.txt"
grep -xE 'LeNet-A: [1-9][0-9]* bytes' "$work/out.txt"

# Every header compiles, so what it includes is there as well.
find "$work/prefix/include" -name '*.h' -printf '#include "%P"\n' >"$work/headers.cpp"
test -s "$work/headers.cpp"
"$cxx" -std=c++20 -fsyntax-only -I"$work/prefix/include" \
  -isystem "$("$llvm/llvm-config" --includedir)" "$work/headers.cpp"

"$work/prefix/bin/rtwmc-opt" "$example" --rtwmc-insert-pruning >"$work/out.mlir"
"$llvm/FileCheck" "$example" <"$work/out.mlir"
"$work/prefix/bin/rtwmc-compile" "$model" --mcpu=cortex-m4 -o "$work/lenet_a.o"
test -s "$work/lenet_a.o"
plugin=$work/prefix/lib/RTWMC.so
"$llvm/mlir-opt" --load-dialect-plugin="$plugin" --load-pass-plugin="$plugin" "$example" \
  --pass-pipeline='builtin.module(func.func(rtwmc-insert-pruning))' >"$work/out.mlir"
"$llvm/FileCheck" "$example" <"$work/out.mlir"
