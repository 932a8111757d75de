"""The figures of `four_layers.pol` for those who settle it by other means: fen, hundredths, by level and by class.

Level: 1 to 3. Class: 0 none, 1 destitute, 2 low income, 3 near low income.
"""

from __future__ import annotations

DEDUCTIBLE, RATE = (0, 20_000, 50_000, 100_000), (0, 85, 75, 65)
BASIC_CAP = 25_000_000
SERIOUS_FROM, TILTED_FROM = 700_000, 350_000
SECOND_BAND, THIRD_BAND = 6_000_000, 12_000_000
FIRST_RATE, SECOND_MORE, THIRD_MORE, TILT_MORE = 60, 5, 10, 5
"""What the first band pays, what the second pays more than the first, the third more than the second, a tilt more."""
NO_CAP = 1 << 40
SERIOUS_CAP = (30_000_000, NO_CAP, NO_CAP, 30_000_000)
ASSISTED, ASSISTANCE_CAP = (0, 100, 70, 60), 3_000_000
FROM, UP_TO = (0, 1_000_000, 1_000_000, 2_000_000), (0, 3_000_000, 3_000_000, 2_000_000)
