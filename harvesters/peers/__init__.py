"""Following the feed of another instance (DCAT-AP Feeds): pages, what they tell of each object, what becomes of it.

`pages` reads one page; `walking` goes from page to page and asks only for what may be new; `ledger` keeps the last word on
each object, whatever the order in which words come; `joining` makes records of objects; `following` is one run.
"""
