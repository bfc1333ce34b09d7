"""Puts AgentGate where it stands in the way: one file per thing wired."""
