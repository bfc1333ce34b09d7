"""What is to be proven in one package."""

from __future__ import annotations

from dataclasses import dataclass

from agentgate.change import FileChange
from agentgate.evidence import ChangeKind
from agentgate.layers.tests.changed import ChangedSource
from agentgate.layers.tests.trial import Trial


@dataclass(frozen=True, slots=True)
class Asked:
    """A change of behaviour in one package, and the tests that come with it."""

    trial: Trial
    kind: ChangeKind
    sources: tuple[ChangedSource, ...]
    put_back: tuple[FileChange, ...]  # the source, as fail-to-pass puts it back
    selection: tuple[str, ...]  # the change's own tests, as the runner takes them
    own: frozenset[str]  # new and edited test functions, as "path::Class::function"
    has_own: bool  # whether the change brings or edits any test, or what tests use
    full: bool  # mutants for every class, not for refactorings alone
    needs_others: bool = False  # its requirements differ from base's, which would need an environment of its own

    @property
    def shown_package(self) -> str:
        """The package as findings name it."""
        return "" if self.trial.package.root == "." else self.trial.package.root
