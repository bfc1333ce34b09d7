"""What is written outside the tree: bounded, atomic, never trusted where it should not be."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agentgate.store import MOST_DIRECTORIES, Cache, Store, digest, write


def test_a_value_comes_back_and_an_unknown_key_is_none(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.put("lint", "k", {"a": [1, "x", None]})
    assert cache.get("lint", "k") == {"a": [1, "x", None]}
    assert cache.get("lint", "other") is None


def test_an_untrusted_cache_reads_and_keeps_nothing(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    store.cache().put("lint", "k", 1)
    assert store.cache(trusted=False).get("lint", "k") is None
    store.cache(trusted=False).put("lint", "new", 1)
    assert store.cache().get("lint", "new") is None


def test_a_damaged_entry_is_no_entry(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.put("lint", "k", 1)
    next(tmp_path.rglob("k.json")).write_bytes(b"{")
    assert cache.get("lint", "k") is None


def test_parts_cannot_be_shifted_into_one_another() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a\0b") != digest("a", "b")


def test_the_first_adopted_directory_stays_and_old_ones_go(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "cache"))
    now = time.time() - 1000
    for number in range(MOST_DIRECTORIES + 3):
        for text in ("first", "second"):
            finished = tmp_path / f"work-{number}-{text}"
            finished.mkdir()
            (finished / "f").write_text(text)
            cache.adopt("mypy", f"k{number}", str(finished))
        newest = cache.directory("mypy", f"k{number}")
        assert Path(newest, "f").read_text() == "first"
        os.utime(newest, (now + number, now + number))
    assert len(list((tmp_path / "cache" / "directories" / "mypy").iterdir())) == MOST_DIRECTORIES


def test_concurrent_writers_leave_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "f"
    contents = [bytes([65 + i]) * 100_000 for i in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: write(path, content), contents))
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]


def test_the_change_may_write_neither_to_the_repository_nor_to_agentgate(tmp_path: Path) -> None:
    store = Store.of(str(tmp_path / "elsewhere.git"), str(tmp_path / "work"))
    assert store.protected == (str(tmp_path / "work"), str(tmp_path / "elsewhere.git"), os.path.realpath(sys.prefix))
    assert store.cache(trusted=False).protected == store.protected


def test_a_new_store_is_trusted_and_so_is_one_of_ours(tmp_path: Path) -> None:
    for _ in range(2):
        store = Store.of(str(tmp_path), str(tmp_path))
        assert store.root == str(tmp_path / "agentgate")
        store.cache().put("lint", "k", 1)


def _writable_by_all(root: Path) -> None:
    root.mkdir()
    root.chmod(0o777)


def _linked(root: Path) -> None:
    (root.parent / "elsewhere").mkdir()
    root.symlink_to(root.parent / "elsewhere")


def _a_file(root: Path) -> None:
    root.touch()


def _of_another_user(root: Path) -> None:
    root.mkdir()
    try:
        os.chown(root, 12345, -1)
    except PermissionError:
        pytest.skip("only root can give a directory away")


@pytest.mark.parametrize("made", [_writable_by_all, _linked, _a_file, _of_another_user])
def test_a_store_that_another_user_could_have_written_is_not_used(tmp_path: Path, made: Callable[[Path], None]) -> None:
    made(tmp_path / "agentgate")
    store = Store.of(str(tmp_path), str(tmp_path))
    assert store.root == ""
    store.cache().put("lint", "k", 1)
    assert store.cache().get("lint", "k") is None
    assert not (tmp_path / "agentgate" / "results").exists()
    assert store.protected  # still closed to the change


def test_a_log_is_kept_and_old_ones_go(tmp_path: Path) -> None:
    for number in range(30):
        write(tmp_path / "logs" / f"{number}.log", b"old")
    path = Path(Store(str(tmp_path)).log("Traceback \udcff"))
    assert path.read_text() == "Traceback \\udcff"
    assert len(list((tmp_path / "logs").iterdir())) == 20


def test_without_a_store_a_log_has_a_folder_of_its_own() -> None:
    one, two = Path(Store("").log("one")), Path(Store("").log("two"))
    assert one.parent != two.parent
    for log in (one, two):
        log.unlink()
        log.parent.rmdir()
