"""From exposure to effect, one hazard: every factor of every need in one table."""

from diag360.documents import text
from diag360.documents.effect_words import BASES
from diag360.documents.figures.fragments import Fragment, render
from diag360.documents.figures.hazards.lines import capitalised, followed
from diag360.vulnerability.assess import Vulnerabilities


def effect_steps(found: Vulnerabilities, *, territory: str, hazard: str = "") -> Fragment:
    """Show exposure, force, sensitivity, direct and total effect of a hazard, need by need.

    Parameters
    ----------
    found : Vulnerabilities
        Crossed with its three bounds.
    territory : str
        Code.
    hazard : str
        Id of a rated hazard; the heaviest of the territory's own when left out.

    Returns
    -------
    Fragment
        The product worked out for each need; nothing when no hazard is rated.
    """
    told = followed(found, territory=territory, hazard=hazard)
    if told is None:
        return Fragment("")
    effects, at = told
    chosen = effects.hazards[at]
    place = found.hazards.index(chosen)
    row, felt = found.row(territory), found.sensitivity
    central = found.bound("central")
    force = found.impact[place]
    lines = []
    for n, need in enumerate(effects.framework.needs):
        ends = [float(one[row, place, n]) for one in (felt.low, felt.central, felt.high)]
        lines.append(
            {
                "need": need.label,
                "force": text.number(float(force[n])) if force[n] else "–",
                "sensitivity": text.score(ends[1]),
                "sensitivity_range": text.short_interval(ends[0], ends[2]),
                "basis": BASES[int(effects.basis[at, n])],
                "direct": text.score(float(effects.direct[at, n])),
                "total": text.score(float(effects.total[at, n])),
                "range": text.short_interval(
                    float(effects.total_low[at, n]), float(effects.total_high[at, n])
                ),
                "word": effects.word(float(effects.total[at, n])),
            }
        )
    return render(
        "effect_steps",
        label=effects.catalogue.hazards[chosen].label,
        phrase=capitalised(effects.catalogue.hazards[chosen].phrase),
        likelihood=text.number(float(found.likelihood[central, row, place])),
        intensity=text.number(float(found.intensity[central, row, place])),
        exposure=text.score(float(found.exposure[central, row, place])),
        linked=text.score(float(found.linked[central, row, place])),
        duration=effects.durations[at].label,
        lines=lines,
    )
