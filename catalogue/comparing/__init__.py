"""Territories beside each other: who the peers are, how one stands among them, and how its figure went over the years.

    groups_of(territory) ──> Group ──compared──> Comparison
                       territory ──trend──> Trend
                     territories ──beside──> Beside

Every question is asked for a reader (`Audience`): what one may not see neither counts, nor ranks, nor is missing.
"""
