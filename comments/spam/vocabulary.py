"""Words that spam lives on, French and English, written as ``words_of`` gives them: small letters, elisions off.

They are of trades that advertise in the comments of others. A phrase is chosen so that who writes *about* the trade
rarely uses it; where it is a single word it weighs little, and several are needed.
"""
# ruff: noqa: E501 (a phrase with its variants is not broken)

import re

# Domains that are cheap enough to be thrown away.
SPAM_ENDINGS = frozenset(
    "xyz top club icu click win bet casino loan vip bid buzz cam cfd cyou date fun gdn link live lol monster"
    " online party quest rest review ru sbs shop site store stream tk trade work cn".split()
)

# Where readers point to for a source, and nothing is sold. What stands below them counts too.
REFERENCES = frozenset(
    "gouv.fr gov gov.uk edu ac.uk europa.eu wikipedia.org wikimedia.org archive.org perma.cc doi.org insee.fr cnil.fr"
    " legifrance.gouv.fr service-public.fr lemonde.fr liberation.fr lefigaro.fr mediapart.fr radiofrance.fr ina.fr bnf.fr"
    " bbc.co.uk bbc.com theguardian.com nytimes.com ft.com reuters.com nature.com arxiv.org hal.science openedition.org"
    " ietf.org w3.org mozilla.org python.org github.com ofcom.org.uk ico.org.uk who.int un.org nhs.uk".split()
)

