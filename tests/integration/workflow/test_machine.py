"""Whatever people try, in whatever order: a model that knows the rules as written predicts every answer of the real service.

After each step history, events and mails of the hulpvraag are held against the model's: no sequence of permitted actions leaves
the rules, nobody does what they may not, the history has no gap, and exactly the planned mails go out. It is one file, however
long, because it is one game: its steps share what they know of the hulpvragen.
"""

import asyncio
import json
from collections.abc import Coroutine, Sequence
from typing import Any, ClassVar, TypeVar

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from shared.clock import new_id
from shared.contracts.workflow import StatusGewijzigd
from shared.envelope import AnyEvent, Event
from support.hulpvragen import BEUK, RULESETS, Office, about, batch, board, decision, ib, ingediend, named, soon, staff
from support.predicted import Model, Row, Verdict, Vraag, Who
from workflow.domain import stappen
from workflow.domain.verloop import Regels
from workflow.registry import read_all

REGELS = {one.ruleset.swv: Regels(one.ruleset) for one in read_all(RULESETS)}
KINDS = [(swv, verloop) for swv, regels in REGELS.items() for verloop in regels.verlopen]
LATER = 200
"""Days to a discussion: after the summer, should a yearly deadline have been missed."""
_HISTORY = "SELECT versie, vorige, status, aanleiding, rol, id FROM statuswijziging WHERE hulpvraag = $1 ORDER BY versie"
_EVENTS = """
SELECT convert_from(body, 'UTF8') AS body FROM outbox WHERE subject = $1 AND type = $2 ORDER BY id
"""
_NOW = "SELECT status, versie, einde, (SELECT count(*) FROM besluit WHERE hulpvraag = $1) FROM hulpvraag WHERE id = $1"
T = TypeVar("T")


def people(swv: str) -> list[Who]:
    """Somebody with each role, and those who have no business here."""
    rollen = [(rol.naam, rol.basis) for rol in REGELS[swv].ruleset.rollen]
    inside = [ib(swv=swv, rollen=(naam,)) if basis == "school" else staff(naam, swv=swv) for naam, basis in rollen]
    claims = [staff("school", "IB'er", swv=swv), ib(swv=swv, rollen=("administratie", "SCP"))]
    elsewhere = "PO2507" if swv != "PO2507" else "PO2806"
    return [
        Who(actor) for actor in (*inside, *claims, board(swv=swv), ib(BEUK, swv=swv), staff("administratie", swv=elsewhere))
    ]


PEOPLE = {swv: people(swv) for swv in REGELS}


def pick(data: st.DataObject, options: Sequence[T]) -> T:
    """Draw one by its place: what failed is then short to read."""
    return options[data.draw(st.integers(0, len(options) - 1))]


