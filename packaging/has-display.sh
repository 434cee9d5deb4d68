#!/bin/sh
# A window needs a display. Without one say so in one line, and name what works without it.
[ "$(uname -s)" = Linux ] || exit 0
[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && exit 0
case "${QT_QPA_PLATFORM:-}" in offscreen|minimal|vnc*|linuxfb*|eglfs*) exit 0 ;; esac
echo "photosort: no display here for a window; without one, use: .venv/bin/photosort analyze FOLDER  (photosort --help)" >&2
exit 1
