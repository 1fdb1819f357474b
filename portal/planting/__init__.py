"""An empty base made into the portal of one commune: whose it is, what it gets on its first day."""
