"""All the calculators, by id, in the order in which they are listed to who asks what can be computed."""

from __future__ import annotations

from typing import Mapping

from calculators import bollo, certificati, custodia, diritti_copia, patrocinio, scadenze, traino, viaggio
from calculators.model import Calcolatore

CALCOLATORI: Mapping[str, Calcolatore] = {
    module.CALCOLATORE.id: module.CALCOLATORE
    for module in (diritti_copia, certificati, bollo, custodia, traino, patrocinio, viaggio, scadenze)
}
