"""Many runs: designs, runner, store, comparison and the command line."""
