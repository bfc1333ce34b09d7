"""gate.toml as types: its sections are the layers.

The policy comes from the target branch, never from the change: a change cannot lower its own bar, nor write its first
one. `load` says where it came from; a mistake names file, key, value and what is allowed (`ConfigError`, exit 2).
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from agentgate.change import Change, Tree
from agentgate.errors import ConfigError
from agentgate.layers import Layer, Strings
from agentgate.layers.integrity import Integrity
from agentgate.layers.lint import Lint
from agentgate.layers.tests import Tests
from agentgate.layers.types import Types
from agentgate.project import holds
from agentgate.store import digest
from agentgate.verdict import Mode, PolicySource

FILE = "gate.toml"
LAYERS = ("lint", "types", "tests", "integrity")


class Policy(BaseModel):
    """What a repository asks of a change. Without a gate.toml: every default below."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, title="AgentGate policy (gate.toml)")

    mode: Mode = Field(default=Mode.ENFORCE, strict=False, description='"observe" reports refusals and exits 0.')
    layers: Strings = Field(
        default=LAYERS,
        description="The layers that must answer, in report order.",
        json_schema_extra={"items": {"enum": [*LAYERS]}, "minItems": 1, "uniqueItems": True},
    )
    python: str = Field(
        default="", description="The interpreter of the project's environment, relative to the root; empty: found."
    )
    packages: Strings = Field(default=(), description="Roots of the packages of a monorepo; empty: found.")
    carry: Strings = Field(
        default=(), description="Globs of ignored files that checkouts need (generated code, built extensions)."
    )
    prepare: str = Field(default="", description="A command run in each checkout before the change's code runs there.")
    in_place: bool = Field(
        default=False, description="Run head's own test run in the working tree instead of a checkout."
    )
    lint: Lint = Field(default_factory=Lint, description="Is it clean?")
    types: Types = Field(default_factory=Types, description="Do the types agree, strictly?")
    tests: Tests = Field(default_factory=Tests, description="Do the agent's own tests prove it?")
    integrity: Integrity = Field(default_factory=Integrity, description="Was the bar lowered?")

    @property
    def sections(self) -> dict[str, Layer]:
        """Every layer there is, by name."""
        fields = (getattr(self, name) for name in type(self).model_fields)
        return {field.name: field for field in fields if isinstance(field, Layer)}

    @property
    def judges(self) -> tuple[Layer, ...]:
        """The layers that this policy names, in its order."""
        return tuple(self.sections[name] for name in self.layers)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A policy, where it came from, and what the reader must be told about that."""

    policy: Policy
    source: PolicySource
    notices: tuple[str, ...] = ()
    needs_human: str = ""


def load(change: Change, file: str = "") -> Loaded:
    """The policy for this change: `file` (`--policy`, for trying one out), else the target's, else the defaults.

    Raises `ConfigError` for a mistake in `file`, in the change's own gate.toml, or in the target's where the change
    does not mend it.
    """
    if file:
        return _try_out(file, change.head)
    is_tip = change.policy_tree.commit == change.target_commit
    where = f"{FILE} at {change.target}" if is_tip else f"{FILE} at the base"
    commit = change.policy_tree.commit
    edited = _place(change.head) != _place(change.policy_tree)
    proposed = _of(change.head, f"{FILE} in the change") if edited else None
    try:
        policy = _of(change.policy_tree, where)
    except ConfigError as error:
        if proposed is None:
            raise
        return Loaded(
            Policy(), PolicySource(f"defaults: {where} is broken", commit, _digest(Policy())),
            needs_human=f"{error.message}; the change mends it, was judged by the defaults, and a person must decide",
        )  # fmt: skip
    if policy is None:
        return Loaded(Policy(), PolicySource("defaults", commit, _digest(Policy())), _ignored(proposed, change))
    return Loaded(policy, PolicySource(where, commit, _digest(policy)), _not_yet(edited, where))


def _place(tree: Tree) -> tuple[object, bool]:
    """What a tree has under the policy's name: comparable."""
    return tree.entries().get(FILE), holds(tree, FILE)


