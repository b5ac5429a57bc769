"""Luck as a function of (seed, agent key, month, decision), and arithmetic that rounds the same everywhere.

A draw is a hash, not the next number of a stream: adding an agent, reordering rows, using more threads or
switching a programme on elsewhere leaves every other draw as it was. `exp` and `log` are fixed polynomials in
+, -, *, / only, because the C library's versions differ in the last bit between processors.

Hash: the finaliser of SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195), applied to a Weyl-spread input.
"""

import hashlib
import math
from decimal import Decimal
from enum import IntEnum

import numpy as np

from model.jit import njit

_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_WEYL = np.uint64(0x9E3779B97F4A7C15)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_TO_UNIT = 1.0 / 4503599627370496.0
_HALF_STEP = 0.5 * _TO_UNIT
"""With 52 bits the largest draw still lies below 1; with 53 it would round to it."""


class Decision(IntEnum):
    """What a draw decides. Append only: a code, once given, is never given to another decision."""

    DISPOSITION = 1
    START_USE = 2
    START_CONNECTION = 3
    START_DEVICE = 4
    START_SKILL = 5
    CONNECTION_GET = 6
    CONNECTION_LOSE = 7
    DEVICE_GET = 8
    DEVICE_LOSE = 9
    ONSET = 10
    LAPSE = 11
    JOB_ENTRY = 12
    JOB_EXIT = 13
    HELPED = 14
    AWARE = 15
    WILLING = 16
    APPLY = 17
    QUEUE_RANK = 18
    COMPLETE = 19
    DROP_OUT = 20
    LOAN_KEPT = 21
    REACHED = 22
    CHAMPION_LEAVES = 23
    ROUNDING = 24
    PAID_KEPT = 25
    HUB_CHOICE = 26
    WORKPLACE_KIND = 27
    WORKPLACE_AREA = 28
    WORKPLACE_UNIT = 29
    WORKPLACE_LOT = 30
    JOB_CUT_LOT = 31
    JOB_ROUNDING = 32
    COMMUTER_HIRED = 33
    COMMUTER_LEAVES = 34
    FIRM_OUTLOOK = 35
    FIRM_CAPABILITY = 36
    FIRM_LIQUIDITY = 37
    FIRST_PORTFOLIO = 38
    ADOPT = 39
    ABANDON = 40
    CERTIFICATE_RENEWED = 41
    FIRM_CLOSES = 42
    APPROVED = 43
    CERTIFICATE_MONTH = 44
    SESSION_GROUP = 45
    FOUND = 46
    OPTS_OUT = 47
    CONNECTION_TAKEN = 48
    HOME_DISPOSITION = 49


@njit
def mix(a: np.uint64, b: np.uint64) -> np.uint64:
    """Hash two 64-bit words into one.

    >>> int(mix(np.uint64(1), np.uint64(2))) == int(mix(np.uint64(2), np.uint64(1)))
    False
    """
    z = (a ^ (b * _WEYL)) + _WEYL
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@njit
def stream(seed: np.uint64, month: int, decision: int) -> np.uint64:
    """The word shared by all draws of one decision in one month of one run."""
    return mix(mix(seed, np.uint64(month + 1)), np.uint64(decision))


@njit
def uniform(stream_word: np.uint64, key: np.uint64) -> float:
    """A uniform draw strictly between 0 and 1 for one agent: 52 bits, never 0 and never 1."""
    return np.float64(mix(stream_word, key) >> _S12) * _TO_UNIT + _HALF_STEP


_POWERS_OF_TWO = np.ldexp(1.0, np.arange(-1022, 1024))
_STEPS = 64
_FRACTIONS = np.array([float(Decimal(2) ** (Decimal(j) / _STEPS)) for j in range(_STEPS)])
"""2^(j/64), correctly rounded on every machine: Decimal computes in its own arithmetic"""
_LN2_HI, _LN2_LO = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_STEP_HI, _STEP_LO, _INV_STEP = _LN2_HI / _STEPS, _LN2_LO / _STEPS, _STEPS * 1.44269504088896338700


