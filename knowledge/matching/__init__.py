"""Finding the right entry from what somebody wrote: text in, ranked entries with reasons and probabilities out."""

from knowledge.matching.decide import Costs
from knowledge.matching.found import Candidate, Found, Reason, Sense
from knowledge.matching.matcher import Matcher
from knowledge.matching.notours import NotOurs

__all__ = ["Candidate", "Costs", "Found", "Matcher", "NotOurs", "Reason", "Sense"]
