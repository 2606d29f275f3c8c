"""What `make up` says when the demo fails in a way nobody thought of."""

import os
from pathlib import Path

import pytest

from schakel_local import state
from schakel_local.__main__ import main
from schakel_local.kept import write_private


def test_a_failure_says_which_step_why_and_where_the_logs_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = tmp_path / "elsewhere"
    lock = state.own(tmp_path)
    assert lock is not None
    write_private(tmp_path / state.FILE, {"state": "running", "pid": os.getpid(), "data": elsewhere, "parts": {}})

    assert main(["demo", "--folder", str(tmp_path)]) == 1

    said = capsys.readouterr().err
    assert "the demo stopped while finding what runs: FileNotFoundError" in said
    assert str(tmp_path / "demo.log") in said
    assert str(elsewhere) in said
    assert "Traceback" not in said
    assert "Traceback" in (tmp_path / "demo.log").read_text(encoding="utf-8")
    os.close(lock)
