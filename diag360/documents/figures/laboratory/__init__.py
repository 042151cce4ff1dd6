"""The method challenged: uncertainty, sensitivity, flips, variants, panels, audit."""
