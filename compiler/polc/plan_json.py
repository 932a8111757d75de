"""A plan as JSON (`pol.plan/v1`), back again, and its fingerprint.

Theory: the types of `polc.plan` are the format. Every node is an object whose `op` is the name of its class and whose
other keys are its fields (a field that is itself called `op` is written `operator`); tuples are lists; an exact
fraction is "a/b" (a whole one an integer); dates are ISO; sets are sorted lists. Amounts stay in fen, ratios fractions
of 1.
Reading goes by the declared type of each field, so nothing has to be guessed from the look of a value. A plan shares
nodes (a definition used twice is one object), so the fingerprint is taken over shared nodes once: the hash of a node is
made of the hashes of its fields.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, Literal, Union, cast, get_args, get_origin, get_type_hints
from weakref import WeakKeyDictionary

import attrs
from attrs import field, frozen

from pol_lang.problem import Problem, Problems
from pol_lang.record import fields_of
from polc import plan as p

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]

MAX_NODES = 3_000_000
SHOWN_DIGITS = 16

_KEYS = {"op": "operator"}
_LEFT_OUT: dict[type, frozenset[str]] = {
    p.Plan: frozenset({"as_of", "since", "expires", "bearers_also"}),  # neither the day asked for nor further words
    p.FactSpec: frozenset({"also", "choices_also"}),  # for the same thing change what a plan means
    p.Origin: frozenset({"place"}),
    p.Tilt: frozenset({"name"}),
    p.Requirement: frozenset({"text"}),
    p.Exclusion: frozenset({"name"}),
}
_TYPES: dict[type, dict[str, Any]] = {}
_HASHES: WeakKeyDictionary[p.Plan, str] = WeakKeyDictionary()


class PlanTooLarge(Problem):
    """Written out in full the plan has millions of parts: definitions that use each other over and over double its
    size each time.
    ---
    把计划完整写出来有几百万个部分：定义之间层层重复引用，每引用一次就翻一倍。
    """

    limit: int = MAX_NODES
    code = "C583"
    zh: ClassVar[str] = "完整的计划超过 {limit} 个节点"
    en: ClassVar[str] = "written out, the plan has more than {limit} nodes"
    hint_zh: ClassVar[str] = "减少定义之间的重复引用"
    hint_en: ClassVar[str] = "let definitions refer to each other less often"


# ---------------------------------------------------------------- writing


def plan_json(plan: p.Plan) -> dict[str, Json]:
    """The plan as JSON values, its schema first and the full hash second. Raises `Problems` where it is too large."""
    if _size(plan, {}) > MAX_NODES:
        raise Problems([PlanTooLarge(where=plan.name)])
    written = cast(dict[str, Json], _write(plan, {}))
    return {"schema": p.SCHEMA, "hash": full_hash(plan), **written}


def plan_text_json(plan: p.Plan) -> str:
    """The plan as canonical JSON text: two spaces of indentation, one line end at the end."""
    return json.dumps(plan_json(plan), ensure_ascii=False, indent=2) + "\n"


def _write(value: object, done: dict[int, Json]) -> Json:
    if value is None or isinstance(value, str | int):  # bool is an int
        return value
    if isinstance(value, Fraction):
        return _fraction(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_write(part, done) for part in value]
    if isinstance(value, frozenset):
        return [str(part) for part in sorted(value)]
    known = done.get(id(value))
    if known is None:
        node: dict[str, Json] = {"op": type(value).__name__}
        for name in field_names(value):
            node[_KEYS.get(name, name)] = _write(getattr(value, name), done)
        known = done[id(value)] = node
    return known


def _fraction(value: Fraction) -> Json:
    return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def field_names(node: object) -> tuple[str, ...]:
    """The names of a node's fields."""
    return fields_of(type(node))


def _size(value: object, done: dict[int, int]) -> int:
    """How many nodes the plan has with shared ones counted wherever they stand."""
    if isinstance(value, tuple):
        return sum(_size(part, done) for part in value)
    if not attrs.has(type(value)):
        return 1
    size = done.get(id(value))
    if size is None:
        size = done[id(value)] = 1 + sum(_size(getattr(value, name), done) for name in field_names(value))
    return size


# ---------------------------------------------------------------- fingerprint


def plan_hash(plan: p.Plan) -> str:
    """The first digits of the plan's fingerprint, as they are shown to people."""
    return full_hash(plan)[:SHOWN_DIGITS]


def full_hash(plan: p.Plan) -> str:
    """The fingerprint of what a plan means (sha256 in hexadecimal).

    It leaves out the day the plan was compiled for, the places in .pol files, labels that repeat what was written
    there, and optional fields that say nothing. So another layout, comments, the language of the keywords, another day
    with the same values or a new option of the plan do not change it.
    """
    known = _HASHES.get(plan)
    if known is None:
        exclusions = [step.name for step in plan.body.steps if isinstance(step, p.Exclusion)]
        known = _HASHES[plan] = _Hasher({name: f"{at}" for at, name in enumerate(exclusions, 1)}).digest(plan)
    return known


