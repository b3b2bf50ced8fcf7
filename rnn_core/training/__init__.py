"""Training: clipping, optimizers, the epoch loop, the trainer and the record of a run."""
