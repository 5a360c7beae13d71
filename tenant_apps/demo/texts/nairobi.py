"""What Nairobi Tech Academy says on its own pages."""

INTRODUCTION = """
Robots built on Saturdays, models trained after work, and whole teams that leave with something running. We teach
children from eight, adults who want to change their work, and companies that want to get on with it.
""".strip()

ABOUT = """
## Learn it by making it

The academy began in 2016 with six borrowed robots at a kitchen table in Kilimani. Today we have a lab with forty
computers, a workshop with benches and soldering irons, and a rule that has not changed: **nobody goes home without
something that works**. A robot that follows a line, a dashboard of last month's sales, a sensor that tells when the
water tank is empty.

## Who teaches

Our trainers work in the field. They build payment systems, run farms of sensors and defend networks during the week,
and they teach in small groups, so that every question gets its answer.

## Children first

Everyone who teaches children has a certificate of good conduct and a second adult in the room. Parents may sit in at
any time, and every term ends with an open afternoon where the children explain to them what they have made.

## Bursaries

One seat in ten is free for somebody who could not pay for it. Write to us; two lines are enough.
""".strip()

TERMS = """
## Booking and payment

Your seat is held while you pay and is yours once the full price, or the deposit where we offer one, has reached us.
The balance is due seven days before the course begins.

## Changes of plan

Up to ten days before the course you get everything back, up to three days before it half. You may hand your seat to
somebody else at any time, as long as they meet the requirements.

## Children

A parent or guardian books for anybody under eighteen and gives us a telephone number that is answered during the
course. We let a child go only with the people you name.

## Equipment

Robots, boards and computers stay at the academy unless the course says that you keep them. We all break something
once; after that we talk about it.

## If we cancel

You choose between another date and your money back, all of it, within five working days.
""".strip()

PRIVACY = """
## What we know about you

Name, contact details, what you booked and paid, and for children the guardian's name and number. Photographs of
children are taken only with written consent and are never named.

## Your rights

Under the Data Protection Act you may see, correct and delete what we hold. Write to hello@nairobi-tech-academy.test
and we will answer within a week.

## Who else sees it

The payment provider when you pay, and nobody else.
""".strip()
