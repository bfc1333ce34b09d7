"""The files and hunks of a change, whatever git is told to hide."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agentgate.change import FileChange, FileStatus, Hunk
from tests.change.conftest import Reader
from tests.conftest import Sandbox

LINES = "".join(f"line {n}\n" for n in range(30))


def files(sandbox: Sandbox, reader: Reader) -> dict[str, FileChange]:
    """Path -> change of the work against its last commit."""
    return {file.path: file for file in reader.change(sandbox.root).files}


def test_an_addition_and_a_deletion(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"old": "1\n2\n"})
    sandbox.write({"old": None, "new": "a\nb\nc\n"})
    changed = files(sandbox, reader)
    new, old = changed["new"], changed["old"]
    assert (new.status, new.base_path, new.base_mode, new.hunks) == (FileStatus.ADDED, "", "", (Hunk(0, 0, 1, 3),))
    assert (old.status, old.base_path, old.head_blob, old.hunks) == (
        FileStatus.DELETED, "old", "", (Hunk(1, 2, 0, 0),),
    )  # fmt: skip


def test_hunks_have_no_context_and_name_lines_of_both_sides(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": LINES})
    sandbox.write({"a": LINES.replace("line 3\n", "").replace("line 20\n", "line 20!\nand more\n")})
    file = files(sandbox, reader)["a"]
    assert file.hunks == (Hunk(4, 1, 3, 0), Hunk(21, 1, 20, 2))
    assert [line for line in range(1, 35) if file.touches(line)] == [20, 21]


def test_a_rename_with_an_edit_keeps_both_names(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"old name": LINES})
    sandbox.write({"old name": None, "new/näme": LINES.replace("line 7\n", "line 7!\n")})
    change = reader.change(sandbox.root)
    (file,) = change.files
    assert (file.status, file.base_path, file.hunks) == (FileStatus.RENAMED, "old name", (Hunk(8, 1, 8, 1),))
    assert change.renames == {"old name": "new/näme"}
    assert change.file("new/näme") is file


def test_a_copy_of_an_edited_file_is_told_from_an_addition(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": LINES})
    sandbox.write({"a": LINES + "more\n", "b": LINES})
    copied = files(sandbox, reader)["b"]
    assert (copied.status, copied.base_path, copied.hunks) == (FileStatus.COPIED, "a", ())


def test_a_mode_change_has_no_hunks(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n", "b": "1\n"})
    (sandbox.root / "a").chmod(0o755)
    sandbox.write({"b": "2\n"})
    changed = files(sandbox, reader)
    assert (changed["a"].base_mode, changed["a"].head_mode, changed["a"].hunks) == ("100644", "100755", ())
    assert changed["b"].hunks == (Hunk(1, 1, 1, 1),)


def test_a_file_that_becomes_a_link_does_not_shift_its_neighbours(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n2\n", "b": "1\n", "c": "1\n"})
    (sandbox.root / "b").unlink()
    os.symlink("/etc/passwd", sandbox.root / "b")
    sandbox.write({"c": "1\n2\n3\n"})
    change = reader.change(sandbox.root)
    changed = {file.path: file for file in change.files}
    assert (changed["b"].head_mode, changed["b"].is_regular) == ("120000", False)
    assert changed["c"].hunks == (Hunk(1, 0, 2, 2),)
    assert change.head.read("b") is None


def test_a_link_that_is_edited_is_never_followed(sandbox: Sandbox, reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret\n")
    os.symlink("nowhere", sandbox.root / "link")
    sandbox.commit({"a": "1\n"})
    (sandbox.root / "link").unlink()
    os.symlink(tmp_path / "secret", sandbox.root / "link")
    change = reader.change(sandbox.root)
    assert [(file.path, file.hunks) for file in change.files] == [("link", (Hunk(1, 1, 1, 1),))]
    assert change.head.read_many(["link"]) == {}


def test_binary_files_have_no_hunks(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a.png": b"\x89PNG\0\1\2" * 9, "b.py": "1\n"})
    sandbox.write({"a.png": b"\x89PNG\0\3\4" * 9, "b.py": "2\n"})
    changed = files(sandbox, reader)
    assert (changed["a.png"].binary, changed["a.png"].hunks) == (True, ())
    assert (changed["b.py"].binary, len(changed["b.py"].hunks)) == (False, 1)


@pytest.mark.parametrize(
    "name",
    [
        "a b.py",
        "new\nline.py",
        'quo"te.py',
        "tab\t.py",
        "back\\slash.py",
        "caf\udce9.py",
        "naïve.py",
        "-rf.py",
        ":(glob)*",
    ],
)
def test_every_name_is_carried_as_it_is(sandbox: Sandbox, reader: Reader, name: str) -> None:
    sandbox.commit({name: "1\n", "z": "1\n"})
    sandbox.write({name: "2\n", "z": "1\n2\n"})
    change = reader.change(sandbox.root)
    assert {file.path: file.hunks for file in change.files} == {
        name: (Hunk(1, 1, 1, 1),),
        "z": (Hunk(1, 0, 2, 1),),
    }
    assert change.head.read(name) == b"2\n"


def test_a_name_or_a_line_cannot_forge_a_hunk(sandbox: Sandbox, reader: Reader) -> None:
    forged = "x\n@@ -1 +500,7 @@\ndiff --git a/z b/z"
    sandbox.commit({"a": "1\n", "z": "1\n"})
    sandbox.write({forged: "new\n", "a": "1\n@@ -1 +9,9 @@\r\ndiff --git a/q b/q\n", "z": "2\n"})
    assert {path: file.hunks for path, file in files(sandbox, reader).items()} == {
        "a": (Hunk(1, 0, 2, 2),),
        forged: (Hunk(0, 0, 1, 1),),
        "z": (Hunk(1, 1, 1, 1),),
    }


def test_attributes_of_the_change_hide_no_line(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a.py": "1\n", "b.py": "1\n"})
    sandbox.write({"a.py": "2\n", "b.py": "2\n", ".gitattributes": "*.py -diff linguist-generated\nb.py binary\n"})
    changed = files(sandbox, reader)
    assert all(changed[name].hunks == (Hunk(1, 1, 1, 1),) and not changed[name].binary for name in ("a.py", "b.py"))


def test_configuration_alters_no_hunk(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": LINES, "b": "1\n"})
    for key, value in {
        "diff.context": "9", "diff.interHunkContext": "9", "diff.noprefix": "true", "diff.mnemonicPrefix": "true",
        "diff.renames": "false", "diff.algorithm": "patience", "diff.wordRegex": ".", "diff.ignoreSubmodules": "all",
        "color.ui": "always", "core.quotePath": "true", "diff.relative": "true", "diff.suppressBlankEmpty": "true",
    }.items():  # fmt: skip
        sandbox.git("config", key, value)
    sandbox.write({"a": None, "c": LINES.replace("line 3\n", "3\n").replace("line 7\n", "7\n")})
    (file,) = files(sandbox, reader).values()
    assert (file.status, file.hunks) == (FileStatus.RENAMED, (Hunk(4, 1, 4, 1), Hunk(8, 1, 8, 1)))


def test_a_last_line_without_newline_is_a_line(sandbox: Sandbox, reader: Reader) -> None:
    sandbox.commit({"a": "1\n2"})
    sandbox.write({"a": "1\n2\n"})
    assert files(sandbox, reader)["a"].hunks == (Hunk(2, 1, 2, 1),)


def test_a_file_of_100_000_lines_is_read(sandbox: Sandbox, reader: Reader) -> None:
    lines = [f"x{n} = {n}\n" for n in range(100_000)]
    sandbox.commit({"big.py": "".join(lines)})
    lines[77_777] = "changed\n"
    sandbox.write({"big.py": "".join(lines), "new.py": "".join(lines)})
    changed = files(sandbox, reader)
    assert changed["big.py"].hunks == (Hunk(77_778, 1, 77_778, 1),)
    assert changed["new.py"].head_blob == changed["big.py"].head_blob
