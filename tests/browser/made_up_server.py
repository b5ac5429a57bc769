"""Run as a script: the app on made-up test data. Arguments: port, a folder for the example, and "firms" to have some.

Everything is the app's own but the example's numbers and the run itself.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    from pretend_run import made_up, pretend

    from viz import runs
    from viz.server import run_server

    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    made_up().make_comparison(firms=900.0 if "firms" in sys.argv[3:] else None).save(folder)
    runs.EXAMPLE_FOLDER = folder
    runs.compare_in_background = pretend
    run_server("127.0.0.1", port)
