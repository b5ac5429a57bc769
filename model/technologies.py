"""The technologies firms take up, declared once: a technology's number is its place here and its bit in `adopted`."""

from enum import IntEnum


class Technology(IntEnum):
    """What a firm can adopt."""

    WEBSITE = 0
    ECOMMERCE = 1
    CLOUD = 2
    BUSINESS_SOFTWARE = 3
    """accounting, customer relations, resource planning"""
    CYBER_ESSENTIALS = 4
    """a certificate that lapses unless renewed"""
    DATA_IOT = 5
    AI = 6


TECHNOLOGIES = tuple(technology.name.lower() for technology in Technology)
N_TECHNOLOGIES = len(TECHNOLOGIES)

PREREQUISITE = (-1, 0, -1, 2, -1, 3, 5)
"""What has to be in use before: website -> ecommerce; cloud -> business_software -> data_iot -> ai; -1 nothing"""

ONLINE_BITS = 1 << Technology.WEBSITE | 1 << Technology.ECOMMERCE
"""A firm with any of these serves customers online."""
