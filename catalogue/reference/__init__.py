"""What the product ships: territories and vocabularies, compact, with their sources in LICENCES.md."""
