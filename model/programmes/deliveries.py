"""The programmes of a scenario at work in one run."""

from collections.abc import Iterable

from model.programmes.delivery import Delivery
from model.programmes.firm_delivery import FirmDelivery
from model.programmes.place_delivery import PlaceDelivery
from model.programmes.programme import PLACE_INSTRUMENTS, Programme
from model.world import World

AnyDelivery = Delivery | FirmDelivery | PlaceDelivery


def deliveries(programmes: Iterable[Programme], world: World) -> list[AnyDelivery]:
    """Programmes as they act in a month: for places, then residents', then firms', each in the scenario's order."""
    order = sorted(programmes, key=lambda p: (p.instrument not in PLACE_INSTRUMENTS, p.audience == "firms"))
    return [_delivery(programme, world) for programme in order]


def _delivery(programme: Programme, world: World) -> AnyDelivery:
    if programme.instrument in PLACE_INSTRUMENTS:
        return PlaceDelivery(programme, world)
    return (FirmDelivery if programme.audience == "firms" else Delivery)(programme, world)
