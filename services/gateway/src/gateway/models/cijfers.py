"""Figures: how many, and of whom nothing."""

from gateway.models.base import Answer


class Aantal(Answer):
    """How many hulpvragen of one aanvraagtype; null for those still to be sorted."""

    aanvraagtype: str | None
    lopend: int
    afgerond: int


class Cijfers(Answer):
    """How many hulpvragen there are of each aanvraagtype, within one's reach."""

    swv: str
    aantallen: list[Aantal]
