"""Indicators: a recipe over a national schema, what a file gives for it, and the figure that is said of a territory.

Nothing here knows Django: a recipe is read and checked from its text, compiled to bound SQL, and run over the rows of one
table. Who keeps the figures, follows the log and knows the territories is `catalogue.observing`.
"""
