"""`/flux/`: the feed that other portals follow (DCAT-AP Feeds), as addresses. What is in it: `catalogue.feeding`."""
