"""Changes between two sets of files, in one real repository that all tests share."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from agentgate.change import Change, Repository, Tree
from agentgate.change.diff import compare
from tests.conftest import Sandbox

Files = Mapping[str, str | None]
Propose = Callable[..., Change]
LINK = "-> "  # a file whose text begins so is a symbolic link


class Proposals:
    """Writes trees with one call of git each time."""

    def __init__(self, root: Path) -> None:
        self.sandbox = Sandbox(root)
        self.repository = Repository.find(str(root))
        self.made = 0

    def __call__(self, base: Files, head: Files, *, target: Files | None = None) -> Change:
        """The change that writes the files `head` over `base` ; None removes one. `target`: written since."""
        names = [self._branch(base), self._branch(head, 1), *([] if target is None else [self._branch(target, 2)])]
        stream = "".join(name[1] for name in names)
        subprocess.run(["git", "fast-import", "--quiet"], cwd=self.sandbox.root, input=stream.encode(), check=True)
        ids = self.sandbox.git("rev-parse", *(f"{name[0]}^{{tree}}" for name in names)).split()
        trees = [Tree(self.repository, tree) for tree in ids]
        files = compare(self.repository, trees[0], trees[1])
        return Change("main", "", trees[0], trees[1], "work", files, trees[2 if target is not None else 0])

    def _branch(self, files: Files, back: int = 0) -> tuple[str, str]:
        self.made += 1
        name = f"refs/heads/b{self.made}"
        lines = [f"commit {name}\ncommitter A <a@example.org> 0 +0000\ndata 0\n"]
        lines += [f"from refs/heads/b{self.made - back}\n"] if back else []
        for path, text in files.items():
            mode = "120000" if text and text.startswith(LINK) else "100644"
            content = (text or "").removeprefix(LINK)
            size = len(content.encode())
            lines.append(f"D {path}\n" if text is None else f"M {mode} inline {path}\ndata {size}\n{content}\n")
        return name, "".join(lines)


@pytest.fixture(scope="session")
def propose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Propose]:
    """propose(base, head): a change."""
    proposals = Proposals(tmp_path_factory.mktemp("proposals") / "repo")
    yield proposals
    proposals.repository.close()
