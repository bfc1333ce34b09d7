"""The demo: it tells the truth, and README's picture is one of its run."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(demo: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, demo / "run.py", *arguments],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def shown(svg: str) -> list[str]:
    """The lines of a picture, without what differs from run to run: seconds and versions."""
    lines: dict[str, str] = {}
    for y, text in re.findall(r'<text [^>]*\by="([\d.]+)"[^>]*>(.*?)</text>', svg, re.DOTALL):
        lines[y] = lines.get(y, "") + html.unescape(text).replace("\xa0", " ").rstrip("\n")
    return [re.sub(r" +[\d.]+ s|\d+\.\d+\.\d+", " *", line) for line in lines.values()]


def test_a_change_is_refused_mended_admitted_and_answered_from_the_receipt(tmp_path: Path) -> None:
    picture = tmp_path / "check.svg"
    done = run(ROOT / "demo", "--picture", str(picture))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"REFUSED|ADMITTED", done.stdout) == ["REFUSED", "ADMITTED", "ADMITTED"]
    fresh = picture.read_text(encoding="utf-8")
    assert "url(http" not in fresh
    kept = (ROOT / "docs/images/check.svg").read_text(encoding="utf-8")
    assert shown(kept) == shown(fresh), "make picture"


def test_the_demo_fails_where_the_careless_change_is_admitted(tmp_path: Path) -> None:
    demo = shutil.copytree(ROOT / "demo", tmp_path / "demo")
    with (demo / "story.py").open("a", encoding="utf-8") as story:
        story.write("CARELESS = MENDED\n")
    done = run(demo)
    assert done.returncode == 1
    assert "Not as told: exit status: 0, and the demo tells 1" in done.stderr


def test_a_directory_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    done = run(ROOT / "demo", "--directory", str(tmp_path))
    assert done.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
