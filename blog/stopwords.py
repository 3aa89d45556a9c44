"""Words so frequent that they tell the language and nothing else: with few comments learnt, that passes for a sign."""

_FRENCH = """
le la les un une des de du au aux et ou où ni mais donc or car que qui quoi dont ce cet cette ces ça cela il elle ils
elles on je tu nous vous me te se moi toi lui leur leurs y en mon ma mes ton ta tes son sa ses notre nos votre vos est
sont été être était ai as avez avons ont avait avoir a à dans par pour sur avec sans sous vers chez entre depuis
pendant comme si ne pas plus moins très trop bien aussi même tout tous toute toutes rien quand comment pourquoi
qu'il qu'elle qu'on c'est n'est n'a j'ai d'un d'une fait faire peut après avant encore déjà deux trois dix
"""
_ENGLISH = """
the an and or but of to in on at by for with from without into over under about as if than then so not no nor is are
was were be been being am do does did done have has had having will would can could should may might must i you he she
it we they me him her us them my your his its our their this that these those there here who what which when where why
how all any some each every much many more most very too also just only up out off again one two three it's i'm don't
i've that's
"""

STOPWORDS = frozenset(_FRENCH.split()) | frozenset(_ENGLISH.split())
