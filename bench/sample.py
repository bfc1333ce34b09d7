"""The repositories that the benchmark builds: a typed package with a suite that takes seconds, and a wide one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

MODULES, FUNCTIONS, WIDE = 60, 8, 10_000
AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
} | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

PYPROJECT = """\
[tool.mypy]
strict = true
files = ["store", "tests"]

[tool.ruff]
line-length = 100

[tool.ruff.format]

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
"""
PRE_COMMIT = """\
repos:
  - repo: local
    hooks:
      - {id: nothing, name: nothing, language: system, entry: "true", always_run: true, pass_filenames: false}
"""
FUNCTION = '''\


def steps_{number}(start: int, bound: int) -> list[int]:
    """The way of `start` down to one, at most `bound` steps."""
    found = [start]
    while found[-1] != 1 and len(found) < bound:
        last = found[-1]
        found.append(last // 2 if last % 2 == 0 else 3 * last + {odd})
    return found
'''
TEST = """\


def test_steps_{number}() -> None:
    ways = [steps_{number}(start, 60) for start in range(1, 90)]
    assert all(way[0] == start for start, way in enumerate(ways, 1))
"""


def git(root: Path, *arguments: str) -> str:
    """One git call's output; none of the machine's configuration takes part."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | AUTHOR
    done = subprocess.run(["git", *arguments], cwd=root, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(root: Path, files: Mapping[str, str], message: str) -> None:
    """Write files and commit everything."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)


def typed_package(root: Path) -> None:
    """60 typed modules with 480 tests on main, and on the branch `work` one module changed, with a test."""
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    files = {
        "pyproject.toml": PYPROJECT,
        ".pre-commit-config.yaml": PRE_COMMIT,
        "store/__init__.py": '"""A store."""\n',
    }
    for module in range(MODULES):
        names = [f"steps_{number}" for number in range(FUNCTIONS)]
        body = "".join(FUNCTION.format(number=number, odd=2 * number + 1) for number in range(FUNCTIONS))
        files[f"store/part_{module}.py"] = f'"""Part {module}."""\n{body}'
        imports = "".join(f"    {name},\n" for name in names)
        tests = "".join(TEST.format(number=number) for number in range(FUNCTIONS))
        files[f"tests/test_part_{module}.py"] = f"from store.part_{module} import (\n{imports})\n{tests}"
    commit(root, files, "A store")
    git(root, "checkout", "-q", "-b", "work")
    part, test = "store/part_7.py", "tests/test_part_7.py"
    more = "\n\ndef test_one_is_the_end() -> None:\n    assert steps_0(1, 9) == [1, 1]\n"
    changed = files[part].replace("found = [start]", "found = [start, start]", 1)
    commit(root, {part: changed, test: files[test] + more}, "Begin twice")


def wide(root: Path, length: int) -> None:
    """10,000 files of `length` lines on main; two lines of each are changed on the branch `work`. Packed."""
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "gc.auto", "0")  # else it starts by itself, in the background of what is measured
    names = [f"d{number % 100}/file_{number}.txt" for number in range(WIDE)]
    texts = [
        [f"{name} line {line}: {line * (number + 7) % 9973}\n" for line in range(length)]
        for number, name in enumerate(names)
    ]
    commit(root, {name: "".join(lines) for name, lines in zip(names, texts, strict=True)}, "Wide")
    git(root, "checkout", "-q", "-b", "work")
    for lines in texts:
        lines[length // 4] = lines[length // 2] = "another line\n"
    commit(root, {name: "".join(lines) for name, lines in zip(names, texts, strict=True)}, "Two lines of each")
    git(root, "gc", "-q")
