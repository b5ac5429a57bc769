"""Run as a script: the app on made-up test data. Arguments: port, and a folder for the example.

Everything is the app's own but the example's numbers and the run itself.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    from pretend_run import made_up, pretend

    from viz import runs
    from viz.server import run_server

    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    made_up().make_comparison().save(folder)
    runs.EXAMPLE_FOLDER = folder
    runs.compare_in_background = pretend
    run_server("127.0.0.1", port)
