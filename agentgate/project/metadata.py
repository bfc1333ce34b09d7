"""Reads what a package says of itself: pyproject.toml, setup.cfg, setup.py (never executed)."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

from agentgate.change import Tree
from agentgate.errors import CannotJudge

_NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
#: What projects call the extras and groups that their tests need.
_FOR_TESTS = ("test", "tests", "testing", "dev", "develop", "development")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The parts that we use, empty where a package does not say them."""

    name: str = ""
    requires: tuple[str, ...] = ()
    declared: tuple[str, ...] = ()
    installable: bool = False
    where: tuple[str, ...] = ()  # source roots relative to the package's root
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    pyproject: dict[str, object] = field(default_factory=dict)


def normalised(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def table(value: object, *keys: str) -> dict[str, object]:
    """The table at `keys`, empty where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def strings(value: object) -> list[str]:
    """The strings of an array (or the one string), else nothing."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def at(root: str, name: str) -> str:
    """A path below a package's root."""
    return name if root == "." else f"{root}/{name}"


def pyproject(tree: Tree, root: str) -> dict[str, object]:
    """The parsed pyproject.toml, empty where there is none. Raises `CannotJudge` for one that is not TOML."""
    path = at(root, "pyproject.toml")
    text = tree.read_text(path)
    if text is None:
        return {}
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeError) as error:
        raise CannotJudge(f"{path}: not TOML: {error}", f"mend {path} at that place") from error


def read(tree: Tree, root: str) -> Metadata:
    """What the package at `root` says of itself."""
    toml = pyproject(tree, root)
    config = setup_cfg(tree, root)
    call = setup_py(tree, root)
    project, poetry = table(toml, "project"), table(toml, "tool", "poetry")
    has_setup = tree.entries().get(at(root, "setup.py")) is not None
    names = [project.get("name"), poetry.get("name"), config.get("metadata", "name", fallback=""), call.get("name"),
             table(toml, "tool", "flit", "metadata").get("module")]  # fmt: skip
    return Metadata(
        name=next((name for name in names if isinstance(name, str) and name), ""),
        requires=tuple(sorted(set(_required(tree, root, toml, config, call)))),
        declared=tuple(sorted(set(_declared(toml, tree, root)))),
        installable=_is_installable(toml, project, poetry) or has_setup or config.has_section("metadata"),
        where=tuple(dict.fromkeys(_where(toml, config, call))),
        pyproject=toml,
        extras=tuple(name for name in _FOR_TESTS if name in _extras(project, config, call)),
        groups=tuple(name for name in _FOR_TESTS if name in table(toml, "dependency-groups")),
    )


def _is_installable(toml: dict[str, object], project: dict[str, object], poetry: dict[str, object]) -> bool:
    """Whether pyproject.toml describes a distribution, and does not say that it is none."""
    if table(toml, "tool", "uv").get("package") is False or poetry.get("package-mode") is False:
        return False
    return bool(project or poetry or table(toml, "tool", "flit", "metadata"))


def _extras(project: dict[str, object], config: configparser.ConfigParser, call: dict[str, object]) -> frozenset[str]:
    named = [*table(project, "optional-dependencies"), *table(call, "extras_require")]
    if config.has_section("options.extras_require"):
        named += config.options("options.extras_require")
    return frozenset(named)


def _required(
    tree: Tree, root: str, toml: dict[str, object], config: configparser.ConfigParser, call: dict[str, object]
) -> Iterator[str]:
    """Distributions required wherever the package is installed: a marker may exclude this machine."""
    lines = strings(table(toml, "project").get("dependencies"))
    lines += config.get("options", "install_requires", fallback="").splitlines()
    lines += [line for text in strings(call.get("install_requires")) for line in text.splitlines()]
    for path in strings(table(toml, "tool", "setuptools", "dynamic", "dependencies").get("file")):
        lines += (tree.read_text(at(root, path)) or "").splitlines()
    for line in lines:
        match = _NAME.match(line)
        if match and ";" not in line and not line.lstrip().startswith("file:"):
            yield normalised(match[1])
    for name, wanted in table(toml, "tool", "poetry", "dependencies").items():
        if name.lower() != "python" and not _is_conditional(wanted):
            yield normalised(name)


def _is_conditional(wanted: object) -> bool:
    """Whether a dependency of poetry is wanted only somewhere; an array holds the alternatives of one dependency."""
    if isinstance(wanted, list):
        return any(_is_conditional(one) for one in wanted)
    return isinstance(wanted, dict) and any(wanted.get(key) for key in ("optional", "markers", "python", "platform"))


def _declared(toml: dict[str, object], tree: Tree, root: str) -> Iterator[str]:
    texts = [repr(toml.get("project")), repr(toml.get("dependency-groups")), repr(table(toml, "tool", "poetry"))]
    texts += [tree.read_text(at(root, name)) or "" for name in ("setup.cfg", "setup.py", "tox.ini")]
    contents = tree.read_many(path for path in tree.entries() if _is_requirements(path, root))
    texts += [content.decode("utf-8", "replace") for content in contents.values()]
    for text in texts:
        for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]+", text):
            yield normalised(word)


def _is_requirements(path: str, root: str) -> bool:
    inside = path if root == "." else path.removeprefix(root + "/")
    return inside.count("/") <= 1 and "requirements" in inside and inside.endswith((".txt", ".in"))


def _where(toml: dict[str, object], config: configparser.ConfigParser, call: dict[str, object]) -> Iterator[str]:
    setuptools = table(toml, "tool", "setuptools")
    yield from strings(table(setuptools, "packages", "find").get("where"))
    for name, directory in table(setuptools, "package-dir").items():
        if isinstance(directory, str) and directory.endswith(name):
            yield directory.removesuffix(name).rstrip("/") or "."
    yield from strings(table(toml, "tool", "pdm", "build").get("package-dir"))
    included = table(toml, "tool", "poetry").get("packages")
    for entry in included if isinstance(included, list) else []:
        yield from strings(table(entry).get("from"))
    for package in strings(table(toml, "tool", "hatch", "build", "targets", "wheel").get("packages")):
        yield package.rpartition("/")[0] or "."
    yield from config.get("options.packages.find", "where", fallback="").split()
    mapped = re.search(r"^\s*=\s*(\S+)", config.get("options", "package_dir", fallback=""), re.MULTILINE)
    if mapped:
        yield mapped[1]
    directories = call.get("package_dir")
    if isinstance(directories, dict) and isinstance(directories.get(""), str):
        yield directories[""]


def setup_cfg(tree: Tree, root: str) -> configparser.ConfigParser:
    """setup.cfg, empty where there is none that can be read."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(tree.read_text(at(root, "setup.cfg")) or "")
    except configparser.Error:
        return configparser.ConfigParser(interpolation=None)
    return parser


def setup_py(tree: Tree, root: str) -> dict[str, object]:
    """The literal arguments of the setup() call."""
    try:
        module = ast.parse(tree.read_text(at(root, "setup.py")) or "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # what ast.parse raises
        return {}
    found: dict[str, object] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "setup":
            for keyword in node.keywords:
                try:
                    found[keyword.arg or ""] = ast.literal_eval(keyword.value)
                except (ValueError, TypeError, SyntaxError):
                    continue
    return found
