"""Writes burgers.csv, the reference solution of the example pinn_burgers: python examples/data/burgers.py (needs numpy).

u_t + u u_x = nu u_xx with nu = 0.01/pi, u(x, 0) = -sin(pi x), u(-1, t) = u(1, t) = 0. By Cole and Hopf's transformation
u(x, t) = -E[sin(pi y) f(y)] / E[f(y)] with f(y) = exp(-cos(pi y) / (2 pi nu)), where y is normal around x with variance 2 nu t:
two integrals, here by Gauss-Hermite quadrature; 150 and 250 nodes agree to 1e-7.
"""

from pathlib import Path

import numpy as np

NU = 0.01 / np.pi


def solution(x, t, nodes):
    if t == 0.0:
        return -np.sin(np.pi * x)
    s, weights = np.polynomial.hermite.hermgauss(nodes)
    y = x[:, None] - 2.0 * np.sqrt(NU * t) * s[None, :]
    exponent = -np.cos(np.pi * y) / (2.0 * np.pi * NU)
    f = weights * np.exp(exponent - exponent.max(axis=1, keepdims=True))
    return -(np.sin(np.pi * y) * f).sum(axis=1) / f.sum(axis=1)


x = np.arange(-100, 101) / 100.0
lines = ["x,t,u"]
for t in np.arange(11) / 10.0:
    u = solution(x, t, 150)
    assert np.abs(u - solution(x, t, 250)).max() < 1e-7, t
    lines += [f"{a:.2f},{t:.1f},{b:.6f}" for a, b in zip(x, u + 0.0)]
Path(__file__).with_suffix(".csv").write_text("\n".join(lines) + "\n")
