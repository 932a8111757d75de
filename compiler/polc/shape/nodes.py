"""All nodes of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs


def nodes(roots: Sequence[object]) -> Iterator[object]:
    """Everything in some parts of a plan, each node once."""
    todo = list(roots)
    done: set[int] = set()
    while todo:
        node = todo.pop()
        if isinstance(node, (tuple, list)):
            todo.extend(node)
        elif id(node) not in done and (names := _fields(type(node))):
            done.add(id(node))
            yield node
            todo.extend([getattr(node, name) for name in names])


_KNOWN: dict[type, tuple[str, ...]] = {}


def _fields(kind: type) -> tuple[str, ...]:
    """The fields of a kind of node; none for what is no node."""
    if kind not in _KNOWN:
        _KNOWN[kind] = tuple(a.name for a in attrs.fields(kind) if a.name != "origin") if attrs.has(kind) else ()
    return _KNOWN[kind]


def means(node: object) -> object:
    """What a node says without its places, and a definition without its name, as something to compare and to hash."""
    return _means(node, {})


def _means(node: object, known: dict[int, object]) -> object:
    if isinstance(node, tuple):
        return tuple([_means(part, known) for part in node])
    names = _fields(type(node))
    if not names:
        return type(node), node
    found = known.get(id(node))
    if found is None:
        found = known[id(node)] = (type(node).__name__, *[_means(getattr(node, name), known) for name in names])
    return found
