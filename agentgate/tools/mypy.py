"""mypy: one run over one package of one tree."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agentgate import process
from agentgate.errors import ToolError
from agentgate.tools import judges
from agentgate.tools.judges import Judge
from agentgate.tools.ports import Diagnostic, Settings, ToolAnswer
from agentgate.verdict import Severity, ToolVersion

FILES = ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg")
_OPTIONS = (
    "--output=json",
    "--no-error-summary",
    "--hide-error-context",
    "--no-color-output",
    "--show-error-end",
    "--no-pretty",
)
_AMBIGUOUS = (
    "Duplicate module named",
    "Source file found twice",
    "is not a valid Python package name",
    "shadows library module",
)
_UNREAD = ("can't read file", "Cannot read file")  # until mypy 1, since mypy 2
_TEXT = re.compile(
    r"^(?P<path>[^:\n]+):(?P<line>\d+):(?:\d+:)* error: (?P<message>.*?)(?:  \[(?P<code>[\w-]+)\])?$", re.MULTILINE
)
TIMEOUT = 900.0


#: The flags of `mypy --strict` that a configuration may set one by one (mypy --help, "Strict mode").
STRICT_FLAGS = frozenset({
    "disallow_any_generics", "disallow_subclassing_any", "disallow_untyped_calls", "disallow_untyped_defs",
    "disallow_incomplete_defs", "check_untyped_defs", "disallow_untyped_decorators", "warn_return_any",
})  # fmt: skip


def configuration_files(package_root: str) -> tuple[str, ...]:
    """The paths that mypy looks at when it is started in a package's root, in its order: upwards, the nearest first."""
    parts = [] if package_root == "." else package_root.split("/")
    above = ["/".join(parts[:depth]) for depth in range(len(parts), -1, -1)]
    return tuple(f"{directory}/{name}" if directory else name for directory in above for name in FILES)


def settings(texts: Sequence[tuple[str, str]]) -> Settings:
    """The settings of the first of (path, text) that has any."""
    for path, text in texts:
        value = section(path.rpartition("/")[2], text)
        if value:
            options = _options(value)
            flagged = all(_true(options.get(flag)) for flag in STRICT_FLAGS)
            names = any(options.get(key) for key in ("files", "packages", "modules"))
            strict = _true(options.get("strict")) or flagged
            return Settings(True, strict, names, tuple(_words(options.get("plugins"))))
    return Settings()


def section(name: str, text: str) -> dict[str, object]:
    """Mypy's part of one configuration file, empty where it has none; an unreadable file is its text."""
    if not text:
        return {}
    if name.endswith(".toml"):
        try:
            tool = tomllib.loads(text).get("tool", {})
        except tomllib.TOMLDecodeError:
            return {"unreadable": text}
        value = tool.get("mypy") if isinstance(tool, dict) else None
        return {"mypy": value} if isinstance(value, dict) else {}
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return {"unreadable": text}
    return {key: dict(parser[key]) for key in parser.sections() if key == "mypy" or key.startswith("mypy-")}


def _options(value: Mapping[str, object]) -> Mapping[str, object]:
    options = value.get("mypy")
    return options if isinstance(options, dict) else {}


def _true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in ("true", "1", "yes", "on"))


def _words(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(word) for word in value]
    return re.split(r"[,\s]+", value.strip()) if isinstance(value, str) and value.strip() else []


