"""What a record could say of a file that was just read: proposed, each time with the reason, never written in silence.

Pure: from what `catalogue.tables` found of the file and from whose it is, to values of the profile. `facts` is what is
known, `subjects` what each national schema is about, `periods` which time the rows tell of, `wording` the title and the
description, `proposals` puts them together.
"""

from catalogue.proposing.facts import Facts, Place, Proposal
from catalogue.proposing.proposals import propose

__all__ = ["Facts", "Place", "Proposal", "propose"]
