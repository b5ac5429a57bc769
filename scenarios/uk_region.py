"""The places of the UK-weighted sample, those of all five regions together, with the UK's enterprises shared among them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from model.region import Region
from model.storage import content_hash
from scenarios.regions_io import list_regions, load_national, load_region
from scenarios.uk_sample import SAMPLE_NAME


def load_uk_region() -> Region:
    """Authorities, areas and hubs of every shipped region as one, for runs on the UK-weighted sample.

    Firms are the UK's: see shared_counts.
    """
    regions = [load_region(name) for name in list_regions()]

    def joined(table: str) -> pd.DataFrame:
        return pd.concat([getattr(region, table) for region in regions], ignore_index=True)

    authorities, areas = joined("authorities"), joined("areas")
    adults = (areas["population"] - areas["age_0_15"]).groupby(areas["authority_code"]).sum()
    adults = adults.reindex(authorities["authority_code"])
    national = load_national()
    return replace(
        regions[0],
        name=SAMPLE_NAME,
        title="UK-weighted sample",
        authorities=authorities,
        areas=areas,
        hubs=joined("hubs"),
        business_area="uk",
        firm_counts=shared_counts(national["firm_counts_uk"], adults),
        firm_rates=repeated_rates(national["firm_rates_uk"], adults),
        fingerprint=content_hash([region.fingerprint for region in regions]),
    )


def shared_counts(counts: pd.DataFrame, adults: pd.Series) -> pd.DataFrame:
    """The UK's firms shared among authorities in proportion to their adults, in whole firms that add up to the UK's.

    The sample's adults stand for the UK's, so its firms have to be the UK's in number, sector and size: with each
    region's own firms the sample would have the five regions' mix and too few firms for its adults. Every authority
    has the UK's mix; what is lost is the tie between a place and its industries, which the sample does not need.
    """
    running = np.concatenate(([0.0], np.cumsum(adults.to_numpy(float)))) / float(adults.sum())
    whole = np.floor(counts["count"].to_numpy()[:, None] * running[None, :] + 0.5)
    parts = []
    for place, code in enumerate(adults.index):
        own = counts[["measure", "group", "category"]].assign(count=np.int64(whole[:, place + 1] - whole[:, place]))
        own.insert(0, "authority_code", code)
        parts.append(own)
    return pd.concat(parts, ignore_index=True)


def repeated_rates(rates: pd.DataFrame, adults: pd.Series) -> pd.DataFrame:
    """The UK's births and closures for every authority, and its active enterprises shared in proportion to adults."""
    share = adults / float(adults.sum())
    parts = []
    for code in adults.index:
        is_count = rates["measure"] == "active_enterprises"
        value = rates["value"].where(~is_count, rates["value"] * share[code])
        parts.append(rates[["year", "measure"]].assign(authority_code=code, value=value))
    return pd.concat(parts, ignore_index=True)[["authority_code", "year", "measure", "value"]]