@dataclass(frozen=True, slots=True)
class Mypy:
    """The type checker, for one package. `python`: the environment's interpreter, "" for none."""

    judge: Judge
    package_root: str
    source_roots: tuple[str, ...]
    python: str
    everything: tuple[str, ...] = ()  # what to check where the configuration names files that are not in the tree

    @property
    def version(self) -> ToolVersion:
        """Name, version and where it came from."""
        return self.judge.version

    def check(self, root: str, paths: Sequence[str], *, strict: bool, cache: str) -> ToolAnswer:
        """Complaints about `paths` (relative to the package; none: what the configuration names) under `root`.

        A file that cannot be parsed is reported and the rest is checked without it, unless that imports it (`whole`).
        Raises `ToolError` on a crash and where modules cannot be told apart.
        """
        blocked: list[Diagnostic] = []
        extra: list[str] = ["--strict"] if strict else []
        for _ in range(5):
            done = self._run(root, [*extra, *paths], cache)
            found = self._parsed(done.out)
            fresh = [d for d in found if d.code == "syntax" and d.path not in {b.path for b in blocked}]
            if done.returncode in (0, 1) and (done.returncode == 0 or found):
                return ToolAnswer((*blocked, *found), done.out[:20_000])
            said = done.out + done.err
            if fresh:
                blocked += fresh
                extra += [f"--exclude=^{re.escape(os.path.relpath(d.path, self.package_root))}$" for d in fresh]
            elif any(text in said for text in _AMBIGUOUS) and "--explicit-package-bases" not in extra:
                extra += ["--explicit-package-bases", "--namespace-packages"]
            elif any(text in said for text in _UNREAD) and not paths and self.everything:
                return self.check(root, self.everything, strict=strict, cache=cache)
            elif "no .py[i] files" in said or "nothing to check" in said.lower():
                return ToolAnswer(tuple(blocked), said[:20_000])
            elif blocked:  # imported by the rest, so nothing can be said of that
                return ToolAnswer(tuple(blocked), said[:20_000], whole=False)
            else:
                break
        if "INTERNAL ERROR" in done.err and os.path.isdir(cache) and os.listdir(cache):
            shutil.rmtree(cache)
            return self.check(root, paths, strict=strict, cache=cache)
        raise _failed(done)

    def _run(self, root: str, arguments: Sequence[str], cache: str) -> process.Completed:
        environment = judges.environment({"MYPYPATH": os.pathsep.join(self._bases())})
        where = ["--python-executable", self.python] if self.python else ["--no-site-packages"]
        argv = [*self.judge.argv, *_OPTIONS, "--cache-dir", cache, *where, *arguments]
        done = process.run(argv, cwd=os.path.join(root, self.package_root), env=environment, timeout=TIMEOUT)
        if done.timed_out or done.truncated:
            raise ToolError(f"mypy did not end within {TIMEOUT:.0f} s", "agentgate check --only types")
        return done

    def _bases(self) -> list[str]:
        return [os.path.relpath(path, self.package_root) for path in self.source_roots]

    def _parsed(self, output: str) -> list[Diagnostic]:
        found = []
        for line in output.splitlines():
            if line.startswith("{"):
                try:
                    item = json.loads(line)
                    if item.get("severity") == "error":
                        found.append(self._diagnostic(item))
                except (ValueError, KeyError) as error:
                    raise ToolError(
                        f"mypy answered what cannot be read: {line[:200]}", "run mypy by hand on the target"
                    ) from error
        return found or [self._from_text(match) for match in _TEXT.finditer(output)]

    def _diagnostic(self, item: Mapping[str, object]) -> Diagnostic:
        def number(key: str) -> int:
            value = item.get(key)
            return value if isinstance(value, int) else 0

        return Diagnostic(
            path=self._path(str(item["file"])),
            line=max(0, number("line")),
            column=max(0, number("column")) + 1,
            code=str(item.get("code") or "misc"),
            message=str(item["message"]),
            severity=Severity.ERROR,
            fix=str(item.get("hint") or ""),
        )

    def _from_text(self, match: re.Match[str]) -> Diagnostic:
        code = match["code"] or "syntax"
        return Diagnostic(self._path(match["path"]), int(match["line"]), 0, code, match["message"])

    def _path(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.package_root, path))


def _failed(done: process.Completed) -> ToolError:
    lines = [line for line in (done.err + done.out).strip().splitlines() if line.strip()]
    told = " / ".join(lines[-3:])[:500] or f"exit {done.returncode}, without a word"
    if "Error importing plugin" in told:
        return ToolError(
            f"mypy cannot load a plugin of its configuration: {told}",
            "install mypy and the plugin in the project's environment",
        )
    return ToolError(f"mypy failed: {told}", "run mypy by hand on the target; mend its configuration")
