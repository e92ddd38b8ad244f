"""Every figure we claim, measured anew. Times vary with the machine; the ratios in one run are what counts."""
