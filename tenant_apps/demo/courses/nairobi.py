"""What Nairobi Tech Academy teaches."""

from decimal import Decimal

from tenant_apps.demo.courses import syllabus
from tenant_apps.demo.shapes import CourseData, Rhythm

VAT = Decimal(16)
LAB, WORKSHOP = "Computer lab", "Maker workshop"
SATURDAY, WEEK = (5,), (0, 1, 2, 3, 4)

ROBOTICS_SATURDAYS = CourseData(
    slug="robotics-saturdays",
    title="Saturday robotics: build, program, race",
    category="robotics",
    audience="kids",
    asks_age=True,
    summary="Four Saturday mornings for children from 8 to 12: build a rover, make it see, race it on the last day.",
    description="""
Every child builds a rover of their own. On the first Saturday it drives, on the second it follows a line, on the
third it avoids the wall, and on the fourth there is a race that slow and clever robots win as often as fast ones.

We program with blocks first and look at the Python behind them as soon as a child asks, which is usually in week two.
Two adults are in the room for never more than fourteen children.

Parents are invited at eleven on the last day, when the children explain how it works. The rover stays here; the
program goes home.
""",
    outcomes=(
        "A rover that follows a line and avoids walls",
        "Loops, conditions and variables, understood by using them",
        "The habit of testing one thing at a time",
    ),
    requirements=(
        "Age 8 to 12",
        "No experience needed",
    ),
    what_to_bring=("A snack for the break",),
    modules=syllabus(
        ("It drives", 25, "Motors, batteries, left and right."),
        ("It follows a line", 25, "Light sensors and what a threshold is."),
        ("It does not hit the wall", 25, "Ultrasound, distance and decisions."),
        ("Race day", 25, "Tuning, pit stops and explaining it to parents."),
    ),
    price=Decimal("9500"),
    vat_rate=VAT,
    minutes=4 * 150,
    trainer="brian-otieno",
    rhythm=Rhythm(room=WORKSHOP, offsets=(0, 7, 14, 21), begins="09:30", ends="12:00", weekdays=SATURDAY, every=28),
    capacity=14,
    deposit_percent=0,
    popularity=0.95,
)

ROBOTICS_CAMP = CourseData(
    slug="robotics-holiday-camp",
    title="Robotics holiday camp",
    category="robotics",
    audience="kids",
    asks_age=True,
    summary="Five days for 11 to 15: arms, grippers and a sorting machine that the whole group builds together.",
    description="""
One machine, built by everybody. A belt brings coloured blocks, a camera looks, an arm picks, and each team is
responsible for a part of it and for the agreement with the next team. It never works on Wednesday. It always works on
Friday.

Between building there are short lessons on gears, motors and state machines, a visit to a bottling plant, and
football.

Lunch and two snacks are included. We open the door at eight and close it at five.
""",
    outcomes=(
        "Build and program a robot arm with three joints",
        "Write a small state machine in Python",
        "Agree on an interface with another team, and keep to it",
    ),
    requirements=(
        "Age 11 to 15",
        "Some block programming, or our Saturday course",
    ),
    what_to_bring=("A guardian's telephone number",),
    modules=syllabus(
        ("Arms and angles", 20, "Servos, joints and reach."),
        ("Seeing colours", 20, "A camera and what it gets wrong."),
        ("State machines", 20, "What happens next, and when."),
        ("Putting it together", 25, "Interfaces, tests, and tempers."),
        ("The factory runs", 15, "Show for families."),
    ),
    price=Decimal("24000"),
    vat_rate=VAT,
    minutes=5 * 420,
    trainer="brian-otieno",
    co_trainer="samuel-mwangi",
    assessor="faith-chebet",
    rhythm=Rhythm(room=WORKSHOP, offsets=(0, 1, 2, 3, 4), begins="08:30", ends="16:30", weekdays=WEEK, every=56),
    capacity=14,
    popularity=0.8,
)

