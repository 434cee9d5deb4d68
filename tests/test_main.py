"""The program's front door: what is typed wrong, and Ctrl+C before anything was loaded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from photosort import __main__ as program
from photosort import cli


def test_a_mistyped_command_is_wrong_usage_and_not_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        program.main(["analyse", "photos"])
    assert caught.value.code == cli.WRONG_USAGE
    error = capsys.readouterr().err
    assert "'analyse' is neither a command" in error


def test_a_command_behind_an_option_is_told_where_it_belongs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        program.main(["--catalog", "elsewhere", "undo"])
    assert caught.value.code == cli.WRONG_USAGE
    assert "a command comes first: photosort undo" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_while_a_command_is_loaded_is_no_traceback(tmp_path: Path) -> None:
    # The first thing that loading the command line imports sends the signal: no race with a clock.
    code = (
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'photosort.cli':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from photosort.__main__ import main\n"
        "sys.exit(main(['analyze', sys.argv[1]]))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"HOME": str(tmp_path)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a suite may ignore it
    )
    assert run.returncode == cli.INTERRUPTED
    assert run.stderr == "photosort: stopped\n"
