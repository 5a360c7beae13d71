"""A driving school in Clifton, Bristol: theory evenings and first aid."""

from tenant_apps.demo.courses.clifton import COURSES
from tenant_apps.demo.shapes import (
    CategoryData,
    OrganisationData,
    PlaceData,
    ProviderData,
    SpecialDate,
    TrainerData,
)
from tenant_apps.demo.texts import clifton as texts

TRAINERS = (
    TrainerData(
        slug="fiona-mackay",
        name="Fiona Mackay",
        email="trainer@clifton-driving-school.test",
        headline="Head instructor, theory and hazard perception",
        bio=(
            "Fiona drove an ambulance in the Highlands, then a bookmobile, and has taught since 2006. Her theory "
            "evenings are full because she films her own hazards on the way to work and stops the film just before it "
            "gets interesting.\n\n"
            "She has had four hundred learners, one of whom is now her dentist."
        ),
        years=19,
        specialisations=("Theory test", "Hazard perception", "Nervous learners"),
        certifications=("Approved driving instructor, grade A", "Advanced driver"),
    ),
    TrainerData(
        slug="tomasz-zielinski",
        name="Tomasz Zieliński",
        headline="Instructor, refreshers and driving in a new country",
        bio=(
            "Tomasz learned to drive in Kraków and had to learn it again in Bristol, which made him a patient man. He "
            "teaches in English and Polish and looks after everybody who comes to our roads from other ones.\n\n"
            "He draws roundabouts on anything that lies within reach."
        ),
        years=10,
        specialisations=("Refresher lessons", "New to UK roads", "Motorways"),
        certifications=("Approved driving instructor, grade A",),
    ),
    TrainerData(
        slug="grace-acheampong",
        name="Grace Acheampong",
        headline="First aid",
        bio=(
            "Grace was a nurse in emergency care for twelve years and teaches what she wished people had known before "
            "they reached her. Nobody watches for long in her courses: you are on your knees beside somebody within "
            "ten minutes.\n\n"
            "She has a soft voice and a very loud demonstration of how to call for help."
        ),
        years=14,
        specialisations=("Emergency first aid", "Paediatric first aid", "Roadside first aid"),
        certifications=(
            "Registered nurse",
            "Level 3 Award in Education and Training",
            "First aid trainer and assessor",
        ),
    ),
    TrainerData(
        slug="dev-patel",
        name="Dev Patel-Hughes",
        headline="Instructor, mature drivers and fleet",
        bio=(
            "Dev came to us from a bus depot where he trained drivers for eleven years. He is good with people who "
            "have driven for longer than he has lived, and with teams who think they need no training.\n\n"
            "He signs, and teaches deaf learners."
        ),
        years=16,
        specialisations=("Mature drivers", "Fleet training", "British Sign Language"),
        certifications=("Approved driving instructor, grade A", "Fleet trainer", "BSL Level 3"),
    ),
)

STUDENTS = (
    "Ada Finch", "Akua Boateng", "Alfie Rowe", "Alice Penrose", "Amelia Hart", "Anya Petrova", "Archie Lane",
    "Bella Norris", "Beth Sumner", "Caleb Mitchell", "Camille Laurent", "Chidi Eze", "Cora Whitfield", "Daniel Oduya",
    "Darcey Bell", "Dylan Pugh", "Elena Rossi", "Eliza Crane", "Emre Yildiz", "Esme Hooper", "Ethan Brooks",
    "Eva Jankowska", "Faisal Rahimi", "Finn Gallagher", "Freya Holt", "George Abbott", "Grace Lim", "Harriet Snow",
    "Henry Cho", "Holly Vickers", "Hugo Marchetti", "Ines Carvalho", "Isaac Bloom", "Ivy Sanders", "Jacob Thorne",
    "Jamal Edwards", "Jess Fielding", "Julia Wysocka", "Kai Tanaka", "Keira Dunn", "Lara Benson", "Leo Hartley",
    "Libby Knowles", "Luca Moretti", "Maisie Grant", "Maya Desai", "Mia Fletcher", "Millie Cross", "Naomi Clarke",
    "Niamh Brennan", "Noah Fraser", "Nora Haddad", "Olive Baxter", "Omar Siddiqui", "Oscar Vaughan", "Owen Talbot",
    "Phoebe Lowe", "Poppy Ferris", "Reuben Katz", "Rosa Jimenez", "Ruby Ellis", "Sana Mirza", "Sean Murphy",
    "Sienna Wade", "Stanley Roper", "Tess Moody", "Theo Kemp", "Uma Krishnan", "Violet Payne", "Zara Coleman",
    "Aisling Doyle", "Amir Haddadi", "Angus Baird", "Arlo Jennings", "Ava Winters", "Bea Lockwood", "Ben Achebe",
    "Bryony Salt", "Callum Frew", "Carys Bevan", "Charlotte Nunn", "Clara Weiss", "Connie Dale", "Dan Popescu",
    "Delphine Moreau", "Dina Khoury", "Dora Whelan", "Edie Marlow", "Elliot Crisp", "Emil Novak", "Emily Rudd",
    "Fatima Zahra", "Felix Armitage", "Flora Munro", "Gabriel Santos", "Gwen Parry", "Hana Suzuki", "Hamish Orr",
    "Hattie Gould", "Imran Chaudhry", "Iris Maddox", "Jasper Quill", "Joanna Zielony", "Joel Afolabi", "Jude Hanley",
    "Kit Rafferty", "Kwame Asante", "Laila Aziz", "Lewis Tate", "Lily Prosser", "Lottie Sands", "Malik Johnson",
    "Marta Kubiak", "Matilda Frost", "Max Brandt", "Meera Pillai", "Molly Catchpole", "Nell Ackroyd", "Otis Greene",
    "Patrick Lunn", "Pearl Osborne", "Priya Menon", "Rafe Dutton", "Robin Skye", "Rory Mackenzie", "Saskia Vos",
    "Seb Whittle", "Sofia Almeida", "Tilda Boone", "Toby Hales", "Wilf Earnshaw", "Yara Mansour",
)  # fmt: skip

