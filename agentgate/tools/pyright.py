"""pyright and basedpyright, where a policy asks for them."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

from agentgate import process
from agentgate.errors import ToolError
from agentgate.tools.judges import Judge
from agentgate.tools.ports import Diagnostic, Settings, ToolAnswer
from agentgate.verdict import ToolVersion

FILES = ("pyrightconfig.json", "pyproject.toml")


def configuration_files(package_root: str) -> tuple[str, ...]:
    """The paths that pyright looks at when it is started in a package's root: upwards, the nearest first."""
    parts = [] if package_root == "." else package_root.split("/")
    above = ["/".join(parts[:depth]) for depth in range(len(parts), -1, -1)]
    return tuple(f"{directory}/{name}" if directory else name for directory in above for name in FILES)


def section(name: str, text: str) -> dict[str, object]:
    """Pyright's part of one configuration file, empty where it has none; what cannot be parsed is its text."""
    try:
        if name.endswith(".json"):
            value = json.loads(text)
        else:
            tool = tomllib.loads(text).get("tool", {})
            value = {**tool.get("pyright", {}), **tool.get("basedpyright", {})}
    except (ValueError, TypeError, AttributeError):
        return {"unreadable": text} if text else {}
    return value if isinstance(value, dict) else {}


def settings(texts: Sequence[tuple[str, str]]) -> Settings:
    """The settings of the first of (path, text) that has any."""
    for path, text in texts:
        value = section(path.rpartition("/")[2], text)
        if value:
            return Settings(True, value.get("typeCheckingMode") == "strict", bool(value.get("include")))
    return Settings()


@dataclass(frozen=True, slots=True)
class Pyright:
    """The type checker, for one package. Strict mode is its `strict` rule set over the same files."""

    judge: Judge
    package_root: str
    source_roots: tuple[str, ...]
    python: str

    @property
    def version(self) -> ToolVersion:
        """Name, version and where it came from."""
        return self.judge.version

    def check(self, root: str, paths: Sequence[str], *, strict: bool, cache: str) -> ToolAnswer:
        """Errors about `paths` (none: what the configuration names). All but exit 0 and 1 is a `ToolError`."""
        cwd = os.path.join(root, self.package_root)
        arguments = ["--outputjson", *(["--pythonpath", self.python] if self.python else [])]
        if strict:
            arguments += ["--project", self._strict_project(cwd, paths, cache)]
        else:
            arguments += list(paths)
        done = process.run(
            [*self.judge.argv, *arguments], cwd=cwd, env=process.environment(keep=("HOME",)), timeout=900
        )
        if done.timed_out or done.returncode not in (0, 1):
            raise ToolError(
                f"{self.version.name} failed: {done.err.strip()[-300:] or f'exit {done.returncode}'}",
                "run it by hand on the target",
            )
        try:
            told = json.loads(done.out)
            found = tuple(
                self._diagnostic(item, root) for item in told["generalDiagnostics"] if item["severity"] == "error"
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ToolError(
                f"{self.version.name} answered what cannot be read: {error}", "run it by hand on the target"
            ) from error
        if done.returncode == 1 and not found:
            raise ToolError(f"{self.version.name} refused without a finding", "run it by hand on the target")
        return ToolAnswer(found, done.out[:20_000])

    def _strict_project(self, cwd: str, paths: Sequence[str], cache: str) -> str:
        """A configuration outside the tree that asks for strict mode over these files."""
        config = {
            "include": [os.path.join(cwd, path) for path in paths],
            "extraPaths": [os.path.join(cwd, os.path.relpath(base, self.package_root)) for base in self.source_roots],
            "typeCheckingMode": "strict",
        }
        file = os.path.join(cache, "pyrightconfig.json")
        with open(file, "w", encoding="utf-8") as stream:
            json.dump(config, stream)
        return file

    def _diagnostic(self, item: dict[str, object], root: str) -> Diagnostic:
        place = item["range"]
        if not isinstance(place, dict):
            raise TypeError("a range that is no object")
        start, end = place["start"], place["end"]
        return Diagnostic(
            path=os.path.relpath(str(item["file"]), os.path.realpath(root)),
            line=start["line"] + 1,
            column=start["character"] + 1,
            code=str(item.get("rule") or "syntax"),
            message=str(item["message"]),
            end_line=end["line"] + 1,
            end_column=end["character"] + 1,
        )
