"""A framework that leaves while it is imported."""

raise SystemExit("not today")
