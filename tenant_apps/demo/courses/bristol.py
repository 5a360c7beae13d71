"""What Bristol Gas Training teaches."""

from decimal import Decimal

from tenant_apps.demo.courses import syllabus
from tenant_apps.demo.shapes import CourseData, Rhythm

VAT = Decimal(20)
WORKSHOP, CLASSROOM = "Workshop", "Classroom"

CCN1_INITIAL = CourseData(
    slug="domestic-gas-initial",
    title="Core domestic gas safety CCN1: initial training and assessment",
    category="gas-safety",
    audience="starters",
    summary="Three days of workshop training and assessment in core domestic gas safety, for people adding gas to a "
    "related trade.",
    description="""
CCN1 is the core assessment that every domestic gas engineer takes first. It covers the knowledge and the practical
skills you need before any appliance comes into play: how gas burns, how it gets to the appliance, how the products of
combustion leave the house, and what you must do when one of those goes wrong.

You spend most of the three days at the bench. On the first day you pipe a small installation, test it for tightness
and purge it. On the second you work on ventilation, flues and the safe isolation of appliances, and on the third you
sit the papers and show the assessor what you can do.

This course suits plumbers, heating fitters and multi-trade operatives who already work alongside a registered
engineer and can show a portfolio of supervised work. If you are entirely new to the trade, start with our managed
learning programme: ring us and we will explain the way.

Appliance assessments such as boilers (CENWAT) and cookers (CKR1) can be added on a fourth day.
""",
    outcomes=(
        "Test an installation for tightness and purge it",
        "Judge ventilation and flues, and say why they pass or fail",
        "Recognise unsafe situations and act on them as the procedure demands",
        "Hold the core certificate that lets you apply for registration, once your portfolio is signed off",
    ),
    requirements=("A portfolio of supervised gas work, or evidence of a related trade",),
    what_to_bring=(
        "Photo identification",
        "Safety boots and overalls",
    ),
    modules=syllabus(
        ("Gas safety law and how gas burns", 15, "Duties, emergency action, combustion and its products."),
        ("Pipework and tightness testing", 25, "Sizing, materials, let-by, tightness test and purge."),
        ("Ventilation", 15, "Free area, open-flued appliances, and the arithmetic."),
        ("Flues and chimneys", 15, "Types, terminations, spillage and flow tests."),
        ("Unsafe situations", 15, "Immediately dangerous, at risk, and the words on the notice."),
        ("Assessment", 15, "Multiple-choice papers and observed practical tasks."),
    ),
    price=Decimal("690"),
    vat_rate=VAT,
    minutes=3 * 420,
    trainer="gareth-llewellyn",
    co_trainer="nadia-rahman",
    assessor="owen-bright",
    rhythm=Rhythm(room=WORKSHOP, offsets=(0, 1, 2), begins="08:30", ends="16:30", weekdays=(0, 1, 2, 3, 4), every=42),
    capacity=10,
    popularity=0.85,
)

CCN1_REASSESSMENT = CourseData(
    slug="ccn1-reassessment",
    title="CCN1 reassessment for registered engineers",
    category="gas-safety",
    audience="engineers",
    summary="Renew your core domestic gas certificate in one day: a morning of updates, an afternoon of assessment.",
    description="""
Your core certificate runs for five years. This day renews it without fuss: a brisk morning on what has changed since
you last sat in a room like ours, then the reassessment in the afternoon.

We send the revision notes a fortnight ahead, with two practice papers. Engineers who work through them mostly finish
by half past three. If one question area needs another go, you resit that part on the same day.

Appliance reassessments (CENWAT, CKR1, HTR1, DAH1, MET1) can be added for the following day. Tell us which in the box
for special requests and we will put the rigs ready.
""",
    outcomes=(
        "A renewed CCN1 certificate, valid for five years",
        "Up to date with the changes in standards and procedures",
        "Your certification body told by us within two working days",
    ),
    requirements=("A CCN1 certificate that is still valid, or ran out less than a year ago",),
    what_to_bring=("Photo identification and your registration card",),
    modules=syllabus(
        ("What has changed", 25, "Standards, procedures and lessons from recent incidents."),
        ("Combustion and flues refreshed", 25, "Analyser practice on three appliances."),
        ("Unsafe situations refreshed", 20, "Cases from the past year, decided together."),
        ("Reassessment", 30, "Papers and practical tasks."),
    ),
    price=Decimal("295"),
    vat_rate=VAT,
    minutes=420,
    trainer="gareth-llewellyn",
    rhythm=Rhythm(room=WORKSHOP, begins="08:30", ends="16:30", weekdays=(3, 4), every=21),
    capacity=8,
    deposit_percent=0,
    popularity=0.9,
)

