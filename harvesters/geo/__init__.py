"""Catalogues of geographers: the answers of CSW, and ISO 19139 in plain values."""
