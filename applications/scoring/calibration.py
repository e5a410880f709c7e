"""Calibrated scores: within-application empirical Bayes, in closed form.

In words: leniency is measured only where two people review the same application. It is taken off each
review; the mean of what remains is pulled a little towards the middle when there are few reviews.

The model of one review, after the spread step:

    y = μ + a_i + r_j + e        a ~ N(0, σa²) what the application is worth
                                 r ~ N(0, σr²) how lenient its reviewer is
                                 e ~ N(0, σe²) everything else

It is close to Paul, "Bayesian methods for calibration of examiners" (1981) and to MacKay, Kenna, Low and
Parker, "Calibration with confidence", Royal Society Open Science 4 (2017) 160760. The difference from
the textbook's mixed model is deliberate: leniency is estimated from disagreements on the *same*
application alone. Where reviewers are assigned by sector, a good sector must not make its reviewers
look lenient.

Index i is an application, j a reviewer, k a review; n_i and n_j count reviews; N reviews of A
applications by R reviewers. Variances are in squared points of the rubric's scale.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .marks import Floats, Integers, Marks
from .ranking import DIGITS, rounded

MODEL = "within-application empirical Bayes, 1"

PRIOR_REVIEWS = 20  # a reviewer's own spread counts for half after this many reviews
NOTHING = 1e-12  # below this, a variance (or a share of one) is rounding error
ASSUMED_RELIABILITY = 0.3  # of one review, where the reviews cannot tell; panels publish 0.2 to 0.5


@dataclass(frozen=True, eq=False)
class Spread:
    """How each reviewer's marks are widened or narrowed: y becomes centre + (y - centre) · factor.

    Learnt in the first round and then frozen, because later rounds look only at the best, and a
    mark once given must keep its meaning. Reviewers who are not in here keep their marks.
    """

    reviewers: Integers  # ids, ascending
    centre: Floats  # mean total of each
    factor: Floats  # below 1 for those who use more of the scale than the others

    def apply(self, marks: Marks) -> Floats:
        """(N,) totals after the step."""
        if not len(self.reviewers):
            return marks.totals
        at = np.minimum(np.searchsorted(self.reviewers, marks.reviewers), len(self.reviewers) - 1)
        known = self.reviewers[at] == marks.reviewers
        factor = np.where(known, self.factor[at], 1.0)[marks.reviewer_index]
        centre = np.where(known, self.centre[at], 0.0)[marks.reviewer_index]
        return np.where(factor == 1.0, marks.totals, centre + (marks.totals - centre) * factor)


UNCHANGED = Spread(np.empty(0, np.int64), np.empty(0), np.empty(0))


def learn_spread(marks: Marks) -> Spread:
    """The spread of each reviewer, pulled towards the common one as if by 20 more reviews.

    s_j² is the variance of reviewer j, s² its mean weighted by n_j - 1, and
    t_j² = (20 s² + (n_j - 1) s_j²) / (20 + n_j - 1); the factor is s / t_j. It is 1 for
    a reviewer of fewer than two applications, and for all when no marks differ.
    """
    centre = marks.reviewer_means(marks.totals)
    more = marks.per_reviewer - 1
    squares = np.bincount(
        marks.reviewer_index,
        weights=(marks.totals - centre[marks.reviewer_index]) ** 2,
        minlength=len(centre),
    )  # (n_j - 1) s_j²
    common = squares.sum() / max(more.sum(), 1)
    factor = np.ones(len(centre))
    if common > NOTHING:
        own = (PRIOR_REVIEWS * common + squares) / (PRIOR_REVIEWS + more)
        factor = np.where(more > 0, np.sqrt(common / own), 1.0)
    return Spread(marks.reviewers, centre, factor)


@dataclass(frozen=True)
class Step:
    """What one review contributes to the score."""

    reviewer: int
    total: float  # as given
    leniency: float  # what the reviewer gives more than others, taken off
    spread: float  # what the spread step adds
    corrected: float


@dataclass(frozen=True)
class Waterfall:
    """From the raw mean to the calibrated score, in amounts that add up exactly."""

    application: int
    raw_mean: Decimal
    leniency: Decimal
    spread: Decimal
    shrinkage: Decimal
    score: Decimal
    steps: tuple[Step, ...]  # in order of reviewer


@dataclass(frozen=True, eq=False)
class Calibration:
    """Arrays per application follow `marks.applications`, per reviewer `marks.reviewers`."""

    marks: Marks
    totals: Floats  # (N,) after the spread step
    leniency: Floats  # (R,) r_j in points: what this reviewer gives more than others for the same
    leniency_covariance: Floats  # (R, R) C
    corrected_mean: Floats  # (A,) m_i, mean of totals minus leniency
    centre: float  # μ
    effect: Floats  # (A,) a_i
    shrinkage: Floats  # (A,) B_i, 0 to 1: the reliability of this score
    variance_applications: float  # σa²
    variance_reviewers: float  # σr²
    variance_noise: float  # σe²

    @cached_property
    def score(self) -> Floats:
        """(A,) calibrated scores μ + a_i to 1e-6, in points."""
        return rounded(self.centre + self.effect)

    @cached_property
    def leniency_weights(self) -> Floats:
        """(A, R) B_i P̃_i: how far a_i moves when a reviewer's leniency is wrong by 1."""
        shares = self.marks.incidence / self.marks.per_application[:, None]
        pull = self.shrinkage / max(self.shrinkage.sum(), NOTHING)  # h_i / Σh
        return self.shrinkage[:, None] * (shares - pull @ shares)

    @cached_property
    def own_variance(self) -> Floats:
        """(A,) σa² (1 - B_i), what is left unknown about each application by itself."""
        return self.variance_applications * (1 - self.shrinkage)

    @cached_property
    def standard_error(self) -> Floats:
        """(A,) SE_i of the score in points: reviews are few, and leniency is an estimate."""
        shared = np.einsum(
            "ij,ij->i", self.leniency_weights @ self.leniency_covariance, self.leniency_weights
        )
        return np.sqrt(np.maximum(self.own_variance + shared, 0))

    @cached_property
    def leniency_error(self) -> Floats:
        """(R,) standard error of each leniency in points."""
        return np.sqrt(np.maximum(np.diag(self.leniency_covariance), 0))

    @cached_property
    def residual(self) -> Floats:
        """(N,) what each review says beyond the score of its application and the leniency of its reviewer."""
        expected = self.centre + self.effect[self.marks.application_index]
        return self.totals - expected - self.leniency[self.marks.reviewer_index]

    @property
    def reliability_of_one_review(self) -> float:
        """ICC(2,1), 0 to 1; 0 when nothing differs."""
        total = self.variance_applications + self.variance_reviewers + self.variance_noise
        return self.variance_applications / total if total > NOTHING else 0.0

    def recounted(self, marks: Marks, spread: Spread) -> Calibration:
        """The scores of the same reviews from other marks. What is learnt from marks stays as it is here: how lenient
        each reviewer is, and how sure a score is. Marks that were changed after seeing the others' are closer to each
        other, so they would say that everybody agrees.
        """
        totals = spread.apply(marks)
        means = marks.application_means(totals - self.leniency[marks.reviewer_index])
        centre = float(self.shrinkage @ means / self.shrinkage.sum()) if len(marks) else self.centre
        return replace(
            self,
            marks=marks,
            totals=totals,
            corrected_mean=means,
            centre=centre,
            effect=self.shrinkage * (means - centre),
        )

    def interval(self, z: float = 1.959964) -> tuple[Floats, Floats]:
        """(A,), (A,) lower and upper end, for 95 % unless told otherwise."""
        return self.score - z * self.standard_error, self.score + z * self.standard_error

    def waterfall(self, application: int, digits: int = DIGITS) -> Waterfall:
        """How the score of one application comes about.

        Running sums are rounded, and each amount is the difference of two of them, so that the amounts
        shown add up.
        """
        marks = self.marks
        (i,) = np.flatnonzero(marks.applications == application)
        mine = np.flatnonzero(marks.application_index == i)
        mine = mine[np.argsort(marks.reviewer[mine], kind="stable")]
        raw, leniency = marks.totals[mine], self.leniency[marks.reviewer_index[mine]]
        unit = Decimal(1).scaleb(-digits)
        sums = [
            Decimal(repr(float(value))).quantize(unit) + 0  # + 0 turns -0 into 0
            for value in (
                raw.mean(),
                (raw - leniency).mean(),
                (self.totals[mine] - leniency).mean(),
                self.score[i],
            )
        ]
        return Waterfall(
            application=application,
            raw_mean=sums[0],
            leniency=sums[1] - sums[0],
            spread=sums[2] - sums[1],
            shrinkage=sums[3] - sums[2],
            score=sums[3],
            steps=tuple(
                Step(
                    reviewer=int(marks.reviewer[k]),
                    total=float(marks.totals[k]),
                    leniency=float(self.leniency[marks.reviewer_index[k]]),
                    spread=float(self.totals[k] - marks.totals[k]),
                    corrected=float(self.totals[k] - self.leniency[marks.reviewer_index[k]]),
                )
                for k in mine
            ),
        )


