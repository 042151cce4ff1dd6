"""Drawn values of territories, as ``read_values`` gives them."""

import numpy as np
import pandas as pd


def drawn_values(catalogue, *, territories, seed, share=0.8):
    """Values of every indicator with a chance; words for the vocabularies, numbers otherwise."""
    generator = np.random.default_rng(seed)
    rows = []
    for territory in territories:
        for indicator in catalogue.indicators.values():
            ends = [anchor.value for anchor in indicator.scale.anchors]
            if generator.random() >= share:
                continue
            if generator.random() < 0.04:
                rows.append((territory, indicator.id, "", "sans_objet", np.nan))
            elif indicator.response.choices:
                word = str(generator.choice(np.array(ends, dtype=object)))
                rows.append((territory, indicator.id, word, "observe", np.nan))
            else:
                number = float(generator.uniform(min(ends), max(ends)))
                rows.append((territory, indicator.id, repr(number), "observe", number))
    names = ["territory", "indicator", "value", "status", "number"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[:4], "str"))