_TRADES = r"""
casinos?; slots?; jackpots?; roulette; blackjack; bookmakers?; sportsbook; free spins?; tours? gratuits?; no deposit;
sans dépôt; machines? à sous; paris? sportifs?; pari sportif; bet(?:ting)? tips?; betting; gambling; poker; baccarat;
bonus de bienvenue; welcome bonus; deposit bonus; togel; judi; situs; pronostics?; pronos?; cotes? boostées?
viagra; cialis; levitra; kamagra; sildenafil; tadalafil; tramadol; xanax; oxycodone; ozempic; semaglutide; modafinil;
ivermectin; phentermine; steroids?; stéroïdes?; sans ordonnance; without (?:a )?prescription; no prescription;
online pharmacy; pharmacie en ligne; erectile; érectiles?; erection; érection; pilules?; weight loss; lose
perte de poids; perdre du poids; perdu \d+ kilos; brûleur; fat burner; keto; cbd; gummies; testosterone; testostérone;
detox; détox; minceur; weight; compléments? alimentaires?; male enhancement; pills?; remède miracle; herbal; herbalist;
loans?; payday; bad credit; credit score; prêts? (?:entre )?particuliers?; offre de prêt; prêt rapide; prêts? (?:\w+ )?argent;
prêt argent; crédits? rapide; crédit sans; rachat de crédits?; besoin (?:un|de) (?:prêt|crédit|financement); taux de \d;
prêteurs?; prêteuse; micro crédit; financement rapide; interdit bancaire; fichés?; surendettement; interest rate;
debt relief; same day cash; fast cash; quick cash; unsecured; lenders?; lending
bitcoins?; btc; ethereum; usdt; forex; binary options?; options binaires; trading bot; trading signals?; traders?;
robot de trading; airdrop; wallet; seed phrase; crypto recovery; recover(?:ed)? (?:my|your|lost|stolen) \w+;
récupérer (?:vos|votre|mes) (?:fonds|argent|bitcoins?); invest(?:ment)? (?:platform|manager|plan); rendements?;
profits?; passive income; revenus? passifs?; double your; doublez votre; copy trading; mining; minage; presale;
prévente; nft; memecoin; withdrawals?; retraits? immédiats?; investissement garanti; guaranteed (?:returns?|profits?);
gains? garantis?; capital garanti; expert recovery; recovery (?:expert|agent|service|company)
backlinks?; netlinking; link ?building; guest posts?; articles? sponsorisés?; sponsored posts?; page rank;
first page of google; première page (?:de|sur) google; top (?:of )?google; rank(?:ing)? (?:higher|your|on);
rank your (?:site|website); seo (?:services?|agency|expert|packages?|company|audit|tools?); agence seo;
consultant seo; référencement naturel; référencer votre; position(?:ner)? (?:votre|sur) (?:site|google); web traffic;
trafic (?:ciblé|qualifié|garanti); targeted traffic; website traffic; domain authority; da ?\d+; buy (?:real )?followers;
acheter des (?:abonnés|followers|likes|vues|avis); buy (?:likes|reviews|views); avis google; followers;
instagram likes; website design; web design; création de site; site internet pas cher; increase your (?:traffic|sales);
augmente[rz] (?:votre|vos) (?:trafic|ventes|visibilité|chiffre); boostez; email lists?; bulk (?:sms|email);
hookups?; escorts?; sexy?; sexe; porn\w*; xxx; nudes?; singles near \w+; dating; rencontres? (?:coquines?|sans lendemain|discrètes?|libertines?|sérieuses?|adultes?);
plan cul; site de rencontre; femmes? (?:célibataires?|mûres?|russes?|seules?); célibataires?; lonely; horny; onlyfans;
libertine?s?; webcam; milf; girls?; hot women; beautiful women; mariage rapide; âme sœur; webcams?; escorte
replicas?; répliques?; counterfeit; rolex; louis vuitton; gucci; michael kors; ray ban; outlet; cheap; pas cher;
wholesale; discount(?:ed)?; coupons?; promo code; code promo; codes? promotionnels?; livraison gratuite;
free shipping; limited (?:time )?offer; offre limitée; order now; commandez; buy now; achetez; cliquez; click here;
click (?:the|this|on|below|my) ?\w*; visit (?:my|our|this|us) ?\w*; check (?:out )?my; visitez (?:mon|notre|mes|nos|le);
fake (?:passports?|documents?|ids?|notes?|money); faux (?:billets|papiers|documents|permis); permis de conduire;
real passports?; clone cards?; cartes? clonées?; driver'?s license; ielts; diplômes? (?:authentiques?|enregistrés?);
hackers?; hacker; pirater; spy; espionner; spell caster; love spell; marabout; médium; voyance; voyante;
retour affectif; retour de être; rituels?; magie blanche; vaudou; voodoo; illuminati; lottery; loterie; désenvoûtement;
lucky numbers?; essay writing; homework help; dissertation service; write my essay; assignment help; rédaction de mémoire;
work from home; travail(?:ler)? (?:à|de|depuis) (?:domicile|la maison|chez soi); gagne[rz] (?:de|facilement|jusqu|plus|\d+)[ \w]{0,12};
earn (?:\$|up|money|from|extra|over|\d+); make money; per (?:day|week|hour); par (?:jour|semaine); financial freedom;
liberté financière; depuis (?:votre|chez) (?:canapé|vous|téléphone); extra cash; side hustle; mlm; riches?; become rich;
iptv; crack(?:ed)?; keygen; apk; mod apk; cheats?; download free; free download; streaming gratuit; streaming vf;
télécharge[rz]; torrent; movies? online; watch (?:free|online|full); vpn; abonnement iptv;
carte vitale; frais de (?:livraison|douane|port|dossier); (?:votre|ton) (?:colis|paquet|abonnement|compte)(?: \w+)? (?:est|a été|sera|expire|suspendu)\w*;
mettez à jour; mettre à jour (?:vos|votre); (?:confirmez|vérifiez|complétez) (?:vos|votre|le|ici)(?: \w+)?; (?:confirm|verify|update) (?:your|payment) ?\w*;
(?:your|account) (?:has been|was|will be) (?:suspended|limited|closed|deleted|selected|approved); your (?:parcel|package|wallet|account|storage) \w+;
un remboursement de; remboursement impots;
computer is; infected; virus(?:es)?; niche edits?; pbn; word article; do ?follow; coupon; get funded; direct providers?; mots clés;
plombier; serrurier; déménageurs?; débarras; dépannage; roofing; plumbers?; plumbing; locksmith; movers; towing;
carpet cleaning; injury lawyer; attorneys?; dentist; hvac; escape room; limousine; isolation à 1 euro; pompe à chaleur;
panneaux? (?:solaires?|photovoltaïques?); solar panels?; mutuelle; assurance (?:auto|vie) pas
"""

