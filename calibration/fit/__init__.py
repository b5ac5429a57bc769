"""The statistics of a fit, on arrays: emulator, discrepancy, waves, sampler, acceptance and second opinions."""
