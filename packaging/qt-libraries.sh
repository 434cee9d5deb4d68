#!/bin/sh
# Qt's wheels bring Qt, not the system libraries below it. Install what is missing where that is allowed
# (Debian and its children, as root); elsewhere say the exact command. Never fails: Qt itself has the last word.
set -u
[ "$(uname -s)" = Linux ] || exit 0
command -v dpkg-query >/dev/null 2>&1 || exit 0

wanted="libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0
libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0
libxcb-xkb1 libx11-xcb1 libwayland-client0 libwayland-cursor0 libwayland-egl1"
# Ubuntu 24.04 and Debian 13 renamed GLib for the 64-bit time_t.
missing=""
for package in $wanted; do
    dpkg-query -W -f='${Status}\n' "$package" "${package}t64" 2>/dev/null | grep -q '^install ok installed' \
        || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    echo "Installing Qt's system libraries:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
    echo "That did not work; if the window does not open, try: apt-get install$missing"
else
    echo "Qt may miss system libraries. If the window does not open: sudo apt-get install$missing"
fi
exit 0
