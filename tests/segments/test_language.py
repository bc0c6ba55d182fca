"""Whatever rule is written, both databases select whom plain Python selects; and what is wrong is said."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event as event_of

from app import runtime
from app.engagement.dormancy import Policy
from app.errors import BadInput
from app.runtime import Runtime
from app.segments import language, membership, saved, written
from app.segments.problems import BadRule
from tests.segments import population as people
from tests.segments.plainly import selects
from tests.segments.population import AS_OF, DAYS, KINDS, NAMES, NUMBERS, TEXTS

DATES = ("2025-03-30", "2026-03-29", "2026-03-28", "2026-02-27", "2026-02-28")
pick = st.sampled_from
known = st.fixed_dictionaries({"known": st.booleans()})


def texts(*values: str) -> st.SearchStrategy[Any]:
    """What can be asked of a text: a value, some, or operators."""
    one = pick(values)
    part = one.map(lambda value: value[: len(value) // 2 + 1])
    more = {"not": one, "in": st.lists(one, min_size=1, max_size=3), "contains": part, "starts_with": part}
    some = st.fixed_dictionaries({}, optional=more).filter(bool)
    return st.one_of(one, one.map(str.swapcase), st.lists(one, min_size=1, max_size=2), some, known)


def numbers(values: Any, *, least: tuple[str, ...] = ("is", "not")) -> st.SearchStrategy[Any]:
    one = pick(values)
    pairs = st.tuples(one, one).map(sorted).map(list)
    words = dict.fromkeys((*least, "more_than", "at_least", "less_than", "at_most"), one) | {"between": pairs}
    return st.fixed_dictionaries({}, optional=words).filter(bool)


times = st.one_of(
    st.fixed_dictionaries({}, optional={"before": pick(DATES), "after": pick(DATES)}).filter(bool),
    st.fixed_dictionaries({"between": st.tuples(pick(DATES), pick(DATES)).map(sorted).map(list)}),
    st.fixed_dictionaries({"within_days": pick(DAYS)}),
    st.fixed_dictionaries({"older_than_days": pick(DAYS)}),
)
days = dict.fromkeys(("more_than", "at_least", "less_than", "at_most"), pick(DAYS))
ages = st.fixed_dictionaries({}, optional=days).filter(bool)
what = st.one_of(pick(KINDS), st.lists(pick(KINDS), min_size=1, max_size=2))
amounts = numbers((0.1, 0.2, 100, 250.5, 350.5))
event = st.builds(
    lambda parts, when: parts | when,
    st.fixed_dictionaries(
        {},
        optional={
            "what": what,
            "amount": amounts,
            "currency": pick(["EUR", "eur", "CHF"]),
            "detail": texts("Ordine 100%", "ordine 12"),
            "source": texts("crm", "shop"),
            "graded": pick(["machine_open", "open"]),
        },
    ),
    st.one_of(st.just({}), times),
).filter(bool)
anything = st.one_of(texts(*TEXTS), numbers(NUMBERS), pick([*NUMBERS, True, False]), times)
step = st.fixed_dictionaries(
    {"what": what}, optional={"within_days": pick(DAYS), "source": pick(["crm", "shop"])}
)


def one(field: str, asked: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({field: asked})


def joined(*parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda found: {key: value for part in found for key, value in part.items()})


consents = st.one_of(
    pick(["granted", "withdrawn", "unknown"]), st.just(["granted", "unknown"]), st.just({"not": "granted"})
)
marks = st.one_of(
    st.dictionaries(
        pick(["nps", "csat"]), st.one_of(st.integers(0, 10), numbers(range(11)), known), min_size=1
    ),
    st.fixed_dictionaries(
        {"trend": st.one_of(pick(["improving", "steady"]), st.just({"not": "steady"}), known)}
    ),
)
question = st.fixed_dictionaries(
    {"question": pick(["voto", "perche"])},
    optional={
        "survey": pick(["visita", "ritorno"]),
        "value": st.one_of(pick([9, "9", "bene"]), numbers((8, 9))),
    },
)
often = st.one_of(st.just({}), one("times", numbers((0, 1, 2, 3))))
LEAVES = st.one_of(
    one("first_name", texts("anna", "BRUNO", "àda", "ÀDA")),
    one("company", texts("Rossi S.r.l.", "Bianchi & C.")),
    one("language", texts("it", "en", "de")),
    one("email", known),
    one("email_domain", texts("libero.it", "ditta.example")),
    one("owner", texts("Bianchi", "Verdi")),
    one("source", texts("crm", "shop")),
    one("created", st.one_of(times, known)),
    one("last_engaged", st.one_of(times, known)),
    one("attributes", st.dictionaries(pick(NAMES), st.one_of(anything, known), min_size=1, max_size=2)),
    one("consent", one("email", consents)),
    one(
        "dormancy", st.lists(pick(["active", "cooling", "dormant", "never_engaged"]), min_size=1, max_size=2)
    ),
    one("did", st.one_of(what, joined(event, often))),
    one("did_not", st.one_of(what, event)),
    one("total", joined(event.filter(lambda asked: "between" not in asked), amounts)),
    one("value", amounts),
    one("days_since", joined(event, ages)),
    one("journey", st.lists(step, min_size=2, max_size=3)),
    one("rating", marks),
    one("nps_class", st.one_of(pick(["promoter", "passive"]), st.just({"not": "detractor"}), known)),
    one("sentiment", st.one_of(pick(["positive", "negative"]), st.just({"not": "neutral"}), known)),
    one("answered", joined(question, st.one_of(st.just({}), times))),
    one("score", numbers((10, 60, 61))),
    one("score.recency", st.one_of(numbers((4, 5)), known)),
    one("score.stage", st.one_of(pick(people.STAGES), known)),
    one("unanswered_sends", numbers((0, 1, 5))),
    one("dormant_for_days", st.one_of(ages, known)),
)
RULES = st.recursive(
    LEAVES,
    lambda rules: st.one_of(
        one("all", st.lists(rules, min_size=1, max_size=3)),
        one("any", st.lists(rules, min_size=1, max_size=3)),
        one("not", rules),
        st.builds(lambda a, b: a | b, rules, rules),
    ),
    max_leaves=5,
)


def chosen(rule: Any) -> set[str]:
    with runtime.reading() as db:
        found = db.execute(membership.members(rule, as_of=AS_OF, policy=Policy())).all()
    assert len({row[0] for row in found}) == len(found)
    return {row[0] for row in found}


def test_any_rule_selects_whom_plain_python_selects(rt: Runtime) -> None:
    crowd = people.stored(seed=7)

    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(RULES)
    def agrees(rule: dict[str, Any]) -> None:
        expected = {person["id"] for person in crowd if selects(rule, person)}
        found = chosen(rule)
        assert found == expected, [(p, p["id"] in found) for p in crowd if p["id"] in found ^ expected]

    agrees()


def test_values_are_bound_and_odd_names_are_only_names(rt: Runtime) -> None:
    people.stored(seed=7)
    for odd in ("'; DROP TABLE contacts --", "%(x)s", "$.a[0]", "città'", "x.y", ":b", "\\", "{0}"):
        assert chosen({"attributes": {odd: odd}}) == set(), odd
        assert chosen({"company": {"contains": odd}}) == set()
        asked = membership.members({"attributes": {odd: odd}}, as_of=AS_OF, policy=Policy())
        sql = str(asked.compile(rt.engine))
        assert odd not in sql.replace("contacts.attributes", "")
    everybody = chosen({"any": [{"company": {"known": True}}, {"company": {"known": False}}]})
    assert len(everybody) == 40


def test_as_deep_and_as_long_as_a_rule_may_be(rt: Runtime) -> None:
    people.stored(seed=7)
    rule: dict[str, Any] = {"did": {"what": "purchase", "times": {"at_least": 1}}}
    for depth in range(language.DEEPEST):
        rule = (
            {"any": [{"language": "xx"}, {"not": {"attributes": {"x": 1}}}, rule]}
            if depth % 2
            else {"all": [rule]}
        )
    assert chosen(rule)
    many = [{"attributes": {f"a{number}": number}} for number in range(language.MOST_CONDITIONS)]
    assert chosen({"any": many}) == set()
    assert len(chosen({"not": {"any": many}})) == 40
    with pytest.raises(BadRule, match="too long"):
        chosen({"any": [*many, {"language": "it"}]})
    for _ in range(30):
        rule = {"all": [rule]}
    with pytest.raises(BadRule, match="deep"):
        chosen(rule)


USUAL: dict[str, Any] = {
    "dormancy": "dormant",
    "attributes": {"settore": "Edilizia"},
    "did": {"what": "purchase", "times": {"at_least": 2}},
    "did_not": "login",
    "value": {"at_least": 1},
    "days_since": {"what": "login", "at_least": 1},
    "journey": [{"what": "webinar"}, {"what": "purchase", "within_days": 9}],
    "rating": {"nps": 9, "trend": "declining"},
    "nps_class": "promoter",
    "sentiment": "negative",
    "answered": {"survey": "visita", "question": "voto", "value": 9},
    "consent": {"email": "granted"},
    "owner": "Verdi",
    "source": "crm",
    "score": {"at_least": 1},
    "unanswered_sends": {"at_least": 1},
    "dormant_for_days": {"at_least": 1},
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kept", [False, True])
def test_every_look_at_another_table_is_served_by_an_index(rt: Runtime, kept: bool) -> None:
    ran: list[tuple[str, Any]] = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        ran.append((statement, parameters))

    event_of.listen(rt.engine, "before_cursor_execute", keep)
    with runtime.reading() as db:
        db.execute(membership.members(USUAL, as_of=AS_OF, policy=Policy(), kept=kept))
        statement, parameters = ran[-1]
        plan = db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    scanned = {row[3] for row in plan if row[3].startswith("SCAN") and "VIRTUAL TABLE" not in row[3]}
    assert scanned <= {"SCAN contacts", "SCAN 1"}, plan


WRONG = {
    "lingua: it": ["line 1: lingua: 'lingua' is no field of a segment. Did you mean `language`?"],
    "language: it\nall:\n  - dormancy: dormante\n  - attributes:\n      fatturato: {more_then: 3}": [
        "line 3: all[1].dormancy: 'dormante' is no value of this field. Did you mean `dormant`?",
        "line 5: all[2].attributes.fatturato.more_then: 'more_then' is no operator of this field. Did you mean",
    ],
    "attributes: {fatturato: {more_than: 'tanto'}}": ["attributes.fatturato.more_than: 'tanto' is no number"],
    "attributes: {nato: {before: 1/2/2026}}": ["attributes.nato.before: '1/2/2026' is no date"],
    "created: {before: 2026-W44-1}": ["created.before: '2026-W44-1' is no date"],
    "created: {between: [2026-11-02, 2026-11-01]}": ["the first lies after the second"],
    "created: 2026-11-01": ["created: '2026-11-01' alone says too little here. Use one of before, after"],
    "did: {what: purchse, tmes: 2}": [
        "did.tmes: 'tmes' is no part of what somebody did. Did you mean `times`?"
    ],
    "did: purchse": ["'purchse' is no kind of interaction. Did you mean `purchase`?"],
    "total: {what: purchase}": ["total: how much is missing"],
    "journey: [{what: login}]": ["journey: a journey is a list of steps. Give 2 to 6."],
    "rating: {at_most: 6}": ["rating.at_most: 'at_most' is no name here", "nps, csat"],
    "consent: {email: yes}": ["'yes' is no value of this field", "granted, withdrawn, unknown"],
    "language: [it, [en]]": ["language[2]: here stands one value"],
    "language: null": ["language: a value is missing", "known: false"],
    "score: molto": ["score: 'molto' is no number"],
    "did: {what: login, within_days: 1.5}": ["did.within_days: 1.5 is no number of days"],
    "any: []": ["any: here stand a list of rules"],
    "not: [{language: it}]": ["not: here stand fields of contacts"],
    "segment: Manca": ["segment: there is no segment 'Manca': known: none yet"],
    "just words": ["there is no segment 'just words'"],
    "a: [": ["line 1: not YAML"],
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_is_said_with_its_place_and_what_would_do(rt: Runtime) -> None:
    with runtime.reading() as db:
        for text, said in WRONG.items():
            with pytest.raises(BadInput) as refused:
                saved.check(db, written.read(text), as_of=AS_OF, policy=Policy())
            missing = [part for part in said if part not in str(refused.value)]
            assert not missing, str(refused.value)
