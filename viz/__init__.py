"""The web app, charts and reports."""
