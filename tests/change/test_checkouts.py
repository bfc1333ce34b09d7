"""All checkouts of a run: made once, apart from one another, gone at the end."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agentgate.change import Checkouts, Tree
from agentgate.errors import CannotJudge, GitError
from tests.change.conftest import Reader
from tests.conftest import Sandbox


def tree_of(sandbox: Sandbox, reader: Reader) -> Tree:
    """HEAD of the sandbox."""
    return Tree(
        reader.repository(sandbox.root), sandbox.git("rev-parse", "HEAD^{tree}"), sandbox.git("rev-parse", "HEAD")
    )


def test_each_purpose_has_its_own_and_threads_share_it(sandbox: Sandbox, checkouts: Checkouts, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    tree = tree_of(sandbox, reader)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: checkouts.get(tree, f"p{n % 2}"), range(8)))
    assert len({id(checkout) for checkout in made}) == 2
    assert len({checkout.path for checkout in made}) == 2


def test_only_this_user_can_enter(checkouts: Checkouts) -> None:
    assert os.stat(checkouts.root).st_mode & 0o077 == 0


def test_scratch_directories_are_fresh_and_empty(checkouts: Checkouts) -> None:
    one, two = checkouts.scratch("home"), checkouts.scratch("home")
    assert one != two
    assert os.listdir(one) == os.listdir(two) == []


def test_everything_is_gone_at_the_end_and_nothing_new_is_made(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n"})
    tree = tree_of(sandbox, reader)
    with Checkouts(tree.repository) as checkouts:
        checkouts.get(tree, "tests")
        checkouts.scratch("x")
    assert not os.path.exists(checkouts.root)
    with pytest.raises(CannotJudge, match="being ended"):
        checkouts.get(tree, "other")
    assert not os.path.exists(checkouts.root)


def test_a_checkout_that_cannot_be_made_is_an_error_for_each_who_asks(
    sandbox: Sandbox, checkouts: Checkouts, reader: Reader
) -> None:
    missing = Tree(reader.repository(sandbox.root), "1" * 40)
    for _ in range(2):
        with pytest.raises(GitError, match="objects are missing"):
            checkouts.get(missing, "tests")


def test_they_are_gone_when_the_interpreter_ends_without_closing_them(sandbox: Sandbox) -> None:
    sandbox.commit({"a": "1\n"})
    code = (
        "from agentgate.change import Checkouts, Repository\n"
        f"checkouts = Checkouts(Repository.find({str(sandbox.root)!r}))\n"
        "checkouts.scratch('x')\n"
        "print(checkouts.root)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout.strip()
    assert not os.path.exists(done.stdout.strip())
