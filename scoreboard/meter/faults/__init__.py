"""Faults: the precise ways in which the model, the network or a tool misbehaves. Small pure objects, one catalogue."""
