"""`agentgate fix`: mends what ruff can in the files of the change, and loses nothing of the user's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Gate
from tests.conftest import Sandbox

MENDABLE = "import os\nimport sys\n\nprint(sys.path)\n"
MENDED = "import sys\n\nprint(sys.path)\n"


def test_only_files_of_the_change_are_mended(gate: Gate, work: Sandbox) -> None:
    work.write({"new.py": MENDABLE, "pkg/a.py": MENDABLE})
    answer = gate("fix")
    assert answer.status == 0
    assert answer.out == "mended new.py\nmended pkg/a.py\n2 file(s) mended\n"
    assert (work.root / "new.py").read_text() == MENDED
    assert (work.root / "old.py").read_text() == "import os\n"
    assert gate("fix").out == "nothing that ruff can mend by itself\n"


def test_the_index_is_left_alone(gate: Gate, work: Sandbox) -> None:
    work.write({"new.py": MENDABLE})
    work.git("add", "new.py")
    work.write({"new.py": MENDABLE + "# more\n"})
    gate("fix")
    assert work.git("show", ":new.py") + "\n" == MENDABLE
    assert (work.root / "new.py").read_text() == MENDED + "# more\n"


def test_what_cannot_be_parsed_or_only_unsafely_mended_stays(gate: Gate, work: Sandbox) -> None:
    broken, unsafe = "def f(:\n    import os\n", "x = 1\nif x == None:\n    pass\n"
    work.write({"broken.py": broken, "unsafe.py": unsafe})
    gate("fix")
    assert (work.root / "broken.py").read_text() == broken
    assert (work.root / "unsafe.py").read_text() == unsafe


def test_modes_line_endings_and_links_stay(gate: Gate, work: Sandbox, tmp_path: Path) -> None:
    work.write({"tool.py": "#!/usr/bin/env python\r\nimport os\r\nprint()\r\n"})
    (work.root / "tool.py").chmod(0o755)
    (tmp_path / "outside.py").write_text(MENDABLE)
    (work.root / "link.py").symlink_to(tmp_path / "outside.py")
    gate("fix")
    assert (work.root / "tool.py").read_bytes() == b"#!/usr/bin/env python\r\nprint()\r\n"
    assert (work.root / "tool.py").stat().st_mode & 0o111
    assert (tmp_path / "outside.py").read_text() == MENDABLE
    assert (work.root / "link.py").is_symlink()


def test_nothing_changed_is_nothing_to_mend(gate: Gate, work: Sandbox) -> None:
    work.git("commit", "-q", "--allow-empty", "-m", "empty")
    answer = gate("fix")
    assert answer.status == 0
    assert answer.out.startswith("nothing to judge: ")


def test_the_work_as_it_stands_is_mended_in_ci_too(
    gate: Gate, work: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = {
        "before": work.git("rev-parse", "main"),
        "after": work.commit({"new.py": MENDABLE}),
        "ref": "refs/heads/work",
    }
    (tmp_path / "event.json").write_text(json.dumps(event))
    for name, value in (("CI", "true"), ("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "push")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
    work.write({"later.py": MENDABLE})
    gate("fix")
    assert (work.root / "later.py").read_text() == MENDED


def test_a_broken_policy_is_told_and_nothing_is_mended(gate: Gate, work: Sandbox) -> None:
    work.write({"new.py": MENDABLE, "gate.toml": "x = 1\n"})
    answer = gate("fix")
    assert answer.status == 2
    assert (work.root / "new.py").read_text() == MENDABLE
