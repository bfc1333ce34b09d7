"""Where new findings refuse and where they warn, by what the target shows."""

from __future__ import annotations

import pytest

from agentgate.layers.types.strictness import Strictness, Wanted, module_of, strictness
from agentgate.project import Package
from agentgate.tools.ports import Diagnostic, Settings
from agentgate.verdict import Severity
from tests.layers.conftest import Propose

PACKAGE = Package(".", "shop", source=("src/shop", "src/one.py", "src/new"), tests=("tests",))
BASE = {"src/shop/a.py": "x = 1\n", "src/one.py": "x = 1\n", "tests/test_a.py": "x = 1\n"}
NOTHING = Settings()
PLAIN = Settings(present=True)
STRICT = Settings(present=True, strict=True)


def at(path: str, code: str = "no-any-return") -> Diagnostic:
    return Diagnostic(path, 1, 1, code, "bad")


def judged(
    propose: Propose,
    *,
    head: dict[str, str | None] | None = None,
    base: dict[str, str] | None = None,
    settings: Settings = NOTHING,
    wanted: Wanted = "auto",
    project: list[Diagnostic] | None = None,
    strict: list[Diagnostic] | None = None,
) -> Strictness:
    change = propose({**BASE, **(base or {})}, head or {"src/new/a.py": "x = 1\n"})
    return strictness(PACKAGE, change, settings, wanted, project or [], strict or [])


def test_a_path_belongs_to_the_module_that_holds_it() -> None:
    assert module_of(PACKAGE, "src/shop/deep/a.py") == "src/shop"
    assert module_of(PACKAGE, "src/one.py") == "src/one.py"
    assert module_of(PACKAGE, "src/shopping/a.py") == module_of(PACKAGE, "tests/test_a.py") == ""


ALL = {"src/shop", "src/one.py", "src/new"}


def test_without_a_strict_finding_on_base_everything_is_strict_and_new_modules_too(propose: Propose) -> None:
    assert judged(propose).strict_modules == ALL


def test_a_module_with_a_strict_finding_is_not_and_a_new_one_beside_it_is_not(propose: Propose) -> None:
    assert judged(propose, strict=[at("src/shop/a.py")]).strict_modules == {"src/one.py"}


def test_py_typed_of_the_target_makes_a_module_strict_whatever_is_found(propose: Propose) -> None:
    base = {"src/shop/py.typed": ""}
    assert "src/shop" in judged(propose, base=base, strict=[at("src/shop/a.py")]).strict_modules


def test_py_typed_of_a_new_module_makes_it_strict(propose: Propose) -> None:
    head: dict[str, str | None] = {"src/new/a.py": "", "src/new/py.typed": ""}
    assert "src/new" in judged(propose, head=head, strict=[at("src/shop/a.py")]).strict_modules


def test_py_typed_that_the_change_removes_still_counts(propose: Propose) -> None:
    found = judged(
        propose, base={"src/shop/py.typed": ""}, head={"src/shop/py.typed": None}, strict=[at("src/shop/a.py")]
    )
    assert "src/shop" in found.strict_modules


@pytest.mark.parametrize(("settings", "wanted"), [(STRICT, "auto"), (NOTHING, "strict"), (PLAIN, "strict")])
def test_strict_by_configuration_or_policy_is_strict_everywhere(
    propose: Propose, settings: Settings, wanted: Wanted
) -> None:
    assert judged(propose, settings=settings, wanted=wanted, strict=[at("src/shop/a.py")]).strict_modules == ALL


def test_a_policy_may_leave_it_to_the_project(propose: Propose) -> None:
    found = judged(propose, wanted="project")
    assert found.strict_modules == set()
    assert found.of_strict(at("src/shop/a.py")) is Severity.WARNING


@pytest.mark.parametrize(
    ("path", "settings", "dirty", "expected"),
    [
        pytest.param("src/shop/a.py", NOTHING, "", "error", id="a clean module without settings"),
        pytest.param("src/shop/a.py", NOTHING, "src/shop/b.py", "warning", id="a dirty module without settings"),
        pytest.param("src/shop/a.py", NOTHING, "src/one.py", "error", id="beside a dirty one"),
        pytest.param("src/shop/a.py", PLAIN, "src/shop/b.py", "error", id="a dirty module with settings"),
        pytest.param("tests/test_a.py", PLAIN, "", "error", id="tests with settings"),
        pytest.param("tests/test_a.py", PLAIN, "tests/test_b.py", "warning", id="dirty tests with settings"),
        pytest.param("tests/test_a.py", NOTHING, "", "warning", id="tests without settings"),
        pytest.param("scripts/a.py", PLAIN, "", "error", id="what is no source, with settings"),
    ],
)
def test_a_finding_of_the_projects_own_settings(
    propose: Propose, path: str, settings: Settings, dirty: str, expected: str
) -> None:
    found = judged(propose, settings=settings, project=[at(dirty, "other")] if dirty else [])
    assert found.of_project(at(path, "assignment")).value == expected


def test_strictness_is_for_source_and_never_for_tests(propose: Propose) -> None:
    found = judged(propose)
    assert found.of_strict(at("src/shop/a.py")) is Severity.ERROR
    assert found.of_strict(at("tests/test_a.py")) is Severity.WARNING


def test_what_base_does_not_hold_a_file_to_only_warns_there_even_when_it_is_renamed(propose: Propose) -> None:
    text = "".join(f"x{n} = 1\n" for n in range(20))
    found = judged(
        propose,
        base={"src/shop/old.py": text},
        head={"src/shop/old.py": None, "src/shop/renamed.py": text},
        settings=STRICT,
        project=[at("src/shop/old.py", "no-untyped-def")],
    )
    assert found.of_project(at("src/shop/renamed.py", "no-untyped-def")) is Severity.WARNING
    assert found.of_strict(at("src/shop/renamed.py", "no-untyped-def")) is Severity.WARNING
    assert found.of_project(at("src/shop/renamed.py", "type-arg")) is Severity.ERROR
    assert found.of_project(at("src/shop/a.py", "no-untyped-def")) is Severity.ERROR


def test_a_real_error_is_held_against_a_file_that_has_many(propose: Propose) -> None:
    found = judged(propose, settings=STRICT, project=[at("src/shop/a.py", "assignment")])
    assert found.of_project(at("src/shop/a.py", "assignment")) is Severity.ERROR
