"""Regions as data, the programme catalogue and scenario files, turned into model inputs."""
