"""What a person, an agent or a CI job types; one file per command; no decisions."""
