"""What ties indicators to records: which tables give figures, of which territories, and what was said before.

the log ──following──> a table is asked for ──reckoning──> parts (a process beside, `catalogue.indicators`)
                                    └──figures──> territories and populations ──keeping──> observations, settled
"""
