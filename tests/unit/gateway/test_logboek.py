"""The audit log in words."""

from uuid import uuid4

from gateway.domain import logboek


def test_a_service_is_the_system_and_an_account_that_nobody_knows_is_gone() -> None:
    anna = str(uuid4())
    assert logboek.who("bron-export", {}) == "het systeem"
    assert logboek.who(anna, {anna: "Anna Voorbeeld"}) == "Anna Voorbeeld"
    assert logboek.who(anna, {}) == "een account dat er niet meer is"
    assert logboek.who(None, {}) == "onbekend of het systeem"


def test_an_act_without_words_is_told_by_its_name() -> None:
    assert logboek.what("overleg.bekeken") == "overlegronde bekeken"
    assert logboek.what("iets.nieuws_gedaan") == "iets: nieuws gedaan"
