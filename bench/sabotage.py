"""Seeds faults into a repository's recent commits, and prints which of them the tests layer refuses.

    python bench/sabotage.py PATH [--python PATH/.venv/bin/python] [--last 20] [--until REV] [--kinds a,b]
                             [--honest-only] [--json FILE] [--jobs 1]

Of the last commits that change behaviour and bring or edit tests, each is first judged as it is: it is honest, and
should be admitted. Then each sabotage (bench/sabotages.py) is made of it, as a commit of its own, and judged: it should
be refused. The repository is copied to a temporary folder, as bench/replay.py does, so nothing of it is touched.
"""

from __future__ import annotations

import argparse
import json
import os
import posixpath
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from replay import copied, git, judge
from sabotages import SABOTAGES, CannotMake, Files, Honest, Sabotage, functions
from sample import AUTHOR

from agentgate import project
from agentgate.change import Change, NothingToJudge, Repository, Tree, read
from agentgate.errors import CannotJudge
from agentgate.evidence import ChangeKind
from agentgate.layers.tests.edited import brought, changed_functions
from agentgate.layers.tests.kind import kind_of, sort, source_of
from agentgate.project import Project

TARGET = "agentgate-replay-target"
HONEST = "honest"
ENDINGS = {0: "admitted", 1: "refused", 77: "for a human"}
LOOKED_AT = 2000  # commits

Case = dict[str, object]


# From a commit to the texts that are sabotaged ----------------------------------------------------------------------


def behaving(root: Path, last: int, until: str) -> list[tuple[str, Honest]]:
    """The last non-merge commits that change behaviour and bring or edit tests, the newest first."""
    found: list[tuple[str, Honest]] = []
    listed = git(root, "log", "--no-merges", "--min-parents=1", f"-{LOOKED_AT}", "--format=%H", until).split()
    repository = Repository.find(str(root))
    try:
        for commit in listed:
            honest = _honest(repository, root, commit)
            found += [(commit, honest)] if honest else []
            if len(found) == last:
                break
    finally:
        repository.close()
    return found


def _honest(repository: Repository, root: Path, commit: str) -> Honest | None:
    """The commit as sabotages take it, None for one of another kind."""
    if not any(name.endswith(".py") for name in git(root, "diff", "--name-only", f"{commit}^", commit).split("\n")):
        return None
    git(root, "update-ref", f"refs/heads/{TARGET}", f"{commit}^")
    try:
        change = read(repository, target=TARGET, head=commit, environ={})
        described = project.read(change.head)
    except (CannotJudge, NothingToJudge):
        return None
    kind = kind_of(change, described)
    new, edited = brought(change, kind.tests)
    if kind.name != "source" or not (new or edited):
        return None
    found = _as_texts(change, described, kind, _named(change, new), _named(change, edited))
    return found if found.own else None


def _named(change: Change, identities: Sequence[str]) -> list[tuple[str, str]]:
    """(path, dotted name) of those that stand in no other function."""
    pairs = [(path, name.replace("::", ".")) for path, _, name in (i.partition("::") for i in identities)]
    return [(path, name) for path, name in pairs if name in functions(change.head.read_text(path) or "")]


def _as_texts(
    change: Change,
    described: Project,
    kind: ChangeKind,
    new: Sequence[tuple[str, str]],
    edited: Sequence[tuple[str, str]],
) -> Honest:
    sources = [file for package in described.packages for file in source_of(change, described, package)]
    tests = sort(change, described).tests
    both = {
        side: [p for f in files for p in (f.path, f.base_path) if p] for side, files in (("s", sources), ("t", tests))
    }
    changed = changed_functions(change, kind.source)
    bystander, conftest = _bystander(change, described), _conftest(described, [path for path, _ in (*new, *edited)])
    wanted = {*both["s"], *both["t"], bystander, conftest} - {""}
    return Honest(
        base=_texts(change.base, wanted),
        head=_texts(change.head, wanted),
        source=tuple(dict.fromkeys(both["s"])),
        tests=tuple(dict.fromkeys(both["t"])),
        new=tuple(new),
        edited=tuple(edited),
        changed=tuple((function.path, function.name) for function in changed),
        modules={path: _module(path, described) for path in both["s"] if path.endswith(".py")},
        bystander=bystander,
        conftest=conftest,
    )


def _texts(tree: Tree, paths: set[str]) -> dict[str, str]:
    """Undecodable bytes as surrogates: a file that is put back comes back as it was."""
    entries = tree.entries()
    return {p: (tree.read(p) or b"").decode("utf-8", "surrogateescape") for p in paths if p in entries}


