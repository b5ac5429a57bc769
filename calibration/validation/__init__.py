"""The fitted model against published figures it never saw, and against simpler forecasts."""
