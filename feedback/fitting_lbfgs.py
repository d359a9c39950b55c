"""L-BFGS as torch has it, without its compiler, of which torch imports all to leave two methods uncompiled: seconds of a fit."""

from __future__ import annotations

import inspect

import torch


class LBFGS(torch.optim.LBFGS):
    """The same steps, bit for bit."""

    add_param_group = inspect.unwrap(torch.optim.Optimizer.add_param_group)
    zero_grad = inspect.unwrap(torch.optim.Optimizer.zero_grad)