KIDS_GAMES = CourseData(
    slug="first-games-in-code",
    title="My first game, in code",
    category="development",
    audience="kids",
    asks_age=True,
    summary="Two Saturdays for 9 to 13: from a moving square to a game that others want to play.",
    description="""
A game is the best first program, because a mistake is visible at once and often funny. Children draw their own
figures, make them move, add points, a second player and a sound, and then swap seats and break each other's games.

We write real Python from the first minute, with a helper library of our own that keeps the screen out of the way.
""",
    outcomes=("A game of one's own that runs at home", "Reading and changing real code without fear"),
    requirements=(
        "Age 9 to 13",
        "Can type, slowly is fine",
    ),
    modules=syllabus(
        ("A square that moves", 25, "Coordinates and keys."),
        ("Rules", 25, "Points, lives and collisions."),
        ("Making it yours", 25, "Figures, sounds, levels."),
        ("Breaking it", 25, "Swap seats, find bugs, mend them."),
    ),
    price=Decimal("5200"),
    vat_rate=VAT,
    minutes=2 * 180,
    trainer="samuel-mwangi",
    rhythm=Rhythm(room=LAB, offsets=(0, 7), begins="13:30", ends="16:30", weekdays=SATURDAY, every=35),
    capacity=16,
    deposit_percent=0,
    popularity=0.75,
)

PYTHON = CourseData(
    slug="python-from-zero",
    title="Python from zero",
    category="development",
    audience="adults",
    summary="Eight evenings over four weeks: from the first line to a small program that saves you an hour a week.",
    description="""
For people who have never programmed, or tried once and were left alone with it. You bring a task from your own work:
a report you copy together every Monday, a list that never matches another list. By the eighth evening a program does
it.

We meet on two evenings a week, because the days between are when it sinks in. There is half an hour of homework each
time and a group where questions are answered within the day.

No laptop? Use one of ours in the lab.
""",
    outcomes=(
        "Read, write and change Python programs of a page or two",
        "Work with files, tables and the web from a program",
        "A tool of your own that runs at work",
    ),
    requirements=("Comfort with a computer",),
    what_to_bring=("A task from your work, or an idea",),
    modules=syllabus(
        ("Values, names, decisions", 20, "The smallest useful programs."),
        ("Loops and lists", 20, "Doing things a thousand times."),
        ("Functions and files", 20, "Programs one can read again next week."),
        ("Tables and the web", 20, "CSV, Excel and an API."),
        ("Your own tool", 20, "Built, shown, and taken to work."),
    ),
    price=Decimal("28000"),
    vat_rate=VAT,
    minutes=8 * 120,
    trainer="samuel-mwangi",
    co_trainer="wanjiru-kamau",
    rhythm=Rhythm(
        room=LAB, offsets=(0, 2, 7, 9, 14, 16, 21, 23), begins="17:45", ends="19:45", weekdays=(0, 1, 2, 3), every=42
    ),
    capacity=18,
    popularity=0.85,
)

ML = CourseData(
    slug="machine-learning-foundations",
    title="Machine learning foundations",
    category="ai",
    audience="adults",
    summary="Three days from a bad first model to one you can defend, with data from here.",
    description="""
What does it mean that a model is right nine times out of ten, and who is the tenth? We begin with a bad model in the
first hour and spend three days making it better: features, validation, trees and linear models, a small neural
network, and the question of when to stop.

The data are from here: matatu fares, maize prices, clinic queues. Every afternoon ends with a page in plain words for
somebody who has to decide something, because a model that nobody understands is not used.

Mathematics is explained when it is needed, with pictures.
""",
    outcomes=(
        "Train, validate and compare models in Python",
        "Recognise leakage, imbalance and wishful thinking",
        "Explain a model to those who decide with it",
    ),
    requirements=(
        "Python to the level of loops and functions",
        "School mathematics",
    ),
    modules=syllabus(
        ("A bad model, at once", 15, "Baselines and what they teach."),
        ("Features and validation", 25, "What the model may know, and when."),
        ("Trees, forests and lines", 25, "Three workhorses."),
        ("A small neural network", 15, "What is deep about it."),
        ("Fairness and explanation", 20, "Who is the tenth person?"),
    ),
    price=Decimal("36000"),
    vat_rate=VAT,
    minutes=3 * 390,
    trainer="wanjiru-kamau",
    rhythm=Rhythm(room=LAB, offsets=(0, 1, 2), begins="09:00", ends="16:00", weekdays=(0, 1, 2, 3, 4, 5), every=38),
    capacity=16,
    popularity=0.85,
)

