#!/bin/bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs a wheel in a minimal Debian with no LLVM and no network, and uses it
# there; tools/wheel.sh --test calls this:
#
#   tools/test-wheel.sh WHEEL BUILD
set -eu
cd "$(dirname "$0")/.."
wheel=$(realpath "$1") build=$(realpath -m "$2")
debian=$build/wheel/debian
needed=$build/wheel/needed

if [ ! -f "$debian/etc/complete" ]; then
  rm -rf "$debian"
  debootstrap --variant=minbase --include=python3,python3-venv,binutils bookworm "$debian" \
    >"$build/wheel/debootstrap.log"
  touch "$debian/etc/complete"
fi
# What the wheel depends on, for there is no network inside.
rm -rf "$needed"
python3 -m pip download --quiet --disable-pip-version-check --only-binary=:all: \
  --python-version 3.11 --dest "$needed" "$wheel[verify]"

rm -rf "$debian/test"
mkdir -p "$debian/test"
cp -r "$needed" "$wheel" "$debian/test/"
cp test/models/lenet_a.tflite "$debian/test/"
inside() {
  unshare --net --mount --pid --fork chroot "$debian" \
    /usr/bin/env -i PATH=/usr/bin:/bin:/usr/sbin:/sbin HOME=/test /bin/sh -euc "mount -t proc proc /proc; cd /test; $1"
}

inside 'if ls /usr/lib/llvm-* 2>/dev/null || ldconfig -p | grep -E "LLVM|MLIR"; then exit 1; fi'
inside 'python3 -m venv venv
  venv/bin/pip install --quiet --no-index --find-links needed "$(echo rtwmc-*.whl)[verify]"'
inside 'venv/bin/rtwmc --version | grep -E "^rtwmc [0-9.]+ \(LLVM 22\."'
inside 'venv/bin/rtwmc compile lenet_a.tflite --mcpu=cortex-m4 --ram=4KiB --flash=32KiB \
  -o lenet_a.o --report=lenet_a.json --print-report'
inside 'venv/bin/rtwmc report lenet_a.json -o lenet_a.html && test -s lenet_a.html'
inside 'venv/bin/rtwmc verify lenet_a.tflite'
inside '. venv/bin/activate
  rtwmc-compile lenet_a.tflite --emit=mlir -o lenet_a.mlir
  rtwmc-opt lenet_a.mlir --canonicalize -o canonical.mlir
  grep -q "func.func @lenet_a_run" canonical.mlir
  test -f "$(rtwmc cmake-dir)/RTWMCConfig.cmake"
  python -c "from rtwmc import planner"'
# By its path, as a build system calls it.
inside 'cp lenet_a.o first.o
  venv/lib/python3*/site-packages/rtwmc/bin/rtwmc-compile lenet_a.tflite --mcpu=cortex-m4 \
    --ram=4KiB --flash=32KiB --name=lenet_a -o second.o
  cmp first.o second.o'

# The rest is compared with a build, and needs what that was tested with.
python=$build/venv/bin/python
if [ -x "$build/bin/rtwmc-compile" ] && [ -x "$python" ]; then
  installed=$(echo "$debian"/test/venv/lib/python3*/site-packages/rtwmc)
  export PATH=$build/venv/bin:$PATH
  "$build/bin/rtwmc-compile" test/models/lenet_a.tflite --mcpu=cortex-m4 --ram=4KiB \
    --flash=32KiB -o "$debian/test/tree.o"
  cmp "$debian/test/lenet_a.o" "$debian/test/tree.o"
  "$python" tools/compare-objects.py "$build" "$installed" \
    --models '*_a' --cores cortex-m0,cortex-m4,cortex-m55,host
  RTWMC_BUILD_DIR=$installed PYTHONPATH=python "$python" -m pytest -q -p no:cacheprovider \
    test/Integration/test_example.py
else
  echo "note: no build and virtual environment in $build to compare with" >&2
fi
echo "wheel: it works where there is no LLVM"
