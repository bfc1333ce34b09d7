"""Which packages a change concerns: those whose files it touches, and those that depend on them."""

from __future__ import annotations

from agentgate.change import Change
from agentgate.project.metadata import normalised
from agentgate.project.values import Package, Project


def touched(project: Project, change: Change) -> tuple[Package, ...]:
    """Packages in the project's order. What belongs to no member (a lock file, shared settings) touches them all."""
    if len(project.packages) < 2:
        return project.packages
    paths = sorted({path for file in change.files for path in (file.path, file.base_path) if path})
    owners = [project.owner(path) for path in paths]
    if any(owner is None or _is_common(owner, path) for owner, path in zip(owners, paths, strict=True)):
        return project.packages
    names = {normalised(owner.name) for owner in owners if owner is not None}
    grown = True
    while grown:
        dependents = {normalised(p.name) for p in project.packages if names.intersection(p.declared)}
        grown = not dependents <= names
        names |= dependents
    return tuple(package for package in project.packages if normalised(package.name) in names)


def _is_common(owner: Package, path: str) -> bool:
    """Whether a file of the root is not the root package's own: at the top, or where the root has no product."""
    prose = path.endswith((".md", ".rst"))
    at_the_top = "/" not in path and not prose and not owner.is_source(path) and not owner.is_test(path)
    return owner.root == "." and (at_the_top or not owner.source)
