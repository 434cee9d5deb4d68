"""What kind of photo each label of the sets stands for.

A photo is of the kind that a person would look for it under: a milk carton held up in a shop is food, a church a
place, a balloon a vehicle. Labels whose photos belong to two kinds alike are left out: `tench` is anglers with a fish,
and fish; a lobster is as often on a plate as in the sea.

Most people of the sets are faces, looked at from the front and filling the picture. Whole figures, and people among
other things, are few: dancers, cyclists, and the musicians of `french_horn`, a tenth of which are horns alone. Drawings
and logos (hearts, letters, smileys) are things.
"""

from __future__ import annotations

from train_backbone import Entry

KINDS = ("people", "animal", "place", "room", "food", "plant", "vehicle", "document", "screenshot", "thing")

WHOLE_SETS = {
    "birds": "animal",
    "bread": "food",
    "cats-dogs": "animal",
    "flowers": "plant",
    "house-fronts": "place",
    "other-animals": "animal",
    "scenes": "place",
    "wildlife": "animal",
    "wildlife64": "animal",
}
"""Sets all of whose labels are of one kind."""

LABELS = {
    "people": """
        everyday/face
        caltech101/faces_easy
        imagenette/french_horn
        objects/ballet objects/cyclist
    """,
    "animal": """
        caltech101/ant caltech101/beaver caltech101/butterfly caltech101/cougar_face caltech101/crab caltech101/crayfish
        caltech101/crocodile caltech101/dalmatian caltech101/dolphin caltech101/elephant caltech101/emu
        caltech101/flamingo caltech101/flamingo_head caltech101/gerenuk caltech101/hawksbill caltech101/hedgehog
        caltech101/ibis caltech101/kangaroo caltech101/llama caltech101/octopus caltech101/okapi caltech101/panda
        caltech101/platypus caltech101/rooster caltech101/sea_horse caltech101/wild_cat
        imagenette/english_springer
        objects/butterfly objects/camel objects/dragonfly objects/elephant objects/giraffe objects/heron objects/horse
        objects/seagull objects/starfish objects/swan objects/tiger
    """,
    "place": """
        caltech101/minaret caltech101/pagoda caltech101/pyramid
        imagenette/church
        objects/eiffel_tower objects/fuji_mountain objects/golden_gate objects/open_road objects/pisa_tower
        objects/taj_mahal objects/temple_of_heaven objects/windmill
    """,
    "room": "everyday/bathroom everyday/bedroom everyday/kitchen",
    "food": """
        everyday/grocery_fruit everyday/grocery_packages everyday/grocery_vegetables
        caltech101/pizza caltech101/strawberry
        objects/cake objects/icecream objects/pineapple
    """,
    "plant": """
        caltech101/bonsai caltech101/lotus caltech101/sunflower caltech101/water_lilly
        objects/daisy objects/sunflower objects/tree objects/water_lily
    """,
    "vehicle": """
        caltech101/airplanes caltech101/ferry caltech101/helicopter caltech101/ketch caltech101/motorbikes
        caltech101/schooner
        imagenette/garbage_truck
        objects/car objects/hot_air_balloon objects/sailboat
    """,
    "document": "everyday/receipt pages/document",
    "screenshot": "pages/screenshot",
    "thing": """
        caltech101/anchor caltech101/barrel caltech101/binocular caltech101/brain caltech101/buddha caltech101/camera
        caltech101/cannon caltech101/ceiling_fan caltech101/cellphone caltech101/chair caltech101/chandelier
        caltech101/cup caltech101/electric_guitar caltech101/euphonium caltech101/gramophone caltech101/grand_piano
        caltech101/inline_skate caltech101/lamp caltech101/laptop caltech101/mandolin caltech101/menorah
        caltech101/metronome caltech101/revolver caltech101/saxophone caltech101/scissors caltech101/snoopy
        caltech101/soccer_ball caltech101/stapler caltech101/stegosaurus caltech101/stop_sign caltech101/trilobite
        caltech101/umbrella caltech101/watch caltech101/windsor_chair caltech101/wrench caltech101/yin_yang
        imagenette/cassette_player imagenette/chain_saw imagenette/gas_pump imagenette/golf_ball imagenette/parachute
        objects/apple objects/bag objects/desk_lamp objects/envelope objects/folding_fan objects/gun objects/heart
        objects/letter_a objects/mug objects/question_mark objects/smiley_face objects/stapler objects/stop_sign
        objects/t_shirt objects/table_globe objects/tea_cup objects/teapot objects/teddy_bear objects/watch
    """,
}
"""Labels of the mixed sets, as `set/label`."""

LEFT_OUT = (
    "caltech101/dollar_bill",
    "caltech101/lobster",
    "imagenette/tench",
    "unlabelled/google",
    "unlabelled/imagenet_samples",
)
"""Labels that are of no one kind."""

_KIND_OF = {name: kind for kind, names in LABELS.items() for name in names.split()}


def kind_of(entry: Entry) -> str | None:
    """Return the kind of a photo; None where its label is of no one kind, or held out and so in no table."""
    return WHOLE_SETS.get(entry.set_name) or _KIND_OF.get(f"{entry.set_name}/{entry.label}")
