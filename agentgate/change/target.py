"""Which branch a change is for. Nothing is fetched and nothing is guessed."""

from __future__ import annotations

from agentgate.change.git import Repository
from agentgate.errors import GitError

USUAL = ("main", "master")


def named(repository: Repository, name: str) -> str:
    """The full ref (or the revision itself) that `--target` or a CI event names; its remote-tracking branch first."""
    remotes = repository.remotes
    for candidate in (
        *(f"refs/remotes/{remote}/{name}" for remote in _ordered(repository, remotes)),
        f"refs/heads/{name}",
    ):
        if repository.resolve(candidate):
            return candidate
    if repository.resolve(name):
        return name
    fetch = f"git fetch {remotes[0]} {name}" if remotes else "git branch --all  # then name one: --target BRANCH"
    raise GitError(f"the target {name!r} is not in this clone", fetch)


def found(repository: Repository) -> str:
    """The full ref of the target branch when nobody names it. Raises `GitError` naming `--target`."""
    remotes = repository.remotes
    if remotes:
        remote = _ordered(repository, remotes)
        if remote:
            return _of_remote(repository, remote[0])
        raise GitError(
            f"several remotes ({', '.join(remotes)}) and none is the branch's upstream or origin",
            "agentgate check --target REMOTE/BRANCH",
        )
    default = repository.settings.get("init.defaultbranch", "")
    candidates = [f"refs/heads/{name}" for name in dict.fromkeys((default, *USUAL)) if name]
    for candidate in candidates:
        if repository.resolve(candidate):
            return candidate
    raise GitError(
        "no remote, and no branch main or master: the target branch is not known", "agentgate check --target BRANCH"
    )


def _of_remote(repository: Repository, remote: str) -> str:
    head = repository.git("symbolic-ref", "--quiet", f"refs/remotes/{remote}/HEAD", check=False).out.strip()
    if head and repository.resolve(head):
        return head
    usual = [f"refs/remotes/{remote}/{name}" for name in USUAL if repository.resolve(f"refs/remotes/{remote}/{name}")]
    if len(usual) == 1:
        return usual[0]
    which = "both main and master" if usual else "no default branch known"
    raise GitError(
        f"remote {remote} has {which}: the target branch is not known",
        f"agentgate check --target {remote}/BRANCH  # or once: git remote set-head {remote} --auto",
    )


def _ordered(repository: Repository, remotes: list[str]) -> list[str]:
    """The remote that counts, as a list of one: the branch's upstream's, else origin, else the only one; or none."""
    branch = repository.git("symbolic-ref", "--quiet", "HEAD", check=False).out.strip()
    if branch:
        upstream = repository.git("for-each-ref", "--format=%(upstream:remotename)", branch).out.strip()
        if upstream in remotes:
            return [upstream]
    if "origin" in remotes:
        return ["origin"]
    return remotes if len(remotes) == 1 else []
