"""The verbs of the catalogue for programs: what pages do, with the same rights and the same rules. docs/api-writing.md."""
