"""French is the language in which the pages are written; the others are files of `locale/`."""
