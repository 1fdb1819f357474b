"""An invented territory to try a portal with: a catalogue and its files, served by the portal that harvests them."""
