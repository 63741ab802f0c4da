# ruff: noqa: E501  (a phrase is a line)
"""Alarms as they are told in English."""

from __future__ import annotations

_SOMEONE = (
    "someone|somebody|child|kid|baby|boy|girl|man|woman|husband|wife|friend|person|dad|father|mom|mum|mother|son|daughter|"
    "grandma|grandmother|grandpa|grandfather|brother|sister|neighbour|neighbor|he|she|people|toddler|guy"
)

_CLOSE = "husband|wife|boyfriend|girlfriend|partner|ex|spouse|fiance"

ANYWHERE = {
    "suicide": """
kill|killing|hang|hanging|hurt|hurting|harm|harming|cut|cutting myself
want|wanna|wish|wants|rather to die|be|was dead|die
want|wanna die|dead
dont|not|cant want|wanna|keep live|living|alive|exist !in !near !with !next !there !here !pori !alone
suicid* !statist* !prevent* !research
end|ending|take my|own life
end it all
no reason|point live|living
better off dead|without
tired of living|life !in !near
self harm !course
jump off|from bridge|train
""",
    "danger": f"""
house|home|flat|apartment|building|kitchen|car|roof|forest|school|room|sauna|neighbours|neighbors|block on fire
is|on|its|are burning|fire house|flat|apartment|building|kitchen|home|car !cd
house|flat|apartment|building|kitchen burning
theres|there a|is fire !station !alarm !permit !safety !inspect*
fire in|at my|our|the kitchen|house|flat|apartment|building|basement|stairwell|hallway !alarm* !inspect* !safety !permit !insur* !place*
call|send|need|get ambulance|paramedic*|firefighters|firemen !cost !bill !invoice
call|send police|cops|112 !certificate !permit
ambulance|police now|immediately|quickly|here|asap !where !station !permit
{_SOMEONE}|im|am drowning|drowned
fell through|into|in ice|river|lake|sea|water !phone !keys !wallet !path !edge
fell|jumped from|off balcony|roof|window|bridge
shooting|shots|gunshot* fired|at|heard|now !range !club
{_SOMEONE} has|with|holding gun|knife|axe|weapon
stabbed|stabbing
being|getting|was|am attacked|robbed|mugged|chased|strangled|followed !last
threaten* kill|knife|gun|with
breaking|break|broke|breaks in|into my|our|house|home|flat|apartment !car !yesterday
{_SOMEONE} trying|tries break|get in|inside
burglar*|intruder* in|inside|my
car|traffic|bus crash|accident injured|hurt|just|now|bleeding|people !insur* !compens* !statist*
{_SOMEONE} badly|seriously injured|hurt !feelings
smell|smells gas
gas leak
bomb threat
life|lives in danger
help dying|drowning|attacked|killing
""",
    "illness": f"""
unconscious
not|isnt|stopped|cant|cannot|trouble breathing|breathe !dust* !mould !mold !indoor
choking
heart attack !after !rehab* !recover* !prevent*
cardiac arrest
having|had|has|having|a stroke !after !rehab* !recover* !years
chest pain*|hurts|pressure
pain chest
bleeding badly|heavily|lot|death|stop|out
overdos* !bill
swallow*|drank|ate|eaten poison*|bleach|battery|batteries|pills|detergent|medicine
took|taken too|all many|much|pills pills|medicine|tablets
seizure*|convuls*
throat|tongue swell*|swollen
anaphyla*
allergic shock
water broke
{_SOMEONE} collapsed|fainted|unresponsive
passed out !exam* !cards
in labour|labor !market !court !law
""",
    "youth": """
dad|mom|mum|father|mother|stepdad|stepfather|stepmother|parents hits|hit|hitting|beats|beat|beating|drinks|hurts|abuses|threatens !coffee !water !tea
being|getting|am|im|get|gets bullied
bullies|bully|bullying me|school !policy !plan !statist*
afraid|scared to go school|home
""",
    "violence": f"""
my {_CLOSE} hits|hit|hitting|beats|beat|beating|hurts|hurting|abuses|abused|abusing|abusive|threatens|threatening|threatened|chokes|choked|strangl*|rapes|raped|violent|stalks|stalking
domestic|family violence|abuse !statist* !report !research !train*
violence|abuse at home !statist*
was|been|got|being raped|raped|assaulted|abused
sexually assaulted
womens shelter
shelter abuse*|violence|battered !animal*
afraid|scared of|to my|go {_CLOSE}|home
""",
}

ALONE = {
    "danger": """
ambulance
emergency
fire
this is an emergency
its an emergency
it is an emergency
""",
    "suicide": """
i cant go on
i cannot go on
i cant take it anymore
i give up on life
""",
}
