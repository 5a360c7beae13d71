"""What Clifton Driving School teaches in its classroom."""

from decimal import Decimal

from tenant_apps.demo.courses import syllabus
from tenant_apps.demo.shapes import CourseData, Rhythm

THEORY_ROOM, PRACTICE_ROOM = "Theory room", "Practice room"
EVENINGS, SATURDAY, WEEK = (0, 1, 2, 3), (5,), (0, 1, 2, 3, 4)

HAZARD = CourseData(
    slug="hazard-perception-evening",
    title="Hazard perception: an evening of near misses",
    category="theory",
    audience="learners",
    summary="Two hours of film from Bristol's own streets, stopped just before it gets interesting.",
    description="""
The hazard perception part of the theory test shows fourteen clips, and most who fail it see the hazard but answer too
late or too often. Both can be trained.

Fiona films her way to work. You watch, you click, and then you say what you saw first: a wheel turning under a parked
van, a ball, a bus about to pull out, the shadow of a child. By the end of the evening you see more, and you can feel
it in the street on the way home.

You take away a practice plan of ten minutes a day for two weeks.
""",
    outcomes=("Spot developing hazards earlier", "Understand how the test scores, and how not to be caught out"),
    requirements=("A provisional licence helps, but is not needed",),
    modules=syllabus(
        ("How the test works", 20, "Clips, scoring, and clicking too much."),
        ("Seeing", 40, "Clues in mirrors, shadows and feet."),
        ("Deciding", 30, "When does a hazard begin to develop?"),
        ("Your plan", 10, "Ten minutes a day."),
    ),
    price=Decimal("25"),
    minutes=120,
    trainer="fiona-mackay",
    rhythm=Rhythm(room=THEORY_ROOM, begins="18:30", ends="20:30", weekdays=EVENINGS, every=14),
    capacity=16,
    deposit_percent=0,
    popularity=0.85,
)

THEORY_EVENINGS = CourseData(
    slug="theory-in-four-evenings",
    title="The theory test in four evenings",
    category="theory",
    audience="learners",
    summary="Signs, rules, stopping distances and hazard clips: four evenings, small group, mock test at the end.",
    description="""
Everything the multiple-choice test asks, in an order that makes sense: first what you see, then what it means, then
what you do. We use tablets for the questions and a big floor plan with toy cars for the arguments.

Each evening closes with twenty questions. You see which themes are still weak and get your own list for the days
between. The fourth evening is a complete mock test, fifty questions and fourteen clips, under the conditions of the
real one.

Nine in ten of those who came to all four evenings passed at their first attempt last year.
""",
    outcomes=(
        "Know the rules well enough to explain them to somebody else",
        "A complete mock test with a page of feedback",
        "A date for the real test, booked on the last evening if you like",
    ),
    requirements=("A provisional licence or the wish to get one",),
    what_to_bring=("A copy of The Highway Code; we lend them",),
    modules=syllabus(
        ("Signs, markings and lights", 25, "What the road tells you."),
        ("Rules, priorities and speed", 25, "Who goes first, and how fast."),
        ("The car, the weather and you", 25, "Stopping, tyres, alcohol, tiredness."),
        ("Mock test", 25, "Fifty questions, fourteen clips."),
    ),
    price=Decimal("95"),
    minutes=4 * 120,
    trainer="fiona-mackay",
    co_trainer="tomasz-zielinski",
    rhythm=Rhythm(
        room=THEORY_ROOM, offsets=(0, 2, 7, 9), begins="18:30", ends="20:30", weekdays=(0, 1, 2, 3), every=28
    ),
    capacity=14,
    popularity=0.8,
)

