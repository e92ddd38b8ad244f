"""Wire formats, translated to and from the neutral form of a conversation. Pure functions."""
