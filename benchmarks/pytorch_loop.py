"""The same training in eager PyTorch: nn.RNN and nn.Linear in float64, one sentence, one update."""

from __future__ import annotations

import numpy as np
import torch

from rnn_core.arrays import Floats


class PyTorchRNN:
    """Starts from given weights (shapes as in the equations) and does, to rounding, the very updates of the guide."""

    def __init__(self, W_xh: Floats, W_hh: Floats, W_hy: Floats, learning_rate: float) -> None:
        torch.set_num_threads(1)
        (H, V), C = W_xh.shape, len(W_hy)
        self.rnn = torch.nn.RNN(V, H, dtype=torch.float64)
        self.linear = torch.nn.Linear(H, C, dtype=torch.float64)
        start = {
            "weight_ih_l0": W_xh,
            "weight_hh_l0": W_hh,
            "bias_ih_l0": np.zeros(H),
            "bias_hh_l0": np.zeros(H),
            "weight": W_hy,
            "bias": np.zeros(C),
        }
        with torch.no_grad():
            for name, parameter in (*self.rnn.named_parameters(), *self.linear.named_parameters()):
                parameter.copy_(torch.tensor(start[name]))
                parameter.requires_grad_(name != "bias_hh_l0")  # the equations have one bias
        self.parameters = [p for p in (*self.rnn.parameters(), *self.linear.parameters()) if p.requires_grad]
        self.optimizer = torch.optim.SGD(self.parameters, lr=learning_rate)

    def train_epoch(self, xs: list[torch.Tensor], targets: list[torch.Tensor], order: list[int]) -> float:
        """One epoch over one-hot sentences (T, V), gradients clipped to ±1; the mean loss on the way."""
        total = 0.0
        for i in order:
            _, h = self.rnn(xs[i])
            loss = torch.nn.functional.cross_entropy(self.linear(h[0]), targets[i])
            total += loss.item()
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_value_(self.parameters, 1.0)
            self.optimizer.step()
        return total / len(order)
