"""Dropping a file to publish it: `start` takes the file or its address, `page` shows all that is proposed of it, on one page.

`card` is the record that is proposed, `cells` what is wrong in the file and how it is corrected, `waiting` the wait for it to
be read.
"""
