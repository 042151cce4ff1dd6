"""Every threshold of the guard, in one place, each with its reason."""

# A value this many times outside everything observed or anchored is a slip of the keyboard: the
# widest open-data distributions stay within a factor of 10 of their own middle.
SURELY_OUTSIDE = 20.0
# Below, a true and bad value is common (a resort, an industrial port); from here a power of ten
# that brings the value back is the likelier reading, and it is only proposed.
MAYBE_OUTSIDE = 3.0
# Anchors alone know the edges badly: judged by them, the open data of the indicators that have
# some reach ten times beyond; below, when no anchor comes near 0.
MAYBE_OUTSIDE_ANCHORS = 10.0
# A whole number that reads as a plausible count is doubted earlier: rates are seldom whole.
MAYBE_COUNT = 1.5
# Vintages and perimeters move the edge of a distribution a little: not worth a word.
WORTH_A_WORD = 1.2
# Without open data the hull of the anchors is widened by two spans on each side: published
# thresholds often stand at quintiles of the territories.
SPANS_BEYOND = 2.0
# Anchors that reach 0, or nearly, do not say which positive value is too small: a thirtieth of the
# first positive anchor is taken (the largest, for changes: they cross 0), and never believed
# enough for more than an alert. Three times below, it is 1 % of the scale of a share.
SMALLEST_PART = 30.0
# Other units than shares seldom come near 0 when their worst anchor does not.
SMALLEST_OF_LEAST = 10.0
# Under 30 territories a distribution has no edge.
ENOUGH_TERRITORIES = 30

# The best reading must be this many times likelier than the next to be written without asking.
SURE_ODDS = 8.0
# A reading less likely than this beforehand is never written without asking, and a rival more
# likely than this must be implausible, outside percents.
COMMON_SLIP = 0.1
# Likelihood of each slip before looking at the value, relative to a percent typed as it is.
# A share is nearly always spoilt by its percent sign; other numbers by their thousands.
PRIOR_PERCENT = 1.0
PRIOR_PERCENT_TWICE = 0.5
PRIOR_BASE = 0.5
PRIOR_COUNT = 0.5
PRIOR_COUNT_WITH_DECIMALS = 0.005
PRIOR_THOUSAND = {True: 0.1, False: 0.5}  # by whether the unit is printed in percent
PRIOR_OTHER_POWER = {True: 0.01, False: 0.02}
# A share of communes that is no whole number of communes is doubtful, not excluded: mergers.
NOT_WHOLE = 0.1

# A rate of things that can be counted cannot stand for less than one of them; a fifth leaves
# room for means over a few years.
LESS_THAN_ONE = 0.2
# Mergers change the number of communes: only a share under a third of one is impossible.
LESS_THAN_ONE_COMMUNE = 0.33
# Counted by ones: a corrected value with decimals is no correction.
WHOLE_UNITS = ("nombre", "classe_1_5", "risques_sur_13")
# Of these a territory has few enough that « 12 » may be a number of them and not 12 %.
FEW = ("communes", "établissements", "ponts", "exécutif", "masses d’eau", "achats")

# Contradiction with the open data. Years and definitions explain a gap of a half; five times is
# more than what they explain.
RELATIVE_GAP = 0.5
ALERT_RATIO = 5.0
# Absolute floors [unit, as stored]: a small rate doubles easily. The second goes with the alert,
# and lets a declared poverty of 42 % against 13 % pass as information.
SMALL_GAP = {"part": 0.05, "taux": 0.1, "evolution": 0.05, "points": 3.0}
LARGE_GAP = {"part": 0.4, "taux": 0.5, "evolution": 0.4, "points": 15.0}
# Other units: shares of the median of the open data.
SMALL_GAP_OF_MEDIAN = 0.25
LARGE_GAP_OF_MEDIAN = 1.5
# Where so many territories have 0 (atlases, protected areas), starting from 0 is no contradiction.
ORDINARY_ZEROS = 0.05
# Nearness [ratio] to the open-data value at which a corrected value agrees with it.
AGREES = 1.5
# Factor from which a correction may be proposed on this agreement alone.
TELLING_FACTOR = 50.0

# Years. Public statistics are rarely older than ten years when used.
OLD_YEARS = 10
# Similarity, out of 100, from which a misspelt answer has a proposal.
NEAR_ANSWER = 80.0
