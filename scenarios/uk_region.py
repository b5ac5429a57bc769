"""The places of the UK-weighted sample: those of all five regions together."""

from dataclasses import replace

import pandas as pd

from model.region import Region
from model.storage import content_hash
from scenarios.regions_io import list_regions, load_region
from scenarios.uk_sample import SAMPLE_NAME


def load_uk_region() -> Region:
    """Authorities, areas and hubs of every shipped region as one, for runs on the UK-weighted sample."""
    regions = [load_region(name) for name in list_regions()]

    def joined(table: str) -> pd.DataFrame:
        return pd.concat([getattr(region, table) for region in regions], ignore_index=True)

    return replace(
        regions[0],
        name=SAMPLE_NAME,
        title="UK-weighted sample",
        authorities=joined("authorities"),
        areas=joined("areas"),
        hubs=joined("hubs"),
        fingerprint=content_hash([region.fingerprint for region in regions]),
    )