LANDLORD = CourseData(
    slug="landlord-gas-safety-checks",
    title="Landlord gas safety checks, done properly",
    category="gas-safety",
    audience="engineers",
    summary="A practical day on safety checks in rented homes: what to test, what to write down, what to say to whom.",
    description="""
A landlord's gas safety record is a legal document, and a thin one causes trouble for years. This day is about doing
the check well and writing it so that the next engineer, the agent and a court can follow it.

We work through five mock flats in the workshop. Each has something wrong: a flue that passes through a void, a cooker
without a stability chain, a tenant who has blocked the vent. You carry out the check, fill in the record and classify
what you find; then we compare.

The afternoon is about access, refusals, and the conversation on the doorstep.
""",
    outcomes=(
        "Carry out a complete check without leaving anything to memory",
        "Write a record that answers the questions people really ask",
        "Classify faults with confidence, and explain them to a tenant",
    ),
    requirements=("Registered for the appliances you check",),
    what_to_bring=("Your flue gas analyser with a valid calibration",),
    modules=syllabus(
        ("The law in an hour", 15, "Who must do what, and by when."),
        ("Five flats", 45, "Checks in mock installations, alone and in pairs."),
        ("Writing the record", 20, "Wording, photographs, and what not to write."),
        ("On the doorstep", 20, "Access, refusal, and vulnerable tenants."),
    ),
    price=Decimal("185"),
    vat_rate=VAT,
    minutes=390,
    trainer="gareth-llewellyn",
    rhythm=Rhythm(room=CLASSROOM, weekdays=(0, 1, 2), every=35),
    capacity=12,
    popularity=0.6,
    for_companies=True,
)

HEAT_PUMPS = CourseData(
    slug="air-source-heat-pumps",
    title="Air source heat pump installation, Level 3",
    category="heat-pumps",
    audience="engineers",
    summary="Five days from heat loss to handover: design, install, commission and maintain air source systems.",
    description="""
Heat pumps reward good design and punish guesswork. In five days you go through a whole job: survey, room-by-room heat
loss, emitter sizing, cylinder choice, siting and noise, electrical requirements, filling, commissioning and handover.

Three working rigs stand in the workshop, from different makers and with different controls. You pipe, fill, flush and
commission one of them in a group of four and then find the faults we have put into the other two.

You leave with a design file for a real house that you can use as a pattern, and a Level 3 award that certification
schemes ask for. The written paper is on Friday after lunch.

We keep the group small because everybody needs time at the controls.
""",
    outcomes=(
        "Calculate the heat loss of a house, room by room",
        "Size emitters, pipework and cylinder for a flow temperature of 45 °C or less",
        "Install and commission a monobloc system, and set weather compensation",
        "Explain the system to the people who will live with it",
    ),
    requirements=(
        "A heating, plumbing or gas qualification at Level 2 or above",
        "A grasp of hot water systems; our unvented course is ideal",
    ),
    what_to_bring=("A laptop or tablet",),
    modules=syllabus(
        ("How a heat pump works, and when it does not", 10, "The cycle, COP and seasonal performance."),
        ("Survey and heat loss", 20, "Fabric, ventilation, design temperatures."),
        ("Design", 25, "Emitters, pipework, cylinder, siting and sound."),
        ("Installation", 20, "Piping, filling, insulation, electrical connection."),
        ("Commissioning and controls", 15, "Flow rates, weather compensation, handover."),
        ("Assessment", 10, "Written paper and practical tasks."),
    ),
    price=Decimal("1150"),
    vat_rate=VAT,
    minutes=5 * 420,
    trainer="nadia-rahman",
    co_trainer="gareth-llewellyn",
    rhythm=Rhythm(room=CLASSROOM, offsets=(0, 1, 2, 3, 4), weekdays=(0, 1, 2, 3, 4), every=30),
    capacity=8,
    popularity=0.9,
)

