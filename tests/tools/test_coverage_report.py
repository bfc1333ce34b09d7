"""Coverage reports against the checkout: real ones of coverage.py, and paths that lead elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agentgate.errors import ToolError
from agentgate.tools import coverage_report
from agentgate.tools.coverage_report import Coverage, read
from tests.tools.suites import write

PRICES = "def total(prices):\n    if not prices:\n        return 0\n    return sum(\n        prices,\n    )\n"
RUN = "from shop.prices import total\nassert total([1]) == 1\n"


def lcov(**lines: str) -> str:
    """A report of files by stem: "1+ 2-" says that line 1 ran and line 2 did not."""
    records = []
    for name, told in lines.items():
        counts = "".join(f"DA:{one[:-1]},{int(one[-1] == '+')}\n" for one in told.split())
        records.append(f"SF:{name}.py\n{counts}end_of_record\n")
    return "".join(records)


def cobertura(*sources: str, **lines: str) -> str:
    """The same as Cobertura XML."""
    classes = ""
    for name, told in lines.items():
        counts = "".join(f'<line number="{one[:-1]}" hits="{int(one[-1] == "+")}"/>' for one in told.split())
        classes += f'<class filename="{name}.py"><lines>{counts}</lines></class>'
    return f"<coverage><sources>{''.join(f'<source>{s}</source>' for s in sources)}</sources>{classes}</coverage>"


def told(root: Path, *reports: str, package: str = ".", **files: str) -> Coverage:
    """What these reports tell of a tree with these files."""
    tree = write(root, {"a.py": "", **{name.replace("__", "/") + ".py": text for name, text in files.items()}})
    paths = [root / f"report{number}" for number in range(len(reports))]
    for path, text in zip(paths, reports, strict=True):
        path.write_text(text)
    return read([str(path) for path in paths], tree, package)


@pytest.mark.parametrize("package", [".", "libs/shop"])
@pytest.mark.parametrize("relative", ["true", "false"])
@pytest.mark.parametrize("form", ["lcov", "xml"])
def test_real_reports_of_coverage_py_are_read(tmp_path: Path, form: str, relative: str, package: str) -> None:
    files = {"src/shop/prices.py": PRICES, "src/shop/__init__.py": "", "run.py": RUN}
    tree = write(tmp_path, {os.path.normpath(f"{package}/{name}"): text for name, text in files.items()})
    (tmp_path / "rc").write_text(f"[run]\nbranch = true\nsource = src/shop\nrelative_files = {relative}\n")
    for arguments in (["run", "--rcfile=../rc", "run.py"], [form, "-q", "--rcfile=../rc", "-o", "out"]):
        subprocess.run(
            [sys.executable, "-m", "coverage", *(a.replace("../rc", str(tmp_path / "rc")) for a in arguments)],
            cwd=os.path.join(tree, package), env={**os.environ, "PYTHONPATH": "src"}, check=True,
        )  # fmt: skip
    found = read([os.path.join(tree, package, "out")], tree, package)
    prices = os.path.normpath(f"{package}/src/shop/prices.py")
    assert found.ran == ((prices, (1, 2, 4)),)
    assert dict(found.known)[prices] == (1, 2, 3, 4)


def test_reports_are_merged_whatever_their_format(tmp_path: Path) -> None:
    found = told(tmp_path, lcov(a="1+ 2- 3-"), cobertura(a="2+ 3- 4-", b="1-"), b="")
    assert found == Coverage((("a.py", (1, 2)),), (("a.py", (1, 2, 3, 4)), ("b.py", (1,))))


def test_a_file_that_is_named_and_has_no_line_is_known(tmp_path: Path) -> None:
    assert told(tmp_path, lcov(a="1-", b=""), b="") == Coverage((), (("a.py", (1,)), ("b.py", ())))


def test_paths_are_relative_to_the_package_and_absolute_ones_lie_in_the_checkout(tmp_path: Path) -> None:
    assert told(tmp_path, lcov(a="1+"), package="libs", libs__a="").ran == (("libs/a.py", (1,)),)
    absolute = lcov(a="1+").replace("SF:a", f"SF:{tmp_path}/tree/a")
    assert told(tmp_path, absolute, package="libs").ran == (("a.py", (1,)),)


def test_a_checkout_that_is_reached_by_a_link_is_the_same(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": ""})
    (tmp_path / "link").symlink_to(tmp_path / "tree")
    (tmp_path / "report").write_text(lcov(a="1+").replace("SF:a", f"SF:{tmp_path}/tree/a"))
    assert read([str(tmp_path / "report")], str(tmp_path / "link"), ".").ran == (("a.py", (1,)),)


def test_a_file_is_sought_in_the_sources_first(tmp_path: Path) -> None:
    assert told(tmp_path, cobertura("src", a="1+"), src__a="").ran == (("src/a.py", (1,)),)
    assert told(tmp_path, cobertura(f"{tmp_path}/tree/src", a="1+"), src__a="").ran == (("src/a.py", (1,)),)
    assert told(tmp_path, cobertura("/nowhere", "", a="1+"), src__a="").ran == (("a.py", (1,)),)


def test_a_name_in_two_sources_says_nothing_of_either(tmp_path: Path) -> None:
    found = told(tmp_path, cobertura("one", "two", b="1+"), lcov(a="1-"), one__b="", two__b="")
    assert found == Coverage((), (("a.py", (1,)),))


def test_files_outside_the_tree_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("")
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/link.py").symlink_to(tmp_path / "outside.py")
    elsewhere = ("../outside.py", f"{tmp_path}/outside.py", "../../../etc/passwd", "/etc/passwd", "link.py", "gone.py")
    records = "".join(f"SF:{name}\nDA:1,1\nend_of_record\n" for name in elsewhere)
    classes = "".join(f'<class filename="{name}"><line number="1" hits="1"/></class>' for name in elsewhere)
    hostile = f"<coverage><source>..</source><source>/</source><source>/etc</source>{classes}</coverage>"
    assert told(tmp_path, records, hostile, lcov(a="1+")).known == (("a.py", (1,)),)
    with pytest.raises(ToolError, match="no line of a file in the tree"):
        told(tmp_path, records, hostile)


@pytest.mark.parametrize("text", [lcov(a=""), "TN:\n", "<coverage/>", '<coverage clover="4"><file/></coverage>'])
def test_a_report_without_a_line_is_no_answer(tmp_path: Path, text: str) -> None:
    with pytest.raises(ToolError, match="tells of no line at all") as caught:
        told(tmp_path, text)
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["", "\0\1\2", lcov(a="1+")[:-6], cobertura(a="1+")[:-6], lcov(a="1+") + "DA:1,-1\n"])
def test_one_broken_report_among_good_ones_is_no_answer(tmp_path: Path, text: str) -> None:
    with pytest.raises(ToolError, match="the coverage report report1 ") as caught:
        told(tmp_path, lcov(a="1+"), text)
    assert "LCOV or Cobertura" in caught.value.remedy


def test_reports_that_are_too_large_together_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = lcov(a="1+")
    monkeypatch.setattr(coverage_report, "LIMIT", len(report) * 2)
    assert told(tmp_path, report, report).ran
    with pytest.raises(ToolError, match="over 0 MiB"):
        told(tmp_path, report, report, report)


def test_files_are_not_sought_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage_report, "MOST_PLACES", 4)
    assert told(tmp_path, cobertura("src", "src", a="1+", b="1+"), b="").ran
    with pytest.raises(ToolError, match="names 2 files in 2 sources"):
        told(tmp_path, cobertura("src", "lib", a="1+", b="1+"), b="")


def test_what_is_no_plain_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(ToolError, match=r"is no plain file|cannot be read"):
            read([str(path)], str(tmp_path), ".")
    with pytest.raises(ToolError, match="cannot be read"):
        read([str(tmp_path / "gone")], str(tmp_path), ".")
