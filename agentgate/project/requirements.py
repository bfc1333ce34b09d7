"""What a package needs installed, as it writes it: two trees that differ in this need an environment each."""

from __future__ import annotations

from collections.abc import Iterator

from agentgate.change import Tree
from agentgate.project.metadata import pyproject, setup_cfg, setup_py, strings, table

_LISTS = ("install_requires", "tests_require")
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml")


def requirements(tree: Tree, root: str) -> frozenset[str]:
    """Every requirement with its versions, of all extras and groups; and the lock files, by their content's id.

    Raises `CannotJudge` for a pyproject.toml that is not TOML.
    """
    return frozenset(line.strip() for line in _lines(tree, root) if line.strip())


def _lines(tree: Tree, root: str) -> Iterator[str]:
    toml = pyproject(tree, root)
    project, poetry = table(toml, "project"), table(toml, "tool", "poetry")
    yield from strings(project.get("dependencies"))
    for group in (table(project, "optional-dependencies"), table(toml, "dependency-groups")):
        for name in group:
            yield from strings(group.get(name))
    grouped = [table(group, "dependencies") for group in table(poetry, "group").values()]
    for wanted in (table(poetry, "dependencies"), table(poetry, "dev-dependencies"), *grouped):
        yield from (f"{name} {version!r}" for name, version in wanted.items() if name != "python")
    config, call = setup_cfg(tree, root), setup_py(tree, root)
    for name in _LISTS:
        yield from config.get("options", name, fallback="").splitlines()
        yield from strings(call.get(name))
    if config.has_section("options.extras_require"):
        yield from (line for _, text in config.items("options.extras_require") for line in text.splitlines())
    for path, entry in tree.entries().items():
        inside = path if root == "." else path.removeprefix(root + "/")
        named = "requirements" in inside and inside.endswith((".txt", ".in"))
        if (named or inside in LOCKS) and (inside.count("/") <= 1) and (root == "." or inside != path):
            yield f"{inside} {entry.blob}"
