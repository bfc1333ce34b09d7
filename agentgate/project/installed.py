"""Generated files that only the installed copy of a project has: a fresh clone lacks what its build once wrote.

`carry` finds them in the working tree. Where the working tree has none (cloned, never built, and the environment holds
the project as a wheel or as an editable install of another checkout), the copy that the environment imports is used.
"""

from __future__ import annotations

import json
import os
from urllib.parse import unquote, urlparse

from agentgate.change import Tree
from agentgate.project.carry import is_generated
from agentgate.project.environment import Environment
from agentgate.project.metadata import normalised
from agentgate.project.values import Package


def generated(environment: Environment, package: Package, tree: Tree) -> dict[str, str]:
    """Path in the repository -> absolute path of the environment's copy, for files that `tree` does not have."""
    tracked = tree.entries()
    directories = {os.path.dirname(path) for path in tracked if path.endswith(".py")}
    found: dict[str, str] = {}
    for source in package.source:
        for installed in _places(environment, package, source):
            for folder, _, names in os.walk(installed):
                inside = os.path.relpath(folder, installed)
                directory = source if inside == "." else f"{source}/{inside}"
                for name in names if directory in directories else ():
                    path = f"{directory}/{name}"
                    if is_generated(name) and path not in tracked:
                        found.setdefault(path, os.path.join(folder, name))
    return found


def _places(environment: Environment, package: Package, source: str) -> list[str]:
    """Where the environment keeps a source directory: in site-packages, or in the checkout installed editable."""
    name = os.path.basename(source)
    places = [os.path.join(site, name) for site in environment.site_packages]
    inside = source if package.root == "." else source.removeprefix(package.root + "/")
    places += [os.path.join(checkout, inside) for checkout in _editable(environment, package)]
    return [place for place in places if os.path.isdir(place)]


def _editable(environment: Environment, package: Package) -> list[str]:
    """The checkout that an editable install points to (direct_url.json, PEP 610)."""
    found = []
    for site in environment.site_packages:
        for entry in os.listdir(site) if os.path.isdir(site) else ():
            distribution, _, rest = entry.partition("-")
            if not rest.endswith(".dist-info") or normalised(distribution) != normalised(package.name):
                continue
            try:
                with open(os.path.join(site, entry, "direct_url.json"), encoding="utf-8") as file:
                    url = urlparse(str(json.load(file)["url"]))
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if url.scheme == "file":
                found.append(unquote(url.path))
    return found
