"""The command line as a person and a script use it: exit status, JSON, messages, resuming."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from photosort import cli
from photosort.core.catalog import Catalog
from tests.pictures import picture, save_photo


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """A folder with a bit of everything; 15 files."""
    folder = tmp_path / "messy"
    for n in range(4):
        save_photo(folder / "DCIM" / f"IMG_{n:04}.jpg", n, taken=f"2019:07:{n + 1:02} 10:00:00")
    save_photo(folder / "Ferien am Meer" / "Öl & Wasser 海.jpg", 11)
    picture(12).save(folder / "Ferien am Meer" / "chart.png")
    (folder / "copy of IMG_0000.jpg").write_bytes((folder / "DCIM" / "IMG_0000.jpg").read_bytes())
    (folder / "DCIM" / "IMG_0001.xmp").write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    (folder / "DCIM" / "IMG_0002.MOV").write_bytes(b"\0\0\0\x14ftypqt  not really")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 this is no picture")
    (folder / "empty.jpg").touch()
    (folder / "notes.txt").write_text("milk, eggs")
    (folder / "party.mp4").write_bytes(b"\0\0\0\x14ftypmp42")
    (folder / "._IMG_0000.jpg").write_bytes(b"\0\5\x16\7 the Mac's Finder")
    save_photo(folder / ".hidden" / "secret.jpg", 13)
    return folder


def _run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = cli.run([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def _document(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    status, out, _ = _run(capsys, *arguments, "--json", "-")
    document: dict[str, Any] = json.loads(out)
    return status, document


def _accounted(document: dict[str, Any], folder: Path) -> None:
    counts = document["counts"]
    files = sum(path.is_file() for path in folder.rglob("*"))
    assert counts["found"] == files
    assert counts["found"] == (
        len(document["photos"]) + len(document["failures"]) + counts["companions"] + counts["ignored"]
    )
    assert len(document["photos"]) == counts["analysed"] + counts["from_catalog"]
    assert len(document["failures"]) == counts["failed"]
    assert counts["companions"] == sum(len(photo["companions"]) for photo in document["photos"])


def test_every_file_is_accounted_for(messy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, document = _document(capsys, "analyze", messy, "--catalog", tmp_path / "catalog")
    assert status == cli.SOME_FAILED
    _accounted(document, messy)
    assert {photo["path"] for photo in document["photos"]} == {
        ".hidden/secret.jpg",
        "DCIM/IMG_0000.jpg",
        "DCIM/IMG_0001.jpg",
        "DCIM/IMG_0002.jpg",
        "DCIM/IMG_0003.jpg",
        "Ferien am Meer/Öl & Wasser 海.jpg",
        "Ferien am Meer/chart.png",
        "copy of IMG_0000.jpg",
    }
    assert {failure["path"] for failure in document["failures"]} == {"broken.jpg", "empty.jpg"}
    assert all(failure["reason"] for failure in document["failures"])
    companions = {photo["path"]: photo["companions"] for photo in document["photos"]}
    assert companions["DCIM/IMG_0001.jpg"] == ["DCIM/IMG_0001.xmp"]
    assert companions["DCIM/IMG_0002.jpg"] == ["DCIM/IMG_0002.MOV"]


def test_predictions_are_whole_and_calibrated_numbers(
    messy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, document = _document(capsys, "analyze", messy, "--catalog", tmp_path / "catalog")
    labels = {
        "scenes": {"buildings", "forest", "glacier", "mountain", "sea", "street"},
        "animals": {"cat", "dog", "wild"},
    }
    for photo in document["photos"]:
        for classifier, expected in labels.items():
            prediction = photo["predictions"][classifier]
            assert set(prediction["probabilities"]) == expected
            assert sum(prediction["probabilities"].values()) == pytest.approx(1, abs=1e-3)
            assert prediction["label"] == max(prediction["probabilities"], key=prediction["probabilities"].get)
            assert prediction["confidence"] == pytest.approx(prediction["probabilities"][prediction["label"]], abs=1e-4)
            assert prediction["verdict"] in {"sure", "unsure", "none of these"}
            assert 0 <= prediction["known"] <= 1
    by_path = {photo["path"]: photo for photo in document["photos"]}
    assert by_path["DCIM/IMG_0003.jpg"]["taken"] == "2019-07-04T10:00:00"
    # The same content says the same, wherever it lies.
    assert by_path["copy of IMG_0000.jpg"]["predictions"] == by_path["DCIM/IMG_0000.jpg"]["predictions"]


def test_a_second_run_serves_what_is_stored(messy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, first = _document(capsys, "analyze", messy, "--catalog", tmp_path / "catalog")
    save_photo(messy / "new.jpg", 99)
    status, second = _document(capsys, "analyze", messy, "--catalog", tmp_path / "catalog")
    assert status == cli.SOME_FAILED
    assert second["counts"]["analysed"] == 1
    assert second["counts"]["from_catalog"] == len(first["photos"])
    _accounted(second, messy)
    before = {photo["path"]: photo["predictions"] for photo in first["photos"]}
    after = {photo["path"]: photo["predictions"] for photo in second["photos"]}
    assert before == {path: after[path] for path in before}


def test_a_moved_photo_is_not_looked_at_again(messy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _document(capsys, "analyze", messy, "--catalog", tmp_path / "catalog")
    (messy / "DCIM").rename(messy / "Summer")
    _, document = _document(capsys, "analyze", messy, "--catalog", tmp_path / "catalog")
    assert document["counts"]["analysed"] == 0
    assert "Summer/IMG_0001.jpg" in {photo["path"] for photo in document["photos"]}
    _accounted(document, messy)


def test_one_classifier_only(messy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, document = _document(capsys, "analyze", messy, "--catalog", tmp_path / "c", "--classifiers", "animals")
    assert {name for photo in document["photos"] for name in photo["predictions"]} == {"animals"}


def test_groups_are_numbered_by_size(messy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, document = _document(capsys, "cluster", messy, "-k", "3", "--catalog", tmp_path / "catalog")
    clusters = [photo["cluster"] for photo in document["photos"] if photo["cluster"] is not None]
    sizes = [clusters.count(number) for number in range(max(clusters) + 1)]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) >= 1
    by_path = {photo["path"]: photo["cluster"] for photo in document["photos"]}
    assert by_path["copy of IMG_0000.jpg"] == by_path["DCIM/IMG_0000.jpg"]


def test_a_group_follows_a_photo_and_not_a_path(
    messy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalog = ("--catalog", tmp_path / "catalog")
    _, before = _document(capsys, "cluster", messy, "-k", "2", *catalog)
    groups = {photo["path"]: photo["cluster"] for photo in before["photos"]}
    (messy / "DCIM" / "IMG_0001.jpg").rename(messy / "moved.jpg")
    save_photo(messy / "DCIM" / "IMG_0003.jpg", 77)
    _, after = _document(capsys, "analyze", messy, *catalog)
    groups["moved.jpg"] = groups.pop("DCIM/IMG_0001.jpg")
    groups["DCIM/IMG_0003.jpg"] = None  # another picture
    assert {photo["path"]: photo["cluster"] for photo in after["photos"]} == groups


def test_evaluate_measures_folders_that_are_labels(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for n in range(6):
        save_photo(tmp_path / "set" / ("Sea" if n % 2 else "forest") / f"{n}.jpg", n)
        save_photo(tmp_path / "set" / "something else" / f"{n}.jpg", 50 + n)
    status, document = _document(
        capsys, "evaluate", tmp_path / "set", "--classifier", "scenes", "--catalog", tmp_path / "catalog"
    )
    assert status == cli.OK
    assert document["photos"] == 6
    assert document["labels"]["sea"]["photos"] == 3
    assert document["others"]["photos"] == 6
    confusion = document["confusion"]
    right = sum(confusion[label][label] for label in confusion)
    assert document["accuracy"] == pytest.approx(right / 6)
    status, text, _ = _run(
        capsys, "evaluate", tmp_path / "set", "--classifier", "scenes", "--catalog", tmp_path / "catalog"
    )
    assert f"accuracy           {document['accuracy']:.4f}" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["analyze", "nowhere"], "is not there"),
        (["analyze", ".", "--weights", "missing.h5", "--backbone", "xception"], "missing.h5"),
        (["analyze", ".", "--json", "."], "is a folder"),
    ],
)
def test_what_cannot_run_says_why_in_words(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = _run(capsys, *arguments, "--catalog", tmp_path / "catalog")
    assert status == cli.COULD_NOT_RUN
    assert words in err
    assert "Traceback" not in err
    assert out == ""


def test_wrong_usage_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["analyze"], ["cluster", "x", "-k", "0"], ["cluster", "x", "-k", "many"]):
        with pytest.raises(SystemExit) as caught:
            cli.run(arguments)
        assert caught.value.code == cli.WRONG_USAGE
    assert "expected a number of groups" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["evaluate", ".", "--classifier", "cheese"], "no classifier named 'cheese'"),
        (["analyze", ".", "--classifiers", "scenes,cheese"], "no classifier named 'cheese'"),
        (["analyze", ".", "--classifiers", ""], "no classifier named ''"),
        (["analyze", ".", "--weights", "some.h5"], "brings its own weights"),
    ],
)
def test_asking_for_what_there_is_not_is_wrong_usage(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = _run(capsys, *arguments, "--catalog", tmp_path / "catalog")
    assert status == cli.WRONG_USAGE
    assert words in err


@pytest.mark.parametrize("debug", [False, True])
def test_a_defect_is_a_sentence_and_with_debug_a_traceback(debug: bool, tmp_path: Path) -> None:
    broken = "import sys; from photosort import cli; cli.Catalog = lambda _: 1 / 0; sys.exit(cli.run(sys.argv[1:]))"
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            broken,
            "analyze",
            tmp_path,
            "--catalog",
            tmp_path / "c",
            *(["--debug"] if debug else []),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == cli.COULD_NOT_RUN
    assert "division by zero" in run.stderr
    assert ("Traceback" in run.stderr) is debug


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take only names that are text")
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_is_utf8_whatever_the_names_and_the_terminal(encoding: str, tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9 \xf0\x9f\x98\x80")
    save_photo(folder / "Öl & Wasser 海.jpg", 1)
    for name in (b"\xff.jpg", b"\xfe.jpg"):
        (folder / os.fsdecode(name)).write_bytes(b"x")
    command: list[str | Path] = [sys.executable, "-m", "photosort", "analyze", folder, "--catalog", tmp_path / "c"]
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    for target in ("-", tmp_path / "result.json"):
        run = subprocess.run([*command, "--json", target], capture_output=True, check=False, env=environment)
        assert run.returncode == cli.SOME_FAILED, run.stderr
        document = json.loads((run.stdout if target == "-" else Path(target).read_bytes()).decode("utf-8"))
        assert document["folder"] == str(folder)
        assert [photo["path"] for photo in document["photos"]] == ["Öl & Wasser 海.jpg"]
        assert len(document["failures"]) == 2  # names that differ only in what is no text stay two files
        _accounted(document, folder)


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe with a name")
def test_json_goes_into_a_pipe_and_keeps_the_rights_that_files_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_photo(tmp_path / "photos" / "a.jpg", 1)
    pipe, plain = tmp_path / "pipe", tmp_path / "plain"
    os.mkfifo(pipe)
    plain.touch()
    with ThreadPoolExecutor(1) as reader:
        text = reader.submit(pipe.read_text)
        _run(capsys, "analyze", tmp_path / "photos", "--catalog", tmp_path / "c", "--json", pipe)
        assert json.loads(text.result())["counts"]["found"] == 1
    assert pipe.is_fifo()
    _run(capsys, "analyze", tmp_path / "photos", "--catalog", tmp_path / "c", "--json", tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode == plain.stat().st_mode


@pytest.mark.skipif(sys.platform == "win32", reason="closes descriptors")
def test_closed_streams_are_no_reason_to_stop(tmp_path: Path) -> None:
    save_photo(tmp_path / "photos" / "a.jpg", 1)
    command = f"{sys.executable} -m photosort analyze {tmp_path / 'photos'} --catalog {tmp_path / 'c'} --json -"
    for closed in (">&-", "2>&-", "<&-"):
        assert subprocess.run(f"{command} {closed}", shell=True, check=False, capture_output=True).returncode == cli.OK


def test_standard_output_holds_json_and_nothing_else(messy: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "photosort", "analyze", messy, "--json", "-", "--catalog", tmp_path / "c", "--debug"],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert run.returncode == cli.SOME_FAILED, run.stderr
    assert json.loads(run.stdout)["counts"]["failed"] == 2


def test_a_json_file_is_written_whole_or_not_at_all(
    messy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "result.json"
    status, out, _ = _run(capsys, "analyze", messy, "--json", target, "--catalog", tmp_path / "catalog")
    assert status == cli.SOME_FAILED
    assert json.loads(target.read_text("utf-8"))["counts"]["failed"] == 2
    assert "2 failed" in out
    status, _, err = _run(
        capsys, "analyze", messy, "--json", tmp_path / "no" / "folder.json", "--catalog", tmp_path / "catalog"
    )
    assert status == cli.COULD_NOT_RUN
    assert "folder.json" in err or "no" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["catalog", "messy", "result.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="a folder without rights")
def test_a_folder_that_became_unreadable_is_one_failure_and_its_photos_are_not_told_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "photos"
    save_photo(folder / "open" / "a.jpg", 1)
    save_photo(folder / "closed" / "b.jpg", 2)
    command = ("analyze", folder, "--catalog", tmp_path / "catalog")
    _document(capsys, *command)
    look = os.scandir

    def refuse(path: str) -> Any:
        if os.fspath(path).endswith("closed"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return look(path)

    monkeypatch.setattr(os, "scandir", refuse)
    status, document = _document(capsys, *command)
    monkeypatch.undo()
    assert status == cli.SOME_FAILED
    assert [photo["path"] for photo in document["photos"]] == ["open/a.jpg"]
    assert [failure["path"] for failure in document["failures"]] == ["closed"]
    _accounted(document, folder)
    status, document = _document(capsys, *command)
    assert status == cli.OK
    assert document["counts"]["from_catalog"] == 2


def test_a_catalog_inside_the_folder_is_not_taken_for_photos(messy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ("analyze", messy, "--catalog", messy / "results")
    _, first = _document(capsys, *command)
    _, second = _document(capsys, *command)
    assert [photo["path"] for photo in second["photos"]] == [photo["path"] for photo in first["photos"]]


def test_an_empty_folder_is_fine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    status, document = _document(capsys, "analyze", tmp_path / "empty", "--catalog", tmp_path / "catalog")
    assert status == cli.OK
    assert document["photos"] == []
    status, document = _document(capsys, "cluster", tmp_path / "empty", "--catalog", tmp_path / "catalog")
    assert status == cli.OK


def test_two_processes_on_one_catalog_disturb_neither(messy: Path, tmp_path: Path) -> None:
    for n in range(40):
        save_photo(messy / "more" / f"{n}.jpg", 200 + n)
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "photosort",
        "analyze",
        messy,
        "--catalog",
        tmp_path / "c",
        "--json",
    ]
    both = [
        subprocess.Popen(
            [*command, tmp_path / f"{n}.json"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        for n in range(2)
    ]
    for process in both:
        _, err = process.communicate(timeout=120)
        assert process.returncode == cli.SOME_FAILED, err
    first, second = (json.loads((tmp_path / f"{n}.json").read_text()) for n in range(2))
    for one, other in zip(first["photos"], second["photos"], strict=True):
        assert one["path"] == other["path"]
        for name, prediction in one["predictions"].items():
            # Which of the two asked in how large a batch decides about the last digit.
            assert prediction["probabilities"] == pytest.approx(other["predictions"][name]["probabilities"], abs=1e-5)
    for document in (first, second):
        _accounted(document, messy)
    with Catalog(tmp_path / "c") as catalog:
        root = catalog.find_root(messy)
        assert root is not None
        assert len(catalog.photos(root)) == len(first["photos"]) + 1  # and broken.jpg
