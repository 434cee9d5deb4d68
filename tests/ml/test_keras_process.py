"""The helper process: the protocol, its end in all the ways it can end, and the real TensorFlow in it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from photosort.core.errors import EngineError, ModelError
from photosort.core.photo import Progress
from photosort.ml import keras_process
from photosort.ml.keras_process import Answer, KerasProcess, available


def pretender(code: str) -> list[str]:
    """A command that runs `answer(request)` for every request, in place of the real helper."""
    frame = """
import json, os, sys, time
def say(**fields): print(json.dumps(fields), flush=True)
def answer(request):
{body}
for line in sys.stdin:
    answer(json.loads(line))
"""
    body = textwrap.indent(textwrap.dedent(code), "    ")
    return [sys.executable, "-c", frame.format(body=body)]


class Recorded:
    """A generator whose return value is kept."""

    def __init__(self, generator: Generator[Progress, None, Answer]) -> None:
        self._generator = generator
        self.answer: Answer | None = None

    def __iter__(self) -> Generator[Progress, None, None]:
        self.answer = yield from self._generator


def is_running(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_the_real_helper_probes_a_network_without_tensorflow(tiny_card) -> None:
    with KerasProcess() as process:
        facts = process.probe(tiny_card.network)
    assert facts == {"input_shape": [16, 16, 3], "output_size": 8, "sha256": tiny_card.sha256}


def test_what_is_wrong_with_a_network_arrives_as_a_model_error(two_outputs, tmp_path) -> None:
    damaged = tmp_path / "damaged.tflite"
    damaged.write_bytes(two_outputs.read_bytes()[:8] + os.urandom(3000))
    with KerasProcess() as process:
        with pytest.raises(ModelError, match="1 inputs and 2 outputs"):
            process.probe(two_outputs)
        with pytest.raises(ModelError, match="damaged"):
            process.probe(damaged)
        with pytest.raises(ModelError, match="missing"):
            process.probe(tmp_path / "gone.tflite")
        assert process.alive


def test_a_defect_in_a_task_is_told_with_its_traceback_in_the_notes() -> None:
    with KerasProcess() as process:
        with pytest.raises(EngineError, match="unexpected keyword argument") as caught:
            process.ask("probe", nonsense=1)
        assert process.alive
    assert any("Traceback" in note for note in caught.value.__notes__)


def test_nothing_is_left_in_the_temporary_folder(tiny_card, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(keras_process.tempfile, "tempdir", str(tmp_path))
    with KerasProcess() as process:
        assert len(list(tmp_path.iterdir())) == 1
        process.probe(tiny_card.network)
    assert list(tmp_path.iterdir()) == []


def test_a_module_in_the_current_folder_is_never_taken_for_ours(tiny_card, tmp_path, monkeypatch) -> None:
    (tmp_path / "photosort").mkdir()
    (tmp_path / "photosort" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    (tmp_path / "numpy.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.chdir(tmp_path)
    with KerasProcess() as process:
        assert process.probe(tiny_card.network)["output_size"] == 8


def test_progress_arrives_in_order_and_then_the_answer() -> None:
    command = pretender("""
        for done in range(3):
            say(id=request["id"], progress={"what": "Counting", "done": done, "total": 3})
        say(id=request["id"], answer={"sum": sum(request["numbers"])})
    """)
    with KerasProcess(command=command) as process:
        listening = Recorded(process.request("add", numbers=[1, 2, 3]))
        steps = list(listening)
        assert listening.answer == {"sum": 6}
    told = [step for step in dict.fromkeys(steps) if step.what == "Counting"]
    assert told == [Progress("Counting", done, 3) for done in range(3)]


def test_while_nothing_is_new_it_can_still_be_stopped() -> None:
    with KerasProcess(command=pretender("time.sleep(600)")) as process:
        asking = process.request("wait")
        for _ in range(3):
            next(asking)
        asking.close()
        assert process._process.wait(10) != 0
        with pytest.raises(EngineError, match="was stopped"):
            process.ask("again")


def test_what_libraries_print_does_not_get_between_the_lines() -> None:
    command = pretender("""
        print("I0000 chatter from a library")
        print("[1, 2]")
        say(id=99, answer={"of": "another"})
        say(id=request["id"], answer={"of": "mine"})
    """)
    with KerasProcess(command=command) as process:
        assert process.ask("x") == {"of": "mine"}


def test_the_real_helper_keeps_prints_of_native_code_off_its_answers(tiny_card) -> None:
    code = (
        "import os, sys\n"
        "from photosort.ml import keras_worker, keras_tasks\n"
        "def noisy(session, tell):\n"
        "    print('from Python'); os.write(1, b'from native code')\n"
        "    return {'fine': True}\n"
        "keras_worker.TASKS = {'noisy': noisy}\n"
        "keras_worker.main([])\n"
    )
    with KerasProcess(command=[sys.executable, "-c", code]) as process:
        assert process.ask("noisy") == {"fine": True}


def test_its_death_is_told_with_its_last_words() -> None:
    command = pretender("sys.stderr.write('Illegal instruction: no AVX\\n'); sys.stderr.flush(); os._exit(3)")
    with KerasProcess(command=command) as process:
        with pytest.raises(EngineError, match=r"ended unexpectedly \(status 3\)") as caught:
            process.ask("x")
        with pytest.raises(EngineError, match="status 3"):
            process.ask("once more")
    assert any("no AVX" in note for note in caught.value.__notes__)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_signal_is_named() -> None:
    with KerasProcess(command=pretender("os.abort()")) as process, pytest.raises(EngineError, match="signal SIGABRT"):
        process.ask("x")


def test_a_helper_that_cannot_be_started_is_told(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(keras_process.tempfile, "tempdir", str(tmp_path))
    with pytest.raises(EngineError, match="could not be started"):
        KerasProcess(command=[str(tmp_path / "no-such-program")])
    assert list(tmp_path.iterdir()) == []


def test_threads_take_turns() -> None:
    command = pretender("""
        time.sleep(0.01)
        say(id=request["id"], answer={"echo": request["number"]})
    """)
    found: dict[int, int] = {}
    with KerasProcess(command=command) as process:
        threads = [
            threading.Thread(target=lambda n=n: found.update({n: process.ask("echo", number=n)["echo"]}))
            for n in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {n: n for n in range(8)}


def test_closing_ends_it_and_can_be_done_twice() -> None:
    process = KerasProcess(command=pretender("pass"))
    process.close()
    process.close()
    assert not process.alive
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("photosort-keras")]


_PARENT = """
import sys, time
from photosort.ml.keras_process import KerasProcess
from pathlib import Path
process = KerasProcess()
process.probe(Path(sys.argv[1]))
print(process.pid, process._exchange, flush=True)
{then}
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at other processes through /proc")
@pytest.mark.parametrize("then", ["time.sleep(600)", "sys.exit(0)", "import os; os._exit(9)"])
def test_it_ends_when_its_parent_does(tiny_card, then) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT.format(then=then), str(tiny_card.network)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid, exchange = parent.stdout.readline().split()
        if "sleep" in then:
            assert is_running(int(pid))
            parent.send_signal(signal.SIGKILL)
        parent.wait(30)
    for _ in range(200):
        if not is_running(int(pid)):
            break
        threading.Event().wait(0.05)
    assert not is_running(int(pid))
    assert not Path(exchange).exists()


