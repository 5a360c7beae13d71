"""A training centre for gas, heat pumps and electrical work in the east of Bristol."""

from tenant_apps.demo.courses.bristol import COURSES
from tenant_apps.demo.shapes import (
    CategoryData,
    OrganisationData,
    PlaceData,
    ProviderData,
    SpecialDate,
    TrainerData,
)
from tenant_apps.demo.texts import bristol as texts

TRAINERS = (
    TrainerData(
        slug="gareth-llewellyn",
        name="Gareth Llewellyn",
        email="trainer@bristol-gas-training.test",
        headline="Gas assessor and head of the workshop",
        bio=(
            "Gareth served his time with a housing association in Cardiff and spent fourteen years on breakdowns "
            "before he began to teach. He has assessed more than two thousand engineers and still keeps a small round "
            "of boilers, because he thinks nobody should teach what they no longer do.\n\n"
            "Ask him about combustion analysis. Bring a coffee; it may take a while."
        ),
        years=22,
        specialisations=("Domestic gas safety", "Combustion analysis", "Tightness testing"),
        certifications=("Registered gas engineer", "Level 3 Certificate in Assessing Vocational Achievement"),
    ),
    TrainerData(
        slug="nadia-rahman",
        name="Nadia Rahman",
        headline="Heat pumps and low-temperature heating",
        bio=(
            "Nadia studied building services engineering and designed heat pump systems for three hundred homes in the "
            "South West before joining us. She teaches design the way she does it: room by room, with a pencil first "
            "and software second.\n\n"
            "Her trainees like that she shows the jobs that went wrong, her own included."
        ),
        years=11,
        specialisations=("Heat pump design", "Heat loss calculation", "Hot water"),
        certifications=("BEng Building Services Engineering", "Level 3 Award in Education and Training"),
    ),
    TrainerData(
        slug="owen-bright",
        name="Owen Bright",
        headline="Electrical installation, inspection and testing",
        bio=(
            "Owen was an approved electrician on hospitals and schools for seventeen years. He is known for his test "
            "boards, each with faults he has really met, and for never giving an answer before you have measured.\n\n"
            "He marks our mock examinations himself and writes a page on every paper."
        ),
        years=19,
        specialisations=("Wiring Regulations", "Inspection and testing", "EV charging"),
        certifications=("Approved electrician", "Level 3 Award in Inspection and Testing", "Qualified assessor"),
    ),
)

BANK_HOLIDAYS = ((12, 24), (12, 25), (12, 26), (12, 28), (12, 29), (12, 30), (12, 31), (1, 1))

STUDENTS = (
    "Aaron Pike", "Abigail Stone", "Adam Kowalski", "Ahmed Farah", "Aisha Begum", "Alan Trott", "Alex Sweeting",
    "Amina Warsame", "Andrew Poole", "Anna Lewandowska", "Ben Coombs", "Billy Sheppard", "Callum Reid",
    "Carlos Mendes", "Catherine Voss", "Charlie Dando", "Chloe Garland", "Chris Adeyemi", "Connor Walsh",
    "Daisy Fowler", "Dan Hemmings", "Dariusz Nowak", "David Okonkwo", "Dean Britton", "Ed Vowles", "Ellie Hobbs",
    "Emma Tanner", "Femi Balogun", "Gary Naish", "Georgia Pascoe", "Hamza Malik", "Hannah Lovell", "Harry Cole",
    "Ibrahim Hassan", "Imogen Carey", "Jack Tovey", "Jade Marsh", "James Osei", "Jasmine Kaur", "Joe Parfitt",
    "Josh Gillard", "Karen Bishop", "Kofi Mensah", "Laura Weeks", "Leon Francis", "Liam Doherty", "Lucy Parsons",
    "Marcus Campbell", "Matt Filer", "Mohammed Iqbal", "Nathan Rudge", "Neil Withers", "Olivia Drew", "Patryk Wójcik",
    "Paul Chidgey", "Priya Nair", "Rachel Beake", "Rhys Morgan", "Rob Tilley", "Ryan Cousins", "Sam Horwood",
    "Sophie Nguyen", "Steve Bessell", "Tariq Aziz", "Tom Purnell", "Will Ashby", "Yusuf Ali", "Zoe Harding",
    "Ali Raza", "Amelia Stride", "Anita Desai", "Ashley Gough", "Bartosz Zając", "Becky Hannaford", "Ben Yeo",
    "Bilal Hussain", "Brendan Keogh", "Cara Nethercott", "Caroline Hext", "Chidi Obi", "Claire Rowsell", "Colin Weare",
    "Craig Pollard", "Dahlia Samuels", "Daniel Sparrow", "Debbie Veale", "Elliot Shaw", "Faye Bullock", "Finlay Ross",
    "Gemma Yeandle", "Glen Harvey", "Grace Mbeki", "Hugh Tremlett", "Ian Loveridge", "Isla Webb", "Jake Summerhayes",
    "Jamal Reid", "Jason Hurford", "Jo Cleverly", "Jordan Pitt", "Kasia Wrona", "Keith Budd", "Kelly Ireland",
    "Kieran Shortt", "Lauren Vickery", "Lewis Maggs", "Louise Tarr", "Mariam Yusuf", "Mark Sage", "Mia Kingdon",
    "Michael Adu", "Milan Horvat", "Nick Trim", "Noor Shah", "Oscar Lacey", "Pete Dyer", "Phil Baggs", "Rebecca Sims",
    "Richard Clothier", "Ross Denman", "Sanjay Gupta", "Scott Bidgood", "Shaun Eddy", "Simon Legg", "Stuart Cray",
    "Tanya Virgo", "Tony Farr", "Vikram Joshi", "Wes Palmer", "Yasmin Khalil",
)  # fmt: skip

