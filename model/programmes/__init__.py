"""Programmes: who gets what, when, and what it costs."""
