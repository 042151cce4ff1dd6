"""What if the method were otherwise: variants, uncertainty, sensitivity, elicitation, audit."""
