"""gate.toml: from the target and never from the change; strict; every mistake in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest
from pydantic import BaseModel

from agentgate import policy
from agentgate.change import Change, Repository, read
from agentgate.errors import ConfigError
from agentgate.policy import LAYERS, Loaded, Policy
from agentgate.verdict import Mode
from tests.conftest import Sandbox

OBSERVE = 'mode = "observe"\n'
ENFORCE = 'mode = "enforce"\nlayers = ["lint"]\n'
BROKEN = 'mode = "sleep"\n'
Load = Callable[..., Loaded]


@pytest.fixture
def change(sandbox: Sandbox) -> Iterator[Callable[[], Change]]:
    """Reads the change of the work as it stands for main."""
    repository = Repository.find(str(sandbox.root))
    yield lambda: read(repository, target="main", environ={})
    repository.close()


@pytest.fixture
def load(sandbox: Sandbox, change: Callable[[], Change]) -> Load:
    """Loads the policy of a change of a.py where main has `on_target` and the work has `in_change` (None: removed)."""

    def loaded(on_target: str | bytes | None, in_change: str | bytes | None = "same", file: str = "") -> Loaded:
        sandbox.commit({"a.py": "1\n", **({} if on_target is None else {"gate.toml": on_target})})
        sandbox.git("checkout", "-q", "-b", "work")
        sandbox.write({"a.py": "2\n"})
        if in_change != "same":
            sandbox.write({"gate.toml": in_change})
        return policy.load(change(), file)

    return loaded


def test_without_a_gate_toml_the_defaults_judge(load: Load) -> None:
    loaded = load(None)
    assert (loaded.policy, loaded.source.source, loaded.notices) == (Policy(), "defaults", ())
    assert loaded.policy.layers == LAYERS


def test_every_layer_has_its_section() -> None:
    assert tuple(Policy().sections) == LAYERS
    assert [layer.name for layer in Policy(layers=("types", "lint")).judges] == ["types", "lint"]


def test_the_targets_policy_judges_and_is_named_with_its_commit(load: Load, sandbox: Sandbox) -> None:
    loaded = load(OBSERVE)
    assert loaded.policy.mode is Mode.OBSERVE
    assert loaded.source.source == "gate.toml at main"
    assert loaded.source.commit == sandbox.git("rev-parse", "main")
    assert loaded.notices == ()


def test_the_tip_of_the_target_counts_and_not_the_base(
    load: Load, sandbox: Sandbox, change: Callable[[], Change]
) -> None:
    load(OBSERVE)
    sandbox.git("stash", "-q")
    sandbox.git("checkout", "-q", "main")
    tip = sandbox.commit({"gate.toml": ENFORCE})
    sandbox.git("checkout", "-q", "work")
    sandbox.write({"a.py": "3\n"})
    loaded = policy.load(change())
    assert (loaded.policy.layers, loaded.source.source, loaded.source.commit) == (("lint",), "gate.toml at main", tip)


def test_a_change_does_not_lower_its_own_bar(load: Load) -> None:
    loaded = load(ENFORCE, OBSERVE)
    assert loaded.policy.mode is Mode.ENFORCE
    assert loaded.notices == ("what the change does to gate.toml is not yet in force: gate.toml at main judged",)


def test_a_change_does_not_remove_its_own_bar(load: Load) -> None:
    assert load(ENFORCE, None).policy.layers == ("lint",)


def test_a_change_does_not_write_the_first_bar(load: Load) -> None:
    loaded = load(None, OBSERVE)
    assert (loaded.policy, loaded.source.source) == (Policy(), "defaults")
    assert loaded.notices == ("gate.toml in the change is not yet in force: main has none, so the defaults judged",)


@pytest.mark.parametrize("on_target", [None, OBSERVE])
def test_a_mistake_in_the_change_is_an_error_at_once(load: Load, on_target: str | None) -> None:
    with pytest.raises(ConfigError, match=r"gate\.toml in the change: mode = 'sleep': must be 'enforce' or 'observe'"):
        load(on_target, BROKEN)


def test_a_mistake_on_the_target_is_said_to_be_there(load: Load) -> None:
    with pytest.raises(ConfigError, match=r"gate\.toml at main: mode = 'sleep'"):
        load(BROKEN)


def test_a_change_that_mends_the_targets_policy_needs_a_human(load: Load) -> None:
    loaded = load(BROKEN, OBSERVE)
    assert loaded.policy == Policy()
    assert loaded.needs_human.startswith("gate.toml at main: mode = 'sleep'")
    assert loaded.source.source == "defaults: gate.toml at main is broken"


def test_removing_a_broken_policy_does_not_mend_it(load: Load) -> None:
    with pytest.raises(ConfigError, match=r"gate\.toml at main: mode = 'sleep'"):
        load(BROKEN, None)


def _link(sandbox: Sandbox) -> None:
    sandbox.write({"loose.toml": OBSERVE})
    (sandbox.root / "gate.toml").symlink_to("loose.toml")


def _directory(sandbox: Sandbox) -> None:
    sandbox.write({"gate.toml/x": ""})


@pytest.mark.parametrize(("put", "what"), [(_link, "a link"), (_directory, "a directory")])
def test_what_is_no_plain_file_is_no_policy(
    sandbox: Sandbox, change: Callable[[], Change], put: Callable[[Sandbox], None], what: str
) -> None:
    sandbox.commit({"a.py": "1\n"})
    sandbox.git("checkout", "-q", "-b", "work")
    put(sandbox)
    with pytest.raises(ConfigError, match=rf"gate\.toml in the change is {what}; allowed: a plain file"):
        policy.load(change())
    sandbox.commit()
    sandbox.git("branch", "-q", "-f", "main")
    sandbox.write({"a.py": "2\n"})
    with pytest.raises(ConfigError, match=rf"gate\.toml at main is {what}"):
        policy.load(change())


def test_a_policy_is_tried_out_from_a_file(load: Load, tmp_path: Path) -> None:
    (tmp_path / "draft.toml").write_text(OBSERVE)
    loaded = load(ENFORCE, file=str(tmp_path / "draft.toml"))
    assert (loaded.policy.mode, loaded.source.commit) == (Mode.OBSERVE, "")
    assert loaded.source.source.endswith("draft.toml (--policy)")


@pytest.mark.parametrize("name", ["none.toml", "."])
def test_a_file_that_cannot_be_read_is_named(load: Load, tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=f"--policy .*{name}: cannot be read: "):
        load(None, file=str(tmp_path / name))


def test_packages_that_do_not_exist_are_a_mistake(load: Load) -> None:
    with pytest.raises(ConfigError, match="at main: packages: 'libs' is not a directory of the repository"):
        load('packages = [".", "libs"]\n')


def test_a_package_that_the_change_removes_is_no_mistake(sandbox: Sandbox, change: Callable[[], Change]) -> None:
    sandbox.commit({"libs/a.py": "", "gate.toml": 'packages = ["libs"]\n'})
    sandbox.git("checkout", "-q", "-b", "work")
    sandbox.write({"libs/a.py": None})
    assert policy.load(change()).policy.packages == ("libs",)


MISTAKES = [
    ('mode = "x"', "f: mode = 'x': must be 'enforce' or 'observe'"),
    ("lint = 3", "f: lint = 3: must be a table"),
    ('layers = "lint"', "f: layers = 'lint': must be an array of strings"),
    ("layers = [1]", "f: layers.0 = 1: must be a string"),
    ("layers = []", "f: layers: name at least one layer, each once; allowed: lint, types, tests, integrity"),
    (
        'layers = ["lint", "lint"]',
        "f: layers: name at least one layer, each once; allowed: lint, types, tests, integrity",
    ),
    ('layers = ["lnt"]', "f: layers: 'lnt' is not a layer; allowed: lint, types, tests, integrity; did you mean lint?"),
    ('in_place = "yes"', "f: in_place = 'yes': must be true or false"),
    ("[lint]\nformat = 3", "f: lint.format = 3: must be 'auto', 'always' or 'never'"),
    ('[lint]\nformt = "x"', "f: lint.formt: no such key; allowed: format, pre_commit; did you mean format?"),
    ("[tests]\ntimeout = 0", "f: tests.timeout = 0: must be greater than 0"),
    ('[tests]\nnetwork = "no"', "f: tests.network = 'no': must be true or false"),
    (f'mode = "{"x" * 200}"', f"f: mode = '{'x' * 76}...: must be 'enforce' or 'observe'"),
    ("mode = ", "f: not TOML: Invalid value (at end of document)"),
    ("\n\nx = 'a\udcff'", "f: not UTF-8 (line 3)"),
]


@pytest.mark.parametrize(("text", "sentence"), MISTAKES)
def test_a_mistake_names_file_key_value_and_what_is_allowed(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        policy.parse(text, "f")
    assert caught.value.message == sentence
    assert caught.value.exit_code == 2


def test_endless_nesting_is_a_mistake_and_no_crash() -> None:
    with pytest.raises(ConfigError, match="f: not TOML: "):
        policy.parse("a = " + "[" * 100_000, "f")


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert policy.parse("\ufeff" + OBSERVE, "f").mode is Mode.OBSERVE


def _keys(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str, object]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys(field.annotation, f"{name}.")
        else:
            yield prefix + name, field.description or "", field.default


def test_the_document_holds_every_key_with_its_default_and_its_meaning() -> None:
    text = Path(__file__).parents[1].joinpath("docs", "policy.md").read_text(encoding="utf-8")
    rows = {row.split("`")[1]: row for row in text.splitlines() if row.startswith("| `")}
    for key, description, default in _keys(Policy):
        shown = json.dumps(list(default) if isinstance(default, tuple) else getattr(default, "value", default))
        assert f"`{shown}`" in rows[key], key
        assert description in rows[key], key
    assert rows.keys() == {key for key, _, _ in _keys(Policy)}


def test_every_example_in_the_document_is_a_policy() -> None:
    text = Path(__file__).parents[1].joinpath("docs", "policy.md").read_text(encoding="utf-8")
    examples = [part.partition("```")[0] for part in text.split("```toml\n")[1:]]
    assert len(examples) >= 3
    named = {key for example in examples for key in _said(policy.parse(example, "docs/policy.md"))}
    assert named == {key for key, _, _ in _keys(Policy)}  # and together they show every key


def _said(model: BaseModel, prefix: str = "") -> Iterator[str]:
    for name in model.model_fields_set:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _said(value, f"{name}.")
        else:
            yield prefix + name


def test_the_schema_says_what_the_parser_says() -> None:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Policy.model_json_schema()}
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"mode": "observe", "layers": ["lint"], "tests": {"timeout": 3, "memory": "4GiB"}})
    mistakes: tuple[dict[str, object], ...] = (
        {"mode": "x"}, {"laayers": ["lint"]}, {"layers": []}, {"layers": ["lint", "lint"]}, {"layers": ["lnt"]},
        {"lint": {"formt": "auto"}}, {"tests": {"timeout": 0}}, {"in_place": "yes"},
        {"tests": {"memory": "4"}}, {"tests": {"memory": 4}}, {"tests": {"network": 0}},
    )  # fmt: skip
    for wrong in mistakes:
        assert not validator.is_valid(wrong), wrong
