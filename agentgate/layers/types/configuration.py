"""What is configuration of a type checker in one package: its part of each file that it looks at, and local plugins."""

from __future__ import annotations

from dataclasses import dataclass

from agentgate.change import Tree
from agentgate.project import Package
from agentgate.project.metadata import at
from agentgate.tools import mypy, pyright
from agentgate.tools.ports import Settings

#: Checker -> its adapter; each has `configuration_files`, `section` and `settings`.
ADAPTERS = {"mypy": mypy, "pyright": pyright, "basedpyright": pyright}


@dataclass(frozen=True, slots=True)
class CheckerConfiguration:
    """The configuration files of `checker` when it is started in the root of `package`."""

    checker: str
    package: Package
    plugins: tuple[str, ...] = ()  # paths of plugin files in the repository

    def is_file(self, path: str) -> bool:
        """Whether the checker might read it, above the package too, or run it as a plugin."""
        return path in self.plugins or path in ADAPTERS[self.checker].configuration_files(self.package.root)

    def value(self, path: str, text: str) -> object:
        """The checker's part; a plugin's whole text."""
        return text if path in self.plugins else ADAPTERS[self.checker].section(path.rpartition("/")[2], text) or None

    def settings(self, tree: Tree) -> Settings:
        """What a tree's configuration says."""
        paths = ADAPTERS[self.checker].configuration_files(self.package.root)
        texts = [(path, text) for path in paths if (text := tree.read_text(path)) is not None]
        settings: Settings = ADAPTERS[self.checker].settings(texts)
        return settings

    def foreign_plugins(self, head: Tree, target: Tree) -> tuple[str, ...]:
        """Plugins that head's configuration names and whose code is head's own: programs that must not judge it."""
        known = set(self.settings(target).plugins)
        places = (self.package.root, *self.package.source_roots)
        found = []
        for plugin in self.settings(head).plugins:
            module = plugin.partition(":")[0]
            stem = module.removesuffix(".py") if module.endswith(".py") else module.replace(".", "/")
            files = [at(place, f"{stem}{ending}") for place in places for ending in (".py", "/__init__.py")]
            theirs = plugin in known and all(head.entries().get(f) == target.entries().get(f) for f in files)
            if not theirs and any(file in head.entries() for file in files):
                found.append(plugin)
        return tuple(found)

    def with_plugins(self, settings: Settings) -> CheckerConfiguration:
        """The same, with the plugin files that the settings name."""
        named = (plugin.partition(":")[0] for plugin in settings.plugins)
        files = tuple(at(self.package.root, name) for name in named if name.endswith(".py"))
        return CheckerConfiguration(self.checker, self.package, files)
