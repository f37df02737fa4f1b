"""Words that tell a name from a sentence."""

from __future__ import annotations

_PARTICLES_TEXT = """
abu al ben bin d da dai dal dalla dalle das de degli dei del dell della delle dello den der di do dos el ibn la le li lo san
van von zu
"""
_OPENING_TEXT = """
al ben bin d da dai dal dalla dalle das de degli dei del dell della delle dello di dos el ibn la li lo van von
"""
_NOT_NAMES_TEXT = """
a abbastanza abita abito accetto acconsento ad adesso agli ah ai aiutami aiuto al alla alle allo allora altra altre altri
altro anch anche ancora annulla annullare anzi appena arrivederci aspetta aspetti assisto attimo avere avete avevo avvocata
avvocato azienda banca beh bene bensi bic boh bozza buon buonasera buongiorna buongiorno c cambia cambiare cancella cap capisco
capito carichi casellario cavolo celibe cell cellulare cercare certamente certificati certificato certo che chi chiamo
chiede chiedo chiesto ci ciao cio circa citta cittadina cittadino civile codice cognome col collega come compenso
complimenti comune con concordo concorso condivido confermo conosco consulente continua continuo controllo copia copie
correggere correggi correggo corretto cosa cosi costi costo credo cui custode d da dai dal dalla dalle dallo data dati dato
davvero debbo degli dei del delega delegato della delle dello deve devi devo di dica dice dico difensore dimmi dipende dire
difendo diritti disposizione ditta documenti documento domanda domani donna dopo dove dovrei dunque e e-mail ecco ed
effettivamente eh ehi email ente entrambi entro era eravamo errato errore esatta esatti esatto essere estero eta
euro fa faccia facciamo faccio fai fammi fare fascicolo fatto femmina ferma fermati figlia figlio fino fiscale forse
fosse fra funziona funzionano generale gia giorni giorno giudice giusta giusto gli gratis grazie ha hai hanno ho i iban
ieri il importo imputata imputato
in incarico indagata indagato indica indicare indietro indirizzo inizio insomma interprete inutile invece inviare io istanza
italiana italiano iva l la lasci lasciamo lavoro le leggi lei lettera li lo loro lui m ma magari magistrato mah mai mail
mamma manca mandare mando marito maschio me meglio meno mentre mettere metti mi mia mie miei ministero mio moduli modulo
moglie molte molto n nascita nata nati nato ne neanche necessario nel nella nelle nello nemmeno neppure nessun nessuna
nessuno nient nient'altro niente no noi nome non nonna nonno nostra nostro nubile nulla numero nuovo o obbligatorio od oggi
ogni ok okay oppure ora ore ovvero paga pagare pago parecchio partita pec penale pendenti penso per perche perfetto perito
pero persona persone piu piuttosto po poco poi posso posta pratica preciso preferirei preferisco prego prendo presto privato
procedi procediamo procedimento procedo procura pronto proprio prosegui proseguo provincia pubblico puo puoi pure qua qual
qualche qualcosa qualcuno quale quali quando quanta quante quanti quanto quel quella quelle quelli quello questa queste
questi questo qui quindi recapito registrata registrato residente residenti residenza riassunto ricevuto richiesta ricorda
ricordo riepilogo riguarda rinuncio ripeto riprendi riprova risiedo risponda rispondere rispondo s sa salta saltare salto
salve sapere saprei sarebbe sbagliata sbagliato sbaglio scritto scrive scrivo scusa scusate scusi se sede sei sempre senta
senti senza sera serve servono si sia siamo siccome signor signora signore smetti so societa sono sopra sorella sotto spesa
spese spiega spieghi sportello sposata sposato sta stai stamattina stasera stessa stessi stesso sto stop straniera straniero
su sua subito sui sul sulla suo suoi swift t tanto tardi targa te tel telefono tempo terza terzo testimone ti tipo torna tra
traduttore traduttrice tribunale troppo trovare trovo tu tua tuo tutor tutore tutta tutte tutti tutto ufficio uguale uguali ultima
ultimo un una uno uomo urgente urgenza uso va vabbe vado vai valido veda vediamo vedo veicolo verifico via viaggio visura
viva vivo voglio volevo volta vorrei vostra vostro vuoi vuole z zero
"""
_OFTEN_TEXT = """
amica amico avanti basta bella bello brava bravo buona buono caso conto corso costa costi fine fratello incidente lascia
madre male ottimo padre papa passa prima primo socio stella validita vero zia zio
"""

_SENTENCE_TEXT = """
abbiamo aspetto bisogna capisco cerco chiedo ci detto devo dimmi dire dovrei e' era fai fammi fate gliela glielo ha hai
hanno ho io lavora lavoro mando mi parlare pensare penso porta portiamo porto posso potrei preferisco presenta presento
ricordo saprei scrivo serve so stata stato sto ti vedere vengo vi viene voglio vorrei vuole
"""

# words of sentences: who uses one is not just naming a place, an office, a street
SENTENCE = frozenset(_SENTENCE_TEXT.split())
# parts of surnames: "De Tillier", "van den Berg"
PARTICLES = frozenset(_PARTICLES_TEXT.split())
# particles that a surname may begin with
OPENING = frozenset(_OPENING_TEXT.split())
# words that no name is made of, or so seldom that a sentence is likelier
NOT_NAMES = frozenset(_NOT_NAMES_TEXT.split())
# words that are surnames too: in lower case they are taken for one only after a given name
OFTEN_WORDS = frozenset(_OFTEN_TEXT.split())