LOW_TEMPERATURE = CourseData(
    slug="low-temperature-heating",
    title="Low-temperature heating design for heat pumps",
    category="heat-pumps",
    audience="engineers",
    summary="Two days on radiators, underfloor heating and balancing, so that a heat pump can do its best.",
    description="""
Most complaints about heat pumps are complaints about radiators. This course is for installers who fit good machines
and wish that the rest of the system kept up.

Day one is paper and pencil: emitters at low flow temperatures, index circuits, pump curves, volume and buffering. Day
two is in the workshop: balancing by temperature and by flow, reading a heat meter, and curing short cycling on a rig
that does it all day.

It is also available in the room and online at the same time: those who join from home follow day two through two
cameras and receive the measurements live.
""",
    outcomes=(
        "Size radiators and underfloor loops for 35 to 45 °C",
        "Balance a system and prove it",
        "Recognise and cure short cycling",
    ),
    requirements=("Experience of installing heat pumps, or our Level 3 course",),
    modules=syllabus(
        ("Emitters at low temperatures", 30, "Outputs, correction factors and tables."),
        ("Hydraulics", 30, "Index circuits, pumps, volume, buffers."),
        ("Balancing in practice", 25, "By temperature, by flow, by patience."),
        ("Fault finding", 15, "Short cycling, noise and cold rooms."),
    ),
    price=Decimal("420"),
    vat_rate=VAT,
    minutes=2 * 390,
    trainer="nadia-rahman",
    rhythm=Rhythm(room=WORKSHOP, offsets=(0, 1), weekdays=(0, 1, 2, 3, 4), every=45, online=True),
    capacity=14,
    popularity=0.55,
)

HEAT_LOSS_ONLINE = CourseData(
    slug="heat-loss-online",
    title="Heat loss surveys: an online evening",
    category="heat-pumps",
    audience="engineers",
    summary="A live online evening on surveying a house for heat loss, with a worked example you take away.",
    description="""
What do you measure, what do you assume, and what do you ask? In two and a half hours we survey a 1930s semi together
from photographs, drawings and a thermal camera, and end with a figure that stands up.

You see the spreadsheet being filled in, may ask at any time, and receive it afterwards with the recording.
""",
    outcomes=(
        "Plan a survey visit so that one visit is enough",
        "A worked example and a blank spreadsheet of your own",
    ),
    requirements=(),
    what_to_bring=("A computer with sound; a second screen helps",),
    modules=syllabus(
        ("What to measure", 30, "Fabric, openings, air changes."),
        ("What to assume", 30, "U-values when nobody knows the wall."),
        ("The worked example", 40, "A 1930s semi, from porch to loft."),
    ),
    price=Decimal("48"),
    vat_rate=VAT,
    minutes=150,
    trainer="nadia-rahman",
    rhythm=Rhythm(begins="18:30", ends="21:00", weekdays=(1, 2, 3), every=35),
    capacity=40,
    deposit_percent=0,
    popularity=0.6,
)

UNVENTED = CourseData(
    slug="unvented-hot-water",
    title="Unvented hot water storage systems",
    category="hot-water",
    audience="engineers",
    summary="A one-day course and assessment for the installation and maintenance of unvented cylinders (G3).",
    description="""
A cylinder under mains pressure is safe because three independent devices keep it so. This day makes sure that you
know each of them, can fit and test them, and can leave a system that complies with Building Regulations (Part G in
England and Wales).

In the morning: the regulations, the layout, discharge pipework and its sizing. In the afternoon: commissioning two
cylinders, servicing an expansion vessel, and faults. A written paper of thirty questions and a short practical close
the day.

The certificate is valid for five years and is what competent person schemes ask for.
""",
    outcomes=(
        "Size and route discharge pipework that complies",
        "Commission, service and hand over an unvented system",
        "A certificate valid for five years",
    ),
    requirements=("Plumbing or heating experience, Level 2 or similar",),
    modules=syllabus(
        ("Regulations and responsibilities", 20, "Part G, notification, who may do what."),
        ("Components and safety devices", 25, "Three lines of defence."),
        ("Discharge pipework", 20, "D1, D2, tundish and termination."),
        ("Commissioning and servicing", 20, "Two cylinders, one expansion vessel."),
        ("Assessment", 15, "Written paper and practical."),
    ),
    price=Decimal("195"),
    vat_rate=VAT,
    minutes=420,
    trainer="nadia-rahman",
    rhythm=Rhythm(room=WORKSHOP, begins="08:30", ends="16:30", weekdays=(0, 1, 2, 3, 4), every=24),
    capacity=10,
    popularity=0.75,
)