def test_tensorflow_that_is_not_installed_is_told_without_starting_anything(monkeypatch) -> None:
    monkeypatch.setattr(keras_process.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(keras_process.subprocess, "Popen", None)
    assert available() == (False, "TensorFlow is not installed")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("say(id=request['id'], answer={'gpus': []})", (True, "")),
        ("say(id=request['id'], error='no AVX', kind='engine')", (False, "no AVX")),
        ("os._exit(4)", (False, "the helper process for networks ended unexpectedly (status 4)")),
    ],
)
def test_whether_tensorflow_can_be_used_is_tried_in_a_helper(monkeypatch, code, expected) -> None:
    monkeypatch.setattr(keras_process, "_command", lambda: pretender(code))
    assert available() == expected


def test_tensorflow_that_cannot_be_imported_is_told_with_the_reason(tmp_path) -> None:
    (tmp_path / "tensorflow.py").write_text("raise ImportError('libwhatever.so: no such file')")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from photosort.ml import keras_worker; keras_worker.main()"
    )
    with (
        KerasProcess(command=[sys.executable, "-c", code]) as process,
        pytest.raises(EngineError, match=r"TensorFlow cannot be loaded.*libwhatever\.so"),
    ):
        process.ask("describe")


def test_its_lines_can_be_read_in_the_log(caplog) -> None:
    caplog.set_level(logging.DEBUG, "photosort.ml.keras_process")
    with KerasProcess(command=pretender("sys.stderr.write('hello\\n')\nsay(id=request['id'], answer={})")) as process:
        process.ask("x")
    assert "helper process: hello" in caplog.text


@pytest.mark.tensorflow
def test_the_real_tensorflow_tells_of_itself_and_of_the_weights() -> None:
    with KerasProcess() as process:
        described = process.ask("describe")
        assert described["gpus"] == []
        assert int(described["tensorflow"].split(".")[0]) >= 2
        source = process.ask("weights_source", name="xception")
    assert source["url"].startswith("https://")
    assert source["url"].endswith("_notop.h5")
    assert source["algorithm"] in {"md5", "sha256"}
    assert len(source["digest"]) in {32, 64}