def calibrate(marks: Marks, spread: Spread | None = None) -> Calibration:
    """Calibrated scores with their uncertainty.

    `spread` is what `learn_spread` found in the first round; without it, it is learnt from these
    reviews. `UNCHANGED` leaves marks as they are.

    Where the reviews cannot tell, the answer is the cautious one:

    - no application has two reviewers: no leniency, and of the variance among totals
      three tenths are taken for the applications', the rest for noise;
    - so few shared applications that leniency would explain all disagreement: all of it is noise;
    - groups of reviewers without a common application: leniency is relative to the group;
    - all marks are equal: every application has that score, with a standard error of 0;
    - no reviews: empty arrays and a centre of 0.
    """
    totals = (learn_spread(marks) if spread is None else spread).apply(marks)
    n_i, n_j = marks.per_application.astype(float), marks.per_reviewer.astype(float)
    n, applications, reviewers = len(marks), len(n_i), len(n_j)
    if n == 0:
        none = np.empty(0)
        return Calibration(marks, totals, none, np.empty((0, 0)), none, 0.0, none, none, 0.0, 0.0, 0.0)

    # Disagreement: what remains of each total after taking off the mean of its application.
    disagreement = totals - marks.application_means(totals)[marks.application_index]
    by_reviewer = np.bincount(marks.reviewer_index, weights=disagreement, minlength=reviewers)  # b
    squares = disagreement @ disagreement  # e'e
    values, vectors = np.linalg.eigh(reviewer_graph(marks))
    joined = values > 1e-9 * n_j.max()  # the other eigenvalues are 0, one for each group of reviewers
    values = np.where(joined, values, 0.0)
    along = np.where(joined, vectors.T @ by_reviewer, 0.0)

    # Two equations for two unknowns: what leniency cannot explain is noise, and the rest is leniency.
    variance = float(totals.var())
    free = n - applications - int(joined.sum())
    noise: float = 0.0
    reviewer_variance: float = 0.0
    if n == applications:
        noise = (1 - ASSUMED_RELIABILITY) * variance
    elif free <= 0 or not joined.any():
        noise = float(squares / (n - applications))
    else:
        noise = max(0.0, squares - (along[joined] ** 2 / values[joined]).sum()) / free
        noise = _something(noise, variance)
        reviewer_variance = max(0.0, squares - (n - applications) * noise) / values.sum()
        reviewer_variance = _something(reviewer_variance, variance)

    # r = (L + κI)⁻¹ b and C = σe² (L + κI)⁻¹ with κ = σe²/σr², written so that neither may be 0.
    scale = values * reviewer_variance + noise
    gain = np.divide(reviewer_variance, scale, out=np.zeros(reviewers), where=scale > 0)
    uncertainty = np.where(scale > 0, noise * gain, reviewer_variance)
    leniency = vectors @ (gain * along)
    covariance = (vectors * uncertainty) @ vectors.T

    means = marks.application_means(totals - leniency[marks.reviewer_index])  # m_i
    grand = n_i @ means / n
    between = n_i @ (means - grand) ** 2 - (applications - 1) * noise
    weight = n - (n_i @ n_i) / n  # 0 with a single application
    application_variance = max(NOTHING, between / weight if weight > NOTHING else 0.0)
    precision = 1 / (application_variance + noise / n_i)  # h_i
    centre = float(precision @ means / precision.sum())
    shrinkage = application_variance * precision
    return Calibration(
        marks=marks,
        totals=totals,
        leniency=leniency,
        leniency_covariance=covariance,
        corrected_mean=means,
        centre=centre,
        effect=shrinkage * (means - centre),
        shrinkage=shrinkage,
        variance_applications=float(application_variance),
        variance_reviewers=float(reviewer_variance),
        variance_noise=float(noise),
    )


def calibrate_counted(
    counted: Marks, before: Marks, first_round: NDArray[np.bool_] | None = None
) -> tuple[Calibration, Spread]:
    """The scores from the marks that count, and the spread. Leniency, spread and how sure a score is are learnt from the
    marks that the same reviewers gave before they saw each other's; often both are the same."""
    spread = learn_spread(before if first_round is None else before.only(first_round))
    found = calibrate(before, spread)
    return (found if counted is before else found.recounted(counted, spread)), spread


def reviewer_graph(marks: Marks) -> Floats:
    """(R, R) L = D - Σ_i N_i N_i' / n_i: which reviewers share applications.

    D has n_j on its diagonal. L is the Laplacian of the graph in which two reviewers are joined by
    1/n_i for each application i that both reviewed; it has one eigenvalue of 0 for each group.
    """
    table = marks.incidence
    return np.diag(marks.per_reviewer.astype(float)) - (table / marks.per_application[:, None]).T @ table


def _something(part: float, whole: float) -> float:
    """A variance, or 0 where it is only rounding error beside the whole."""
    return part if part > NOTHING * max(whole, NOTHING) else 0.0