WIRING = CourseData(
    slug="wiring-regulations-18th-edition",
    title="18th Edition Wiring Regulations (BS 7671)",
    category="electrical",
    audience="engineers",
    summary="Four days on BS 7671 and its latest amendment, with the Level 3 examination on the last afternoon.",
    description="""
BS 7671 is a book one learns to find one's way in, not by heart. Over four days you learn how it is built, where the
answer to a question lives, and how the parts work together: from scope and definitions through protection and
selection of equipment to special locations.

The course runs over two weeks with a gap between, so that there is time to read. Every chapter closes with questions
in the manner of the examination, and the third evening is free for a mock paper that Owen marks overnight.

The examination is open book, on screen, sixty questions in two hours. If you don't pass at the first attempt, the
resit within three months is on us.
""",
    outcomes=(
        "Find the regulation that answers a question, and apply it",
        "Know what the latest amendment changed",
        "Sit the Level 3 Award in the Requirements for Electrical Installations",
    ),
    requirements=("Experience in electrical work",),
    what_to_bring=("Your own copy of BS 7671 with its amendments, printed or on a tablet (we lend a few)",),
    modules=syllabus(
        ("Scope, object and fundamental principles", 10, "Part 1 and 2."),
        ("Assessment of general characteristics", 10, "Part 3: supplies, loads, arrangement."),
        ("Protection for safety", 30, "Part 4: shock, overcurrent, fire, overvoltage."),
        ("Selection and erection", 25, "Part 5: cables, devices, earthing."),
        ("Inspection, special locations and appendices", 15, "Parts 6, 7 and 8."),
        ("Mock paper and examination", 10, "Open book, on screen."),
    ),
    price=Decimal("445"),
    vat_rate=VAT,
    minutes=4 * 390,
    trainer="owen-bright",
    rhythm=Rhythm(room=CLASSROOM, offsets=(0, 1, 7, 8), weekdays=(0, 1, 2, 3), every=38),
    capacity=14,
    popularity=0.75,
)

INSPECTION = CourseData(
    slug="inspection-and-testing",
    title="Inspection and testing of installations, Level 3",
    category="electrical",
    audience="engineers",
    summary="Initial verification and periodic inspection: dead tests, live tests, and reports that hold water.",
    description="""
Five days at the test boards. You begin with safe isolation, every time, until it is a habit, and go on through
continuity, insulation resistance, polarity, earth fault loop impedance, prospective fault current and RCD tests.

From Wednesday the boards have faults. You find them, decide on the code, and write the report. Owen reads every line
and asks the questions that a client's surveyor would.

The written and practical assessment is on Friday.
""",
    outcomes=(
        "Carry out the full sequence of tests, in the right order and safely",
        "Interpret results against BS 7671",
        "Complete certificates and condition reports that others can rely on",
    ),
    requirements=("18th Edition, or the same knowledge",),
    what_to_bring=("Your own multifunction tester if you have one",),
    modules=syllabus(
        ("Safe isolation and preparation", 15, "Until it is a habit."),
        ("Dead tests", 25, "Continuity, insulation resistance, polarity."),
        ("Live tests", 25, "Loop impedance, fault current, RCDs."),
        ("Periodic inspection and coding", 20, "C1, C2, C3, FI, and why."),
        ("Assessment", 15, "Written and practical."),
    ),
    price=Decimal("780"),
    vat_rate=VAT,
    minutes=5 * 420,
    trainer="owen-bright",
    assessor="gareth-llewellyn",
    rhythm=Rhythm(room=WORKSHOP, offsets=(0, 1, 2, 3, 4), weekdays=(0, 1, 2, 3, 4), every=48),
    capacity=8,
    popularity=0.8,
)