GENERATIVE_AI = CourseData(
    slug="working-with-language-models",
    title="Working with language models, honestly",
    category="ai",
    audience="adults",
    summary="A hybrid evening on what language models do well, what they invent, and how to check.",
    description="""
Language models write, summarise, translate and make things up, all in the same calm voice. In three hours you learn
to tell which is which: how they work in outline, how to ask, how to check, and which of your texts should never be
pasted into one.

Join us in the lab or from home. Those at home see the same exercises and have a trainer's assistant of their own.
""",
    outcomes=("Ask so that the answer can be checked", "A list of tasks at work where it helps, and where it does not"),
    requirements=(),
    what_to_bring=("A computer and a text you work with",),
    modules=syllabus(
        ("How it works, without formulas", 30, "Tokens, probabilities, memory."),
        ("Asking and checking", 40, "Exercises with your own texts."),
        ("What stays in the house", 30, "Privacy, rights and rules."),
    ),
    price=Decimal("4500"),
    vat_rate=VAT,
    minutes=180,
    trainer="wanjiru-kamau",
    rhythm=Rhythm(room=WORKSHOP, begins="17:30", ends="20:30", weekdays=(1, 2, 3), every=28, online=True),
    capacity=30,
    deposit_percent=0,
    popularity=0.7,
)

DATA_ONLINE = CourseData(
    slug="data-analysis-online",
    title="Data analysis with spreadsheets and SQL",
    category="data",
    audience="adults",
    summary="Four online evenings: clean tables, honest charts, and questions asked in SQL.",
    description="""
Most of what is called data science is cleaning a table and asking it the right question. In four live evenings we
take the sales of a fictional kiosk chain apart: duplicated branches, dates in three styles, a price that was off by a
thousand.

You learn pivot tables properly, then the same questions in SQL, and draw charts that do not lie. Each evening is
recorded, and you may repeat it in the next round at no cost.
""",
    outcomes=(
        "Clean a table and say what you changed",
        "Ask questions in SQL with joins and groups",
        "Draw charts that don't mislead",
    ),
    requirements=(),
    what_to_bring=(
        "A computer with a spreadsheet program",
        "A steady connection",
    ),
    modules=syllabus(
        ("Tables worth the name", 25, "Cleaning, types, keys."),
        ("Pivot tables", 25, "Questions without formulas."),
        ("SQL", 30, "Select, join, group."),
        ("Charts", 20, "Honest ones."),
    ),
    price=Decimal("12000"),
    vat_rate=VAT,
    minutes=4 * 120,
    trainer="wanjiru-kamau",
    rhythm=Rhythm(offsets=(0, 1, 7, 8), begins="19:00", ends="21:00", weekdays=(0, 1), every=35),
    capacity=40,
    popularity=0.6,
)

IOT = CourseData(
    slug="smart-farm-iot",
    title="Sensors for the farm: internet of things in practice",
    category="iot",
    audience="adults",
    summary="Two days on soil, tank and weather sensors that last a season on one battery and report by radio.",
    description="""
A tank sensor is a float, a microcontroller, a radio and a decision about when to wake up. You build one, calibrate it
in a bucket, and send its readings over a long-range radio to a gateway on our roof.

On the second day we go through what breaks: heat, ants, thunderstorms, prepaid data. You keep the sensor you have
built.
""",
    outcomes=(
        "A working sensor that you keep",
        "Judge batteries, radios and enclosures for the field",
        "A dashboard that warns you",
    ),
    requirements=("No electronics needed; patience is",),
    modules=syllabus(
        ("Measuring", 25, "Moisture, level, temperature."),
        ("Sleeping and sending", 30, "Power budgets and long-range radio."),
        ("Dashboards and alarms", 25, "From reading to message."),
        ("What breaks in the field", 20, "Heat, ants, lightning."),
    ),
    price=Decimal("19500"),
    vat_rate=VAT,
    minutes=2 * 390,
    trainer="brian-otieno",
    rhythm=Rhythm(room=WORKSHOP, offsets=(0, 1), begins="09:00", ends="16:00", weekdays=WEEK, every=40),
    capacity=12,
    popularity=0.6,
)

CYBER = CourseData(
    slug="cyber-defence-basics",
    title="Cyber defence for small teams",
    category="cybersecurity",
    audience="corporate",
    summary="Two days for those who look after the computers of a clinic, a school or a firm of forty people.",
    description="""
You have no security department; you have a Tuesday afternoon. This course is about spending it well: accounts,
updates, backups that can be restored, mail that lies, and what to do in the first hour of an incident.

Day two is an exercise. A fictional clinic is attacked, you run its office, and the telephone does not stop ringing.
Afterwards we write the one-page plan that you take home.
""",
    outcomes=(
        "Put the ten measures that matter in order, and start with the first",
        "Restore from a backup, having done it",
        "A one-page plan for the first hour",
    ),
    requirements=("You administer computers or accounts for others",),
    modules=syllabus(
        ("What you have, and who wants it", 20, "Assets and opponents."),
        ("Accounts, updates, backups", 35, "The dull things that save you."),
        ("Mail and people", 15, "Deception and how to talk about it."),
        ("The exercise", 30, "An incident, played in real time."),
    ),
    price=Decimal("31000"),
    vat_rate=VAT,
    minutes=2 * 400,
    trainer="faith-chebet",
    assessor="wanjiru-kamau",
    rhythm=Rhythm(room=LAB, offsets=(0, 1), begins="09:00", ends="16:00", weekdays=WEEK, every=36),
    capacity=14,
    popularity=0.75,
    for_companies=True,
)

