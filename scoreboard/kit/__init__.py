"""What an adapter is begun and kept up to date with."""
