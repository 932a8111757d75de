"""An auditor with the trace (`pol.trace/v1`) and nothing else: works every line out again from what it shows.

Nothing of polc is used here. Amounts are yuan as fractions. What does not follow from what the sheet shows is a
`Finding`; how much was really looked at is counted, so that an audit that looks at nothing is seen to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from .sums import number, right_of, sums, tokens

Line = Mapping[str, Any]
PARTS = ("noncovered", "overlimit", "copay", "inscope")
PART_NAMES = {
    "全自费费用": "noncovered", "超限价自费费用": "overlimit", "先行自付费用": "copay", "政策范围内费用": "inscope",
}  # fmt: skip
FEN = Fraction(1, 100)
_AMOUNTS = {
    "base": "base", "cost_cap": "after", "deductible": "applied", "bands": "pays", "rate": "pays", "fixed": "pays",
    "factor": "after", "top_up": "pays", "minimum": "after", "round": "after", "payment_cap": "after",
    "limited": "after", "paid": "paid", "left": "left",
}  # fmt: skip
"""Which fact of a line is its amount."""
_TARGETS = {"base": "base", "deductible": "deductible", "bands": "rate", "rate": "rate", "payment_cap": "cap"}
"""What tilts call the terms."""


class Finding(AssertionError):
    """Something on a sheet that does not follow from the rest of it."""


def yuan(text: str | None) -> Fraction:
    """A number of the trace."""
    assert isinstance(text, str), text
    return Fraction(text)


def rounded(value: Fraction, to: Fraction, mode: str) -> Fraction:
    """A multiple of `to`."""
    count, rest = divmod(abs(value), to)
    up = {
        "down": False, "up": rest > 0, "half_up": 2 * rest >= to,
        "half_even": 2 * rest > to or (2 * rest == to and count % 2 == 1),
    }[mode]  # fmt: skip
    return (count + up) * to * (1 if value >= 0 else -1)


def fen(value: Fraction) -> Fraction:
    """Half up to the fen."""
    return rounded(value, FEN, "half_up")


def changed(value: Fraction | None, operations: Iterable[Line], floor: Fraction | None = None) -> Fraction | None:
    """A term after what was done to it, never below 0; None where it was removed."""
    now = value
    repeated = False
    for one in operations:
        if repeated and not one["repeat"] and floor is not None and now is not None:
            now, repeated = max(now, floor), False
        by = None if one["value"] is None else yuan(one["value"])
        if one["op"] == "none" or by is None:
            now = None
        elif one["op"] == "=":
            now = by
        elif now is not None:
            now = now * by if one["op"] == "×" else now + by if one["op"] == "+" else now - by
        if now is not None and one["rounded_to"] is not None:
            now = rounded(now, yuan(one["rounded_to"]), one["mode"])
        now = None if now is None else max(now, Fraction(0))
        repeated = repeated or bool(one["repeat"])
    return max(now, floor) if repeated and floor is not None and now is not None else now


class Audit:
    """Goes through all claims of a trace; `seen` counts what was worked out again, by kind."""

    def __init__(self, trace: Mapping[str, Any]) -> None:
        self.seen: Counter[str] = Counter()
        for claim in trace["claims"]:
            _Claim(claim, self.seen).audit()
        for year in trace["years"]:
            _year(year, trace["claims"], self.seen)


class _Claim:
    def __init__(self, claim: Mapping[str, Any], seen: Counter[str]) -> None:
        self.claim, self.seen = claim, seen
        self.where = f"{claim['id']}"
        self.parts = {part: yuan(claim["cost"]["parts"][part]) for part in PARTS}
        self.total = yuan(claim["cost"]["parts"]["total"])
        self.left = self.total
        self.paid: dict[str, Fraction] = {}
        self.borne: dict[str, Fraction] = {}
        self.moved: dict[str, Fraction] = {}
        self.person = claim["bearers"][-1]["bearer"]
        self.balances = [b for line in claim["balances"]["steps"] for b in line.get("balances", ())]
        self.added: dict[tuple[str, str], Fraction] = {}

    # ------------------------------------------------------------ what is found

    def same(self, kind: str, shown: Fraction | None, worked: Fraction | None, line: Line | None = None) -> None:
        """What a line shows has to be what comes of working it out again."""
        self.seen[kind] += 1
        if shown != worked:
            number = "" if line is None else f" {line['number']} {line['label']} {line['text']}"
            raise Finding(f"{self.where}{number}: {kind} shows {shown}, worked out {worked}")

    def true(self, kind: str, holds: object, line: Line | None = None) -> None:
        self.seen[kind] += 1
        if not holds:
            number = "" if line is None else f" {line['number']} {line['label']} {line['text']}"
            raise Finding(f"{self.where}{number}: {kind}")

    # ------------------------------------------------------------ the whole claim

    def audit(self) -> None:
        claim = self.claim
        self.same("total of parts", self.total, sum(self.parts.values(), Fraction(0)))
        for section in self._sections():
            for line in section["steps"]:
                self._texts(line)
        self._cost(claim["cost"]["steps"])
        late = sorted([*claim["layers"], *claim["cuts"]], key=lambda s: int(s["number"].split(".")[1]))
        for section in late:
            if "layer" in section:
                _Layer(self, section).audit()
            else:
                self._cuts(section["steps"])
        self._bearers()
        self._accumulators()
        self._highest()
        if "why_not" in claim:
            self._why_not(claim["why_not"])

    def _sections(self) -> Iterator[Mapping[str, Any]]:
        for value in self.claim.values():
            if isinstance(value, dict) and "steps" in value:
                yield value
            elif isinstance(value, list):
                yield from (one for one in value if isinstance(one, dict) and "steps" in one)

    def _texts(self, line: Line) -> None:
        """Every sum in the text of a line holds."""
        for row in line["text"]:
            for left, right, shown in sums(row):
                self.seen["sums in texts"] += 1
                if left != right:
                    raise Finding(f"{self.where} {line['number']} {line['label']}: {shown} ({row})")

    # ------------------------------------------------------------ cost

    def _cost(self, lines: list[Line]) -> None:
        shown = {line["kind"]: line for line in lines}
        self.same("total cost", yuan(shown["total"]["amount"]), self.total)
        worked = self.total
        for part in PARTS[:3]:
            self.same("cost part", yuan(shown[f"part_{part}"]["amount"]), -self.parts[part], shown[f"part_{part}"])
            worked -= self.parts[part]
        self.same("eligible cost", yuan(shown["part_inscope"]["amount"]), worked, shown["part_inscope"])
        self._cuts(lines)
        if "settled_total" in shown:
            self.same("settled total", yuan(shown["settled_total"]["amount"]), yuan(self.claim["total"]))

    def _cuts(self, lines: list[Line]) -> None:
        for line in lines:
            if line["kind"] in ("copay", "exclusion", "control", "package"):
                self._cut(line)
            elif line["kind"] == "left":
                self.same("left after a cut", yuan(line["left"]), self.left, line)

    def _cut(self, line: Line) -> None:
        moved, after = yuan(line["moved"]), {part: yuan(line["parts"][part]) for part in PARTS}
        if not line["applies"]:
            self.same("a cut that does not apply", moved, Fraction(0), line)
            return
        raised = sum(after.values(), Fraction(0)) - sum(self.parts.values(), Fraction(0))
        self.same("amount of a cut", yuan(line["amount"]), max(raised, Fraction(0)) - moved, line)
        kind = line["kind"]
        if kind in ("control", "package"):
            limit, subject, share = yuan(line["limit"]), yuan(line["subject"]), yuan(line["share"])
            self.true("a limit from its formula", limit in map(fen, self._results(line)), line)
            worked = min(fen(max(Fraction(0), subject - limit) * share), max(self.left, Fraction(0)))
            self.same("excess of a cut", moved, worked, line)
            if kind == "package":
                self.same("cost of a package", subject, sum(self.parts.values(), Fraction(0)), line)
        else:
            named = [fen(value) for value in self._results(line)]
            if moved:
                self.true("a cut from its formula", moved in named or moved == yuan(line["subject"]), line)
        self.same("all parts after a cut", sum(after.values(), Fraction(0)), self._parts_after(line, moved), line)
        bearer = line["bearer"]
        self.true("the total stays what was billed, or the fixed price", yuan(line["parts"]["total"]) in (
            self.total, self.total + sum(after.values()) - sum(self.parts.values())), line)  # fmt: skip
        self.parts = after
        if bearer is not None:
            self.moved[line["name"]] = self.moved.get(line["name"], Fraction(0)) + moved
            if bearer != self.person:
                self.borne[bearer] = self.borne.get(bearer, Fraction(0)) + moved
                self.left -= moved
        if kind == "package" and yuan(line["limit"]) > yuan(line["subject"]):
            raised = sum(after.values(), Fraction(0)) - yuan(line["subject"])
            self.left += raised
            self.total += raised
        self.same("left to the person after a cut", yuan(line["left"]), self.left, line)

    def _parts_after(self, line: Line, moved: Fraction) -> Fraction:
        """What the parts come to: what went to a bearer is no part any more; a fixed price may raise them."""
        total = sum(self.parts.values(), Fraction(0))
        if line["kind"] == "copay":
            return total
        if line["kind"] == "package" and yuan(line["limit"]) > yuan(line["subject"]):
            after = sum((yuan(amount) for part, amount in line["parts"].items() if part in PARTS), Fraction(0))
            return yuan(line["limit"]) if after != total else total
        return total - moved

    def _results(self, line: Line) -> list[Fraction]:
        """The numbers that the text of a line arrives at, and those it only states."""
        found: list[Fraction] = []
        for row in line["text"]:
            found += [right for _, right, _ in sums(row)]
            found += [right for right in _stated(row) if right is not None]
        return found

    # ------------------------------------------------------------ who bears what

    def _bearers(self) -> None:
        claim = self.claim
        total = yuan(claim["total"])
        amounts = [yuan(bearer["amount"]) for bearer in claim["bearers"]]
        self.same("sum of bearers", sum(amounts, Fraction(0)), total)
        for bearer, amount in zip(claim["bearers"][:-1], amounts, strict=False):
            self.same(f"bearer {bearer['bearer']}", amount, self.borne.get(bearer["bearer"], Fraction(0)))
        self.same("the person", amounts[-1], self.left)
        lines = claim["reconciliation"]["steps"]
        self.same("lines of bearers", Fraction(len(lines)), Fraction(len(amounts) + 1))
        for line, amount in zip(lines, [*amounts, total], strict=True):
            self.same("line of a bearer", yuan(line["amount"]), amount, line)
            self.same("line of a bearer", yuan(line["borne" if line["kind"] == "bearer" else "sum"]), amount, line)
        self.true("reconciled", lines[-1]["reconciled"] is True and yuan(lines[-1]["total"]) == total)
        shares = claim["summary"]["shares"]
        self.same("summary", sum((yuan(s["amount"]) for s in shares), Fraction(0)), total)
        tenths = sum(Fraction(s["share"].rstrip("%")) for s in shares if s["share"])
        self.true("shares make a whole", not total or tenths == 100)

    def _accumulators(self) -> None:
        before, after = self.claim["accumulators"]["before"], self.claim["accumulators"]["after"]
        for balance in self.balances:
            owner, kind = balance["owner"], balance["kind"]
            self.true("balance before", balance["before"] == before[balance["key"]])
            self.true("balance after", balance["after"] == after[balance["key"]])
            grown = yuan(balance["after"]) - yuan(balance["before"])
            if kind == "tally":
                self.true(f"tally {owner}", grown in self._tally(owner))
            else:
                self.same(f"{owner} {kind}", grown, self.added.get((owner, kind), Fraction(0)))

    def balance(self, owner: str, kind: str, period: str | None = None) -> Line | None:
        """The accumulator of an owner, of a kind (and a period)."""
        for one in self.balances:
            if one["owner"] == owner and one["kind"] == kind and period in (None, one["period"]):
                return one
        return None

    def _tally(self, owner: str) -> list[Fraction]:
        rows = [row for line in self.claim["balances"]["steps"] for row in line["text"]]
        at = next((i for i, row in enumerate(rows) if row.startswith(f"{owner}：")), len(rows))
        found: list[Fraction] = []
        for row in rows[at:]:
            if row is not rows[at] and "：" in row and not row.startswith("其中"):
                break
            found += [right for _, right, _ in sums(row)] + [x for x in _stated(row) if x is not None]
        return found

    # ------------------------------------------------------------ 就高

    def _highest(self) -> None:
        section = self.claim.get("highest_of")
        if section is None:
            return
        lines = section["steps"]
        rows = [one for line in lines for one in line.get("alternatives", ())]
        for one in rows:
            worked = yuan(one["total"])
            worked -= sum((yuan(p["paid"]) for p in one["paid"] if not self._by_person(p["layer"])), Fraction(0))
            worked -= sum((yuan(c["borne"]) for c in one["cuts"]), Fraction(0))
            self.same(f"left as {one['identity']}", yuan(one["left"]), worked)
        won = [one for one in rows if one["won"]]
        winner = next(line for line in lines if line["kind"] == "winner")
        self.same("the winner bears", yuan(winner["left"]), self.left, winner)
        self.same("the winner bears", yuan(winner["amount"]), self.left, winner)
        if not rows:
            return
        self.same("one winner", Fraction(len(won)), Fraction(1))
        criterion = next(line["criterion"] for line in lines if line["kind"] == "criterion")
        if criterion == "least_left":
            least = min(yuan(one["left"]) for one in rows)
            first = next(one for one in rows if yuan(one["left"]) == least)
            self.true("the first with the least wins", first is won[0])
        else:
            self.true("the first wins", rows[0] is won[0])
        for line in lines:
            if line["kind"] != "alternative_step":
                continue
            one = next(x for x in rows if x["identity"] == line["identity"])
            paid = {p["layer"]: p["paid"] for p in one["paid"]} | {c["cut"]: c["borne"] for c in one["cuts"]}
            self.same("a step of a loser", yuan(line["paid"]), yuan(paid[line["step"]]), line)
            self.same("a step of a loser", yuan(line["amount"]), yuan(line["paid"]), line)
            if yuan(line["paid"]):
                shown = [fen(number) for row in line["text"] for number in _all_numbers(row)]
                self.true("a loser's payment from its sums", yuan(line["paid"]) in shown, line)

    def _by_person(self, name: str) -> bool:
        return any(s["layer"] == name and s["payer"] == self.person for s in self.claim["layers"])

    # ------------------------------------------------------------ why a layer paid what it paid

    def _why_not(self, section: Mapping[str, Any]) -> None:
        paid = next(s["paid"] for s in self.claim["layers"] if s["layer"] == section["layer"])
        self.same("paid as asked", yuan(section["paid"]), yuan(paid))


class _Layer:
    """One layer, step by step: `amount` is the cost that goes on, `pay` the payment."""

    def __init__(self, claim: _Claim, section: Mapping[str, Any]) -> None:
        self.claim, self.section = claim, section
        self.name: str = section["layer"]
        self.amount = self.pay = self.base = self.deducted = self.counted = self.cost = Fraction(0)
        self.running: Fraction | None = None
        self.within = Fraction(0)
        self.exact = Fraction(0)
        self.excess = Fraction(0)
        self.room: Fraction | None = None
        self.entering = self.ended = True
        self.deductible = False

    def audit(self) -> None:
        claim, section = self.claim, self.section
        self.ended = False
        for line in section["steps"]:
            handler = getattr(self, f"_{line['kind']}", None)
            claim.true(f"a line of kind {line['kind']} is known", handler is not None, line)
            assert handler is not None
            handler(line)
            if line["kind"] in _AMOUNTS:
                sign = -1 if line["kind"] == "deductible" else 1
                claim.same("amount of a line", yuan(line["amount"]), sign * yuan(line[_AMOUNTS[line["kind"]]]), line)
        self._operations()
        paid, left = yuan(section["paid"]), yuan(section["left"])
        if not section["applies"]:
            claim.same("a layer that does not apply", paid, Fraction(0))
        before = claim.left
        if section["payer"] != claim.person:
            claim.left -= paid
            claim.borne[section["payer"]] = claim.borne.get(section["payer"], Fraction(0)) + paid
        claim.same("left behind a layer", left, claim.left)
        claim.true("no more than there was", paid <= before or section["payer"] == claim.person)
        claim.paid[self.name] = paid
        self._accumulate(paid)

    def _operations(self) -> None:
        """What tilts changed is what the terms say was done to them, in order."""
        steps = self.section["steps"]
        taken = [(c["target"], c["op"], c["value"]) for x in steps if x["kind"] == "tilt" and x["taken"]
                 for c in x["changes"]]  # fmt: skip
        for line in steps:
            target = _TARGETS.get(line["kind"])
            if target is not None:
                done = [(target, one["op"], one["value"]) for one in line["operations"] if not one["repeat"]]
                self.claim.true(f"changes of {target}", done == [x for x in taken if x[0] == target], line)
        factors = [("payment", x["op"], x["value"]) for x in steps if x["kind"] == "factor"]
        self.claim.true("changes of payment", not factors or factors == [x for x in taken if x[0] == "payment"])

    # ------------------------------------------------------------ lines that only tell

    def _guard(self, line: Line) -> None:
        claim = self.claim
        claim.true("nothing behind a condition that failed", not self.ended, line)
        self.ended = not line["held"]
        if self.ended:
            claim.true("kept out", not self.section["applies"] and not yuan(self.section["paid"]), line)

    def _tilt(self, line: Line) -> None:
        self.claim.true("only what holds is taken", line["held"] or not line["taken"], line)
        if line["pays"] is not None:
            self.claim.true("what a tilt alone would pay", yuan(line["pays"]) in self._standards(line), line)

    def _times(self, line: Line) -> None:
        self.claim.true("times", line["held"] is (line["used"] < line["allowed"]), line)

    def _no_case(self, line: Line) -> None:
        self.claim.true("no value, no payment", not self.section["applies"], line)

    def _reason(self, line: Line) -> None:
        self.claim.true("a reason for nothing", not yuan(self.section["paid"]), line)

    # ------------------------------------------------------------ lines that work something out

    def _base(self, line: Line) -> None:
        claim, result = self.claim, yuan(line["result"])
        claim.true("a base from its formula", result in claim._results(line), line)
        self._numbers_put_in(line)
        worked = changed(result, line["operations"])
        self.base = self.amount = max(worked or Fraction(0), Fraction(0))
        claim.same("base", yuan(line["base"]), self.base, line)
        if line["running"] is not None:
            self.running = yuan(line["running"]["before"])
            claim.same("running sum", yuan(line["running"]["after"]), self.running + self.base, line)
            claim.same("running sum before", self.running, self._stood("base"), line)
        for prior in line["prior"]:
            claim.same("paid before", yuan(prior["paid"]), claim.paid[prior["layer"]], line)

    def _numbers_put_in(self, line: Line) -> None:
        """The names of a formula have the values that the sheet gives them elsewhere."""
        claim = self.claim
        for one in line["seen"]:
            name, value = one["name"], one["value"]
            if one["unit"] != "money":
                continue
            if name in PART_NAMES:
                claim.same(f"the part {name}", yuan(value), claim.parts[PART_NAMES[name]], line)
            elif name in claim.paid:
                claim.same(f"what {name} paid", yuan(value), claim.paid[name], line)
            elif name == "医疗费总额":
                claim.same("the total", yuan(value), claim.total, line)
            elif name == "left":
                claim.same("what is left", yuan(value), claim.left, line)
            elif name in claim.moved:
                claim.same(f"what {name} moved", yuan(value), claim.moved[name], line)

    def _cost_cap(self, line: Line) -> None:
        claim, limit, used = self.claim, yuan(line["limit"]), yuan(line["used"])
        claim.true("a limit from its formula", limit in self._standards(line), line)
        room = max(limit - used, Fraction(0))
        claim.same("room", yuan(line["room"]), room, line)
        claim.same("cost before a limit", yuan(line["before"]), self.amount, line)
        after = min(self.amount, room)
        claim.same("cost after a limit", yuan(line["after"]), after, line)
        claim.same("cost over a limit", yuan(line["over"]), self.amount - after, line)
        self._used(line, used, "cost")
        self.amount = after
        if self.entering:
            self.base = after
        self.cost = after
        if line["shared"]:
            self._share(line["shared"], after)

    def _deductible(self, line: Line) -> None:
        claim, normal = self.claim, yuan(line["normal"])
        claim.true("a standard from its formula", normal in self._standards(line), line)
        floor = None if line["floor"] is None else yuan(line["floor"])
        effective = changed(normal, line["operations"], floor) or Fraction(0)
        claim.same("deductible", yuan(line["effective"]), effective, line)
        used, sum_before, kept_out = yuan(line["used"]), yuan(line["sum_before"]), yuan(line["kept_out"])
        if self.section["applies"]:
            claim.same("sum before", sum_before, self.running or Fraction(0), line)
        if line["met_by"] == "cost":
            claim.same("met by the cost so far", used, min(sum_before, effective), line)
        elif line["met_by"] == "deductions":
            taken = self._stood("deductible")
            missing = max(effective - taken, Fraction(0))
            claim.same("met by deductions", used, taken + min(self._stood("kept_out"), missing), line)
            claim.same("met by cost kept out", kept_out, used - taken, line)
        if line["met_by"] != "deductions":
            claim.same("nothing kept out", kept_out, Fraction(0), line)
        if line["met_by"] is None and line["period"] != "admission":
            claim.same("deducted so far", used, self._stood("deductible"), line)
        applied = min(self.amount, max(effective - used, Fraction(0)))
        if line["ceiling"] is not None:
            most, taken = yuan(line["ceiling"]["most"]), yuan(line["ceiling"]["taken"])
            claim.same("room of the ceiling", yuan(line["ceiling"]["room"]), max(most - taken, Fraction(0)), line)
            applied = max(Fraction(0), min(applied, most - taken))
        claim.same("applied", yuan(line["applied"]), applied, line)
        claim.same("amount of a deductible", yuan(line["amount"]), -applied, line)
        claim.same("open", yuan(line["open"]), max(effective - used - applied, Fraction(0)), line)
        self.amount -= applied
        claim.same("above the deductible", yuan(line["after"]), self.amount, line)
        self.within = used if line["met_by"] is not None else Fraction(0)
        self.deducted += applied
        self.entering, self.deductible = False, True

    def _bands(self, line: Line) -> None:
        claim, mode = self.claim, line["mode"]
        start, end = yuan(line["start"]), yuan(line["end"])
        claim.same("stretch of bands", end - start, self.amount, line)
        self._start(line, start)
        pays = edge = Fraction(0)
        inside: list[Line] = []
        for row in line["bands"]:
            normal, rate = yuan(row["normal"]), yuan(row["rate"])
            worked = changed(normal, line["operations"])
            worked = Fraction(0) if worked is None else worked
            if mode != "lump" and line["operations"]:
                worked = min(worked, Fraction(1))
            claim.same("rate of a band", rate, worked, line)
            lower, upper = yuan(row["lower"]), None if row["upper"] is None else yuan(row["upper"])
            claim.same("bands meet", lower, edge, line)
            edge = lower if upper is None else upper
            if mode == "progressive":
                part = max(min(end, upper if upper is not None else end) - max(start, lower), Fraction(0))
                claim.same("amount in a band", yuan(row["amount"]), part, line)
                claim.same("a band pays", yuan(row["pays"]), part * rate, line)
                pays += part * rate
            elif yuan(row["amount"]):
                inside.append(row)
                claim.true("the band that the sum is in", _within(row, end), line)
        if mode == "progressive":
            claim.same("given before by shares of each band", yuan(line["given_before"]), Fraction(0), line)
        else:
            pays = self._at_once(line, inside, start, end)
        claim.same("bands pay", yuan(line["pays"]), pays, line)
        inside_all = sum((yuan(row["amount"]) for row in line["bands"]), Fraction(0))
        claim.same("cost in bands", yuan(line["in_bands"]), inside_all, line)
        claim.same("left by bands", yuan(line["coinsurance"]), max(self.amount - pays, Fraction(0)), line)
        self._pays(pays)

    def _at_once(self, line: Line, inside: list[Line], start: Fraction, end: Fraction) -> Fraction:
        """What a whole-amount or lump-sum table gives for the sum up to here, less what it gave before."""
        claim, given = self.claim, yuan(line["given_before"])
        claim.true("one band at most", len(inside) < 2, line)
        full = sum((yuan(row["pays"]) for row in line["bands"]), Fraction(0))
        cut = end - yuan(inside[0]["amount"]) if inside else end
        for row in inside:
            amount, rate = yuan(row["amount"]), yuan(row["rate"])
            claim.same("a table gives", full, rate if line["mode"] == "lump" else amount * rate, line)
        worked = Fraction(0)
        if start > cut:
            row = next(row for row in line["bands"] if _within(row, start))
            worked = yuan(row["rate"]) * (1 if line["mode"] == "lump" else start - cut)
        claim.same("given before", given, worked, line)
        return max(full - given, Fraction(0))

    def _start(self, line: Line, start: Fraction) -> None:
        """Where bands start: behind the deductible, behind what came before in the period."""
        claim, over_base, period = self.claim, line["over"] == "base", line["period"]
        if period == "admission":
            claim.same("start of bands", start, self.deducted if over_base else Fraction(0), line)
        elif self._own_excess():
            claim.same(
                "start of bands", start, self._stood("excess", period) + (self.deducted if over_base else 0), line
            )
        elif self.running is not None:
            worked = self.running + self.deducted if over_base else max(self.running - self.within, Fraction(0))
            claim.same("start of bands", start, worked, line)

    def _own_excess(self) -> bool:
        return self.claim.balance(self.name, "excess") is not None

    def _rate(self, line: Line) -> None:
        claim, normal = self.claim, yuan(line["normal"])
        claim.true("a rate from its formula", normal in self._standards(line), line)
        self._numbers_put_in(line)
        rate = changed(normal, line["operations"])
        rate = Fraction(0) if rate is None else rate
        if line["operations"]:
            rate = min(rate, Fraction(1)) if normal <= 1 else rate
        claim.same("rate", yuan(line["rate"]), rate, line)
        claim.same("what a rate is of", yuan(line["of"]), self.amount, line)
        claim.same("a rate pays", yuan(line["pays"]), self.amount * rate, line)
        claim.same("left by a rate", yuan(line["coinsurance"]), self.amount * (1 - rate), line)
        self._pays(self.amount * rate)

    def _fixed(self, line: Line) -> None:
        claim, pays = self.claim, yuan(line["pays"])
        self._numbers_put_in(line)
        claim.true("a payment from its formula", pays in claim._results(line) or not pays, line)
        self._pays(pays)

    def _pays(self, pays: Fraction) -> None:
        self.pay += pays
        self.room, self.entering = None, False

    def _factor(self, line: Line) -> None:
        claim, by = self.claim, yuan(line["value"])
        claim.same("payment before a change", yuan(line["before"]), self.pay, line)
        worked = {"×": self.pay * by, "+": self.pay + by, "-": self.pay - by, "=": by, "none": Fraction(0)}[line["op"]]
        self.pay = max(worked, Fraction(0))
        claim.same("payment after a change", yuan(line["after"]), self.pay, line)

    def _top_up(self, line: Line) -> None:
        claim, floor = self.claim, yuan(line["floor"])
        claim.true("a floor from its formula", floor in claim._results(line), line)
        self._numbers_put_in(line)
        so_far = Fraction(0)
        for one in line["counted"]:
            known = self.pay if one["layer"] == self.name else claim.paid[one["layer"]]
            claim.same("counted", yuan(one["paid"]), known, line)
            so_far += known
        pays = max(floor - so_far, Fraction(0))
        claim.same("top-up", yuan(line["pays"]), pays, line)
        self.pay += pays
        self.room = None

    def _minimum(self, line: Line) -> None:
        claim, minimum = self.claim, yuan(line["minimum"])
        claim.true("a minimum from its formula", minimum in self._standards(line), line)
        claim.same("payment before a minimum", yuan(line["before"]), self.pay, line)
        after = max(self.pay, min(minimum, self.base))
        claim.same("payment after a minimum", yuan(line["after"]), after, line)
        if after != self.pay:
            self.room = None
        self.pay = after

    def _round(self, line: Line) -> None:
        claim, to, mode = self.claim, yuan(line["to"]), line["mode"]
        claim.same("before rounding", yuan(line["before"]), self.pay, line)
        told = " ".join(line["text"])
        shown = FEN if "到分" in told else Fraction(1) if "到元" in told else None
        claim.true("rounded to", to == shown or (shown is None and to in self._standards(line)), line)
        after = rounded(self.pay, to, mode)
        if line["running"] is not None:
            before, behind = yuan(line["running"]["before"]), yuan(line["running"]["after"])
            claim.same("exact sum", behind, before + self.pay, line)
            after = rounded(behind, to, mode) - rounded(before, to, mode)
            self.exact += self.pay
        if self.room is not None and after > self.room:
            after = self.room - self.room % to
        self.pay = after
        claim.same("after rounding", yuan(line["after"]), after, line)

    def _payment_cap(self, line: Line) -> None:
        claim = self.claim
        normal = None if line["normal"] is None else yuan(line["normal"])  # None: none for this claim
        claim.true("a cap from its formula", normal is None or normal in self._standards(line), line)
        limit = changed(normal, line["operations"])
        claim.same("cap", None if line["limit"] is None else yuan(line["limit"]), limit, line)
        before, after = yuan(line["before"]), yuan(line["after"])
        claim.same("payment before a cap", before, fen(self.pay), line)
        used = yuan(line["used"])
        self._used(line, used, "paid")
        if limit is None:
            claim.same("without a cap", after, before, line)
        else:
            exact = max(limit - used, Fraction(0))
            claim.same("room under a cap", yuan(line["room"]), exact, line)
            room = exact - exact % FEN
            self.room = room if self.room is None else min(self.room, room)
            if self.pay > room:
                self.pay = room
            claim.same("payment after a cap", after, fen(self.pay), line)
        claim.same("forgone", yuan(line["forgone"]), before - after, line)
        if line["reached_at"] is not None:
            above = yuan(line["overflow"])
            claim.same("cost above a cap", above, self.amount - yuan(line["reached_at"]), line)

    def _limited(self, line: Line) -> None:
        claim = self.claim
        claim.same("payment before the limit", yuan(line["before"]), fen(self.pay), line)
        self.pay = max(Fraction(0), min(fen(self.pay), claim.left))
        claim.same("not above what is left", yuan(line["after"]), self.pay, line)

    def _paid(self, line: Line) -> None:
        claim = self.claim
        applies = self.section["applies"]
        claim.same("layer pays", yuan(line["paid"]), fen(self.pay) if applies else Fraction(0), line)
        claim.same("layer pays", yuan(line["amount"]), yuan(self.section["paid"]), line)

    def _left(self, line: Line) -> None:
        claim, paid = self.claim, yuan(self.section["paid"])
        before = yuan(line["before"])
        claim.same("left before", before, claim.left, line)
        gone = Fraction(0) if self.section["payer"] == claim.person else paid
        claim.same("left", yuan(line["left"]), before - gone, line)

    # ------------------------------------------------------------ what it draws on

    def _standards(self, line: Line) -> list[Fraction]:
        """The numbers that a line states or arrives at."""
        rows = [number for row in line["text"] for number in _all_numbers(row)]
        return rows

    def _stood(self, kind: str, period: str | None = None) -> Fraction:
        balance = self.claim.balance(self.name, kind, period)
        return Fraction(0) if balance is None else yuan(balance["before"])

    def _used(self, line: Line, used: Fraction, kind: str) -> None:
        """What is used of a limit is what the accumulators stood at, with what this claim added to it so far."""
        claim = self.claim
        shared = line["shared"]
        pool = claim.balance(shared, "cap") if shared else None
        if pool is not None:
            stood = yuan(pool["before"]) + claim.added.get((shared, "cap"), Fraction(0))
            claim.same("used of a shared limit", used, stood, line)
        elif shared:
            claim.same("used of a shared limit", used, claim.added.get((shared, "now"), Fraction(0)), line)
        elif line["period"] != "admission":
            claim.same("used of a limit", used, self._stood(kind, line["period"]), line)
        else:
            claim.same("used of a limit on each claim", used, Fraction(0), line)

    def _share(self, name: str, amount: Fraction) -> None:
        for kind in ("cap", "now"):
            key = (name, kind)
            self.claim.added[key] = self.claim.added.get(key, Fraction(0)) + amount

    def _accumulate(self, paid: Fraction) -> None:
        """What the layer adds to the accumulators."""
        claim, applies = self.claim, self.section["applies"]
        lines = self.section["steps"]
        base = next((line for line in lines if line["kind"] == "base"), None)
        entered = Fraction(0) if base is None else self.base

        def add(kind: str, amount: Fraction) -> None:
            key = (self.name, kind)
            claim.added[key] = claim.added.get(key, Fraction(0)) + amount

        if applies:
            add("base", entered)
            add("paid", paid)
            add("deductible", self.deducted)
            add("count", Fraction(1))
            add("payments", Fraction(1 if paid else 0))
            add("exact", self.exact)
            add("cost", self.cost)
            bands = next((line for line in lines if line["kind"] == "bands"), None)
            if bands is not None:
                over = yuan(bands["end"]) - yuan(bands["start"])
                add("excess", over + (self.deducted if bands["over"] == "base" else 0))
            for name in {line["shared"] for line in lines if line["kind"] == "payment_cap" and line["shared"]}:
                self._share(name, paid)
        elif base is not None and base["running"] is not None:  # every claim counts for the running sum
            add("base", entered)
            add("kept_out", entered)


def _year(year: Mapping[str, Any], claims: list[Any], seen: Counter[str]) -> None:
    """The page of a year adds up its claims."""
    own = [claim for claim in claims if claim["id"] in year["claims"]]
    total = sum((yuan(claim["total"]) for claim in own), Fraction(0))
    seen["years"] += 1
    if yuan(year["total"]) != total or sum((yuan(b["amount"]) for b in year["bearers"]), Fraction(0)) != total:
        raise Finding(f"{year['year']}: total")
    for bearer in year["bearers"]:
        amounts = [yuan(b["amount"]) for c in own for b in c["bearers"] if b["bearer"] == bearer["bearer"]]
        worked = sum(amounts, Fraction(0))
        if yuan(bearer["amount"]) != worked:
            raise Finding(f"{year['year']}: {bearer}")
    for layer in year["layers"]:
        worked = sum((yuan(x["paid"]) for c in own for x in c["layers"] if x["layer"] == layer["layer"]), Fraction(0))
        if yuan(layer["paid"]) != worked:
            raise Finding(f"{year['year']}: {layer}")


def _within(band: Line, at: Fraction) -> bool:
    """Whether a coordinate is in a band; zero is in the first."""
    lower, upper = yuan(band["lower"]), None if band["upper"] is None else yuan(band["upper"])
    above = at > lower or (at == lower and (band["lower_inclusive"] or lower == 0))
    return above and (upper is None or at < upper or (at == upper and band["upper_inclusive"]))


def _stated(row: str) -> list[Fraction]:
    """The numbers behind a name and an equals sign, what is taken of several, a row that is nothing but a number."""
    given = tokens(row)
    found = [right_of(given, at + 1) for at, (kind, _) in enumerate(given) if kind == "equals"]
    taken = right_of(tokens(row.rpartition("取 ")[2]), 0) if "取 " in row else None
    whole = right_of(given, 0)
    return [value for value in (*found, taken, whole) if value is not None]


def _all_numbers(row: str) -> list[Fraction]:
    return [number(text) for kind, text in tokens(row) if kind in ("number", "share", "points")]
