"""One disposable checkout: a tree on disk, looked over after every program that ran in it."""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterable

from agentgate.change.tree import Tree, ancestors
from agentgate.change.values import MODE_SUBMODULE
from agentgate.change.writing import furnish, lay_out, write
from agentgate.errors import CannotJudge

#: Mode, size, time of modification, time of change, inode. A program can set them all back but the time of change.
_Signature = tuple[int, int, int, int, int]


class Checkout:
    """One tree on disk. `path` is its absolute root; above it lies nothing but what is ours."""

    def __init__(self, tree: Tree, path: str) -> None:
        """Write every file of the tree into the new directory `path`. Raises `GitError` for missing objects."""
        self.path = path
        self.tree = tree
        self._files = [name for name, entry in tree.entries().items() if entry.mode != MODE_SUBMODULE]
        self._directories = sorted({above for name in self._files for above in ancestors(name)}, key=len)
        os.mkdir(path)
        index = os.path.join(os.path.dirname(path), "index")
        write(tree, path, index=index)
        git_dir = os.path.join(path, ".git")
        lay_out(git_dir, len(tree.id))
        furnish(git_dir, tree)
        os.replace(index, os.path.join(git_dir, "index"))
        self._signatures: dict[str, _Signature | None] = {}
        self._added: set[str] = set()  # paths of another tree that `put` has brought
        self._sign(self._files)
        self._surroundings = self._look_around()

    def is_untouched(self) -> bool:
        """Whether nothing in it was written, made or removed since it was made: not even for a moment.

        For programs that only read: their checkout lies where a test run of the change might reach it.
        """
        same = all(_signature(self._at(name)) == signature for name, signature in self._signatures.items())
        return same and self._look_around() == self._surroundings

    def _look_around(self) -> list[_Signature | None]:
        return [_signature(self._at(directory)) for directory in ("", *self._directories)]

    def put(self, other: Tree, paths: Collection[str]) -> None:
        """Give these paths what `other` has there, and nothing where it has none; `verify` puts everything back."""
        self._open_directories()
        self._unlink_above(paths)
        present = [path for path in paths if path in other.entries()]
        with tempfile.TemporaryDirectory(dir=os.path.dirname(self.path), prefix="fresh-") as above:
            fresh = os.path.join(above, "tree")
            os.mkdir(fresh)
            write(other, fresh, present)
            for path in paths:
                remove(self._at(path))
            for path in present:
                os.makedirs(os.path.dirname(self._at(path)), exist_ok=True)
                os.replace(os.path.join(fresh, path), self._at(path))
        self._added |= {path for path in present if path not in self.tree.entries()}
        for path in set(paths) - set(present):  # an empty directory would be importable as a namespace package
            with contextlib.suppress(OSError):
                for above_path in reversed(ancestors(path)):
                    os.rmdir(self._at(above_path))

    def verify(self) -> tuple[str, ...]:
        """Put back every tracked file that was rewritten or removed; their paths.

        A file whose stat is unchanged since it was written here is not read again. Raises `CannotJudge` where a file
        cannot be put back.
        """
        try:
            self._open_directories()
            self._unlink_above(self._added)
            while self._added:
                remove(self._at(self._added.pop()))
            touched = [name for name in self._files if _signature(self._at(name)) != self._signatures[name]]
            return self._put_back(touched) if touched else ()
        except OSError as error:
            raise CannotJudge(f"a program left the checkout so that it cannot be put back: {error}") from error

    def _at(self, name: str) -> str:
        return os.path.join(self.path, name)

    def _sign(self, names: Iterable[str]) -> None:
        self._signatures.update((name, _signature(self._at(name))) for name in names)

    def _open_directories(self) -> None:
        """Every directory of the tree is a directory again, and ours to write: nothing is followed out of the tree."""
        if not os.path.isdir(self.path) or os.path.realpath(self.path) != self.path:
            raise CannotJudge(f"a program put something else in the place of its checkout {self.path}")
        for directory in ("", *self._directories):
            path = self._at(directory)
            try:
                mode = os.lstat(path).st_mode
            except FileNotFoundError:
                continue
            if not stat.S_ISDIR(mode):
                os.unlink(path)
            elif mode & stat.S_IRWXU != stat.S_IRWXU:
                os.chmod(path, stat.S_IMODE(mode) | stat.S_IRWXU)

    def _unlink_above(self, paths: Iterable[str]) -> None:
        """No link leads to any of these paths: what a program put in a directory's place must not be followed."""
        for above in sorted({above for path in paths for above in ancestors(path)}, key=len):
            if os.path.islink(self._at(above)):
                os.unlink(self._at(above))

    def _put_back(self, touched: list[str]) -> tuple[str, ...]:
        """Replace these files by fresh ones; those whose content, kind or executable bit was another."""
        rewritten = []
        with tempfile.TemporaryDirectory(dir=os.path.dirname(self.path), prefix="fresh-") as above:
            fresh = os.path.join(above, "tree")
            os.mkdir(fresh)
            write(self.tree, fresh, touched)
            for name in touched:
                if not _same(self._at(name), os.path.join(fresh, name)):
                    rewritten.append(name)
                remove(self._at(name))
                os.makedirs(os.path.dirname(self._at(name)), exist_ok=True)
                os.replace(os.path.join(fresh, name), self._at(name))
        self._sign(touched)
        return tuple(rewritten)


def _signature(path: str) -> _Signature | None:
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def _same(path: str, fresh: str) -> bool:
    """Whether git would see no difference: kind, executable bit and content (a link's target)."""
    try:
        mode, wanted = os.lstat(path).st_mode, os.lstat(fresh).st_mode
        if stat.S_IFMT(mode) != stat.S_IFMT(wanted):
            return False
        if stat.S_ISLNK(mode):
            return os.readlink(path) == os.readlink(fresh)
        return mode & 0o100 == wanted & 0o100 and filecmp.cmp(path, fresh, shallow=False)
    except OSError:  # gone, or made unreadable
        return False


def remove(path: str) -> None:
    """Remove what is there, a directory with all that is in it, even where a program took our rights to it away."""
    if not os.path.isdir(path) or os.path.islink(path):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        return
    try:
        shutil.rmtree(path)
    except OSError:
        os.chmod(path, stat.S_IRWXU)
        for directory, names, _ in os.walk(path):
            for name in names:
                inner = os.path.join(directory, name)
                if not os.path.islink(inner):
                    os.chmod(inner, stat.S_IRWXU)
        shutil.rmtree(path)
