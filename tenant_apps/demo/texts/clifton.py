"""What Clifton Driving School says on its own pages."""

INTRODUCTION = """
Calm instructors, small groups, and an answer to every question you have not dared to ask. Theory evenings above the
bookshop on Whiteladies Road, first aid by people who have needed it, and refreshers for those who passed long ago.
""".strip()

ABOUT = """
## Why a school with a classroom?

Because half of driving is seeing and deciding, and both can be practised with a cup of tea in your hand. People who
come to our theory evenings need fewer hours in the car. They also arrive calmer, which is worth more.

## The instructors

Four of us, all on the register, all still learning. We teach in a team and talk about our lessons with one another,
so that you may change instructor without beginning again.

## Nerves are normal

A third of our learners come because they were frightened somewhere else. Tell us, or don't. We go slowly until slow
is boring, and then a little faster.

## Everybody

The classroom has a lift and an induction loop. We teach in English, Polish and British Sign Language, with a screen
between question and answer where it helps.
""".strip()

TERMS = """
## Booking

Your place is held for half an hour while you pay. Courses above £100 can be booked with a deposit of a quarter; the
rest is due a week before the course.

## Changing your mind

Seven days or more before the course: everything back. Two days or more: half. After that we can't refund you, but you
may send a friend, or move to the next date once, free of charge.

## If we cancel

You choose between the next date and your money, all of it.

## Certificates

First-aid certificates are issued on the day to those who took part from beginning to end and passed the practical
tasks. They are valid for three years.
""".strip()

PRIVACY = """
## What we keep

Your name, how to reach you, what you booked, and for first aid the date of your certificate, because your employer
may ask us for it within three years.

## What we never do

Sell addresses, send advertising you did not ask for, or tell anybody how your test went.

## Asking us

Write to hello@clifton-driving-school.test. You may see, correct and delete what we hold, and we answer within a week.
""".strip()
