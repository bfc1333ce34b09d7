"""ruff: `check`, `format --check`, `rule`, and its safe fixes."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agentgate import process
from agentgate.errors import ToolError
from agentgate.tools import judges
from agentgate.tools.judges import Judge
from agentgate.tools.ports import Diagnostic, ToolAnswer
from agentgate.verdict import ToolVersion

#: Nothing is written, nothing in the tree decides which of its files are read (.gitignore), nothing is mended.
_CHECK = ("check", "--output-format=json", "--no-cache", "--no-fix", "--no-respect-gitignore")
_FORMAT = ("format", "--diff", "--no-cache", "--no-respect-gitignore")
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
RAW_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class Ruff:
    """The linter, as a port of `tools.ports.Linter`."""

    judge: Judge

    @property
    def version(self) -> ToolVersion:
        """Name, version and where it came from."""
        return self.judge.version

    def check(self, root: str) -> ToolAnswer:
        """All complaints of `ruff check` about the checkout at `root`."""
        done = self._run([*_CHECK, "."], root)
        if done.returncode not in (0, 1):
            raise _failed("ruff check", done)
        try:
            told = json.loads(done.out)
            found = tuple(_diagnostic(item, root) for item in told)
        except (ValueError, KeyError, TypeError) as error:
            raise ToolError(
                f"ruff check answered what cannot be read: {error}", "agentgate check --no-cache"
            ) from error
        if done.returncode == 1 and not found:
            raise ToolError("ruff check refused without a finding", "run ruff check by hand")
        return ToolAnswer(found, _raw(found))

    def younger(self) -> frozenset[str]:
        """Codes of the rules that became stable after the version which the target pins: nobody there knows them."""
        if self.judge.is_pinned or not self.judge.pinned:
            return frozenset()
        done = self._run(["rule", "--all", "--output-format", "json"], os.curdir)
        try:
            rules = json.loads(done.out)
            since = {str(rule["code"]): _since(rule.get("status")) for rule in rules}
        except (ValueError, KeyError, TypeError) as error:
            raise ToolError(f"ruff rule answered what cannot be read: {error}", "agentgate check --no-cache") from error
        return frozenset(code for code, version in since.items() if version > _numbers(self.judge.pinned))

    def unformatted(self, root: str) -> dict[str, str]:
        """Path -> diff of what `ruff format` would change. A file that cannot be parsed is `check`'s to report.

        The diff is asked for because its form is the same in every version of ruff; that of `--check` is not.
        """
        done = self._run([*_FORMAT, "."], root)
        diffs = {_relative(path, root): diff for path, diff in _sections(done.out)}
        unparsed = "Failed to parse" in done.err or "invalid-syntax" in done.err
        complaints = [
            line for line in done.err.splitlines() if line.startswith("error") and "Failed to parse" not in line
        ]
        if done.returncode not in (0, 1, 2) or (done.returncode == 2 and not unparsed) or (complaints and not unparsed):
            raise _failed("ruff format", done)
        if done.returncode == 1 and not diffs:
            raise ToolError("ruff format refused without naming a file", "run ruff format --diff by hand")
        return diffs

    def mend(self, root: str, paths: Sequence[str], *, formatted: bool) -> None:
        """Apply safe fixes, and formatting where wanted, to `paths` of the checkout."""
        done = self._run(
            ["check", "--fix", "--no-unsafe-fixes", "--exit-zero", "--quiet", "--no-cache", "--", *paths], root
        )
        if done.returncode != 0:
            raise _failed("ruff check --fix", done)
        if formatted:
            done = self._run(["format", "--quiet", "--no-cache", "--", *paths], root)
            if done.returncode not in (0, 2):
                raise _failed("ruff format", done)

    def _run(self, arguments: Sequence[str], root: str) -> process.Completed:
        done = process.run([*self.judge.argv, *arguments], cwd=root, env=judges.environment(), timeout=300)
        if done.timed_out or done.truncated:
            raise ToolError(f"ruff {arguments[0]} did not end in time", "agentgate check --only lint")
        return done


def explain(code: str) -> str:
    """Ruff's own explanation of a rule, "" for one it does not know."""
    ruff = judges.find("ruff", None)
    done = process.run([*ruff.argv, "rule", code], cwd=os.getcwd(), env=process.environment(), timeout=30)
    return done.out if done.returncode == 0 else ""


def _diagnostic(item: dict[str, object], root: str) -> Diagnostic:
    start, end, fix = _place(item["location"]), _place(item.get("end_location")), item.get("fix")
    applicability = fix.get("applicability") if isinstance(fix, dict) else None
    code = item.get("code")
    return Diagnostic(
        path=_relative(str(item["filename"]), root),
        line=start[0],
        column=start[1],
        code="syntax-error" if code in (None, "invalid-syntax") else str(code),
        message=str(item["message"]),
        end_line=end[0],
        end_column=end[1],
        fix=str(fix.get("message") or "") if isinstance(fix, dict) else "",
        fixable=applicability == "safe",
        url=str(item.get("url") or ""),
    )


def _since(status: object) -> tuple[int, ...]:
    """The version of {"Stable": {"since": "v0.0.271"}}; (0,) where a rule's status is told otherwise."""
    for said in status.values() if isinstance(status, dict) else ():
        if isinstance(said, dict):
            return _numbers(str(said.get("since")))
    return (0,)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3]) or (0,)


def _sections(output: str) -> Iterator[tuple[str, str]]:
    """(path, diff) of each file in a unified diff; lines are counted, so that no file's text can pose as a header."""
    path, left = "", [0, 0]
    lines: list[str] = []
    for line in output.split("\n"):
        hunk = _HUNK.match(line)
        if max(left) > 0:
            left[0] -= line[:1] in (" ", "-", "")
            left[1] -= line[:1] in (" ", "+", "")
        elif hunk:
            left = [int(count) if count else 1 for count in hunk.groups()]
        elif line.startswith("--- "):
            if path:
                yield path, "\n".join(lines)
            path, lines = re.sub(r":cell \d+$", "", line[4:]), []
        lines.append(line)
    if path:
        yield path, "\n".join(lines).rstrip("\n")


def _place(value: object) -> tuple[int, int]:
    if not isinstance(value, dict):
        return 0, 0
    return int(value["row"]), int(value["column"])


def _relative(path: str, root: str) -> str:
    return os.path.relpath(os.path.join(root, path), root)


def _raw(found: Sequence[Diagnostic]) -> str:
    return "\n".join(f"{d.path}:{d.line}:{d.column}: {d.code} {d.message}" for d in found)[:RAW_LIMIT]


def _failed(what: str, done: process.Completed) -> ToolError:
    lines = [line.strip() for line in done.err.strip().splitlines() if line.strip()]
    return ToolError(
        f"{what} failed: {' '.join(lines[:4]) or f'exit {done.returncode}'}",
        "mend ruff's configuration on the target, or its installation",
    )
