"""The index on an Elasticsearch server, through `elasticsearch.dsl`: for instances of several nodes or machines."""

from catalogue.search.elastic.backend import ElasticBackend

__all__ = ["ElasticBackend"]
