"""The lines-of-code column: how much somebody has to write to get a task done in a framework."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tasks.base import Shape

SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
METADATA = {"title", "variant", "group", "package", "repo", "pattern", "notes", "defaults"}
AUDIT = "claimed_usage"  # reads what the framework claims to have used: Bakeoff's need, nobody else's
Function = (ast.FunctionDef, ast.AsyncFunctionDef)
Bindings = dict[str, list[ast.stmt]]


@dataclass(frozen=True)
class Written:
    """The statements that somebody writes for some shapes, by line number: all lines of them, and those that count."""

    lines: frozenset[int]
    counted: frozenset[int]


def lines_of_code(source: str, shape: Shape, variant: str = "") -> int | None:
    """The code lines of the adapter's method for a shape, and of whatever it uses in the same file.

    Used means used by name, and by what is used in turn: functions, classes, constants and imports of the file, and
    other members of the adapter's class through `self`, or of its parent through `super()`. Each line counts once; an
    import counts whole as soon as one of its names is used; a decorator counts; a statement that is there for its
    effect counts for every shape. Comments, docstrings, blank lines, `from __future__`, the line `class ...Adapter` and
    what the adapter says about itself (title, package, repo, notes, defaults and the like) do not count, nor does the
    function `claimed_usage`, which serves the audit alone.
    None where the adapter leaves the method out.
    """
    return lines_together(source, (shape,), variant)


def lines_together(source: str, shapes: Iterable[Shape], variant: str = "") -> int | None:
    """The code lines of several shapes, each counted once; None where the adapter leaves all of them out."""
    found = written(source, shapes, variant)
    return len(found.counted) if found else None


def written(source: str, shapes: Iterable[Shape], variant: str = "") -> Written | None:
    """Which lines those are, and which of them count; None where the adapter leaves all of the shapes out."""
    return _written(source, tuple(shapes), variant)


@lru_cache(maxsize=512)
def _written(source: str, shapes: tuple[Shape, ...], variant: str) -> Written | None:
    """Kept, because a page that follows a run asks for the same again and again."""
    tree = ast.parse(source)
    members = _members(tree, variant)
    methods = [node for shape in shapes for node in members.get(shape, [])]
    if not methods:
        return None
    statements = _statements(tree, members, methods)
    lines = frozenset(line for node in statements for line in _extent(node))
    return Written(lines, lines & _code_lines(source, tree))


def _statements(tree: ast.Module, members: Bindings, methods: Iterable[ast.stmt]) -> Iterable[ast.stmt]:
    """The methods, what acts on all of them, and whatever they use of their class and of their file, in turn."""
    names = {name: nodes for name, nodes in _bindings(tree.body).items() if name != AUDIT}
    found: dict[ast.stmt, None] = {}
    open_ends = [*methods, *(node for node in tree.body if _acts(node))]
    while open_ends:
        node = open_ends.pop()
        if node in found:
            continue
        found[node] = None
        in_class = any(node in statements for statements in members.values())
        for name in _own_uses(node, in_class=in_class):
            open_ends += members.get(name, []) if name not in METADATA else []
        for name in _uses(node):
            open_ends += names.get(name, [])
    return found


def _members(tree: ast.Module, variant: str) -> Bindings:
    """What the adapter's class for a variant binds, with what it inherits from classes of the same file."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    bound: dict[str, Bindings] = {"Adapter": {}}
    for name, node in classes.items():
        bases = [ast.unparse(base).rpartition(".")[2] for base in node.bases]
        parents = [bound[base] for base in reversed(bases) if base in bound]
        if parents:
            inherited = {k: v for each in parents for k, v in each.items()}
            bound[name] = inherited | {f"super().{k}": v for k, v in inherited.items()} | _bindings(node.body)
    return [members for members in bound.values() if _variant(members) == variant][-1]


def _variant(members: Bindings) -> str:
    said = members.get("variant", [])
    return str(ast.literal_eval(said[-1].value)) if said and isinstance(said[-1], ast.Assign) else ""


def _bindings(body: Iterable[ast.stmt]) -> Bindings:
    """The statements that bind each name."""
    bound: Bindings = {}
    for node in body:
        for name in _bound(node):
            bound.setdefault(name, []).append(node)
    return bound


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, (*Function, ast.ClassDef)):
        return {node.name}
    inner = list(ast.walk(node))
    if any(isinstance(each, ast.ImportFrom) and each.module == "__future__" for each in inner):
        return set()
    stored = {each.id for each in inner if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    aliases = [a for each in inner if isinstance(each, (ast.Import, ast.ImportFrom)) for a in each.names]
    defined = {each.name for each in inner if isinstance(each, (*Function, ast.ClassDef))}
    return stored | defined | {alias.asname or alias.name.partition(".")[0] for alias in aliases}


def _acts(node: ast.stmt) -> bool:
    """Whether a statement is there for its effect (a call), or nobody can say what it binds (`import *`)."""
    if isinstance(node, ast.ImportFrom):
        return node.names[0].name == "*"
    return isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)


def _uses(node: ast.stmt) -> set[str]:
    """The names of the file that a statement reads: those it reads and, being a function, does not bind itself."""
    names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
    local: set[str] = set()
    if isinstance(node, Function):
        local = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
        local |= {each.id for each in names if isinstance(each.ctx, ast.Store)}
        local |= {each.name for each in ast.walk(node) if isinstance(each, (*Function, ast.ClassDef))} - {node.name}
    return {each.id for each in names if isinstance(each.ctx, ast.Load)} - local


def _own_uses(node: ast.stmt, *, in_class: bool) -> Iterator[str]:
    """The members of its class that a method uses through `self` or `super()`, and a class-level statement by name."""
    if not in_class:
        return
    for each in ast.walk(node):
        match each:
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=member):
                yield member
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=member):
                yield f"super().{member}"
            case ast.Name(id=member) if not isinstance(node, Function):
                yield member


def _extent(node: ast.stmt) -> range:
    decorators = getattr(node, "decorator_list", [])
    return range(min([node.lineno, *(each.lineno for each in decorators)]), (node.end_lineno or node.lineno) + 1)


def _code_lines(source: str, tree: ast.Module) -> set[int]:
    """The lines that hold code: a line of a multi-line text is code too, unless it is blank or in a docstring."""
    docstrings = {_docstring_start(node) for node in ast.walk(tree)}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    loud = [token for token in tokens if token.type not in SILENT and token.start not in docstrings]
    lines = source.split("\n")
    return {n for token in loud for n in range(token.start[0], token.end[0] + 1) if lines[n - 1].strip()}


def _docstring_start(node: ast.AST) -> tuple[int, int] | None:
    if not isinstance(node, (ast.Module, ast.ClassDef, *Function)) or ast.get_docstring(node, clean=False) is None:
        return None
    return node.body[0].lineno, node.body[0].col_offset
