"""Runs AgentGate's main job on a sample repository: an agent's change is refused, mended, and admitted.

    python demo/run.py [--directory DIR] [--picture FILE]

Ends with status 1 where a verdict is not the one that is told here. Needs no network.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from story import CARELESS, MAIN, MENDED, REFUSING

from agentgate.reports.terminal import export_svg
from agentgate.store import Store, receipts

BIN = Path(sys.executable).parent
#: The same commit ids in every run.
AUTHOR = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"), ("DATE", "2025-01-01T12:00:00Z"))
} | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
#: What a shell may pass on: no CI event, no mark of an agent and no other environment is to change the story.
INHERITED = ("HOME", "TERM", "COLUMNS", "LANG", "LC_ALL", "TMPDIR", "NO_COLOR", "FORCE_COLOR", "PYTHONPATH")


class NotAsToldError(Exception):
    """A verdict differs from the one that the demo tells."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample repository."""

    root: Path

    def git(self, *arguments: str) -> str:
        """One git call's output."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, env=self._environment() | AUTHOR, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        return done.stdout.rstrip()

    def commit(self, files: Mapping[str, str], message: str) -> None:
        """Write files and commit everything."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def shown(self) -> tuple[int, float]:
        """`agentgate check` as a person sees it: its exit status and its seconds."""
        started = time.monotonic()
        sys.stdout.flush()
        done = subprocess.run(self._check("terminal"), cwd=self.root, env=self._environment(), check=False)
        return done.returncode, time.monotonic() - started

    def report(self) -> dict[str, object]:
        """What `agentgate check` answers to a program."""
        done = subprocess.run(
            self._check("json"), cwd=self.root, env=self._environment(), capture_output=True, text=True, check=False
        )
        report: dict[str, object] = json.loads(done.stdout)
        return report

    def picture(self) -> str:
        """The last verdict as an SVG picture."""
        verdict = receipts.last(Store.of(str(self.root / ".git"), str(self.root)), str(self.root))
        if verdict is None:
            raise NotAsToldError("no verdict was kept")
        svg = re.sub(r"@font-face \{.*?\}\s*", "", export_svg(verdict), flags=re.DOTALL)  # no font from the network
        return svg.replace("<svg ", '<svg xml:space="preserve" ', 1)  # librsvg folds even no-break spaces

    def _check(self, format_: str) -> Sequence[str | Path]:
        return [BIN / "agentgate", "check", "--format", format_]

    def _environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return inherited | {"PATH": os.pathsep.join((str(BIN), os.environ["PATH"]))}


def tell(sample: Sample, picture: Path | None) -> None:
    """The story. Raises `NotAsToldError`."""
    say("A small typed package with tests is on main.", "git ls-files")
    sample.git("init", "-q", "-b", "main")
    sample.commit(MAIN, "A shop")
    print(sample.git("ls-files"))

    sample.git("checkout", "-q", "-b", "vouchers")
    sample.commit(CARELESS, "Add vouchers")
    say("An agent adds vouchers on a branch, in a hurry.", "git diff main")
    print(sample.git("diff", "main"))

    say("The gate judges it.", "agentgate check")
    status, _ = sample.shown()
    refused = sample.report()
    expect("exit status", status, 1)
    expect("rules that refuse", refusing(refused), REFUSING)
    if picture:
        picture.write_text(sample.picture(), encoding="utf-8")

    sample.commit(MENDED, "Mend vouchers")
    say("The agent mends what the report names, and proves it with tests.", "git diff --stat main")
    print(sample.git("diff", "--stat", "main"))

    say("The gate judges it again.", "agentgate check")
    status, cold = sample.shown()
    expect("exit status", status, 0)

    say("The tree is unchanged, so the kept verdict answers.", "agentgate check")
    status, warm = sample.shown()
    expect("exit status", status, 0)
    expect("answered from the receipt", sample.report().get("cached"), True)
    print(f"\nRefused, mended, admitted in {cold:.1f} s, and answered from the receipt in {warm:.2f} s.")


def say(sentence: str, command: str) -> None:
    """One step of the story, and the command that shows it."""
    print(f"\n# {sentence}\n$ {command}")


def refusing(report: Mapping[str, object]) -> set[str]:
    """The rules of a JSON report's findings that refuse."""
    results = report.get("results")
    found = [finding for result in results for finding in result["findings"]] if isinstance(results, list) else []
    return {finding["rule"] for finding in found if finding["severity"] == "error"}


def expect(what: str, seen: object, told: object) -> None:
    """Raise `NotAsToldError` where something differs from the story."""
    if seen != told:
        raise NotAsToldError(f"{what}: {seen}, and the demo tells {told}")


def main() -> int:
    """Build the sample, tell the story; the exit status."""
    parser = argparse.ArgumentParser(description="Refused, mended, admitted: the main job on a sample repository.")
    parser.add_argument("--directory", type=Path, help="build the sample here and leave it; must be empty or new")
    parser.add_argument("--picture", type=Path, help="write the refusal as an SVG picture")
    options = parser.parse_args()
    try:
        if options.directory is None:
            with tempfile.TemporaryDirectory(prefix="agentgate-demo-") as directory:
                tell(Sample(Path(directory).resolve()), options.picture)
            return 0
        options.directory.mkdir(parents=True, exist_ok=True)
        if any(options.directory.iterdir()):
            parser.error(f"{options.directory} is not empty")
        tell(Sample(options.directory.resolve()), options.picture)
        print(f"The sample is in {options.directory}: change it, and run {BIN / 'agentgate'} check there.")
    except NotAsToldError as error:
        print(f"\nNot as told: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
