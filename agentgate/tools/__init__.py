"""The programs that layers ask: ports in `ports`, one adapter per file."""
