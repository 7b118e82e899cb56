#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs what building (and with --test, testing) needs, on Debian 12:
#
#   tools/setup.sh           compiler, MLIR 22, CMake, emulator
#   tools/setup.sh --test    also formatting, linting, sanitizers, and Python
#                            packages in a virtual environment, BUILD/venv
#                            (BUILD: default build)
#   tools/setup.sh --test-packages    of that, only Debian's packages
#   tools/setup.sh --wheel   also what tools/wheel.sh needs
#
# Needs root or sudo only if a package is missing. Safe to run again.
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}

with_tests=no with_wheel=no
case "${1:-}" in
'') ;;
--test) with_tests=yes ;;
--test-packages) with_tests=packages ;;
--wheel) with_wheel=yes ;;
*) sed -n '4,12s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

packages="libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools clang-22 lld-22
  cmake ninja-build libgtest-dev qemu-system-arm python3 python3-venv
  ca-certificates git"
if [ $with_tests != no ]; then
  # GCC is what most firmware is linked with; Chromium shows the report's page.
  packages="$packages clang-format-22 clang-tidy-22 gcc-arm-none-eabi make
    chromium libclang-rt-22-dev"
fi
if [ $with_wheel = yes ]; then
  packages="$packages libzstd-dev zlib1g-dev unzip debootstrap"
fi

installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}
missing=
for package in $packages; do
  installed "$package" || missing="$missing $package"
done
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ]; then
    root=env
  elif command -v sudo >/dev/null; then
    root="sudo env"
  else
    echo "error: missing packages:$missing; run this as root, or install sudo" >&2
    exit 1
  fi
  echo "setup: installing$missing"
  $root DEBIAN_FRONTEND=noninteractive apt-get update -q
  # shellcheck disable=SC2086
  $root DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends $missing
else
  echo "setup: all Debian packages are there"
fi
[ $with_tests = yes ] || exit 0

# The package with all its extras: every test can run, and the package installs.
wanted="./python[train,tune,evaluate,test]"
venv=$build/venv
stamp=$venv/pyproject.toml
if cmp -s python/pyproject.toml "$stamp"; then
  echo "setup: all Python packages are there"
  exit 0
fi
echo "setup: installing $wanted in $venv"
rm -rf "$venv"
mkdir -p "$build"
# A python3 from elsewhere may lack venv; Debian's has it by now.
for python in python3 /usr/bin/python3; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' &&
    "$python" -m venv "$venv"; then
    break
  fi
  rm -rf "$venv"
done
if [ ! -x "$venv/bin/pip" ]; then
  echo "error: no python3 (3.11 or newer) can make a virtual environment" >&2
  exit 1
fi
"$venv/bin/pip" install --quiet --disable-pip-version-check --editable "$wanted"
cp python/pyproject.toml "$stamp"
