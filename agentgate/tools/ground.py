"""Where and how a package's tests run."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from agentgate import process
from agentgate.project import Environment, Package


@dataclass(frozen=True, slots=True)
class Ground:
    """Where and how a package's tests run: the checkout, its interpreter, and what they must not write to."""

    environment: Environment
    package: Package
    scratch: str  # an empty directory for report, HOME and temporary files
    protect: tuple[str, ...] = ()
    timeout: float = 1800.0
    each: float = 0.0  # seconds for one test, 0 for no limit
    environ: Mapping[str, str] = field(default_factory=dict)
    network: bool = True
    memory: int = 0  # bytes of address space for each process, 0 for no limit
    unless: threading.Event | None = None  # set: nobody waits for the run any more

    def variables(self, root: str) -> dict[str, str]:
        """The tests' environment: no token, a HOME of their own, the tree's sources first for their children too."""
        home, temporary = os.path.join(self.scratch, "home"), os.path.join(self.scratch, "tmp")
        for directory in (home, temporary):
            os.makedirs(directory, exist_ok=True)
        python = self.environment.python
        own = {
            "HOME": home,
            "TMPDIR": temporary,
            "PATH": os.pathsep.join((os.path.dirname(python), os.environ.get("PATH", os.defpath))),
            "PYTHONPATH": os.pathsep.join(self.roots(root)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "agentgate",
            "GIT_AUTHOR_EMAIL": "agentgate@localhost",
            "GIT_COMMITTER_NAME": "agentgate",
            "GIT_COMMITTER_EMAIL": "agentgate@localhost",
            **self.environ,
        }
        if os.path.exists(os.path.join(self.environment.prefix, "pyvenv.cfg")):
            own["VIRTUAL_ENV"] = self.environment.prefix
        return process.environment(own)

    def roots(self, root: str) -> list[str]:
        """The absolute source roots in the checkout at `root`."""
        return [os.path.normpath(os.path.join(root, source)) for source in self.package.source_roots]