THEORY_SESSIONS = CourseData(
    slug="theory-in-three-sessions",
    title="Theory intensive in three sessions",
    category="theory",
    audience="learners",
    summary="The whole theory test in three long daytime sessions, for those whose test is near.",
    description="""
Your test is in two weeks and the book is still shut? Three sessions of four hours, with breaks, sandwiches and a
great many questions. We begin with a mock test to see where you stand, so that no time goes into what you know.

It is hard work and people laugh a lot.
""",
    outcomes=("A mock test before and after, so that you see the difference", "The gaps closed that cost you points"),
    requirements=("A test date, or the intention to book one that day",),
    modules=syllabus(
        ("Where you stand", 20, "Mock test and your own list."),
        ("Rules and signs, at speed", 40, "Questions in rounds."),
        ("Hazards", 25, "Clips, clues, clicks."),
        ("Mock test again", 15, "The difference."),
    ),
    price=Decimal("129"),
    minutes=3 * 240,
    trainer="fiona-mackay",
    rhythm=Rhythm(
        room=THEORY_ROOM, offsets=(0, 1, 2), begins="12:30", ends="16:30", weekdays=(0, 1, 2, 3, 4, 5), every=45
    ),
    capacity=12,
    popularity=0.75,
)

THEORY_ONLINE = CourseData(
    slug="theory-questions-online",
    title="Ask an instructor: theory questions, online",
    category="theory",
    audience="learners",
    summary="An hour online where no question is too small. Bring the ones you got wrong.",
    description="""
Bring three questions you got wrong and one you have always wondered about. In an hour we get through about thirty,
with sketches. Cameras may stay off.
""",
    outcomes=("Your questions answered, with the reason",),
    requirements=(),
    what_to_bring=("A phone or a computer",),
    modules=syllabus(
        ("Your wrong answers", 60, "And why they looked right."),
        ("Always wondered", 40, "Box junctions, usually."),
    ),
    price=Decimal("8"),
    minutes=60,
    trainer="tomasz-zielinski",
    rhythm=Rhythm(begins="20:00", ends="21:00", weekdays=EVENINGS, every=28),
    capacity=30,
    deposit_percent=0,
    popularity=0.5,
)

EFAW = CourseData(
    slug="emergency-first-aid-at-work",
    title="Emergency First Aid at Work, Level 3",
    category="first-aid",
    audience="everyone",
    minimum_age=14,
    summary="One day, one certificate: resuscitation, bleeding, choking, seizures and a clear head.",
    description="""
The one-day course that small workplaces with low risk need, and that everybody else should have. It meets the
requirements for an emergency first aider at work and leads to a Level 3 award, valid for three years.

Most of the day is practice. You resuscitate a manikin that tells you how well you do, use a training defibrillator,
stop bleeding, clear a throat, and look after somebody who is having a seizure, all in scenes that Grace has lived
through.

Assessment happens along the way; there is a short paper at the end that nobody need fear.
""",
    outcomes=(
        "Resuscitate an adult and use a defibrillator",
        "Stop severe bleeding and clear a choking person's airway",
        "A certificate that your employer can rely on for three years",
    ),
    requirements=(
        "From 14 years of age",
        "You will be on your knees: tell us if that is difficult, there are ways",
    ),
    modules=syllabus(
        ("Staying safe and calling for help", 15, "Scene, casualty, 999."),
        ("Unconscious, breathing or not", 35, "Recovery position, CPR, defibrillator."),
        ("Bleeding, shock and burns", 25, "Hands first, bandage second."),
        ("Choking, seizures, everyday injuries", 15, "Scenes and roles."),
        ("Assessment", 10, "Practical, and a short paper."),
    ),
    price=Decimal("85"),
    minutes=390,
    trainer="grace-acheampong",
    co_trainer="fiona-mackay",
    rhythm=Rhythm(room=PRACTICE_ROOM, begins="09:30", ends="16:30", weekdays=WEEK, every=15),
    capacity=12,
    deposit_percent=0,
    popularity=0.8,
    for_companies=True,
)

