"""What Bristol Gas Training says on its own pages."""

INTRODUCTION = """
We train and assess the people who keep homes warm and safe: gas engineers, heat pump installers and electricians. Two
rooms, three trainers who still work in the trade, and never more than twelve people to a workshop.
""".strip()

ABOUT = """
## A workshop with a kettle

We opened in 2009 in a railway arch with four boilers and one trainer. Today we have eighteen live appliances, three
heat pump rigs, a wall of consumer units and the same idea: **you learn a trade with your hands**. Two thirds of every
course take place at the bench.

## Small groups

Twelve people at most in the workshop, so that everyone has an appliance to themselves and nobody waits for the
analyser. If a course needs more than one attempt, a second one within three months costs you nothing but time.

## Straight talk

Our trainers tell you whether you are ready for an assessment before you pay for it. Ring us, describe what you do,
and we will say which course you need. Sometimes it is none.

## Getting here

We are twelve minutes on foot from Bristol Temple Meads. There is parking for nine vans, a lift, a shower and a room
to pray or to rest in. Lunch is soup and bread, made next door, and it is included.
""".strip()

TERMS = """
## Booking and payment

Your place is held while you pay. It is confirmed when the full price or the deposit has reached us. With a deposit,
the balance is due fourteen days before the course begins.

## If you can't come

Tell us as early as you can. Up to fourteen days before the course you get everything back, up to seven days before it
half. Later than that we have bought materials and paid a trainer, and can't refund you, but you may send somebody
else in your place at no cost.

## If we can't run it

When a trainer is unwell or too few people have booked, we offer another date or send all your money back, whichever
you prefer. We do not pay for travel or lost work.

## On the day

Bring safety boots and your registration card if you have one. We may ask somebody to leave who works unsafely. Please
don't come if you are ill: ring us and we will find another date.

## Assessments

A fee covers one attempt at every part. Assessors decide independently of the office. You may appeal in writing within
twenty working days.
""".strip()

PRIVACY = """
## What we keep

Your name, contact details, what you booked and paid, and your results. Awarding bodies ask us to keep assessment
records for six years.

## Whom we give it to

The awarding body of your certificate, and the payment provider when you pay by card. Nobody else, and never for
advertising.

## What you can ask of us

To see what we hold about you, to correct it, and to delete whatever we need not keep by law. Write to
hello@bristol-gas-training.test; we answer within ten working days.
""".strip()
