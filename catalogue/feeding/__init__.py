"""The feed of this instance for others (SEMIC, DCAT-AP Feeds: an LDES of ActivityStreams activities; docs/feed.md).

    the change log ──> reader ──> members (one an object, numbered) ──> showing, tree ──> the pages (portal.api.feeding)

`writing` gives the numbers, `showing` says which members may still be seen and brings their payloads, `tree` cuts them
into pages. A member says nothing by itself: its payload is the text that its record has now, and it is shown only as long
as that is the text that was announced.
"""
