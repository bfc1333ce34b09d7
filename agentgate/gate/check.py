"""One change, from the question to the verdict: read, load the policy, find the project, judge, fold."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Protocol

from agentgate import __version__, change, policy, project
from agentgate.change import Change, Checkouts, Repository
from agentgate.change.identity import identify
from agentgate.errors import ConfigError
from agentgate.gate.graph import Crash, judge
from agentgate.layers import Case, Layer
from agentgate.project import Project
from agentgate.store import Store, receipts
from agentgate.store.receipts import Receipt
from agentgate.verdict import ChangeIdentity, LayerResult, Verdict


class Audience(Protocol):
    """Who watches while a change is judged: the terminal's live progress, or nobody."""

    def begins(self, identity: ChangeIdentity, layers: Sequence[str]) -> None:
        """The change is read; these layers will answer."""
        ...

    def doing(self, layer: str, what: str) -> None:
        """A layer says what it is doing now."""
        ...

    def answered(self, result: LayerResult) -> None:
        """A layer has answered."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked on the command line."""

    cwd: str
    target: str | None = None
    head: str | None = None
    staged: bool = False
    base: str | None = None
    policy_file: str = ""
    only: tuple[str, ...] = ()
    fail_fast: bool = False
    proof: str = ""  # "quick" or "full"
    use_cache: bool = True
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def wants_full_proof(self) -> bool:
        """As asked; else full in CI, quick elsewhere."""
        return self.proof == "full" or (not self.proof and bool(self.environ.get("CI")))

    @property
    def trusts_store(self) -> bool:
        """In CI a job that ran a change's code could have written what is stored, so nothing stored is believed."""
        return self.use_cache and not self.environ.get("CI")


def check(question: Question, audience: Audience) -> Verdict:
    """The verdict on the change. Raises `CannotJudge`, `ConfigError` and `change.NothingToJudge`."""
    started = time.monotonic()
    repository = Repository.find(question.cwd)
    with ExitStack() as stack:
        stack.callback(repository.close)
        proposed = change.read(
            repository, target=question.target, head=question.head, staged=question.staged, base=question.base,
            environ=question.environ,
        )  # fmt: skip
        store = Store.of(repository.common_dir, repository.root)
        identity = identify(proposed)
        options = "full" if question.wants_full_proof else ""
        key = receipts.key(__version__, identity, proposed.policy_tree.id, question.environ, options)
        whole = not question.only and not question.policy_file and not proposed.not_for_submission
        if whole and question.trusts_store:
            kept = receipts.find(store, key, project.signature)
            if kept is not None:
                receipts.keep_last_receipt(store, repository.root, key)
                return replace(kept, change=identity, cached=True, seconds=time.monotonic() - started)
        verdict = _judge(question, repository, proposed, identity, store, audience, stack)
        verdict = replace(verdict, seconds=time.monotonic() - started)
        receipts.keep_last(store, repository.root, verdict)
        if question.trusts_store and receipts.may_keep(verdict):
            receipts.keep(store, key, Receipt(verdict, _seen(repository, proposed, question)))
        return verdict


def _judge(
    question: Question,
    repository: Repository,
    proposed: Change,
    identity: ChangeIdentity,
    store: Store,
    audience: Audience,
    stack: ExitStack,
) -> Verdict:
    loaded = policy.load(proposed, question.policy_file)
    layers = _chosen(loaded.policy, question.only)
    audience.begins(identity, [layer.name for layer in layers])
    case = Case(
        repository=repository,
        change=proposed,
        project=project.read(proposed.head, roots=loaded.policy.packages),
        checkouts=stack.enter_context(Checkouts(repository)),
        cache=store.cache(trusted=question.trusts_store),
        environ=question.environ,
        python=loaded.policy.python,
        carry=loaded.policy.carry,
        prepare=loaded.policy.prepare,
        in_place=loaded.policy.in_place and proposed.head_name == "working tree",
        full_proof=question.wants_full_proof,
        say=audience.doing,
    )
    results = {}
    for result in judge(case, layers, Crash(store.log), fail_fast=question.fail_fast):
        audience.answered(result)
        results[result.layer] = result
    notices = [*loaded.notices]
    if proposed.left_out:
        notices.append(f"left out of the change: {', '.join(proposed.left_out)}")
    not_for_submission = proposed.not_for_submission
    if question.policy_file:
        not_for_submission = not_for_submission or "--policy was given"
    return Verdict(
        change=identity,
        policy=loaded.source,
        mode=loaded.policy.mode,
        results=tuple(results[layer.name] for layer in layers if layer.name in results),
        named=loaded.policy.layers,
        only=question.only,
        not_for_submission=not_for_submission,
        notices=tuple(notices),
        needs_human=loaded.needs_human,
        version=__version__,
    )


def _chosen(rules: policy.Policy, only: tuple[str, ...]) -> tuple[Layer, ...]:
    unknown = [name for name in only if name not in rules.sections]
    if unknown:
        raise ConfigError(
            f"--only {','.join(only)}: {unknown[0]!r} is not a layer; allowed: {', '.join(rules.sections)}"
        )
    if only:
        return tuple(layer for name, layer in rules.sections.items() if name in only)
    return rules.judges


def _seen(repository: Repository, proposed: Change, question: Question) -> tuple[tuple[str, str], ...]:
    """What the verdict rests on besides the trees: environments, judges, carried files, and what was not there."""
    rules = policy.load(proposed, question.policy_file).policy
    found: Project = project.read(proposed.head, roots=rules.packages)
    paths: set[str] = {sys.executable, *project.own_site_packages()}
    seen: dict[str, str] = {}
    for package in found.packages:
        seen.update(project.witnessed(repository.root, package, rules.python, question.environ))
        paths.update(
            os.path.join(repository.root, path)
            for path in project.carried(repository, package, proposed.head, rules.carry)
        )
    seen.update((path, project.signature(path)) for path in paths)
    if rules.in_place:  # every ignored file of the working tree may have taken part: never the same again
        seen[repository.root] = "in place"
    return tuple(sorted(seen.items()))
