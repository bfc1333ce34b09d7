"""What an environment looks like from outside, by stat alone: a receipt holds while nothing of it changes."""

from __future__ import annotations

import hashlib
import os
import sysconfig
from collections.abc import Mapping

from agentgate.project.candidates import candidates
from agentgate.project.environment import Environment, examined
from agentgate.project.values import Package

_TELLING = (".dist-info", ".egg-info", ".pth", ".egg-link")


def signature(path: str) -> str:
    """A file's size, time and inode; a directory's installed distributions with theirs; "absent"."""
    try:
        found = os.stat(path)
        if not os.path.isdir(path):
            return f"{found.st_size}:{found.st_mtime_ns}:{found.st_ino}"
        with os.scandir(path) as entries:
            telling = sorted(
                f"{entry.name}:{entry.stat(follow_symlinks=False).st_mtime_ns}"
                for entry in entries
                if entry.name.endswith(_TELLING)
            )
    except OSError:
        return "absent"
    return hashlib.sha256("\n".join(telling).encode("utf-8", "surrogateescape")).hexdigest()[:20]


def witnessed(root: str, package: Package, configured: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Path -> signature of all that decides which environment is found and what is in it."""
    paths = [python for python, _ in candidates(root, package, configured, environ)]
    paths += [os.path.join(os.path.dirname(os.path.dirname(python)), "pyvenv.cfg") for python in paths]
    for _, _, found in examined(root, package, configured, environ):
        if isinstance(found, Environment):
            paths += found.site_packages
    return {path: signature(path) for path in paths}


def own_site_packages() -> tuple[str, ...]:
    """Where AgentGate's own judges are installed."""
    return tuple(sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}))
