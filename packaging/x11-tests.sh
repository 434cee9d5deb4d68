#!/bin/sh
# Run the tests that need a true mouse on a virtual display: Xvfb, a small window manager, xdotool.
set -eu
python=${1:-python3}
for tool in Xvfb xdotool openbox; do
    command -v "$tool" >/dev/null || { echo "missing: $tool (apt-get install xvfb xdotool openbox)"; exit 1; }
done
# Xvfb picks a free display itself and says which on file descriptor 3.
number=$(mktemp)
trap 'kill $manager $server 2>/dev/null || true; rm -f "$number"' EXIT
Xvfb -displayfd 3 -screen 0 1600x1000x24 -nolisten tcp 3>"$number" >/dev/null 2>&1 &
server=$!
tries=0
until [ -s "$number" ]; do
    tries=$((tries + 1))
    [ $tries -le 100 ] || { echo "Xvfb did not start"; exit 1; }
    sleep 0.1
done
DISPLAY=":$(cat "$number")"
export DISPLAY
openbox >/dev/null 2>&1 &
manager=$!
QT_QPA_PLATFORM=xcb "$python" -m pytest -m x11 tests/x11
