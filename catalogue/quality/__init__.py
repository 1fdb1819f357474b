"""The European Metadata Quality Assessment (MQA) of the datasets: https://data.europa.eu/mqa/methodology.

`metrics` declares both versions, `scoring` applies them to the values of a record, `reader` keeps `models.Score` in step
with the log. Version 2 (0 to 7.5) is the one that data.europa.eu shows since September 2026; version 1 (405 points) is
kept beside it, since most tools still speak it. Nothing is fetched here.
"""
