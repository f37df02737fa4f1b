"""What the calculators' tests share: the fee tables and the day on which they ask."""

from __future__ import annotations

import pytest

from calculators.model import Contesto
from knowledge import Conoscenza

from .saying import TODAY


@pytest.fixture(scope="session")
def contesto(conoscenza: Conoscenza) -> Contesto:
    return Contesto(conoscenza.tariffe, conoscenza.profilo.tariffe_pubblicate_al, TODAY)