PAEDIATRIC = CourseData(
    slug="paediatric-first-aid",
    title="Paediatric first aid, two days",
    category="first-aid",
    audience="everyone",
    summary="The full twelve hours for nurseries, childminders and parents who like to know properly.",
    description="""
Babies and children are not small adults. Over two days you learn what is different, and practise it on manikins of
three sizes until your hands know it: resuscitation, choking, febrile convulsions, meningitis, burns, allergic
reactions and the ordinary bumps of a day.

It fulfils what the early years framework asks for and leads to a Level 3 award. Between the two days there may be a
week, so that you have time to ask at your own workplace where the kit is.
""",
    outcomes=(
        "Resuscitate babies and children",
        "Recognise serious illness early and say the right words on the telephone",
        "A twelve-hour certificate, valid for three years",
    ),
    requirements=("From 16 years of age",),
    what_to_bring=("Comfortable clothes",),
    modules=syllabus(
        ("Babies and children: what is different", 10, "Size, airway, fear."),
        ("Resuscitation and choking", 35, "Three sizes of manikin."),
        ("Illness", 25, "Fever, meningitis, allergy, asthma, diabetes."),
        ("Injuries", 20, "Heads, bones, burns, poison."),
        ("Assessment", 10, "Practical and paper."),
    ),
    price=Decimal("140"),
    minutes=2 * 390,
    trainer="grace-acheampong",
    rhythm=Rhythm(room=PRACTICE_ROOM, offsets=(0, 1), begins="09:30", ends="16:30", weekdays=WEEK, every=31),
    capacity=12,
    popularity=0.75,
    for_companies=True,
)

ROADSIDE = CourseData(
    slug="roadside-first-aid",
    title="First aid at the roadside",
    category="first-aid",
    audience="everyone",
    summary="Three hours for everyone who drives: what to do in the ten minutes before the ambulance comes.",
    description="""
You come round a bend and there it is. Where do you stop, whom do you ring, what do you say, and may you take a helmet
off? In three hours we go from the warning triangle to the recovery position, partly in the classroom and partly round
a car in the yard behind the house.

Learners get a stamp in their logbook and, we are told, more patience from their parents.
""",
    outcomes=("Make a scene safe, yourself first", "Keep somebody alive until help comes"),
    requirements=("None",),
    modules=syllabus(
        ("Stop, park, warn", 20, "Do not become the second accident."),
        ("Ring and say", 20, "Where, what, how many."),
        ("Breathing, bleeding, spine", 50, "Practice round a car."),
        ("Afterwards", 10, "For you, too."),
    ),
    price=Decimal("38"),
    minutes=180,
    trainer="grace-acheampong",
    rhythm=Rhythm(room=PRACTICE_ROOM, begins="10:00", ends="13:00", weekdays=SATURDAY, every=21),
    capacity=12,
    deposit_percent=0,
    popularity=0.7,
)

MOTORWAY = CourseData(
    slug="motorway-confidence",
    title="Motorway confidence",
    category="on-the-road",
    audience="everyone",
    summary="An evening in the classroom for people who take the long way round to avoid the M5. Also online.",
    description="""
Many good drivers avoid motorways for years. It is rarely the speed; it is the joining. In one evening, with films
from a car at junction 17, we take joining, lane choice, variable limits, breakdowns and the drive home in the rain
apart, one at a time.

Come to the room or join from home. Afterwards you may book a drive with Tomasz on a quiet Sunday morning.
""",
    outcomes=("A method for joining that works every time", "What to do when the car stops"),
    requirements=("A full licence, however old",),
    modules=syllabus(
        ("Joining", 40, "Speed, gap, mirror, go."),
        ("Lanes and limits", 30, "Smart motorways without tears."),
        ("When it goes wrong", 30, "Breakdown, fog, spray."),
    ),
    price=Decimal("29"),
    minutes=120,
    trainer="tomasz-zielinski",
    assessor="fiona-mackay",
    rhythm=Rhythm(room=THEORY_ROOM, begins="18:30", ends="20:30", weekdays=EVENINGS, every=30, online=True),
    capacity=24,
    deposit_percent=0,
    popularity=0.55,
)

NEW_TO_UK = CourseData(
    slug="new-to-uk-roads",
    title="New to UK roads",
    category="on-the-road",
    audience="everyone",
    summary="For experienced drivers from elsewhere: left-hand traffic, roundabouts, licences and politeness.",
    description="""
You can drive. What is new is the side of the road, the roundabout with five arms, the unwritten rule that somebody
flashing their lights means both thank you and go away, and the paperwork.

A Saturday morning in English and Polish, with other languages by arrangement: exchanging your licence, insurance,
speed limits that nobody writes down, parking, cyclists, and an hour of roundabouts on the floor with toy cars.
""",
    outcomes=("Read a roundabout before you reach it", "Know what to do about your licence, and by when"),
    requirements=("A driving licence from anywhere",),
    modules=syllabus(
        ("Papers", 25, "Licence, insurance, tax."),
        ("Left", 25, "And why you look right."),
        ("Roundabouts", 35, "On the floor, with toy cars."),
        ("Unwritten rules", 15, "Thank you, sorry, after you."),
    ),
    price=Decimal("45"),
    minutes=180,
    trainer="tomasz-zielinski",
    rhythm=Rhythm(room=THEORY_ROOM, begins="09:30", ends="12:30", weekdays=SATURDAY, every=28),
    capacity=14,
    deposit_percent=0,
    popularity=0.65,
)

