"""From a role and what there is to learn with, to advice: what covers what, what is missing, in which order."""