def _module(path: str, described: Project) -> str:
    """The dotted name by which a source file is imported, "" for none."""
    package = described.owner(path)
    for source_root in sorted(package.source_roots, key=len, reverse=True) if package else ():
        inside = path if source_root == "." else path.removeprefix(source_root + "/")
        if source_root == "." or inside != path:
            name = inside.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            return name if all(part.isidentifier() for part in name.split(".")) else ""
    return ""


def _bystander(change: Change, described: Project) -> str:
    """A source file that the commit leaves alone."""
    touched = {path for file in change.files for path in (file.path, file.base_path)}
    for path in sorted(change.head.entries()):
        owner = described.owner(path)
        if path.endswith(".py") and path not in touched and owner is not None and owner.is_source(path):
            return path
    return ""


def _conftest(described: Project, tests: Sequence[str]) -> str:
    """Beside the first test; "" where pytest is not what runs it."""
    owner = described.owner(tests[0]) if tests else None
    return posixpath.join(posixpath.dirname(tests[0]), "conftest.py") if owner and owner.runner == "pytest" else ""


# From texts to a commit ---------------------------------------------------------------------------------------------


def committed(root: Path, honest_commit: str, parent: str, files: Files, name: str) -> str:
    """A commit of `files` laid over the honest commit's tree; "" where that is the parent's tree or the honest one."""
    index = str(root / ".git" / "agentgate-sabotage-index")
    environment = {**os.environ, **AUTHOR, "GIT_INDEX_FILE": index}

    def call(*arguments: str, text: str = "") -> str:
        given = text.encode("utf-8", "surrogateescape")
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], input=given, env=environment, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    call("read-tree", honest_commit)
    for path, text in files.items():
        if text is None:
            call("update-index", "--force-remove", path)
            continue
        listed = call("ls-tree", honest_commit, "--", path) or call("ls-tree", f"{honest_commit}^", "--", path)
        blob = call("hash-object", "-w", "--stdin", text=text)
        call("update-index", "--add", "--cacheinfo", f"{listed[:6] or '100644'},{blob},{path}")
    tree = call("write-tree")
    if tree in (git(root, "rev-parse", f"{commit}^{{tree}}") for commit in (parent, honest_commit)):
        return ""
    return call("commit-tree", tree, "-p", parent, "-m", f"{name} of {honest_commit[:10]}")


def made(root: Path, commit: str, honest: Honest, sabotage: Sabotage) -> tuple[str, str]:
    """(the sabotaged commit, "") or ("", why there is none)."""
    try:
        files = sabotage.make(honest)
    except CannotMake as error:
        return "", str(error)
    parent = commit if sabotage.after else git(root, "rev-parse", f"{commit}^")
    found = committed(root, commit, parent, files, sabotage.name)
    return found, "" if found else "it would change nothing"


# Judging ------------------------------------------------------------------------------------------------------------


def cases_of(root: Path, commit: str, honest: Honest, python: str, sabotages: Sequence[Sabotage]) -> Iterator[Case]:
    """The honest commit, then each sabotage of it."""
    yield _case(root, commit, HONEST, commit, python)
    for sabotage in sabotages:
        head, why = made(root, commit, honest, sabotage)
        if head:
            yield _case(root, commit, sabotage.name, head, python)
        else:
            yield {"commit": commit, "sabotage": sabotage.name, "ended": "not made", "why": why, "rules": []}


def _case(root: Path, commit: str, name: str, head: str, python: str) -> Case:
    report = judge(root, head, python, "tests")
    results = report.get("results")
    layers = [layer for layer in results if isinstance(layer, Mapping)] if isinstance(results, list) else []
    errors = [f for layer in layers for f in layer.get("findings", []) if f["severity"] == "error"]
    return {
        "commit": commit,
        "subject": git(root, "log", "-1", "--format=%s", commit),
        "sabotage": name,
        "ended": ENDINGS.get(int(str(report["exit"])), "errored"),
        "exit": report["exit"],
        "seconds": report["seconds"],
        "rules": list(dict.fromkeys(finding["rule"] for finding in errors)),
        "messages": [finding["message"] for finding in errors],
        "states": [f"{layer['state']} {layer.get('reason') or ''}".strip() for layer in layers],
        "notices": [notice for layer in layers for notice in layer.get("notices", [])],
        "proofs": [proof for layer in layers for proof in layer.get("evidence", {}).get("proofs", [])],
        "error": "" if layers else str(report.get("error") or report.get("nothing_to_judge") or report["stderr"]),
        "patch": "" if name == HONEST else git(root, "diff", f"{head}^", head),
    }


