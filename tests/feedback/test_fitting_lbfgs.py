from __future__ import annotations

import subprocess
import sys

import torch

from feedback.fitting_lbfgs import LBFGS

ALONE = """
import sys
import torch
from feedback.fitting_lbfgs import LBFGS
theta = torch.zeros(3, requires_grad=True)
optimiser = LBFGS([theta])
def closure():
    optimiser.zero_grad()
    loss = ((theta - 1) ** 2).sum()
    loss.backward()
    return loss
optimiser.step(closure)
sys.exit("torch._dynamo" in sys.modules)
"""


def minimise(kind: type[torch.optim.LBFGS]) -> torch.Tensor:
    """Minimise something that takes a few steps."""
    theta = torch.zeros(5, dtype=torch.float64).requires_grad_()
    slopes = torch.arange(25, dtype=torch.float64).reshape(5, 5).sin()
    optimiser = kind([theta], max_iter=15, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = ((slopes @ theta - 1) ** 2).sum() + torch.exp(theta).sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no annotation for it
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return theta.detach()


def test_the_steps_are_those_of_torch() -> None:
    assert torch.equal(minimise(LBFGS), minimise(torch.optim.LBFGS))


def test_a_fit_imports_no_compiler() -> None:
    assert subprocess.run([sys.executable, "-c", ALONE], check=False).returncode == 0
