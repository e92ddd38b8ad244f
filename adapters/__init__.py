"""One file per framework; base.py is the seam."""