def show(case: Case) -> None:
    """One line."""
    if case["ended"] == "not made":
        print(f"{str(case['commit'])[:10]} {case['sabotage']:<20} not made: {case['why']}", flush=True)
        return
    said = ", ".join(_strings(case["rules"])) or case["error"] or "; ".join(_strings(case["states"]))
    line = f"{str(case['commit'])[:10]} {case['sabotage']:<20} exit {case['exit']} {case['seconds']:>5}s  {said}"
    print(line.replace("\n", " ")[:220], flush=True)


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def table(cases: Sequence[Case]) -> list[str]:
    """Sabotage x how it ended, the rules that refused, the commits admitted; then the honest commits not admitted."""
    columns = ("made", "refused", "errored", "for a human", "admitted", "not made")
    lines = [f"{'sabotage':<20}" + "".join(f"{column:>12}" for column in columns) + "  rules"]
    for name in dict.fromkeys(str(case["sabotage"]) for case in cases):
        of_name = [case for case in cases if case["sabotage"] == name]
        ended = Counter(str(case["ended"]) for case in of_name)
        ended["made"] = len(of_name) - ended["not made"]
        rules = Counter(rule for case in of_name for rule in _strings(case["rules"]) if case["ended"] == "refused")
        said = ", ".join(f"{rule} x{count}" for rule, count in rules.most_common())
        lines.append(f"{name:<20}" + "".join(f"{ended[column]:>12}" for column in columns) + f"  {said}")
        admitted = [str(case["commit"])[:10] for case in of_name if case["ended"] == "admitted"]
        if admitted and name != HONEST:
            lines.append(f"    admitted: {' '.join(admitted)}")
    lines += _covered(cases)
    for case in cases:
        if case["sabotage"] == HONEST and case["ended"] != "admitted":
            said = ", ".join(_strings(case["rules"])) or str(case["error"]) or "; ".join(_strings(case["states"]))
            lines.append(f"honest {str(case['commit'])[:10]} {case['ended']}: {said}"[:200])
    return lines


def _covered(cases: Sequence[Case]) -> list[str]:
    """How many honest commits leave more than a share of their changed statements unrun."""
    shares = []
    for case in cases:
        proofs = case.get("proofs") if case["sabotage"] == HONEST else None
        counted = [proof for proof in proofs if proof["statements"]] if isinstance(proofs, list) else []
        if counted:
            shares.append(1 - sum(p["covered"] for p in counted) / sum(p["statements"] for p in counted))
    told = [f"{sum(share > step for share in shares)} over {step:.0%}" for step in (0.0, 0.1, 0.25, 0.5, 0.75)]
    return [f"    changed statements that no test runs, of {len(shares)} commits: {', '.join(told)}"] if shares else []


# The whole ----------------------------------------------------------------------------------------------------------


def seeded(options: argparse.Namespace, sabotages: Sequence[Sabotage], directory: Path) -> list[Case]:
    """Every case, shown as it comes; a commit's cases run one after the other in one of the copies."""
    copies: SimpleQueue[Path] = SimpleQueue()
    for number in range(options.jobs):
        copies.put(copied(options.repository.resolve(), directory / str(number)))
    first = copies.get()
    commits = behaving(first, options.last, options.until)
    copies.put(first)

    done: list[Case] = []

    def judged(item: tuple[str, Honest]) -> None:
        root = copies.get()
        for case in cases_of(root, *item, options.python, sabotages):
            show(case)
            done.append(case)
            if options.json:  # rewritten each time: a run takes hours, and may be ended
                options.json.write_text(json.dumps(done, indent=1), encoding="utf-8")
        copies.put(root)

    with ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(judged, commits))
    return done


def options_given() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("repository", type=Path)
    parser.add_argument("--python", default="", help="the project's interpreter; its .venv when not given")
    parser.add_argument("--last", type=int, default=20)
    parser.add_argument("--until", default="HEAD")
    parser.add_argument("--kinds", default="", help="only these sabotages, by comma")
    parser.add_argument("--honest-only", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    found = options.repository / ".venv" / "bin" / "python"
    options.python = options.python or (str(found) if found.exists() else "")
    unknown = set(filter(None, options.kinds.split(","))) - {sabotage.name for sabotage in SABOTAGES}
    if unknown:
        parser.error(f"no such sabotage: {', '.join(sorted(unknown))}")
    return options


def main() -> None:
    """Seed, show each case as it comes, then the table."""
    options = options_given()
    wanted = set(filter(None, options.kinds.split(",")))
    sabotages = [s for s in SABOTAGES if not options.honest_only and (not wanted or s.name in wanted)]
    with tempfile.TemporaryDirectory(prefix="agentgate-sabotage-") as directory:
        cases = seeded(options, sabotages, Path(directory))
    print(f"\n{options.repository.name}: {sum(case['sabotage'] == HONEST for case in cases)} commits")
    print("\n".join(table(cases)))


if __name__ == "__main__":
    main()
