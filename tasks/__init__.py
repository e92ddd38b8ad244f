"""One file per task; base.py is the seam."""