@frozen(eq=False, repr=False)
class _Hasher:
    """Hashes nodes, shared ones once; `labels` gives the numbers of exclusions by the words they are called by."""

    labels: Mapping[str, str]
    done: dict[int, str] = field(factory=dict, init=False)

    def digest(self, node: object) -> str:
        """The hash of a node with everything in it."""
        known = self.done.get(id(node))
        if known is None:
            left_out = _LEFT_OUT.get(type(node), ())
            parts = [type(node).__name__]
            silent = _silent(cast(Any, type(node)))
            for name in field_names(node):
                value = getattr(node, name)
                if name not in left_out and not (value is None and name in silent):
                    parts.append(f"{name}={self.text(value)}")
            if isinstance(node, p.Cut):
                parts = ["Cut", f"name={self.labels.get(node.name) or self.text(node.name)}"]
            text = "(".join(parts)
            known = self.done[id(node)] = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return known

    def text(self, value: object) -> str:
        """The value as text, unlike that of any other value, with nodes replaced by their hashes."""
        if isinstance(value, str):
            return json.dumps(value)
        if value is None or isinstance(value, int | Fraction | datetime.date):
            return str(value)  # a whole fraction is the same as the integer, as everywhere in a plan
        if isinstance(value, tuple):
            return f"[{','.join([self.text(part) for part in value])}]"
        if isinstance(value, frozenset):
            return "{" + ",".join(sorted(json.dumps(part) for part in value)) + "}"
        return self.digest(value)


@cache
def _silent(cls: type[Any]) -> frozenset[str]:
    """The optional fields of a node: None there is as good as no field."""
    return frozenset(one.name for one in attrs.fields(cls) if one.default is None)


# ---------------------------------------------------------------- reading


def plan_from_json(data: Mapping[str, Json]) -> p.Plan:
    """The plan that `plan_json` wrote. Raises ValueError for anything else."""
    if data.get("schema") != p.SCHEMA:
        raise ValueError(f"not a plan of schema {p.SCHEMA}")
    try:
        plan = _node(p.Plan, {key: value for key, value in data.items() if key not in ("schema", "hash")})
    except (TypeError, KeyError, AttributeError, ZeroDivisionError, RecursionError) as error:
        raise ValueError(f"not a plan: {error}") from error
    return cast(p.Plan, plan)


@cache
def _classes() -> dict[str, type[Any]]:
    return {name: value for name, value in vars(p).items() if isinstance(value, type) and attrs.has(value)}


def _types(cls: type[Any]) -> dict[str, Any]:
    types = _TYPES.get(cls)
    if types is None:
        types = _TYPES[cls] = get_type_hints(cls)
    return types


def _node(wanted: Any, data: Mapping[str, Json]) -> object:
    cls = _classes()[str(data["op"])]
    if cls is not wanted and cls not in get_args(wanted):
        raise ValueError(f"a {cls.__name__} does not belong here")
    types = _types(cls)
    if set(data) - {"op"} != {_KEYS.get(name, name) for name in types}:
        raise ValueError(f"a {cls.__name__} has the fields {', '.join(types)}")
    unit = data.get("unit")
    return cls(**{name: _read(data[_KEYS.get(name, name)], kind, unit) for name, kind in types.items()})


def _read(value: Json, kind: Any, unit: Json) -> object:
    if kind == p.Value:
        return _value(value, unit)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if value is None and NoneType in arguments:
            return None
        return _read_one_of(value, [choice for choice in arguments if choice is not NoneType], unit)
    if origin is Literal:
        if value not in arguments:
            raise ValueError(f"{value!r} is none of {arguments}")
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise ValueError("a list belongs here")
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else list(arguments)
        return tuple(_read(part, part_kind, unit) for part, part_kind in zip(value, kinds, strict=True))
    if origin is frozenset:
        if not isinstance(value, list):
            raise ValueError("a list belongs here")
        return frozenset(value)
    return _read_plain(value, kind)


def _read_one_of(value: Json, kinds: list[Any], unit: Json) -> object:
    """A value of one of several types: nodes say which they are, the others differ in their JSON."""
    if isinstance(value, dict):
        return _node(Union[tuple(kinds)], value)  # noqa: UP007
    others = [kind for kind in kinds if not (isinstance(kind, type) and attrs.has(kind))]
    if len(others) == 1:
        return _read(value, others[0], unit)
    for kind in others:
        if get_origin(kind) is tuple and isinstance(value, list):
            return _read(value, kind, unit)
    raise ValueError(f"{value!r} does not belong here")


def _read_plain(value: Json, kind: Any) -> object:
    if isinstance(value, dict):
        return _node(kind, value)
    if kind is Fraction:
        return _number(value)
    if kind is datetime.date:
        return datetime.date.fromisoformat(cast(str, value))
    if type(value) is not kind:
        raise ValueError(f"{value!r} is not of type {kind}")
    return value


def _value(value: Json, unit: Json) -> p.Value:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list):
        # A day of the year is a pair, the only value of a policy that is neither a scalar nor a set.
        return cast(p.Value, tuple(value)) if unit == "month_day" else frozenset(str(part) for part in value)
    if unit == "date":
        return datetime.date.fromisoformat(cast(str, value))
    if isinstance(value, str) and unit in ("text", "choices", "bool"):
        return value
    number = _number(value)
    return number.numerator if number.denominator == 1 else number


def _number(value: Json) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(f"{value!r} is not a number")
    return Fraction(value)
