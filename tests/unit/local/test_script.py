import pytest
from pydantic import ValidationError

from schakel_local.smtpsink.script import Rule, Script


def script(*rules: Rule) -> Script:
    made = Script()
    made.replace(rules)
    return made


def test_the_first_rule_that_fits_and_is_not_used_up_acts() -> None:
    full = Rule(stage="rcpt", action="refuse", recipient="*@vol.nl", code=452, times=1)
    others = Rule(stage="rcpt", action="slow")
    made = script(full, others)

    assert made.take("rcpt", ["a@VOL.nl"]) == full
    assert made.take("rcpt", ["a@vol.nl"]) == others
    assert made.take("rcpt", ["a@leeg.nl"]) == others
    assert made.take("data", ["a@vol.nl"]) is None
    assert [rule["used"] for rule in made.state()] == [1, 2]


def test_at_data_one_of_the_recipients_must_fit() -> None:
    rule = Rule(stage="data", action="hang", recipient="vol@*")
    assert script(rule).take("data", ["x@y.nl", "vol@y.nl"]) == rule
    assert script(rule).take("data", ["x@y.nl"]) is None


@pytest.mark.parametrize(
    "wrong",
    [{"code": 250}, {"code": 600}, {"times": 0}, {"text": "a\r\n250 OK"}, {"stage": "quit"}, {"action": "x"}, {"extra": 1}],
)
def test_a_rule_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate({"stage": "rcpt", "action": "refuse"} | wrong)
