"""Templates, each compiled once a language: what does not depend on what a page shows is written then, and not at each page.

The frame alone says eighty constant texts, addresses and drawings. Two pieces of constant text that touch become one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import Any, TypeVar

from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    Template,
    TextNode,
    TokenType,
    render_value_in_context,
)
from django.template.context import Context
from django.template.defaulttags import IfNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders.cached import Loader
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix
from django.utils.translation import get_language, gettext

F = TypeVar("F")
SAME = "same"


def same(function: F) -> F:
    """Marks a simple tag that answers the same to the same arguments, in any language."""
    setattr(function, SAME, True)
    return function


class Folding(Loader):
    """Django's cached loader, with a compiled template for each language, and for each prefix of the addresses."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        known = self.cache_key(template_name, skip) in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not known:
            context = Context()
            with context.bind_template(template):
                _fold(template.nodelist, context)
        return template

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        return f"{get_language()} {get_script_prefix()} {super().cache_key(template_name, skip)}"


def _fold(nodes: NodeList, context: Context) -> None:
    """In place: blocks that a page replaces are found by who holds them."""
    kept: list[Node] = []
    for node in nodes:
        for below in _lists(node):
            _fold(below, context)
        said = _said(node, context)
        if isinstance(said, TextNode) and kept and isinstance(last := kept[-1], TextNode):
            kept[-1] = TextNode(last.s + said.s)
        else:
            kept.append(said)
    nodes[:] = kept


def _said(node: Node, context: Context) -> Node:
    """The node that says the same with less work, in the language of now."""
    if _is_constant(node):
        return TextNode(node.render(context))
    if isinstance(node, BlockTranslateNode) and not (node.plural or node.asvar or node.message_context):
        return Sentence(node)
    return node


class Sentence(Node):
    """A `blocktranslate` with values and without a plural: found in the catalogue of its language when it is made."""

    child_nodelists = ()

    def __init__(self, node: BlockTranslateNode) -> None:
        text, self._names = node.render_token_list(node.singular)
        self._text, self._given = gettext(text), node.extra_context

    def render(self, context: Context) -> str:
        with context.push(**{name: value.resolve(context) for name, value in self._given.items()}):
            return self._text % {name: render_value_in_context(context.get(name, ""), context) for name in self._names}


def _lists(node: Node) -> Iterator[NodeList]:
    if isinstance(node, IfNode):  # its `nodelist` is a copy
        yield from (nodes for _, nodes in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        if isinstance(nodes := getattr(node, name, None), NodeList):
            yield nodes


@singledispatch
def _is_constant(_node: Node) -> bool:
    return False


@_is_constant.register
def _(node: TranslateNode) -> bool:
    said = node.filter_expression
    literal = getattr(said.var, "literal", None)
    return isinstance(literal, str) and not (said.filters or node.asvar or node.message_context)


@_is_constant.register
def _(node: BlockTranslateNode) -> bool:
    varies = any(token.token_type != TokenType.TEXT for token in node.singular)
    return not (varies or node.plural or node.extra_context or node.asvar or node.message_context)


@_is_constant.register
def _(node: URLNode) -> bool:
    return not (node.args or node.kwargs or node.asvar) and _is_written(node.view_name)


@_is_constant.register
def _(node: StaticNode) -> bool:
    return node.varname is None and _is_written(node.path)


@_is_constant.register
def _(node: SimpleNode) -> bool:
    given = [*node.args, *node.kwargs.values()]
    plain = node.target_var is None and not node.takes_context
    return plain and getattr(node.func, SAME, False) and all(map(_is_written, given))


def _is_written(value: FilterExpression) -> bool:
    return not (value.is_var or value.filters)
