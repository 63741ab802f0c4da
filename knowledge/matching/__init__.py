"""Finding the right entry from what somebody wrote: text in, ranked entries with reasons and probabilities out."""

from knowledge.matching.found import Candidate, Found, Reason
from knowledge.matching.matcher import Matcher
from knowledge.matching.notours import NotOurs

__all__ = ["Candidate", "Found", "Matcher", "NotOurs", "Reason"]