class Machine(RuleBasedStateMachine):
    """Some hulpvragen at once, of any aanvraagtype of any SWV."""

    office: ClassVar[Office]
    loop: ClassVar[asyncio.AbstractEventLoop]
    postbussen: ClassVar[dict[str, dict[str, str]]]

    def __init__(self) -> None:
        super().__init__()
        self.models: list[Model] = []
        self.sent: list[tuple[Model, AnyEvent]] = []
        self.done: list[tuple[Model, Who, dict[str, Any], dict[str, str], httpx.Response]] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Let the loop of the service do this, and wait for it here."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    @initialize(data=st.data())
    def some(self, data: st.DataObject) -> None:
        for _ in range(3):
            self.submit(data)

    def submit(self, data: st.DataObject) -> None:
        swv, verloop = pick(data, KINDS)
        unknown = data.draw(st.integers(0, 9)) == 0
        titel = pick(data, ["Iets anders", *verloop.type.aliassen, verloop.type.titel])
        titel = "Iets anders" if unknown else titel if titel != "Iets anders" else verloop.type.titel
        what = ingediend(titel, swv=swv, **about(verloop.type.niveau))
        model = Model(what, REGELS[swv].ruleset, None if unknown else verloop, self.postbussen[swv])
        model.begin("ingediend")
        self.models.append(model)
        self.send(model, Event.about(what, subject=what.hulpvraag, sequence=0))

    def send(self, model: Model, event: AnyEvent) -> None:
        self.run(self.office.sandbox.publish(event))
        self.run(self.office.handled(event))
        self.sent.append((model, event))
        self.agrees(model)

    def one(self, data: st.DataObject) -> Model:
        going = [model for model in self.models if model.verloop is None or model.steps_of_all()]
        return pick(data, going or self.models)

    def who(self, data: st.DataObject, model: Model) -> Who:
        return pick(data, PEOPLE[model.data.swv])

    @rule(data=st.data())
    def another_comes(self, data: st.DataObject) -> None:
        if len(self.models) < 6:
            self.submit(data)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def an_event_is_told_again(self, data: st.DataObject) -> None:
        """The same message, or the same news in another message: nothing happens, and nobody is mailed."""
        model, event = pick(data, self.sent)
        again = event if data.draw(st.booleans()) else event.model_copy(update={"id": new_id()})
        self.run(self.office.sandbox.publish(again))
        if again is not event:
            self.run(self.office.handled(again))
        self.agrees(model)

    @rule(data=st.data())
    def a_bijlage_comes(self, data: st.DataObject) -> None:
        model = self.one(data)
        titels = [form.titel for form in model.ruleset.formulieren]
        titel = pick(data, ["los stuk", *titels])
        self.bring(model, titel)

    def bring(self, model: Model, titel: str) -> None:
        news = batch(model.data, bijlagen=(named(f"{titel}.pdf"),))
        model.bring(titel)
        self.send(model, Event.about(news, subject=model.data.hulpvraag, sequence=0))

    @rule(data=st.data())
    def somebody_tries_any_status(self, data: st.DataObject) -> None:
        model = self.one(data)
        names = sorted(model.verloop.namen) if model.verloop else ["Nieuw"]
        flags = {name: data.draw(st.booleans()) for name in ("reden", "datum", "bevestigd")}
        off = pick(data, [0, 0, 0, -1, 1])
        vraag = Vraag(pick(data, [*names, "Bestaat niet"]), **flags, off=off)
        self.change(model, self.who(data, model), vraag)

    @rule(data=st.data())
    def somebody_tries_the_next_status(self, data: st.DataObject) -> None:
        """A step that the rules have, by anybody, with or without what it asks for."""
        model = self.one(data)
        steps = model.steps_of_all()
        if steps:
            stap = pick(data, steps)
            flags = {name: data.draw(st.booleans()) for name in ("reden", "datum", "bevestigd")}
            self.change(model, self.who(data, model), Vraag(stap.naar.naam, **flags))

    @rule(data=st.data())
    def somebody_makes_a_step_as_it_should_be(self, data: st.DataObject) -> None:
        """So that hulpvragen get somewhere."""
        model = self.one(data)
        steps = model.steps_of_all()
        if not steps:
            return
        stap = pick(data, steps)
        for eis in stap.vereist:
            if eis.formulier:
                self.bring(model, eis.formulier)
            if eis.besluit and model.besluit is None and model.verloop and model.verloop.type.besluit:
                who = next(
                    one for one in PEOPLE[model.data.swv] if one.rollen(model.ruleset) & {*model.verloop.type.besluit.rollen}
                )
                self.decide(model, who, toegekend=eis.besluit == "toegekend")
        may = [one for one in PEOPLE[model.data.swv] if one.rollen(model.ruleset) & stap.rollen and model.sees(one)]
        if may:
            self.change(model, pick(data, may), Vraag(stap.naar.naam, reden=True, datum=True, bevestigd=True))

    def change(self, model: Model, who: Who, vraag: Vraag) -> None:
        expected = model.verdict(who, vraag)
        key, versie = str(new_id()), len(model.rows) + vraag.off
        body: dict[str, Any] = {"status": vraag.status, "bevestigd": vraag.bevestigd}
        body |= {"reden": "Dit is de reden."} if vraag.reden else {}
        body |= {"bespreekdatum": soon(LATER)} if vraag.datum else {}
        headers = {"If_Match": f'"{versie}"', "Idempotency_Key": key}
        path = f"/hulpvragen/{model.data.dossiernummer}/statuswijzigingen"
        answer = self.run(self.office.client(who.actor).call("POST", path, json=body, **headers))
        self.answered(answer, expected)
        if expected.code == 201 and model.verloop is not None:
            model.arrive(model.verloop.namen[vraag.status], "statuswijziging", expected.rol)
            self.done.append((model, who, body, headers, answer))
        self.agrees(model)

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def a_command_is_sent_again(self, data: st.DataObject) -> None:
        """With the same key, whatever happened since: the same answer, and nothing changes."""
        model, who, body, headers, first = pick(data, self.done)
        path = f"/hulpvragen/{model.data.dossiernummer}/statuswijzigingen"
        answer = self.run(self.office.client(who.actor).call("POST", path, json=body, **headers))
        if model.sees(who):
            assert (answer.status_code, answer.json()) == (first.status_code, first.json())
        else:
            assert answer.status_code == 404
        self.agrees(model)

    @rule(data=st.data(), toegekend=st.booleans(), off=st.sampled_from([0, 0, 0, 1]))
    def somebody_decides(self, data: st.DataObject, off: int, *, toegekend: bool) -> None:
        model = self.one(data)
        self.decide(model, self.who(data, model), toegekend=toegekend, off=off)

    def decide(self, model: Model, who: Who, *, toegekend: bool, off: int = 0) -> None:
        regel = model.verloop.type.besluit if model.verloop else None
        if regel is not None and regel.soort == "TLV" and model.data.niveau != "leerling":
            return  # PO00YY has one, that no decision fits
        expected = model.decision(who, off)
        body = decision({"besluitsoort": regel.soort if regel else "TLV"}, toegekend=toegekend)
        client = self.office.client(who.actor)
        answer = self.run(client.decide(model.data.dossiernummer, len(model.rows) + off, **body))
        self.answered(answer, expected)
        if expected.code == 201:
            model.besluit = "toegekend" if toegekend else "afgewezen"
        self.agrees(model)

    @rule(data=st.data())
    def somebody_sorts(self, data: st.DataObject) -> None:
        model = pick(data, [one for one in self.models if one.verloop is None] or self.models)
        who = self.who(data, model)
        regels, niveau = REGELS[model.data.swv], model.data.niveau
        known = [verloop.type.titel for verloop in regels.verlopen if verloop.type.niveau == niveau]
        titel = pick(data, ["Nog iets anders", *known])
        verloop = regels.find(niveau, titel)
        expected = model.sorting(who, known=verloop is not None)
        path = f"/hulpvragen/{model.data.dossiernummer}/aanvraagtype"
        client = self.office.client(who.actor)
        answer = self.run(client.call("PUT", path, json={"aanvraagtype": titel}, If_Match=f'"{len(model.rows)}"'))
        self.answered(answer, expected)
        if expected.code == 200:
            model.verloop = verloop
            model.begin("gesorteerd", min(who.rollen(model.ruleset).intersection(model.ruleset.onbekende_titel.sorteren)))
        self.agrees(model)

    def answered(self, answer: httpx.Response, expected: Verdict) -> None:
        """A refusal says what it is and, of a change of status, what may be done instead."""
        assert answer.status_code == expected.code, (answer.text, expected)
        if expected.slug:
            problem = answer.json()
            assert answer.headers["content-type"] == "application/problem+json"
            assert (problem["type"], problem["status"]) == (f"urn:schakel:fout:{expected.slug}", expected.code)
        if expected.toegestaan is not None:
            assert tuple(step["status"] for step in answer.json()["toegestaan"]) == expected.toegestaan

    def agrees(self, model: Model) -> None:
        self.run(self._agrees(model))

    async def _agrees(self, model: Model) -> None:
        """Nothing is half done: the hulpvraag, its history, its events and the mails in them are as the model has them."""
        pool, id_ = self.office.service.database.pool, model.data.hulpvraag
        rows = await pool.fetch(_HISTORY, id_)
        events = [json.loads(row["body"]) for row in await pool.fetch(_EVENTS, str(id_), StatusGewijzigd.TYPE)]
        assert [event["sequence"] for event in events] == [row["versie"] for row in rows]
        assert [event["data"]["wijziging"] for event in events] == [str(row["id"]) for row in rows]
        seen = [
            Row(
                row["versie"],
                row["vorige"],
                row["status"],
                row["aanleiding"],
                row["rol"] or "automatisch",
                tuple((mail["doelgroep"], mail["email"], mail["sjabloon"]) for mail in event["data"]["mails"]),
            )
            for row, event in zip(rows, events, strict=True)
        ]
        assert seen == model.rows
        einde = model.verloop is not None and model.status in model.verloop.eindstatussen
        now = await pool.fetchrow(_NOW, id_)
        assert now is not None
        assert tuple(now) == (model.status, len(rows), einde, int(model.besluit is not None))


