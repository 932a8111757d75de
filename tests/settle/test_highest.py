"""就高: by identity and by item."""

from typing import Any

from polc import plan as p
from polc import settlement as r

from .plans import (
    by,
    cap,
    change,
    claim,
    count,
    deductible,
    guard,
    holds,
    layer,
    minus,
    money,
    paid,
    part,
    percent,
    person,
    plan,
    points,
    rate,
    run,
    tilt,
    yuan,
)

INSCOPE = part("inscope")
FEWER, MORE = holds("甲"), holds("乙")


def two_layers(highest: Any = "least_left", identities: Any = ("甲", "乙")) -> p.Plan:
    """Identity 甲 has the better tilt in the second layer, 乙 the better share in the third."""
    return plan(
        layer("基本", INSCOPE, rate(percent(60)), cap(money(100000), "支付")),
        layer(
            "大病", minus(INSCOPE, p.Paid("基本")), deductible(money(1000)), rate(percent(50)),
            tilts=(tilt(FEWER, change("deductible", "×", percent(50)), change("rate", "+", points(10))),),
        ),
        layer(
            "救助", minus(INSCOPE, p.Paid("基本"), p.Paid("大病")),
            rate(by((FEWER, percent(20)), (MORE, percent(70)), unit="ratio")),
        ),
        identities=identities, highest=highest,
        accumulators=(count("支付", "基本", "paid"), count("救", "救助", "paid")),
    )  # fmt: skip


def test_the_identity_that_leaves_least_wins() -> None:
    settled = run(two_layers(), claim(yuan(10000)), who=person("甲", "乙")).claims[0]
    # 4,000 after the first layer; 甲: 3,500 × 60 % = 2,100, then 1,900 × 20 %; 乙: 3,000 × 50 % = 1,500, 2,500 × 70 %
    assert settled.considered == "乙"
    assert paid(settled) == {"基本": yuan(6000), "大病": yuan(1500), "救助": yuan(1750)}
    assert [(one.identity, one.paid, one.left, one.won) for one in settled.alternatives] == [
        ("甲", (("基本", yuan(6000)), ("大病", yuan(2100)), ("救助", yuan(380))), yuan(1520), False),
        ("乙", (("基本", yuan(6000)), ("大病", yuan(1500)), ("救助", yuan(1750))), yuan(750), True),
    ]
    assert settled.after == {"支付": yuan(6000), "救": yuan(1750)}
    assert settled.identities == ("甲", "乙")


def test_the_first_identity_wins_by_rank() -> None:
    settled = run(two_layers("rank"), claim(yuan(10000)), who=person("乙", "甲")).claims[0]
    assert settled.considered == "甲"
    assert [one.identity for one in settled.alternatives] == ["甲", "乙"]
    assert settled.identities == ("甲", "乙")


def test_a_single_identity_is_the_one_alternative() -> None:
    settled = run(two_layers(), claim(yuan(10000)), who=person("甲")).claims[0]
    assert [(one.identity, one.won) for one in settled.alternatives] == [("甲", True)]
    assert settled.considered == "甲"


def test_without_an_identity_there_are_no_alternatives() -> None:
    settled = run(two_layers(), claim(yuan(10000)), who=person()).claims[0]
    assert (settled.considered, settled.alternatives) == (None, ())
    assert paid(settled) == {"基本": yuan(6000), "大病": yuan(1500), "救助": 0}


def test_on_a_tie_the_identity_written_first_wins() -> None:
    settled = run(two_layers(), claim(0), who=person("乙", "甲")).claims[0]
    assert settled.considered == "甲"


def test_accumulators_go_on_from_the_winner() -> None:
    share = by((FEWER, percent(50)), (MORE, percent(80)), unit="ratio")
    capped = plan(
        layer("救助", INSCOPE, rate(share), cap(money(1000), "支付")),
        identities=("甲", "乙"), highest="least_left", accumulators=(count("支付", "救助", "paid"),),
    )  # fmt: skip
    settled = run(capped, claim(yuan(1000), id="1"), claim(yuan(1000), id="2"), who=person("甲", "乙"))
    assert [one.layers[0].paid for one in settled.claims] == [yuan(800), yuan(200)]
    assert [one.considered for one in settled.claims] == ["乙", "甲"]  # the second leaves the same under both


def test_only_the_identity_considered_counts() -> None:
    both = p.All((FEWER, MORE))
    layers = (layer("层", INSCOPE, rate(percent(50)), guards=(guard(both),)),)
    under = plan(*layers, identities=("甲", "乙"), highest="least_left")
    plain = plan(*layers, identities=("甲", "乙"))
    assert run(under, claim(yuan(100)), who=person("甲", "乙")).claims[0].layers[0].paid == 0
    assert run(plain, claim(yuan(100)), who=person("甲", "乙")).claims[0].layers[0].paid == yuan(50)


def test_a_narrower_name_is_considered_as_its_identity() -> None:
    specs = (p.IdentitySpec("甲", None, ("孤儿",)), p.IdentitySpec("乙", None, ()))
    orphan = layer("孤儿补助", INSCOPE, rate(percent(5)), guards=(guard(holds("孤儿")),))
    made = two_layers(identities=specs)
    made = plan(*made.body.steps, orphan, identities=specs, highest="least_left", accumulators=made.accumulators)
    settled = run(made, claim(yuan(10000)), who=person("孤儿", "乙")).claims[0]
    assert [one.identity for one in settled.alternatives] == ["甲", "乙"]
    assert [dict(one.paid)["孤儿补助"] for one in settled.alternatives] == [yuan(500), 0]
    assert settled.identities == ("孤儿", "乙")


def test_an_identity_that_counts_as_a_broader_one_is_considered_with_it() -> None:
    specs = (p.IdentitySpec("低收入", None, ("特困",)), p.IdentitySpec("特困", None, ()))
    made = plan(
        layer("层", INSCOPE, rate(by((holds("特困"), percent(80)), (holds("低收入"), percent(50)), unit="ratio"))),
        identities=specs, highest="least_left",
    )  # fmt: skip
    settled = run(made, claim(yuan(100)), who=person("特困")).claims[0]
    assert [(one.identity, one.left, one.won) for one in settled.alternatives] == [
        ("低收入", yuan(50), False), ("特困", yuan(20), True),
    ]  # fmt: skip


def test_by_item_each_term_is_the_best_over_the_identities() -> None:
    value = by((FEWER, money(500)), otherwise=money(1000))
    share = by((MORE, percent(70)), otherwise=percent(50), unit="ratio")
    made = plan(
        layer(
            "层", INSCOPE, deductible(p.BestOf(value, "smallest", "money")), rate(p.BestOf(share, "largest", "ratio"))
        ),
        identities=("甲", "乙"),
    )
    paid_by = {
        who: run(made, claim(yuan(10000)), who=person(*who)).claims[0].layers[0].paid
        for who in ("", "甲", "乙", "甲乙")
    }
    assert paid_by == {"": yuan(4500), "甲": yuan(4750), "乙": yuan(6300), "甲乙": yuan(6650)}
    assert run(made, claim(yuan(1)), who=person("甲")).claims[0].alternatives == ()


def test_an_identity_the_plan_does_not_know_changes_nothing() -> None:
    settled = run(two_layers(), claim(yuan(10000)), who=r.Person("甲", (r.HeldIdentity("别的"),))).claims[0]
    assert (settled.considered, settled.identities) == (None, ("别的",))
