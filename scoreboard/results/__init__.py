"""Store, verdicts, statistics, comparison."""
