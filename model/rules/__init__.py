"""Behaviour: scalar, pure functions, one file a behaviour."""
