"""Pages of the indicators: one figure with its source and its neighbours, all of a territory's, several side by side, boards and alerts."""