BLOCKCHAIN = CourseData(
    slug="blockchain-for-business",
    title="Blockchain for business: when, and when not",
    category="blockchain",
    audience="corporate",
    summary="A sober day on shared ledgers: what they solve, what a database solves better, and what it costs.",
    description="""
Most problems that are brought to us with the word blockchain are solved by a database and an agreement. Some are not:
several parties who don't trust one another, a history that nobody may rewrite, no one in the middle. We work out
which kind yours is.

In the morning you build a toy ledger with paper and envelopes. In the afternoon we look at three real cases from
agriculture and remittances, two that run and one that failed.
""",
    outcomes=("Tell a ledger problem from a database problem", "Ask suppliers the questions they hope you won't"),
    requirements=("No technical knowledge needed",),
    modules=syllabus(
        ("A ledger of paper", 30, "Hashes, blocks and trust, by hand."),
        ("Three cases", 40, "Two that run, one that failed."),
        ("Your case", 30, "A decision on one page."),
    ),
    price=Decimal("18500"),
    vat_rate=VAT,
    minutes=360,
    trainer="faith-chebet",
    rhythm=Rhythm(room=WORKSHOP, begins="09:00", ends="15:30", weekdays=WEEK, every=44),
    capacity=14,
    popularity=0.5,
    for_companies=True,
)

OPEN_LAB = CourseData(
    slug="open-lab-afternoon",
    title="Open lab afternoon",
    category="robotics",
    audience="kids",
    asks_age=True,
    summary="A free Saturday afternoon: drive a robot, solder a badge, and meet the trainers. Families welcome.",
    description="""
Come and look. For two hours the workshop is open: rovers to drive, a badge to solder that blinks your initials, and
children from the Saturday group who explain what they are building.

It is free, but the room is small, so please book a seat for everyone who comes.
""",
    outcomes=("A badge that blinks", "An idea of what suits your child"),
    requirements=("Children under 12 come with an adult",),
    modules=syllabus(
        ("Drive", 35, "Rovers and an obstacle course."),
        ("Solder", 35, "A badge with your initials."),
        ("Ask", 30, "Trainers, parents, children."),
    ),
    price=Decimal(0),
    minutes=120,
    trainer="brian-otieno",
    rhythm=Rhythm(room=WORKSHOP, begins="14:00", ends="16:00", weekdays=SATURDAY, every=42),
    capacity=16,
    popularity=0.8,
)

AI_TEAM = CourseData(
    slug="ai-for-your-team",
    title="AI for your team, at your place",
    category="ai",
    audience="corporate",
    summary="A day or three at your office, with your own cases. The price depends on what you need.",
    description="""
We come to you, look at the work your team really does, and find the two or three places where a model helps. Then we
build the first of them together, with your data and your rules.

Tell us how many you are and what takes you longest. We answer with a plan and a price within two days.
""",
    outcomes=("One case built together", "An honest list of where it doesn't help"),
    requirements=(
        "Four to sixteen people",
        "A conversation beforehand",
    ),
    modules=syllabus(
        ("Your work, looked at", 30, "Interviews and a map."),
        ("The first case", 50, "Built together."),
        ("Rules and next steps", 20, "What stays in the house."),
    ),
    price=None,
    vat_rate=VAT,
    minutes=390,
    trainer="wanjiru-kamau",
    rhythm=Rhythm(room=LAB, begins="09:00", ends="15:30", weekdays=WEEK, every=0),
    capacity=16,
    popularity=0.0,
)

COURSES = (
    ROBOTICS_SATURDAYS, PYTHON, ML, CYBER, ROBOTICS_CAMP, IOT, GENERATIVE_AI, DATA_ONLINE, KIDS_GAMES, BLOCKCHAIN,
    OPEN_LAB, AI_TEAM,
)  # fmt: skip
