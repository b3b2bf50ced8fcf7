"""A learner's own numbers compared with the right ones: what to compute, what agrees, and which well-known slip explains the rest."""
