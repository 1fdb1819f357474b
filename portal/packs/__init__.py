"""Territory packs: all that makes a portal useful and is not data, in a signed folder that the next town can take.

`format` reads and writes the folder, `yaml_values` its YAML, `signing` seals it, `guarding` keeps secrets and persons out,
`places` puts one town in the place of another, `merging` decides field by field, `planning` and `applying` do it,
`building` makes a pack of this instance. `parts` has one module a kind of item.
"""
