"""Sixty ways to smuggle a script into a text, and how to see whether one came alive."""

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import tinyhtml5

# In the name of an element or of an attribute of each payload, or in what a link would run.
MARK = "zqx"
JSON_TYPES = {"application/json", "application/ld+json", "speculationrules"}
LINKS = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "srcset",
    "xlink:href",
    "background",
    "ping",
    "manifest",
}
RUNS = ("javascript:", "vbscript:", "data:text/html", "data:image/svg")

ELEMENTS = """
<script zqx>zqx()</script>
<ScRiPt zqx>zqx()</ScRiPt >
<script/zqx>zqx()//
<script zqx src=//zqx></script>
<img zqx src=x onerror=zqx()>
<IMG zqx SRC=x ONERROR=zqx()>
<img/zqx/src=x/onerror=zqx()>
<img zqx src=x onerror =zqx()
<svg zqx onload=zqx()>
<svg/zqx/onload=zqx()>
<svg zqx><script>zqx()</script></svg>
<svg zqx><a href=javascript:zqx()>x
<svg zqx><animate onbegin=zqx() attributeName=x>
<svg zqx><use href=data:image/svg+xml,zqx#x>
<math zqx><a xlink:href=javascript:zqx()>x
<iframe zqx src=javascript:zqx()>
<iframe zqx srcdoc='<b onclick=zqx()>'>
<object zqx data=javascript:zqx()>
<embed zqx src=//zqx>
<a zqx href=javascript:zqx()>x</a>
<form zqx action=//zqx><button>x
<button zqx formaction=javascript:zqx()>x
<input zqx autofocus onfocus=zqx()>
<textarea zqx autofocus onfocus=zqx()>
<select zqx autofocus onfocus=zqx()>
<details zqx open ontoggle=zqx()>
<video zqx><source onerror=zqx()>
<audio zqx src=x onerror=zqx()>
<marquee zqx onstart=zqx()>
<body zqx onload=zqx()>
<base zqx href=//zqx/>
<meta zqx http-equiv=refresh content=0;//zqx>
<link zqx rel=stylesheet href=//zqx>
<style zqx>@import'//zqx'</style>
<template zqx><img onerror=zqx()>
<div zqx style=animation-name:x onanimationend=zqx()>
<p zqx hx-get=//zqx hx-trigger=load>
<p zqx hx-on:click=zqx()>
<x-zqx onclick=zqx()>x
<keygen zqx autofocus onfocus=zqx()>
""".strip().split("\n")
BREAKING_OUT = """
</script><b zqx>
--></script><b zqx>
</title><b zqx>
</textarea><b zqx>
</style><b zqx>
</noscript><b zqx>
</select><b zqx>
]]><b zqx>
--><b zqx>
--!><b zqx>
""".strip().split("\n")
ATTRIBUTES = [
    '" zqx onmouseover=zqx() "',
    "' zqx onmouseover=zqx() '",
    '"><b zqx>',
    "'><b zqx>",
    "x zqx=1 onclick=zqx()",
    '" zqx autofocus onfocus="zqx()',
]
SCHEMES = ["javascript:zqx()", "JaVaScRiPt:zqx()", "\tjavascript:zqx()", "data:text/html,<b zqx>", "vbscript:zqx()"]
PAYLOADS = [*ELEMENTS, *BREAKING_OUT, *ATTRIBUTES, *SCHEMES]


def alive(html: str) -> list[str]:
    """The elements, attributes and links of `html` that a payload brought to life."""
    return [found for node in tinyhtml5.parse(html, namespace_html_elements=False).iter() for found in _live(node)]


def alive_in_xml(text: str) -> list[str]:
    """The same of a picture or a site map, which must be well formed too."""
    try:
        return [found for node in ElementTree.fromstring(text).iter() for found in _live(node)]
    except ElementTree.ParseError as error:
        return [f"not well formed: {error}"]


def _live(node: Any) -> Iterator[str]:
    if not isinstance(node.tag, str):
        return  # a comment
    tag = node.tag.rpartition("}")[2].lower()
    attributes = {name.rpartition("}")[2].lower(): str(value) for name, value in node.attrib.items()}
    if MARK in tag or any(MARK in name for name in attributes):
        yield f"<{tag} {attributes}>"
    for name, value in attributes.items():
        if (name.startswith("on") or name in {"style", "srcdoc"}) and MARK in value:
            yield f"<{tag} {name}={value!r}>"
        if name in LINKS and "".join(value.split()).lower().startswith(RUNS) and MARK in value:
            yield f"<{tag} {name}={value!r}>"
    text = "".join(node.itertext())
    if tag == "style" and MARK in text:
        yield f"<style>{text}"
    if tag == "script" and MARK in text:
        if attributes.get("type") not in JSON_TYPES:
            yield f"<script>{text}"
        else:
            json.loads(text)
