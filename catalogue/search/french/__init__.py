"""French as people write it, for every backend: what is indexed, how a question is read, how an answer is shown."""

from catalogue.search.french.analysis import LONGEST_TERM, acronyms, fold, indexed, replaced, stem, term, tidy, tokens
from catalogue.search.french.passages import Answers, Fragment, Sayings, extract, mark
from catalogue.search.french.question import FIELDS, Need, Question, Way, answering, nearness, parse
from catalogue.search.french.readings import Reading, readings
from catalogue.search.french.spelling import within
from catalogue.search.french.thesaurus import NOTHING, Fault, Thesaurus, shipped, shipped_text
from catalogue.search.french.thesaurus import read as read_synonyms
from catalogue.search.french.thesaurus import rules as synonym_rules

__all__ = [
    "FIELDS",
    "LONGEST_TERM",
    "NOTHING",
    "Answers",
    "Fault",
    "Fragment",
    "Need",
    "Question",
    "Reading",
    "Sayings",
    "Thesaurus",
    "Way",
    "acronyms",
    "answering",
    "extract",
    "fold",
    "indexed",
    "mark",
    "nearness",
    "parse",
    "read_synonyms",
    "readings",
    "replaced",
    "shipped",
    "shipped_text",
    "stem",
    "synonym_rules",
    "term",
    "tidy",
    "tokens",
    "within",
]
