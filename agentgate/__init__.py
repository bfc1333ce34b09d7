"""AgentGate: a merge gate for coding agents' pull requests. See the house plan in CONTRIBUTING.md."""

__version__ = "0.1.0"