EV = CourseData(
    slug="ev-charge-points",
    title="Electric vehicle charge point installation",
    category="electrical",
    audience="engineers",
    summary="Two days on designing, installing and testing charge points at homes and workplaces.",
    description="""
Charge points look simple and are not: protective earthing on a PEN supply, load management, RCD types and a network
operator who wants to know. We take two days over it.

You assess a supply, choose the earthing arrangement, mount and wire two makes of charger on the practice wall, set up
load balancing and test the result with a vehicle simulator. The forms for the network operator are filled in for a
real case.
""",
    outcomes=(
        "Judge whether a supply is fit for a charge point, and what to do when it is not",
        "Choose earthing and protection according to Section 722",
        "Install, test and document a charge point",
    ),
    requirements=("18th Edition and experience of inspection and testing",),
    modules=syllabus(
        ("Vehicles, modes and connectors", 15, "What actually talks to what."),
        ("Supply and earthing", 30, "PME, PEN fault detection, TT."),
        ("Installation", 30, "Two chargers, one wall."),
        ("Testing and paperwork", 25, "Simulator, certificates, notification."),
    ),
    price=Decimal("395"),
    vat_rate=VAT,
    minutes=2 * 400,
    trainer="owen-bright",
    rhythm=Rhythm(room=WORKSHOP, offsets=(0, 1), weekdays=(0, 1, 2, 3, 4), every=33),
    capacity=8,
    popularity=0.7,
)

TASTER = CourseData(
    slug="trade-taster-evening",
    title="Trade taster evening",
    category="gas-safety",
    audience="starters",
    minimum_age=14,
    summary="A free evening in the workshop: meet the trainers, try a few things, and ask what it takes.",
    description="""
Thinking of a trade, or of changing yours? Come and see. For two hours you solder a joint, wire a socket, look inside
a heat pump and talk with people who do this every day.

There is no sales talk. At the end we tell you honestly how long each way takes, what it costs and what it pays.
""",
    outcomes=("A feel for three trades", "A plan on one page, if you want one"),
    requirements=("From 16 years of age; bring a grown-up if you are under 18",),
    what_to_bring=("Closed shoes",),
    modules=syllabus(
        ("Welcome and safety", 20, "Glasses on."),
        ("Three benches", 60, "Solder, wire, look inside."),
        ("Questions", 20, "With tea."),
    ),
    price=Decimal(0),
    minutes=120,
    trainer="owen-bright",
    rhythm=Rhythm(room=CLASSROOM, begins="18:00", ends="20:00", weekdays=(2, 3), every=40),
    capacity=16,
    popularity=0.7,
)

TEAM_DAY = CourseData(
    slug="team-training-day",
    title="A training day for your team",
    category="hot-water",
    audience="companies",
    summary="We put together a day for your engineers, here or at your site. The price depends on what you need.",
    description="""
Repairs teams have their own faults, forms and habits. Tell us what goes wrong most, and we build a day round it:
unsafe situations for caretakers, hot water for a housing association, heat pump servicing for a team that has just
taken on two hundred of them.

We look at your call-out records beforehand, bring the rigs that fit, and send a short report of what we would change.
""",
    outcomes=("A day made for your team", "A report with what we saw and what we would change"),
    requirements=(
        "Between four and twelve people",
        "A conversation with us first",
    ),
    modules=syllabus(
        ("Your records, read together", 30, "What goes wrong, and how often."),
        ("At the bench", 50, "The skills that matter for you."),
        ("What next", 20, "Agreements for the months to come."),
    ),
    price=None,
    vat_rate=VAT,
    minutes=390,
    trainer="gareth-llewellyn",
    rhythm=Rhythm(room=CLASSROOM, weekdays=(4,), every=0),
    capacity=12,
    popularity=0.0,
)

COURSES = (
    CCN1_INITIAL, HEAT_PUMPS, INSPECTION, WIRING, CCN1_REASSESSMENT, UNVENTED, EV, LOW_TEMPERATURE, LANDLORD, TASTER,
    HEAT_LOSS_ONLINE, TEAM_DAY,
)  # fmt: skip