_FLATTERY = r"""
(?:great|nice|awesome|excellent|amazing|wonderful|fantastic|superb|good|brilliant|fabulous|outstanding|helpful|informative|useful|valuable|incredible|lovely) (?:\w+ ){0,2}(?:post|article|blog|site|website|web site|web page|page|weblog|content|info|information|stuff|share|sharing|write up|piece|read|job|work|insights?);
keep (?:it )?up(?: the)?(?: \w+)? (?:work|writing|posting)?; keep (?:posting|writing|sharing); thanks? (?:you )?for sharing; thank you for (?:the|this|your) (?:\w+ )?(?:info|information|post|blog|article);
(?:bookmarked?|bookmarking); book ?marked; i(?:'ll| will) (?:be back|definitely|certainly|come back); subscribe to your; your (?:blog|site|website|weblog|web site) (?:is|has|looks|provided|loads);
i (?:really )?(?:like|love|enjoy(?:ed)?|appreciate) (?:\w+ ){0,3}(?:blog|site|website|weblog|content|writing style|post|article|theme); stumbled upon; came across your; this (?:website|web site|blog|site) (?:is|has|really);
(?:very|really|so|truly|quite) (?:helpful|useful|informative|interesting)(?: \w+)? ?(?:post|article|blog|content|site|information|info)?; well written; hello (?:there|dear|admin|friends?|everyone); hi (?:there|dear|admin|to all|friends?);
made my day; totally right; i might like this; ended up here; read your blogs; famous blogger; writing style; worth checking; genuinely pleasant; learned lot; excellent goods; very cool site; read posts; go to see this;
merci pour (?:le|ce|cet|votre|vos) (?:\w+ )?(?:partage|site|blog|contenu|infos?|informations?|conseils?|article); (?:super|très bon|excellent|bel|bon|génial|magnifique|très beau|joli|superbe) (?:\w+ )?(?:article|blog|site|travail|contenu|billet|partage|post);
(?:article|blog|site|contenu|billet) (?:très |vraiment |super |fort |hyper )?(?:intéressant|utile|complet|instructif|bien fait|bien écrit|de qualité|enrichissant|inspirant|génial); bonne continuation; continuez (?:comme|ainsi|sur|votre); beau travail;
j'(?:adore|aime|apprécie) (?:beaucoup |vraiment |bien )?(?:votre|ton|vos|ce|le) (?:\w+ )?(?:blog|site|article|contenu|style|travail|univers); (?:adore|aime|apprécie) (?:beaucoup |vraiment |bien )?(?:votre|ton|vos|ce|le) (?:\w+ )?(?:blog|site|article|contenu|style|travail|univers);
(?:bravo|félicitations?|chapeau) pour (?:votre|le|ce|cet|ton|la) (?:\w+ )?(?:blog|site|article|travail|contenu|qualité|partage); votre (?:blog|site) est; ravie? (?:de|d'avoir) (?:tomber|découvrir|découvert); tombée? (?:par hasard )?sur votre; merci du partage; mis en favoris?; (?:en|mes) favoris
"""

_CONTACT = r"""
(?:whats ?app|telegram|skype|wechat|snap(?:chat)?|insta)(?: \w+)? \d+; (?:mon|my|notre|our|le|the|on|via|sur|par|add|au|in|un|mp) (?:whats ?app|telegram|skype|wechat|kik|snap(?:chat)?|insta|numéro)(?: group\w*)?; (?:telegram|skype|wechat|snap(?:chat)?|signal) \w*\d\w*; (?:call|text) (?:our|now|me|agent)(?: \w+)?; telegram me; whats ?app me; viens? me parler; t me; text agent; contact(?:ez|er)?(?: moi| nous| me| us| him| her| them)? (?:now|par|sur|via|on|at|au|today|maintenant|directement|à|for|through); inbox me; text me; call now; call us; email (?:me|him|us|them|her) (?:at|now|on)?; écrivez(?: moi| nous) (?:à|sur|au|par); signal me; dm me; en privé; mail ?: ; adresse mail; write to (?:me|us|him)
"""


