"""Learn the model's probabilities from the records themselves, without labels; the same records give the same model.

The trained model is a plain dictionary of Splink settings: what a nightly run needs, and all that it needs. Samples are
drawn by hashes of record numbers, never at random.
"""

from math import log2
from typing import Any

from linkage.engine import open_linker
from linkage.model import COMPARED_AS, training_rules, untrained_settings
from linkage.policy import LinkagePolicy
from linkage.predict import count_candidates
from linkage.prepare import Prepared

DIGITS = 6  # significant digits kept of what was learnt, so that the order of summing never shows in the result
UNSEEN_SHARE = 3e-6  # of a level that training never saw: rare, not impossible
# Share of true pairs that disagree, at the least. Training sees pairs that block together and are easy, which would
# teach that nobody ever has a second phone; a new phone must not outweigh a name and a birth date.
LEAST_DISAGREEMENT = {"sex": 0.005, "phone": 0.1, "email": 0.1}
LEAST_DISAGREEMENT_OTHERWISE = 0.002
PRIOR_ROUNDS = 20
DETERMINISTIC_RULES = (
    ("nhs_number",),
    ("given_first", "family_name", "birth_text"),
    ("given_first", "postcode", "birth_text"),
    ("given_first", "family_name", "postcode"),
    ("given_first", "email"),
)


def train(work: Any, prepared: Prepared, *, policy: LinkagePolicy) -> dict[str, Any]:
    """Train on table `record` of the working database and return the Splink settings with their probabilities.

    Prior from deterministic rules; chance agreement (u) from random pairs; agreement of matches (m) from expectation
    maximisation on each training rule that has pairs. With fewer than two records the settings come back untrained.
    """
    settings = untrained_settings(prepared)
    if prepared.records < 2 or not settings["comparisons"]:
        return settings
    settings["probability_two_random_records_match"] = _prior(work, prepared, policy=policy)
    linker = open_linker(work, settings)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=policy.training_pairs_u, seed=policy.seed, min_count_per_level=None, num_chunks=1
    )
    for rule in training_rules(prepared):
        if _has_pairs(work, rule):
            linker.training.estimate_parameters_using_expectation_maximisation(
                " and ".join(f"l.{column} = r.{column}" for column in rule),
                estimate_without_term_frequencies=True,
                max_pairs=policy.training_pairs_m,
                record_sample_proportion=0.05,
            )
    settings = _settled(linker.misc.save_model_to_json())
    settings["probability_two_random_records_match"] = _refined_prior(work, prepared, settings, policy=policy)
    return settings


def _refined_prior(work: Any, prepared: Prepared, settings: dict[str, Any], *, policy: LinkagePolicy) -> float:
    """The prior that equals the share of pairs which the trained model expects to match.

    The rules behind the first prior find an unknown part of the true pairs; the scored pairs of a sample of records
    (their left side) tell better. Weights are binned, so that the answer does not hang on the order of summing.
    """
    candidates = sum(count_candidates(work, prepared).values())
    chunks = max(1, -(-candidates // policy.training_pairs_m))
    prior = settings["probability_two_random_records_match"]
    scored = open_linker(work, settings).inference.predict_chunk(
        left_chunk=(1, chunks), right_chunk=(1, 1), threshold_match_weight=-20, warning_mode="never"
    )
    bins = work.execute(
        f"select round(match_weight, 1) as weight, count(*) from {scored.physical_name} group by weight order by weight"
    ).fetchall()
    scored.drop_table_from_database_and_remove_from_cache()
    everything = prepared.records * (prepared.records - 1) / 2
    start = _bits(prior)
    for _ in range(PRIOR_ROUNDS):
        shift = _bits(prior) - start
        expected = chunks * sum(pairs / (1 + 2 ** -(weight + shift)) for weight, pairs in bins)
        prior = min(0.5, max(expected, 1) / everything)
    return _round(prior)


def _bits(share: float) -> float:
    return log2(share / (1 - share))


def _has_pairs(work: Any, rule: tuple[str, ...]) -> bool:
    present = " and ".join(f"{column} is not null" for column in rule)
    found = work.execute(f"select 1 from record where {present} group by {', '.join(rule)} having count(*) > 1 limit 1")
    return found.fetchone() is not None


def _prior(work: Any, prepared: Prepared, *, policy: LinkagePolicy) -> float:
    """Share of all pairs that are expected to be of one person."""
    have = {COMPARED_AS.get(role, role) for role in prepared.roles}
    rules = [rule for rule in DETERMINISTIC_RULES if set(rule) <= have]
    found = 0
    for rule in rules:
        present = " and ".join(f"{column} is not null" for column in rule)
        pairs = f"select count(*) as n from record where {present} group by {', '.join(rule)}"
        found = max(found, work.execute(f"select coalesce(sum(n * (n - 1) // 2), 0) from ({pairs})").fetchone()[0])
    everything = prepared.records * (prepared.records - 1) // 2
    return min(0.5, max(found, 1) / policy.prior_recall / everything)


def _settled(settings: dict[str, Any]) -> dict[str, Any]:
    """`settings` with a rounded number for every probability, also for levels that training never saw."""
    settings.pop("linker_uid", None)  # Splink draws it at random
    prior = settings["probability_two_random_records_match"]
    settings["probability_two_random_records_match"] = _round(prior)
    for comparison in settings["comparisons"]:
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        for level in levels:
            for share in ("m_probability", "u_probability"):
                if level.get("fix_" + share):
                    continue
                value = level.get(share)
                level[share] = _round(max(value, UNSEEN_SHARE)) if isinstance(value, float) else UNSEEN_SHARE
        least = LEAST_DISAGREEMENT.get(comparison["output_column_name"], LEAST_DISAGREEMENT_OTHERWISE)
        if not levels[-1].get("fix_m_probability"):
            levels[-1]["m_probability"] = max(levels[-1]["m_probability"], least)
    return settings


def _round(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
