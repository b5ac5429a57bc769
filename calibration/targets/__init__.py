"""Calibration targets: what was published, what is read of a run, and how far apart they may lie by chance."""