def _of(tree: Tree, where: str) -> Policy | None:
    """A tree's own policy; None where it has none. Raises `ConfigError` also for one that is not a plain file."""
    text = tree.read_text(FILE)
    if text is not None:
        policy = parse(text, where)
        _check_packages(policy, tree, where)
        return policy
    if FILE in tree.entries() or holds(tree, FILE):
        kind = "a directory" if FILE not in tree.entries() else "a link"
        raise ConfigError(f"{where} is {kind}; allowed: a plain file", f"make {FILE} a plain file, or remove it")
    return None


def _ignored(proposed: Policy | None, change: Change) -> tuple[str, ...]:
    if proposed is None:
        return ()
    return (f"{FILE} in the change is not yet in force: {change.target} has none, so the defaults judged",)


def _not_yet(edited: bool, where: str) -> tuple[str, ...]:
    return (f"what the change does to {FILE} is not yet in force: {where} judged",) if edited else ()


def _try_out(file: str, head: Tree) -> Loaded:
    try:
        text = Path(file).read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise ConfigError(f"--policy {file}: cannot be read: {error.strerror}", "name a readable gate.toml") from error
    policy = parse(text, file)
    _check_packages(policy, head, file)
    return Loaded(policy, PolicySource(f"{file} (--policy)", "", _digest(policy)))


def _digest(policy: Policy) -> str:
    return digest(policy.model_dump_json())


def parse(text: str, where: str) -> Policy:
    """Read a gate.toml (bytes that are no UTF-8 as surrogates); `where` names it in messages. Raises `ConfigError`."""
    try:
        values = tomllib.loads(text.encode("utf-8").decode("utf-8-sig"))
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise ConfigError(f"{where}: not UTF-8 (line {line})", f"save {FILE} as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{where}: not TOML: {error}", f"mend {FILE} at that place") from error
    try:
        policy = Policy.model_validate(values)
    except ValidationError as error:
        raise ConfigError(
            _sentence(error.errors()[0], where), f"mend {FILE}; `agentgate schema` prints what is allowed"
        ) from None
    _check_layers(policy, where)
    return policy


def _check_layers(policy: Policy, where: str) -> None:
    known = tuple(policy.sections)
    for name in policy.layers:
        if name not in known:
            raise ConfigError(f"{where}: layers: {name!r} is not a layer; {_allowed(name, known)}")
    if not policy.layers or len(set(policy.layers)) < len(policy.layers):
        raise ConfigError(f"{where}: layers: name at least one layer, each once; allowed: {', '.join(known)}")


def _check_packages(policy: Policy, tree: Tree, where: str) -> None:
    for root in policy.packages:
        if not holds(tree, root):
            raise ConfigError(
                f"{where}: packages: {root!r} is not a directory of the repository; allowed: those that git tracks",
                f"mend packages in {FILE}",
            )


#: What pydantic says of a type, in TOML's words.
_WORDS = {
    "bool_type": "must be true or false",
    "float_type": "must be a number",
    "model_type": "must be a table",
    "string_type": "must be a string",
    "tuple_type": "must be an array of strings",
}


def _sentence(error: ErrorDetails, where: str) -> str:
    """The mistake in one sentence: file, key, value, and what is allowed."""
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{where}: {key}: no such key; {_allowed(str(error['loc'][-1]), _keys_beside(error['loc']))}"
    said = repr(error["input"])
    shown = said if len(said) <= 80 else f"{said[:77]}..."
    message = _WORDS.get(error["type"], error["msg"].replace("Input should be", "must be"))
    return f"{where}: {key} = {shown}: {message}"


def _allowed(wrong: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(wrong, known, 1)
    return f"allowed: {', '.join(known)}" + (f"; did you mean {near[0]}?" if near else "")


def _keys_beside(location: tuple[int | str, ...]) -> tuple[str, ...]:
    model: type[BaseModel] = Policy
    for part in location[:-1]:
        annotation = model.model_fields[str(part)].annotation if str(part) in model.model_fields else None
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            break
        model = annotation
    return tuple(model.model_fields)