COLLEAGUES = (
    "Andy Gulliver", "Bogdan Ionescu", "Clare Summers", "Danny Tuck", "Elaine Cox", "Gavin Isles", "Hassan Yousuf",
    "Jenny Loader", "Kevin Stride", "Lech Baran", "Mel Howell", "Nick Padfield", "Oluwaseun Ade", "Pawel Duda",
    "Rich Sainsbury", "Sharon Vine", "Terry Mogg", "Wayne Cater",
)  # fmt: skip

BRISTOL = ProviderData(
    name="Bristol Gas Training",
    slug="bristol-gas-training",
    account="acct_demobristol",
    brand={
        "primary_colour": "#0b4f6c",
        "accent_colour": "#f2740d",
        "display_font": "bricolage",
        "motif": "flame",
        "tagline": "Gas, heat pumps and electrical training in the workshop, not the slide room",
        "introduction": texts.INTRODUCTION,
        "about": texts.ABOUT,
        "terms": texts.TERMS,
        "privacy": texts.PRIVACY,
        "contact_email": "hello@bristol-gas-training.test",
        "contact_phone": "0117 496 0142",
        "address": "Unit 7, Feeder Yard\nAlbert Road\nBristol BS2 0XX",
    },
    settings={
        "hold_minutes": 30,
        "deposit_percent": 30,
        "balance_due_days": 14,
        "takes_bank_transfer": True,
        "vat_number": "GB 123 4567 89",
    },
    categories=(
        CategoryData(slug="gas-safety", name="Gas safety", motif="flame", icon="flame"),
        CategoryData(slug="heat-pumps", name="Heat pumps", motif="air", icon="fan"),
        CategoryData(slug="hot-water", name="Hot water and plumbing", motif="water", icon="droplets"),
        CategoryData(slug="electrical", name="Electrical", motif="electrical", icon="zap"),
    ),
    audiences=(
        ("engineers", "Working engineers"),
        ("starters", "New to the trade"),
        ("companies", "Companies and landlords"),
    ),
    trainers=TRAINERS,
    places=(
        PlaceData(
            name="Feeder Yard training centre",
            address="Unit 7, Feeder Yard\nAlbert Road\nBristol BS2 0XX",
            travel=(
                "Twelve minutes on foot from Temple Meads, along the Feeder Canal. There are nine parking spaces in "
                "the yard, free and first come."
            ),
            directions="Turn in at the blue gate. Reception is up the ramp on the left.",
            rooms=(("Workshop", 12), ("Classroom", 16)),
        ),
    ),
    courses=COURSES,
    specials=(
        SpecialDate(
            kind="in_progress", course="domestic-gas-initial",
            notes="Boiler 3 has a weak pump, on purpose. Assessment papers are in the grey cabinet.",
        ),
        SpecialDate(kind="full", course="ccn1-reassessment", starts_in=12),
        SpecialDate(kind="nearly_full", course="air-source-heat-pumps", starts_in=17),
        SpecialDate(kind="gap", course="wiring-regulations-18th-edition", starts_in=24, offsets=(0, 1, 7, 8)),
        SpecialDate(kind="cancelled", course="unvented-hot-water", starts_in=30, reason="The trainer is unwell"),
        SpecialDate(
            kind="cancelled", course="low-temperature-heating", starts_in=-20, reason="Too few bookings to run it well"
        ),
        SpecialDate(
            kind="rescheduled", course="ev-charge-points", starts_in=19, reason="Deliveries to the yard on that day"
        ),
        SpecialDate(kind="quiet", course="team-training-day", starts_in=48),
        SpecialDate(kind="tentative", course="low-temperature-heating", starts_in=33),
        SpecialDate(kind="draft", course="ev-charge-points", starts_in=62),
    ),
    owner="Martin Sedgwick",
    office="Hannah Pritchard",
    student="Jamie Fisher",
    students=STUDENTS,
    colleagues=COLLEAGUES,
    organisations=(
        OrganisationData(
            name="Avonmouth Heating Ltd", email="office@avonmouthheating.example", phone="0117 496 0311",
            address="Kings Weston Lane\nBristol BS11 8AZ", contact="Deborah Quick",
        ),
        OrganisationData(
            name="Severnside Homes", email="repairs@severnsidehomes.example", phone="0117 496 0377",
            address="Lime Kiln House\nBristol BS1 5TY", contact="Marlon Grant",
        ),
        OrganisationData(
            name="Mendip Renewables", email="jobs@mendiprenewables.example", phone="01749 496022",
            address="The Old Dairy\nShepton Mallet BA4 5QE", contact="Ruth Ellery",
        ),
        OrganisationData(
            name="Harbourside Facilities", email="people@harboursidefm.example", phone="0117 496 0390",
            address="Spike Quay\nBristol BS1 6UX", contact="Anil Mistry",
        ),
    ),
    closed=BANK_HOLIDAYS,
    requests=(
        "Vegetarian lunch, please",
        "I use a hearing aid and would like to sit near the front",
        "May I park a long van in the yard?",
        "Invoice to my company, please",
        "I have dyslexia; extra time in the paper would help",
    ),
    completion_notes=(
        "All passed. Two will come back for cookers.",
        "One resit agreed for the flue section.",
        "Analyser 4 needs a new filter.",
    ),
    office_notes=(
        "Rang to ask about parking. Told her about the yard.",
        "Sent photographs of the meter installation beforehand.",
        "Old certificate ran out in spring: check it on the day.",
    ),
)  # fmt: skip
