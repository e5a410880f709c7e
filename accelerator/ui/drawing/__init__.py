"""Pictures as numbers: where each line, bar and label of a drawing stands. Pure; templates turn it into SVG.

Horizontal positions are percentages of the width ("12.8%"), so that a drawing fills its column without
stretching its letters; vertical ones are pixels.
"""
