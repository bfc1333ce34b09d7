"""Seeds one suppression into each recent commit of repositories, and prints which the layer `integrity` catches.

    python bench/seeded.py PATH... [--last 50]

The suppression stands on the first changed line of a Python file that can carry it, or at the head of that file; the
forms take turns. Nothing is copied or run: the seeded tree is written to a private object database only.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from integrity import case_of, change_of, commits

from agentgate import project
from agentgate.change import Change, FileChange, Repository
from agentgate.change.diff import compare
from agentgate.layers.integrity import Integrity
from agentgate.tools.python_comments import comments
from agentgate.verdict import Finding

ON_A_LINE = ("# type: ignore", "# noqa", "# nosec", "# pyright: ignore", "# ty: ignore", "# pylint: disable=all",
             "# type: ignore[misc]", "# noqa: E999", "# nosec B999", "# pragma: no cover", "# fmt: skip")  # fmt: skip
AT_THE_HEAD = ("# mypy: ignore-errors", "# ruff: noqa", "# flake8: noqa", "# pylint: skip-file", "# type: ignore",
               "# pyright: basic", "# ruff: noqa: E999")  # fmt: skip


def seeded(text: str, file: FileChange, form: str, *, at_head: bool) -> tuple[str, int] | None:
    """The text with the form in it, and its line; None where no changed line can carry it."""
    if at_head:
        return f"{form}\n{text}", 1
    lines = text.split("\n")
    for number in (n for hunk in file.hunks for n in range(hunk.head_start, hunk.head_start + hunk.head_count)):
        line = lines[number - 1]
        if not line.strip() or "#" in line or line.endswith(("\\", "\r")):
            continue
        changed = "\n".join([*lines[: number - 1], f"{line}  {form}", *lines[number:]])
        if any(comment.line == number and not comment.is_alone for comment in comments(changed)):
            return changed, number
    return None


def caught(change: Change, form: str, line: int, path: str) -> str:
    """What the layer says of the seeded form: "error", "warning" or "missed"."""
    case = case_of(change.head.repository, change, project.read(change.head))

    def is_it(finding: Finding) -> bool:
        place = finding.location
        return place is not None and (place.path, place.line) == (path, line) and f"`{form}`" in finding.message

    return next((f.severity.value for f in Integrity().judge(case, {}).findings if is_it(f)), "missed")


def judged(path: Path, last: int) -> Iterator[tuple[str, str, str]]:
    """(form, what was said, the commit) of each commit that could carry one."""
    repository = Repository.find(str(path))
    for number, (commit, tree, parent, parent_tree, _) in enumerate(commits(repository, last)):
        change = change_of(repository, commit, tree, parent, parent_tree)
        forms = [(form, False) for form in ON_A_LINE] + [(form, True) for form in AT_THE_HEAD]
        form, at_head = forms[number % len(forms)]
        for file in change.files:
            text = change.head.read_text(file.path) if file.path.endswith(".py") and file.head_blob else None
            made = seeded(text, file, form, at_head=at_head) if text else None
            if made:
                head = change.head.replaced({file.path: made[0].encode("utf-8", "surrogateescape")})
                new = replace(change, head=head, files=compare(repository, change.base, head))
                yield form, caught(new, form, made[1], file.path), f"{path.name} {commit[:10]} {file.path}:{made[1]}"
                break
    repository.close()


def main() -> None:
    """Seed, judge, and print a row for each form."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repositories", type=Path, nargs="+", metavar="PATH")
    parser.add_argument("--last", type=int, default=50)
    options = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    for path in options.repositories:
        for form, said, place in judged(path.resolve(), options.last):
            counts[form, said] += 1
            if said == "missed":
                print(f"missed {form} {place}")
    for form in (*dict.fromkeys((*ON_A_LINE, *AT_THE_HEAD)), ""):
        row = {said: sum(n for (f, s), n in counts.items() if s == said and form in ("", f)) for _, said in counts}
        print(f"{form or 'all':24} {row}")


if __name__ == "__main__":
    main()
