#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Builds the documentation as a site, BUILD/site/html/index.html, with the
# reference that the build generates. A broken link, also to a heading, is an
# error, and so is a page that the navigation in docs/mkdocs.yml lacks.
#
#   tools/docs.sh    (BUILD=directory: default build; PYTHON: one with MkDocs)
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
python=${PYTHON:-$build/venv/bin/python}
site=$build/site

if [ ! -d "$build/docs" ]; then
  echo "error: no $build/docs: ninja -C $build mlir-doc makes the reference" >&2
  exit 1
fi
if ! "$python" -c 'import mkdocs' 2>/dev/null; then
  echo "error: $python has no MkDocs: tools/setup.sh --test installs it" >&2
  exit 1
fi
mkdir -p "$site"
"$python" tools/site-pages.py . "$build/docs" "$site/pages"
cp docs/mkdocs.yml "$site/mkdocs.yml"
# Not --quiet: then strict does not see the warnings either.
if ! said=$("$python" -m mkdocs build --strict --clean --config-file "$site/mkdocs.yml" 2>&1); then
  echo "$said" | grep -v '^INFO' >&2
  exit 1
fi
echo "$site/html/index.html"
