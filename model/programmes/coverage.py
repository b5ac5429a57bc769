"""Homes and areas that programmes have built connections past; each once, whatever the programmes."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(slots=True)
class Coverage:
    """What has been passed so far, and what is being built."""

    homes_passed: np.ndarray
    """uint8 by household"""
    areas_passed: np.ndarray
    """uint8 by small area: every home lived in had been passed in some month"""
    due: dict[tuple[str, int], tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    """(programme, month) -> homes that can be connected from then on, and areas completed with them"""

    def build(self, programme_id: str, ready_month: int, homes: np.ndarray, areas: np.ndarray) -> None:
        """Pass homes (rows) and complete areas (rows), to be ready in a month."""
        self.homes_passed[homes] = 1
        self.areas_passed[areas] = 1
        self.due[programme_id, ready_month] = homes, areas
