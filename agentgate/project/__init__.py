"""What the repository is: a list of packages, each with language, interpreter, runner, source roots."""

from __future__ import annotations

from agentgate.project.carry import carried
from agentgate.project.environment import Environment, choose, environments, missing
from agentgate.project.fingerprint import own_site_packages, signature, witnessed
from agentgate.project.install import install_command
from agentgate.project.installed import generated
from agentgate.project.packages import holds, read
from agentgate.project.requirements import requirements
from agentgate.project.touched import touched
from agentgate.project.values import Package, Project

__all__ = [
    "Environment",
    "Package",
    "Project",
    "carried",
    "choose",
    "environments",
    "generated",
    "holds",
    "install_command",
    "missing",
    "own_site_packages",
    "read",
    "requirements",
    "signature",
    "touched",
    "witnessed",
]
