"""Star history from OSS Insight and GitHub: sources, cache, growth, charts. It knows nothing of the scoreboard."""
