"""Whether an adapter does what every adapter should: a checklist, each line of it proved at the wire."""
