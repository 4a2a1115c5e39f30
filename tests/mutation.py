"""Small mistakes in a module, one at a time: what a test suite must notice (``tests/mutants.py``)."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True, slots=True)
class Mutation:
    """One mistake: where, what, and how to make it in the tree that it was found in.

    ``inside`` is the qualified name of the function whose body it is in, without functions inside that one;
    empty for what is read when the module is.
    """

    line: int
    says: str
    apply: Callable[[], object]
    inside: str = ""


_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Pow: ast.Mult,
}
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
# What says nothing while the program runs, or only how objects are built.
_UNREAD = {"decorator_list", "annotation", "returns", "type_params", "bases"}


def find_mutations(tree: ast.Module) -> list[Mutation]:
    """Every mistake that can be made in the tree, in the order of the source."""
    return list(_in(tree, "", ""))


def _in(node: ast.AST, scope: str, inside: str) -> Iterator[Mutation]:
    for mutation in _of(node):
        yield replace(mutation, inside=inside)
    for name, value in ast.iter_fields(node):
        if name in _UNREAD:
            continue
        within, function = _scopes(node, name, scope, inside)
        children = value if isinstance(value, list) else [value]
        for place, child in enumerate(children):
            if not isinstance(child, ast.AST):
                continue
            if isinstance(value, list) and isinstance(child, ast.stmt):
                for mutation in _of_statement(value, place):
                    yield replace(mutation, inside=function)
            yield from _in(child, within, function)


def _scopes(node: ast.AST, part: str, scope: str, inside: str) -> tuple[str, str]:
    """The class and the function that this part of the node is in."""
    if inside or part != "body":
        return scope, inside
    if isinstance(node, ast.ClassDef):
        return f"{scope}{node.name}.", ""
    if isinstance(node, ast.FunctionDef):
        return scope, scope + node.name
    return scope, inside


def _set(node: ast.AST, name: str, value: Any) -> Callable[[], object]:
    return lambda: setattr(node, name, value)


def _of(node: ast.AST) -> Iterator[Mutation]:
    if isinstance(node, ast.Compare):
        yield from _of_compare(node)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield Mutation(node.lineno, f"and/or: {ast.unparse(node)}", _set(node, "op", other))
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _ARITHMETIC:
        swapped = _ARITHMETIC[type(node.op)]()
        yield Mutation(node.lineno, f"arithmetic: {ast.unparse(node)}", _set(node, "op", swapped))
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        negated = ast.UnaryOp(ast.Not(), node.test)
        yield Mutation(node.lineno, f"negated: {ast.unparse(node.test)}", _set(node, "test", negated))
    elif isinstance(node, ast.comprehension):
        for place, test in enumerate(node.ifs):
            yield Mutation(
                test.lineno, f"kept all: {ast.unparse(test)}", _put(node.ifs, place, ast.Constant(True))
            )
    elif isinstance(node, ast.Call):
        yield from _of_call(node)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node)


def _put(items: list[Any], place: int, value: object) -> Callable[[], object]:
    return lambda: items.__setitem__(place, value)


def _of_compare(node: ast.Compare) -> Iterator[Mutation]:
    for place, operator in enumerate(node.ops):
        for other in _COMPARED[type(operator)]:
            says = f"{type(operator).__name__} to {other.__name__}: {ast.unparse(node)}"
            yield Mutation(node.lineno, says, _put(node.ops, place, other()))


def _of_call(node: ast.Call) -> Iterator[Mutation]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in _CALLED:
        says = f"{name} to {_CALLED[name]}: {ast.unparse(node)}"
        yield Mutation(node.lineno, says, _set(node.func, "id", _CALLED[name]))
    if name == "Decimal" and node.args and isinstance(node.args[0], ast.Constant):
        written = node.args[0]
        if isinstance(written.value, str):
            try:
                number = Decimal(written.value)
            except InvalidOperation:
                return
            more = str(number.scaleb(1) if "e" in written.value.lower() else number + 1)
            yield Mutation(node.lineno, f"{written.value} to {more}", _set(written, "value", more))


def _of_constant(node: ast.Constant) -> Iterator[Mutation]:
    value = node.value
    if isinstance(value, bool):
        yield Mutation(node.lineno, f"{value} to {not value}", _set(node, "value", not value))
    elif isinstance(value, int | float):
        for changed in (value + 1, value - 1):
            yield Mutation(node.lineno, f"{value} to {changed}", _set(node, "value", changed))


def _of_statement(body: list[Any], place: int) -> Iterator[Mutation]:
    node = body[place]
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        nothing = ast.copy_location(ast.Return(ast.Constant(None)), node)
        yield Mutation(node.lineno, f"return None: {ast.unparse(node)}", _put(body, place, nothing))
    elif isinstance(node, ast.Raise | ast.Continue | ast.Break):
        yield Mutation(node.lineno, f"removed: {ast.unparse(node)}", _put(body, place, ast.Pass()))
    elif isinstance(node, ast.If) and not isinstance(
        node.body[0], ast.Raise | ast.Continue | ast.Break | ast.Return
    ):
        says = f"removed what follows: if {ast.unparse(node.test)}"
        yield Mutation(node.lineno, says, _set(node, "body", [ast.Pass()]))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield Mutation(node.lineno, f"removed: {ast.unparse(node)}", _put(body, place, ast.Pass()))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
