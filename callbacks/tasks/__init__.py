"""What the worker runs: queued tasks and clock ticks."""