# What sells, whatever it is: calls to act, promises, prices, thanks to a benefactor.
_OFFERS = r"""
(?:code|coupon|promo) [a-z]+\d+; for free; free (?:trial|audit|quote|course|sample|guide|delivery|registration|spins?|gift|consultation); no (?:risk|fees?|experience|obligation|credit check|sign up|registration|root|collateral); risk free; sign up; register (?:now|today|here)?; apply (?:now|today); join (?:now|us|today|my|our|free|the|\d+); claim (?:your|now|it|before|\d+); today only; only today; act now; hurry; best (?:price|prices|quality|deals?|rates?); lowest prices?; great prices?; low prices?; competitive price; factory price; affordable; guaranteed?; 100% (?:free|working|success|safe|legit); money back; instant (?:delivery|payout|approval); fast (?:delivery|shipping|and|approval); worldwide shipping; get paid; real money; cash; we (?:are an?|are the|provide|offer|help|deliver|sell|manufacture|give|can put|produce|can help); our (?:company|team|services?|expert|experts|website|client|partner|products?|packages?); please (?:contact|visit|send|share|reply|message); reach (?:him|her|them|out|me); contact (?:him|her|them|me|us|this|for|via)?; email (?:him|her|me|us); message (?:me|him|this|her); let me know if; search for it; dofollow; do follow; guest (?:post|blog|article)\w*; price list; quotation; catalogue; moq; on request; one week; (?:in|within) (?:\d+|one|two|three|a few) (?:hours?|days?|weeks?|minutes?|months?); save up to; up to \d+; starting at; prices?; per page; sale; \d+% off; order (?:with|here|today); get (?:your|my|a|\d+k?|full|10k) (?:first|free|access|followers|visa)?; thank god; honest; trusted; reliable; legit; certified; verified; scammed; scammer; cured?; healed; herbs; photos?; lonely; love problem; your parcel; gift cards?; winner; congratulations; you have been selected; qualify; eligib\w+; wallet; frozen; license; lifetime; activation keys?; bets?; odds; tokens?; stake; earn; payouts?; income; invest(?:ed|ing)?; here is (?:what|how)
gratuit(?:e|es|s|ement)?; offerte?s?; satisfaits? ou remboursés?; remboursés?; garanti(?:e|s|es)?; sans (?:engagement|frais|risque|inscription|justificatif|plagiat|examen|passer|aucun|conséquence|régime|lendemain|doctor); profitez; découvrez (?:nos|notre|le|la|les|aussi|mon|comment)?; inscri(?:vez|s|ption)\w*; rejoi(?:gnez|ns); contacte[rz]?(?: nous| moi| le| les)?; écri(?:s|vez)(?: moi| lui| nous)?; n'hésitez pas; économise[rz]?; comparez; testez; pensez à nos; commande[rz]; obtenez; recevez; prenez rendez vous; demande(?:z)? moi; nous (?:proposons|offrons|fournissons|aidons|vendons|achetons|recherchons|accordons|supprimons|souhaitons|sommes|garantissons); notre (?:équipe|société|entreprise|agence|site|plateforme|catalogue|client|expert|service); nos (?:services?|experts|produits|clients|tarifs|offres|circuits|conseillers); (?:meilleur|petit|bas|bon) prix; prix (?:imbattables?|cassés?|bas|usine); imbattables?; promo(?:tion)?s?; soldes?; bons? d'achat; tirée? au sort; places limitées; dernière chance; aujourd'hui seulement; ce week end; livraison (?:offerte|rapide|discrète|sous|en|dans); en \d+ (?:h|heures?|jours?|minutes?|secondes|semaines?); sous (?:\d+|24|48) ?(?:h|heures?|jours?); \d+h; 24 7; 7j 7; 24h; à partir de; moins chère?; dès \d+; taux (?:fixe|de|imbattable); paiement (?:sécurisé|après|à); prestations?; devis; tarifs?; clients? (?:satisfaits|vérifiés)?; prospects?; qualifiée?s?; (?:article|articles) invités?; (?:insérer|lien) (?:un |vers )?(?:lien|le site)?; grâce à (?:monsieur|madame|mme|mr|maître|cette|ce|docteur|dr|elle|lui); m'a (?:accordé|permis|aidé|prêté|guéri|rapporté); témoign(?:er|age)s?; honnêtes?; sérieu(?:x|se|ses); discr(?:et|ète|ètes|étion); authentiques?; je gagne; j'ai gagné; j'ai (?:enfin )?(?:reçu|pu récupérer); virement; gagnants?; argent; richesse; amour; profils?; privées?; félicitations; éligib\w+; primes?; aides? de (?:état|l'état); remèdes?; guéri\w*; rides; mentor; canal; groupe (?:privé|vip|telegram|whatsapp); méthode; sans ordonnance
"""


def _compile(phrases: str) -> re.Pattern:
    """Return one pattern for a list of phrases, of which the longest at a place is found."""
    parts = sorted((part.strip() for part in re.split(r"[;\n]", phrases) if part.strip()), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


VOCABULARY = _compile(_TRADES)
FLATTERY = _compile(_FLATTERY)
CONTACT = _compile(_CONTACT)
OFFERS = _compile(_OFFERS)