MATURE = CourseData(
    slug="driving-for-longer",
    title="Driving for longer: a morning for mature drivers",
    category="on-the-road",
    audience="everyone",
    summary="What changes with the years, what helps, and how to talk about it. With coffee, without a test.",
    description="""
Nobody is examined here. We talk about eyes, necks and medicines, about new signs and new cars that beep, and about
the trips one could leave to the train. You learn exercises for looking over your shoulder and see how to set up a
modern car so that it helps and keeps quiet.

Those who like go for a drive with Dev in their own car on another day and receive a letter only they will read.
""",
    outcomes=("Up to date with what has changed since your test", "A plan for driving safely for longer"),
    requirements=("A full licence and some decades of experience",),
    modules=syllabus(
        ("What changed on the roads", 35, "Signs, lanes, cyclists, charging."),
        ("What changes in us", 35, "Eyes, necks, medicines."),
        ("Your car and you", 30, "Seats, mirrors, things that beep."),
    ),
    price=Decimal("35"),
    minutes=150,
    trainer="dev-patel",
    rhythm=Rhythm(room=PRACTICE_ROOM, begins="10:00", ends="12:30", weekdays=(1, 2, 3), every=35),
    capacity=12,
    deposit_percent=0,
    popularity=0.6,
)

PARENTS = CourseData(
    slug="sitting-beside-a-learner",
    title="Sitting beside a learner: an evening for parents",
    category="on-the-road",
    audience="everyone",
    summary="A free evening for everyone who practises with a learner, so that both of you survive it as friends.",
    description="""
Practice at home makes good drivers, if the person in the passenger seat knows when to speak. We show you how
instructors do it: plan a route, give a direction in time, keep your hands still, and stop before anybody cries.

Free, with tea. Learners may come too and usually enjoy it.
""",
    outcomes=("Directions given in time", "A plan for ten practice drives"),
    requirements=("You intend to sit beside somebody",),
    modules=syllabus(
        ("Law and insurance", 20, "Who may sit there."),
        ("Words and timing", 40, "What to say, and when to say nothing."),
        ("Ten drives", 40, "From the car park to the city centre."),
    ),
    price=Decimal(0),
    minutes=90,
    trainer="dev-patel",
    rhythm=Rhythm(room=THEORY_ROOM, begins="19:00", ends="20:30", weekdays=EVENINGS, every=42),
    capacity=18,
    popularity=0.75,
)

FLEET = CourseData(
    slug="fleet-driver-day",
    title="A day for your drivers",
    category="on-the-road",
    audience="companies",
    summary="Vans, deliveries, care rounds: a day made for the people who drive for you. Price on request.",
    description="""
Ten drivers, four vans and a string of small dents: we look at your routes and your claims before we come, ride along
with two of your people, and make a day out of what we have seen. It is about time pressure more than about driving,
and about what the office can do for those on the road.
""",
    outcomes=("Fewer dents", "An agreement between office and road"),
    requirements=("Four to twelve drivers",),
    modules=syllabus(
        ("Ride along", 30, "Before the day."),
        ("At the table", 40, "Pressure, routes, telephones."),
        ("On the road", 30, "In pairs, in your vans."),
    ),
    price=None,
    minutes=390,
    trainer="dev-patel",
    rhythm=Rhythm(room=PRACTICE_ROOM, begins="09:00", ends="16:00", weekdays=WEEK, every=0),
    capacity=12,
    popularity=0.0,
    for_companies=True,
)

COURSES = (
    THEORY_EVENINGS, HAZARD, EFAW, PAEDIATRIC, ROADSIDE, THEORY_SESSIONS, NEW_TO_UK, MOTORWAY, MATURE, PARENTS,
    THEORY_ONLINE, FLEET,
)  # fmt: skip
