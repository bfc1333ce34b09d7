"""Git LFS without its program: pointers as git-lfs makes them, content from the local store or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from agentgate.change import Checkouts, lfs
from agentgate.errors import GitError
from tests.change.conftest import Reader
from tests.conftest import Sandbox

ATTRIBUTES = "*.bin filter=lfs diff=lfs merge=lfs -text\n"


def pointer_of(content: bytes) -> bytes:
    """By the specification's own example."""
    oid = hashlib.sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n".encode()


def store(git_dir: Path, content: bytes) -> Path:
    """Put content where git-lfs keeps it."""
    oid = hashlib.sha256(content).hexdigest()
    path = git_dir / "lfs" / "objects" / oid[:2] / oid[2:4] / oid
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def large(sandbox: Sandbox, tmp_path: Path) -> Sandbox:
    """A repository with one LFS file, whose configured filters must never run."""
    sandbox.commit({".gitattributes": ATTRIBUTES, "a.py": "1\n"})
    blob = sandbox.root.parent / "pointer"
    blob.write_bytes(pointer_of(b"model one"))
    oid = sandbox.git("hash-object", "-w", "--no-filters", str(blob))
    sandbox.git("update-index", "--add", "--cacheinfo", f"100644,{oid},model.bin")
    sandbox.git("commit", "-qm", "model")
    store(sandbox.root / ".git", b"model one")
    sandbox.write({"model.bin": b"model one"})
    for name in ("clean", "smudge", "process"):
        sandbox.git("config", f"filter.lfs.{name}", f"touch {tmp_path}/ran; exit 1")
    sandbox.git("config", "filter.lfs.required", "true")
    return sandbox


def test_an_untouched_file_is_no_change_and_an_edited_one_is_its_pointer(
    large: Sandbox, reader: Reader, tmp_path: Path
) -> None:
    large.write({"a.py": "2\n"})
    assert [file.path for file in reader.change(large.root).files] == ["a.py"]
    large.write({"model.bin": b"model two", "new.bin": b"model three"})
    change = reader.change(large.root)
    assert [file.path for file in change.files] == ["a.py", "model.bin", "new.bin"]
    assert change.head.read("model.bin") == pointer_of(b"model two")
    assert change.head.read("new.bin") == pointer_of(b"model three")
    assert not (tmp_path / "ran").exists()


def test_a_clone_that_holds_pointers_only_is_no_change(large: Sandbox, reader: Reader) -> None:
    large.write({"model.bin": pointer_of(b"model one"), "a.py": "2\n"})
    assert [file.path for file in reader.change(large.root).files] == ["a.py"]


def test_a_checkout_has_the_content_from_the_local_store(
    large: Sandbox, reader: Reader, checkouts: Checkouts, tmp_path: Path
) -> None:
    large.write({"a.py": "2\n"})
    checkout = checkouts.get(reader.change(large.root).head, "tests")
    model = Path(checkout.path, "model.bin")
    assert model.read_bytes() == b"model one"
    assert checkout.verify() == ()
    model.write_bytes(b"evil")
    assert checkout.verify() == ("model.bin",)
    assert model.read_bytes() == b"model one"
    assert not (tmp_path / "ran").exists()


def test_the_store_is_found_where_it_was_configured(
    large: Sandbox, reader: Reader, checkouts: Checkouts, tmp_path: Path
) -> None:
    (large.root / ".git" / "lfs").rename(tmp_path / "elsewhere")
    large.git("config", "lfs.storage", str(tmp_path / "elsewhere"))
    large.write({"a.py": "2\n"})
    checkout = checkouts.get(reader.change(large.root).head, "tests")
    assert Path(checkout.path, "model.bin").read_bytes() == b"model one"


def test_a_missing_object_cannot_be_judged(large: Sandbox, reader: Reader, checkouts: Checkouts) -> None:
    store(large.root / ".git", b"model one").unlink()
    large.write({"a.py": "2\n"})
    with pytest.raises(GitError, match=r"'model\.bin'.*not in the local store") as raised:
        checkouts.get(reader.change(large.root).head, "tests")
    assert raised.value.remedy == "git lfs fetch --all"


def test_a_forged_object_cannot_be_judged(large: Sandbox, reader: Reader, checkouts: Checkouts) -> None:
    store(large.root / ".git", b"model one").write_bytes(b"model 666")
    large.write({"a.py": "2\n"})
    with pytest.raises(GitError, match="damaged"):
        checkouts.get(reader.change(large.root).head, "tests")


def test_attributes_that_are_not_committed_count_for_the_work(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a.py": "1\n"})
    (sandbox.root / ".git" / "info").mkdir(exist_ok=True)
    (sandbox.root / ".git" / "info" / "attributes").write_text(ATTRIBUTES)
    sandbox.write({"new.bin": b"content"})
    assert reader.change(sandbox.root).head.read("new.bin") == pointer_of(b"content")


@pytest.mark.parametrize("content", [b"", pointer_of(b"x"), pointer_of(b"y").replace(b"\noid", b"\next-0-a b\noid")])
def test_emptiness_and_pointers_stay_themselves(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f").write_bytes(content)
    assert lfs.pointer(str(tmp_path / "f")) == content
