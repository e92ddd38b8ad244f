"""The gateway every framework talks to: it counts, times, records and enforces budgets."""