async def addresses(office: Office) -> dict[str, dict[str, str]]:
    """Give the roles of each SWV an address, but for one in three; two of them share one."""
    given: dict[str, dict[str, str]] = {}
    for swv, regels in REGELS.items():
        own = [rol.naam for rol in regels.ruleset.rollen if rol.basis in {"intern", "beheerder"}]
        named = {rol: f"postbus-{place % 5}@{swv.lower()}.example" for place, rol in enumerate(own) if place % 3 != 2}
        query = "INSERT INTO postbus (swv, rol, email, gewijzigd_op) VALUES ($1, $2, $3, now())"
        await office.service.database.pool.executemany(query, [(swv, rol, email) for rol, email in named.items()])
        given[swv] = named
    return given


async def played(office: Office, *, examples: int, steps: int, seeded: bool) -> None:
    """Play so many games against this office, each of so many steps."""
    Machine.office, Machine.loop, Machine.postbussen = office, asyncio.get_running_loop(), await addresses(office)
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=seeded,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        phases=[Phase.generate, *([] if seeded else [Phase.shrink])],
    )
    await asyncio.to_thread(run_state_machine_as_test, Machine, settings=how)


SAMPLE: Any = {"examples": 6, "steps": 40, "seeded": True}


@pytest.mark.timeout(300)  # a quarter of a minute on a machine that does nothing else
async def test_whatever_people_try_the_service_does_as_the_rules_say(own_office: Office) -> None:
    await played(own_office, **SAMPLE)


EVERY_ROLE = frozenset(rol.naam for regels in REGELS.values() for rol in regels.ruleset.rollen)
SABOTAGE = {
    "everybody may do everything": (
        "workflow.usecases.change.change",
        lambda *given, rollen, **more: stappen.change(*given, rollen=rollen | EVERY_ROLE, **more),
    ),
    "nobody is mailed": ("workflow.usecases.record.recipients", lambda *_: ()),
    "nothing that is asked for is looked at": ("workflow.domain.stappen._unmet", lambda *_: []),
}


@pytest.mark.in_turn(of=3)
@pytest.mark.parametrize("what", SABOTAGE)
async def test_a_service_that_does_otherwise_is_found_out(
    own_office: Office, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The test above, red."""
    monkeypatch.setattr(*SABOTAGE[what])
    with pytest.raises((AssertionError, Flaky)):
        await played(own_office, **SAMPLE)


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_and_many_more(own_office: Office) -> None:
    await played(own_office, examples=300, steps=60, seeded=False)
