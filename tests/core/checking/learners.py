"""Backward passes as learners write them, each with a slip or without. They share no code with the core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from rnn_core.checking.exercise import Exercise

Array = npt.NDArray[Any]
Arrays = dict[str, Array]


def vanilla(given: Mapping[str, Array], slip: str = "", kind: Any = np.float64, part: str = "") -> Arrays:
    """One sentence, in columns as the guide has it; names as the guide has them too. part: _1 or _2 of a batch."""
    W_xh, W_hh, W_hy = (given[name].astype(kind) for name in ("W_xh", "W_hh", "W_hy"))
    b_h, b_y = (given[name].astype(kind).reshape(-1, 1) for name in ("b_h", "b_y"))
    ids, target, c = given[f"ids{part}"], int(given[f"target{part}"]), kind(given["threshold"])
    hs = [np.zeros_like(b_h)]
    for word in ids:
        x = np.zeros((W_xh.shape[1], 1), kind)
        x[word] = 1
        hs.append(np.tanh(W_xh @ x + W_hh @ hs[-1] + b_h))
    y = W_hy @ hs[-1] + b_y
    p = np.exp(y) / np.sum(np.exp(y))
    d_y = p.copy()
    if slip != "no_target":
        d_y[target] -= 1
    d_Wxh, d_Whh, d_bh = np.zeros_like(W_xh), np.zeros_like(W_hh), np.zeros_like(b_h)
    early = {"Wxh": np.zeros_like(W_xh), "Whh": np.zeros_like(W_hh), "bh": np.zeros_like(b_h)}
    d_h = W_hy.T @ d_y
    dhs: list[Array] = []
    das: list[Array] = []
    for t in range(len(ids) - 1, -1, -1):
        da = d_h.copy() if slip == "no_slope" else (1 - hs[t + 1] ** 2) * d_h
        dhs.insert(0, d_h)
        das.insert(0, da)
        x = np.zeros((W_xh.shape[1], 1), kind)
        x[ids[t]] = 1
        steps = {"Wxh": da @ x.T, "Whh": da @ hs[t + 1 if slip == "this_state" else t].T, "bh": da}
        if slip == "assigned":
            d_Wxh, d_Whh, d_bh = steps["Wxh"], steps["Whh"], steps["bh"]
        elif slip == "assigned to W_hh from the front" and t < len(ids) - 1:
            d_Wxh, d_bh = d_Wxh + steps["Wxh"], d_bh + steps["bh"]
        elif slip == "assigned by word":
            d_Wxh[:, ids[t]] = da[:, 0]
            d_Whh, d_bh = d_Whh + steps["Whh"], d_bh + steps["bh"]
        else:
            d_Wxh, d_Whh, d_bh = d_Wxh + steps["Wxh"], d_Whh + steps["Whh"], d_bh + steps["bh"]
        for name, share in steps.items():
            if slip == "clipped_early":
                early[name] += np.clip(share, -c, c)
            elif slip == "clipped so far":
                early[name] = np.clip(early[name] + share, -c, c)
        d_h = (W_hh if slip == "no_transpose" else W_hh.T) @ da
    found: Arrays = {
        "h": np.stack(hs),
        "y": y,
        "p": p,
        "loss": -np.log(p[target]),
        "d_y": d_y,
        "d_h": np.stack(dhs),
        "da": np.stack(das),
        "d_Wxh": d_Wxh,
        "d_Whh": d_Whh,
        "d_bh": d_bh,
        "d_Why": d_y @ hs[-1].T,
        "d_by": d_y,
    }
    clipped = {f"clipped_{name}": np.clip(found[name], -c, c) for name in ("d_Wxh", "d_Whh", "d_bh", "d_Why", "d_by")}
    if slip in ("clipped_early", "clipped so far"):
        clipped |= {f"clipped_d_{name}": array for name, array in early.items()}
    return found | clipped


def batch(exercise: Exercise, slip: str = "") -> Arrays:
    """Two sentences at once: gradients added, rows of y and p side by side."""
    given, c = exercise.given(), exercise.threshold
    first, second = vanilla(given, slip, part="_1"), vanilla(given, slip, part="_2")
    found = {name: first[name] + second[name] for name in ("d_Wxh", "d_Whh", "d_bh", "d_Why", "d_by", "loss")}
    if slip == "bias_not_summed":
        found["d_by"] = np.concatenate([first["d_y"], second["d_y"]], axis=1)
    elif slip == "only the last bias":
        found["d_by"] = second["d_y"]
    found |= {f"clipped_{name}": np.clip(array, -c, c) for name, array in found.items() if name != "loss"}
    return found | {name: np.stack([first[name], second[name]]) for name in ("y", "p", "d_y")}


def sigma(a: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return 1 / (1 + np.exp(-a))  # type: ignore[no-any-return]


def lstm(given: Mapping[str, Array], slip: str = "") -> Arrays:
    """One sentence through an LSTM, gate by gate."""
    H = given["W_hy"].shape[1]
    W_x, W_h, b = (dict(zip("ifgo", np.split(given[name], 4), strict=True)) for name in ("W_xh", "W_hh", "b_h"))
    ids, T = given["ids"], len(given["ids"])
    h, c, g = [np.zeros(H)], [np.zeros(H)], []
    for word in ids:
        a = {k: W_x[k][:, word] + W_h[k] @ h[-1] + b[k] for k in "ifgo"}
        now = {k: np.tanh(a[k]) if k == "g" else sigma(a[k]) for k in "ifgo"}
        g.append(now)
        c.append(now["f"] * c[-1] + now["i"] * now["g"])
        h.append(now["o"] * np.tanh(c[-1]))
    y = given["W_hy"] @ h[-1] + given["b_y"]
    dy = np.exp(y) / np.exp(y).sum()
    dy[int(given["target"])] -= 1
    dh, dc = given["W_hy"].T @ dy, np.zeros(H)
    dW_hh = {k: np.zeros((H, H)) for k in "ifgo"}
    for t in range(T, 0, -1):
        n, s = g[t - 1], np.tanh(c[t])
        dc = dc + dh * n["o"] * (1 if slip == "slope of c" else 1 - s**2)
        da = {
            "i": dc * n["g"] * n["i"] * (1 - n["i"]),
            "f": dc * c[t - 1] * n["f"] * (1 - n["f"]),
            "g": dc * n["i"] * (1 if slip == "slope of g" else 1 - n["g"] ** 2),
            "o": dh * s * n["o"] * (1 - n["o"]),
        }
        for k in "ifgo":
            dW_hh[k] += np.outer(da[k], h[t - 1])
        dh = sum(((W_h[k] if slip == "no_transpose" else W_h[k].T) @ da[k] for k in "ifgo"), np.zeros(H))
        dc = n["f"] * dc
    return {"h": np.stack(h[1:]), "c": np.stack(c[1:]), "dW_hh": np.concatenate([dW_hh[k] for k in "ifgo"])}