COLLEAGUES = (
    "Abena Sarpong", "Callie Frost", "Dominic Hale", "Ewa Mazur", "Frank Tully", "Gemma Yarde", "Hetty Blake",
    "Irfan Qureshi", "Joanna Pell", "Kim Tran", "Lorna Speed", "Mo Farouk", "Nell Hibbert", "Pat Quinlan",
    "Rowena Hyde", "Shirley Mapp", "Tamsin Coe", "Ulla Berg",
)  # fmt: skip

CLIFTON = ProviderData(
    name="Clifton Driving School",
    slug="clifton-driving-school",
    account="acct_democlifton",
    kind="driving_school",
    brand={
        "primary_colour": "#8a2846",
        "accent_colour": "#3d8f86",
        "display_font": "fraunces",
        "motif": "road",
        "tagline": "Learn calmly. Drive kindly.",
        "introduction": texts.INTRODUCTION,
        "about": texts.ABOUT,
        "terms": texts.TERMS,
        "privacy": texts.PRIVACY,
        "contact_email": "hello@clifton-driving-school.test",
        "contact_phone": "0117 496 0258",
        "trainer_word": "Instructor",
        "address": "First floor, 81 Whiteladies Road\nClifton\nBristol BS8 2XX",
    },
    settings={
        "hold_minutes": 30,
        "deposit_percent": 25,
        "balance_due_days": 7,
        "takes_bank_transfer": True,
        "cancellation_policy": [{"days": 7, "percent": 100}, {"days": 2, "percent": 50}],
    },
    categories=(
        CategoryData(slug="theory", name="Theory test", motif="theory", icon="book-open-check"),
        CategoryData(slug="first-aid", name="First aid", motif="firstaid", icon="heart-pulse"),
        CategoryData(slug="on-the-road", name="Road confidence", motif="road", icon="car"),
    ),
    audiences=(("learners", "Learner drivers"), ("everyone", "Everyone"), ("companies", "Companies")),
    trainers=TRAINERS,
    places=(
        PlaceData(
            name="The classroom on Whiteladies Road",
            address="First floor, 81 Whiteladies Road\nClifton\nBristol BS8 2XX",
            travel="Clifton Down station is five minutes away. There is no parking at the door.",
            directions="The green door beside the bookshop; ring, and take the stairs or the lift to the first floor.",
            rooms=(("Theory room", 18), ("Practice room", 12)),
        ),
    ),
    courses=COURSES,
    specials=(
        SpecialDate(
            kind="in_progress", course="theory-in-three-sessions",
            notes="Spare tablets are in the cupboard. The left loudspeaker crackles.",
        ),
        SpecialDate(kind="full", course="hazard-perception-evening", starts_in=6),
        SpecialDate(kind="nearly_full", course="emergency-first-aid-at-work", starts_in=10),
        SpecialDate(kind="gap", course="paediatric-first-aid", starts_in=16, offsets=(0, 7)),
        SpecialDate(
            kind="cancelled", course="emergency-first-aid-at-work", starts_in=27, reason="The building has no water"
        ),
        SpecialDate(kind="cancelled", course="motorway-confidence", starts_in=-18, reason="Instructor unwell"),
        SpecialDate(
            kind="rescheduled", course="new-to-uk-roads", starts_in=14, reason="The street is closed for the market"
        ),
        SpecialDate(kind="quiet", course="fleet-driver-day", starts_in=44),
        SpecialDate(kind="tentative", course="motorway-confidence", starts_in=33),
        SpecialDate(kind="draft", course="new-to-uk-roads", starts_in=62),
    ),
    closed=((12, 24), (12, 25), (12, 26), (12, 27), (12, 28), (12, 31), (1, 1)),
    owner="Fergus Lyle",
    office="Polly Ashworth",
    student="Sam Whitlock",
    students=STUDENTS,
    colleagues=COLLEAGUES,
    organisations=(
        OrganisationData(
            name="Redland Nurseries", email="office@redlandnurseries.example", phone="0117 496 0421",
            address="Zetland Road\nBristol BS6 7XX", contact="Miriam Stead",
        ),
        OrganisationData(
            name="Gorge Bakery", email="staff@gorgebakery.example", phone="0117 496 0433",
            address="North Street\nBristol BS3 1XX", contact="Pete Loxton",
        ),
        OrganisationData(
            name="Avon Care at Home", email="training@avoncare.example", phone="0117 496 0468",
            address="Gloucester Road\nBristol BS7 8XX", contact="Blessing Adeleke",
        ),
    ),
    requests=(
        "I'm deaf and would like a seat near Dev",
        "May I bring my mother? She is nervous too",
        "I'd rather not be the one who plays the casualty",
        "My provisional licence has my old name on it",
    ),
    completion_notes=(
        "Good questions about mini roundabouts.",
        "Everybody passed the practical tasks.",
        "The projector lamp flickers.",
    ),
    office_notes=(
        "Learns with Tomasz on Thursdays.",
        "Failed theory by two points in spring; be kind.",
        "Certificate to be sent to the employer.",
    ),
)  # fmt: skip
