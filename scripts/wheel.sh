#!/bin/sh
# Builds the wheel of the last commit: the same bytes wherever, whenever and by whom (times are the commit's, modes git's).
# `sh scripts/wheel.sh [PYTHON [FOLDER]]`, in the checkout; PYTHON has `build` and setuptools as requirements.lock pins them.
set -eu
umask 022
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
source=$(mktemp -d)
trap 'rm -rf "$source"' EXIT
git -c tar.umask=0022 archive HEAD | tar x -C "$source"
"${1:-python3}" -m build --no-isolation --wheel --outdir "${2:-dist}" "$source"