@njit
def exp(x: float) -> float:
    """e to the power x; relative error below 1e-15 on [-700, 700], 0 below, saturating above.

    x = (64 k + j) ln2/64 + r with |r| < 0.0055, so that e^r needs five terms only.

    >>> abs(exp(1.0) - 2.718281828459045) < 1e-14
    True
    """
    if x < -700.0:
        return 0.0
    if x > 700.0:
        x = 700.0
    n = np.int64(x * _INV_STEP + 65536.5) - 65536
    steps = np.float64(n)
    r = (x - steps * _STEP_HI) - steps * _STEP_LO
    r2 = r * r
    p = 1.0 + r + r2 * (0.5 + r * (1.0 / 6.0) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0)))
    return p * _FRACTIONS[n & (_STEPS - 1)] * _POWERS_OF_TWO[(n >> 6) + 1022]


@njit
def log(x: float) -> float:
    """Natural logarithm of x > 0; absolute error below 2e-14 for x in [1e-300, 1e300]; -1e300 for x <= 0.

    >>> abs(log(10.0) - 2.302585092994046) < 1e-14
    True
    """
    if x <= 0.0:
        return -1e300
    m, n = math.frexp(x)
    if m < 0.7071067811865476:
        m *= 2.0
        n -= 1
    s = (m - 1.0) / (m + 1.0)
    s2 = s * s
    p = 1.0 / 21.0
    p = p * s2 + 1.0 / 19.0
    p = p * s2 + 1.0 / 17.0
    p = p * s2 + 1.0 / 15.0
    p = p * s2 + 1.0 / 13.0
    p = p * s2 + 1.0 / 11.0
    p = p * s2 + 1.0 / 9.0
    p = p * s2 + 1.0 / 7.0
    p = p * s2 + 1.0 / 5.0
    p = p * s2 + 1.0 / 3.0
    p = p * s2 + 1.0
    return 2.0 * s * p + n * _LN2_LO + n * _LN2_HI


@njit
def logistic(z: float) -> float:
    """sig(z) = 1 / (1 + e^-z)."""
    return 1.0 / (1.0 + exp(-z))


@njit
def hazard_probability(log_intensity: float) -> float:
    """Monthly probability of an event of log-intensity h: 1 - exp(-exp(h))."""
    return 1.0 - exp(-exp(log_intensity))


@njit
def happens(u: float, log_intensity: float) -> bool:
    """Whether an event of monthly log-intensity h happens at draw u, that is u < 1 - exp(-e^h).

    Most hazards are tiny and most draws are not, so a bound that needs no exponential settles nearly all:
    1 - exp(-e^h) <= e^h <= 1 / (1 + y + y^2/2 + y^3/6) with y = -h > 0.

    >>> happens(0.001, -6.0), happens(0.01, -6.0)
    (True, False)
    """
    if log_intensity < 0.0:
        y = -log_intensity
        if u * (1.0 + y * (1.0 + y * (0.5 + y * (1.0 / 6.0)))) >= 1.0:
            return False
    return u < hazard_probability(log_intensity)


@njit
def normal(u: float) -> float:
    """Standard normal quantile of u in (0, 1): Acklam's rational approximation, relative error below 1.2e-9.

    >>> abs(normal(0.975) - 1.959964) < 1e-6
    True
    """
    low = 0.02425
    if u < low or u > 1.0 - low:
        tail = u if u < low else 1.0 - u
        q = np.sqrt(-2.0 * log(tail))
        top = (
            (((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q - 2.549732539343734) * q
            + 4.374664141464968
        ) * q + 2.938163982698783
        bottom = (
            ((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q + 3.754408661907416
        ) * q + 1.0
        return top / bottom if u < low else -top / bottom
    q = u - 0.5
    r = q * q
    top = (
        (
            (((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r + 1.383577518672690e02)
            * r
            - 3.066479806614716e01
        )
        * r
        + 2.506628277459239
    ) * q
    bottom = (
        (((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r + 6.680131188771972e01) * r
        - 1.328068155288572e01
    ) * r + 1.0
    return top / bottom


def word(seed: np.uint64, month: int, decision: Decision) -> np.uint64:
    """`stream` for callers outside compiled code, which would get a plain int that does not fit 64 signed bits."""
    return np.uint64(stream(np.uint64(seed), month, int(decision)))


def hash_words(*words: int) -> int:
    """Hash any number of non-negative integers into one 64-bit word (plain Python, for keys and structure seeds)."""
    value = np.uint64(0)
    for part in words:
        value = np.uint64(mix(value, np.uint64(part & 0xFFFFFFFFFFFFFFFF)))
    return int(value)


def key_from_text(text: str) -> int:
    """A 64-bit word from a name, the same on every machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
