"""Meeting by video: who may come when, who is in the room, and what they tell each other while it lasts."""
