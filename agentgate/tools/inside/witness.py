"""What travels into the project's interpreter: runs its tests and writes down how each one ended.

Started by file path, as `python witness.py`, with its instructions as JSON on standard input (so that neither the
command line nor the environment tells the tests where the report is). The runner comes from the environment, never from
the tree under test; the project's own modules come from the tree, whatever an editable install says (a finder stands
before all others).

The report is one JSON record a line, flushed as it comes, opened before any code of the project runs, and ended by a
record that a run which died does not have.
"""

import sys

from notes import prepared
from under_pytest import run_pytest
from under_unittest import run_unittest


def main():
    """Read the instructions, prepare the imports, run."""
    told, report = prepared()
    status = (run_pytest if told["runner"] == "pytest" else run_unittest)(told, report)
    sys.stdout.flush()
    sys.exit(status)


if __name__ == "__main__":
    main()
