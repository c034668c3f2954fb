"""A progress bar for reading a file, on the last line of a terminal or a notebook."""

from __future__ import annotations

import sys
import time

_CELLS = 30


class Bar:
    """Draws a bar on standard error when called with the bytes read and in all; `close` clears it.

    A file that is read at once shows no bar, and a bar is updated at most ten times a second.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._due = time.monotonic() + 0.5
        self._width = 0

    def __call__(self, bytes_read: int, bytes_total: int) -> None:
        """Redraws the bar if enough time has passed."""
        if (now := time.monotonic()) < self._due:
            return
        self._due = now + 0.1
        share = bytes_read / bytes_total if bytes_total else 1.0
        full = int(share * _CELLS)
        text = f"{self._name}: {'█' * full}{'░' * (_CELLS - full)} {share:.0%}"
        self._width = len(text)
        print(f"\r{text}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Clears the line."""
        if self._width:
            print(f"\r{' ' * self._width}\r", end="", file=sys.stderr, flush=True)
            self._width = 0
