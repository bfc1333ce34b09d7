"""The only place that calls git, with everything of the environment and configuration that could run code left out."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping

from agentgate import process
from agentgate.errors import GitError, ToolError

#: Options of every call: no hooks, no file-system monitor, no pager, names as bytes; a temporary index is one file (the
#: shared part of a split one would lie in the user's git directory); what we store is gone soon, so not compressed.
SAFE = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false",
    "-c", "core.untrackedCache=false", "-c", "core.trustctime=true", "-c", "core.checkStat=default",
    "-c", "core.splitIndex=false", "-c", "core.looseCompression=0", "-c", "diff.external=", "-c", "diff.noprefix=false",
    "-c", "diff.mnemonicPrefix=false", "-c", "diff.orderFile=", "-c", "gc.auto=0", "-c", "submodule.recurse=false",
    "--no-pager", "--literal-pathspecs",
)  # fmt: skip

#: Every variable that git is given besides the allow-list of `process`. GIT_* of the caller is never inherited.
ENVIRONMENT = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": "/dev/null/none",  # grafts forge ancestry as replace refs do; this file cannot exist
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone must not fetch behind our back (git before 2.45 has no variable)
    "GIT_AUTHOR_NAME": "agentgate",
    "GIT_AUTHOR_EMAIL": "agentgate@localhost",
    "GIT_COMMITTER_NAME": "agentgate",
    "GIT_COMMITTER_EMAIL": "agentgate@localhost",
    "GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z",
    "LC_ALL": "C",
}

#: Bytes that one call of git may print.
LIMIT = 1 << 30
#: What brings the missing objects of a partial clone.
FILL = "git fetch --refetch --no-filter"


_FILTER = re.compile(r"filter\..*\.(clean|smudge|process|required)", re.DOTALL)


class Repository:
    """A repository as seen from one of its work trees.

    Objects that we make (blobs of the working tree, overlay trees) go to a private temporary database with the user's
    as its alternate; `close` removes it. Nothing of the user's is written.
    """

    def __init__(self, root: str, git_dir: str, common_dir: str) -> None:
        """Use `find`; the three are absolute paths."""
        self.root = root
        self.git_dir = git_dir
        self.common_dir = common_dir
        self.user_objects = os.path.join(common_dir, "objects")
        self._private = ""
        self._filters: tuple[str, ...] | None = None
        self._settings: dict[str, str] | None = None
        self._blobs: dict[str, bytes] = {}

    @classmethod
    def find(cls, cwd: str) -> Repository:
        """The repository whose work tree holds `cwd`. Raises `GitError` where there is none."""
        done = _call(
            [
                "rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--show-cdup", "--absolute-git-dir",
                "--git-common-dir",
            ],
            cwd,
            {},
        )  # fmt: skip
        answers = done.out.split("\n")
        if answers[0] == "true":
            raise GitError(
                f"{cwd} is in a bare repository, without a work tree", "git worktree add ../work && cd ../work"
            )
        if answers[1:2] == ["false"]:
            raise GitError(f"{cwd} is inside a git directory, not a work tree", "cd to the work tree")
        if done.returncode:
            raise _not_found(cwd, done.err)
        if len(answers) != 6:
            raise GitError(f"the path of {cwd!r} holds a newline", "move the repository to another path")
        here = os.path.realpath(cwd)
        root, common_dir = (os.path.normpath(os.path.join(here, answer)) for answer in (answers[2] or ".", answers[4]))
        return cls(root, answers[3], common_dir)

    @property
    def objects(self) -> str:
        """The private object database, made on first use."""
        if not self._private:
            self._private = self._beside_the_store() or self.temporary("objects")
        return self._private

    def _beside_the_store(self) -> str:
        """A new directory where the change's tests may not write (they could forge objects that are read later).

        "" where the git directory cannot be written. What a killed run left there is removed after a day.
        """
        above = os.path.join(self.common_dir, "agentgate", "objects")
        try:
            os.makedirs(above, mode=0o700, exist_ok=True)
            for entry in os.scandir(above):
                if entry.stat(follow_symlinks=False).st_mtime < time.time() - 86_400:
                    shutil.rmtree(entry.path, ignore_errors=True)
            return tempfile.mkdtemp(dir=above)
        except OSError:
            return ""

    def close(self) -> None:
        """Remove the private object database."""
        if self._private:
            shutil.rmtree(self._private, ignore_errors=True)
            self._private = ""

    def git(
        self,
        *arguments: str,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        check: bool = True,
        cwd: str = "",
        timeout: float = 300.0,
    ) -> process.Completed:
        """Run git at the root. `check`: a non-zero status raises `GitError` with git's own last line."""
        extra = {
            "GIT_OBJECT_DIRECTORY": self.objects,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": quoted(self.user_objects),
            **(env or {}),
        }
        done = _call([*self.filters, *arguments], cwd or self.root, extra, stdin, timeout)
        if done.timed_out:
            raise GitError(f"git {arguments[0]} did not end in {timeout:.0f} s", "git gc  # then check again")
        if done.truncated:
            raise GitError(
                f"git {arguments[0]} printed more than {LIMIT >> 20} MiB", "keep such large files in Git LFS"
            )
        if check and done.returncode:
            raise _failed(arguments[0], done.err)
        return done

    @property
    def filters(self) -> tuple[str, ...]:
        """Options that switch off every content filter of the configuration: they are programs."""
        if self._filters is None:
            drivers = sorted({key.rpartition(".")[0] for key in self.settings if _FILTER.fullmatch(key)})
            if any("=" in driver for driver in drivers):  # `-c` splits there: it could not be switched off
                raise GitError("a content filter in git's configuration has '=' in its name", "git config --edit")
            self._filters = tuple(
                option
                for driver in drivers
                for setting in ("clean=", "smudge=", "process=", "required=false")
                for option in ("-c", f"{driver}.{setting}")
            )
        return self._filters

    @property
    def settings(self) -> Mapping[str, str]:
        """The configuration of git as it is in force here: key -> last value; a key without a value is "true"."""
        if self._settings is None:
            done = _call(["config", "-z", "--list"], self.root, {})
            if done.returncode:
                raise _failed("config", done.err)
            records = (record.partition("\n") for record in done.out.split("\0") if record)
            self._settings = {key: value if separator else "true" for key, separator, value in records}
        return self._settings

    def is_set(self, key: str, *, default: bool) -> bool:
        """A boolean setting (`key` in lower case), as git reads it."""
        value = self.settings.get(key)
        return default if value is None else value.lower() in ("true", "yes", "on", "1")

    @property
    def remotes(self) -> list[str]:
        """The names of the remotes."""
        named = (key.split(".", 1)[1].rpartition(".")[0] for key in self.settings if key.startswith("remote."))
        return sorted({name for name in named if name})

    def resolve(self, revision: str) -> str | None:
        """The commit that a revision names, or None."""
        if revision.startswith("-"):
            return None
        done = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", check=False)
        return done.out.strip() or None

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The contents of blobs by id. Raises `GitError` for one that is missing (a partial clone)."""
        wanted = [blob for blob in dict.fromkeys(ids) if blob not in self._blobs]
        if wanted:
            out = self.git("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in wanted).encode()).stdout
            position = 0
            for blob in wanted:
                end = out.index(b"\n", position)
                header = out[position:end].split()
                if len(header) != 3:
                    raise GitError(
                        f"object {blob} is missing from this clone",
                        FILL,
                    )
                size = int(header[2])
                self._blobs[blob] = out[end + 1 : end + 1 + size]
                position = end + 1 + size + 1
        return {blob: self._blobs[blob] for blob in ids}

    def write_blob(self, content: bytes) -> str:
        """Store a blob in the private database; its id."""
        blob = self.git("hash-object", "-w", "--no-filters", "--stdin", stdin=content).out.strip()
        self._blobs[blob] = content
        return blob

    @contextlib.contextmanager
    def index(self) -> Iterator[dict[str, str]]:
        """An empty temporary index, as the variables that make git use it."""
        directory = self.temporary("index")
        try:
            yield {"GIT_INDEX_FILE": os.path.join(directory, "index")}
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    def temporary(self, purpose: str) -> str:
        """A new directory that only this user can enter. Raises `GitError` where it would lie in the work tree."""
        above = os.path.realpath(tempfile.gettempdir())
        if above == self.root or above.startswith(self.root + os.sep):
            raise GitError(f"temporary files would go to {above}, inside the repository", "unset TMPDIR")
        return tempfile.mkdtemp(prefix=f"agentgate-{purpose}-", dir=above)


def quoted(path: str) -> str:
    """A path as lists of alternates take it (C quotes where it holds the separator, a quote or a newline)."""
    if os.pathsep in path or '"' in path or "\n" in path:
        escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    return path


def _call(
    arguments: list[str], cwd: str, extra: Mapping[str, str], stdin: bytes = b"", timeout: float = 300.0
) -> process.Completed:
    environment = process.environment({**ENVIRONMENT, **extra}, keep=("HOME", "XDG_CONFIG_HOME"))
    try:
        return process.run(
            ["git", *SAFE, *arguments],
            cwd=cwd,
            env=environment,
            stdin=stdin,
            timeout=timeout,
            slot=False,
            output_limit=LIMIT,
        )
    except ToolError as error:
        raise GitError(error.message, "install git and put it on PATH") from error


def _not_found(cwd: str, error: str) -> GitError:
    if "dubious ownership" in error:
        return GitError(
            f"git refuses {cwd}: it belongs to another user",
            f"git config --global --add safe.directory {shlex.quote(cwd)}",
        )
    if "not a git repository" in error:
        return GitError(f"{cwd} is not in a git repository", "git init && git add -A && git commit -m 'first'")
    return GitError(f"git cannot read the repository at {cwd}: {_last_line(error)}", "git status")


def _failed(command: str, error: str) -> GitError:
    said = _last_line(error)
    if re.search(
        r"missing|could not fetch|promisor|unable to read|not a valid object|bad object|not a tree object", error
    ):
        return GitError(f"git {command}: objects are missing from this clone: {said}", FILL)
    if "No space left" in error:
        return GitError(f"git {command}: {said}", f"df -h {tempfile.gettempdir()}  # make room there")
    return GitError(f"git {command} failed: {said}", "git fsck  # the repository may be damaged")


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "without a word"


def short(reference: str) -> str:
    """A full ref name as people write it."""
    for prefix in ("refs/heads/", "refs/remotes/", "refs/tags/"):
        if reference.startswith(prefix):
            return reference.removeprefix(prefix)
    return reference
