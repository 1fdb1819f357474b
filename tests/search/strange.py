"""What nobody should type, or put in an address: the test asks every door with it, `benchmarks/strange.py` times it."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import quote, urlencode

# Asked of every door in the place of the question; the percent-encoding of lone surrogates is no UTF-8, as a browser never sends.
QUESTIONS: Final = {
    "10,000 characters": "école " * 1_667,
    "one word of 10,000 letters": "a" * 10_000,
    "10,000 letters with accents": "é" * 5_000,
    "10,000 combining marks": "e" + "\u0301" * 9_999,
    "hundreds of words that are all there": " ".join(f"quartier {number}" for number in range(700)),
    "hundreds of hyphens": "a-" * 2_000,
    "hundreds of apostrophes": "l'" * 2_000 + "eau",
    "hundreds of minuses": "-budget " * 500,
    "hundreds of quotes": '"' * 2_001,
    "nested quotes": "«“\"" * 500 + "arbres" + "\"”»" * 500,
    "unbalanced quote": 'arbres "du quartier',
    "unbalanced French quote": "« arbres du quartier",
    "a quoted phrase of a thousand words": '"' + "arbre " * 1_000 + '"',
    "a bomb for regular expressions": "(a+)+$" * 50 + "a" * 200 + "!",
    "another": "(.*a){30}" + "a" * 60,
    "operators of Lucene": 'title:(arbres OR +budget) AND NOT "x"~10^5 /[a-z]{1,9}/ {a TO *} \\',
    "wildcards": "*" * 500 + "?" * 500,
    "a wildcard alone": "*",
    "a fuzzy word": "arbres~9999999999",
    "Elasticsearch's own words": json.dumps({"query": {"script": {"script": "while(true){}"}}, "size": 10**9}),
    "a script": "_script:Runtime.getRuntime().exec('id')",
    "SQL": "'; DROP TABLE catalogue_dataset; -- \" OR 1=1",
    "a template": "{{7*7}}${7*7}#{7*7}<%= 7*7 %>{% debug %}",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "control characters": "".join(map(chr, range(32))) + "arbres\x7f\x85\u2028\u2029",
    "a zero": "arbres\x00budget",
    "zeroes": "\x00" * 1_000,
    "lone surrogates": "arbres \ud800 \udfff",
    "right to left": "\u202eserbra\u202c \u2066x\u2069",
    "characters of width zero": "ar\u200bb\u200dr\ufeffes",
    "emoji": "🌳" * 500 + "👨‍👩‍👧‍👦",
    "other scripts": "поиск данных 数据 بيانات",
    "compatibility forms": "ﷺ" * 500 + "ﬀ" * 500,
    "fields that are not": "champ:valeur x:y:z:::: :: titre: :arbres",
    "a thousand fields": "titre:arbres " * 1_000,
    "the longest word of a field": "producteur:" + "x" * 9_000,
    "near nowhere": "près de " * 800,
    "near a code": "près de 99999999999999999999",
    "blanks": " \t\n\r\u00a0\u2009\u3000" * 500,
    "punctuation": "!?.,;:/\\|()[]{}<>@#$%^&*_+=~`" * 100,
    "numbers": "9" * 5_000,
    "paths": "../../../../etc/passwd%00",
    "addresses": "http://127.0.0.1:9200/_search?q=*" * 100,
    "percents": "%" * 1_000 + "%zz%u0000",
}  # fmt: skip


def _pairs(*pairs: tuple[str, object]) -> str:
    return urlencode([(name, str(value)) for name, value in pairs])


# Whole query strings. A parameter that a door does not have is one that it must not mind.
QUERIES: Final = {
    "page 1,000,000": _pairs(("q", "arbres"), ("page", 1_000_000)),
    "page of twenty digits": _pairs(("page", "9" * 20)),
    "page of 5,000 digits": _pairs(("page", "9" * 5_000)),
    "page below one": _pairs(("page", -1)),
    "page in Arabic digits": _pairs(("page", "٣")),
    "page in words": _pairs(("page", "1 OR 1=1")),
    "thousands of parameters": _pairs(*((f"p{number}", number) for number in range(3_000))),
    "a parameter thousands of times": _pairs(*(("sujet", number) for number in range(900))),
    "questions by the hundred": _pairs(*(("q", f"arbres {number}") for number in range(900))),
    "a huge cursor": _pairs(("q", "arbres"), ("after", "A" * 20_000)),
    "a foreign cursor": _pairs(("after", "eyJhIjogMX0=")),
    "a damaged cursor": _pairs(("after", "\x00\ud7ff%%%")),
    "a cursor in pieces": "after[]=1&after[x]=2",
    "Elasticsearch's own words in a parameter": "q[query][match_all]=%7B%7D&source=" + quote('{"query":{"match_all":{}}}'),
    "a body as a filter": _pairs(("sujet", '{"terms":{"field":"audience"}}'), ("format", '["csv"]')),
    "filters of 10,000 characters": _pairs(("sujet", "x" * 10_000), ("organisme", "é" * 5_000)),
    "filters with zeroes": _pairs(("sujet", "a\x00b"), ("territoire", "\x00"), ("organisation", "\x00"), ("theme", "\x00")),
    "filters of the rights": _pairs(("audience", "org:1"), ("kind", "x"), ("id", "1"), ("excluded", "")),
    "an unknown sort": _pairs(("tri", "_script"), ("sort", "_score"), ("order", "desc;--")),
    "a size without end": _pairs(("size", 10**12), ("facet_size", 10**12)),
    "a size below zero": _pairs(("size", -1)),
    "dates that are none": _pairs(("since", "2024-13-45"), ("until", "hier"), ("depuis", "0000-00-00"), ("avant", "9" * 999)),
    "dates the wrong way round": _pairs(("since", "2026"), ("until", "2001")),
    "a box the wrong way round": _pairs(("bbox", "10,50,-10,40")),
    "a box of nothing": _pairs(("bbox", "NaN,inf,-inf,1e999")),
    "a box of words": _pairs(("bbox", "a,b,c,d"), ("ouest", "x"), ("nord", "91")),
    "a box of a thousand numbers": _pairs(("bbox", ",".join(["1"] * 1_000))),
    "facets that are not": _pairs(("facets", "audience,id,_all"), ("facet", "audience")),
    "kinds that are not": _pairs(("genre", "x" * 3_000), ("kinds", "dataset' OR 1=1")),
    "bytes that are no UTF-8": "q=%ff%fe%c3%28&sujet=%80",
    "nothing but signs": "&&&===&=&q",
    "semicolons": "q=a;b=c;;;",
}  # fmt: skip
