"""Plan the trials, make the environments, supervise the workers."""
