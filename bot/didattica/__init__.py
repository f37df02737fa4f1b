"""Teaching the assistant from the staff's desk: no pages here, only what they do.

    d = Didattica(settings.data_dir, settings.database_url, clock)

Nothing here knows roles: who may do what is the desk's business; `autore` is the account's name, kept with every change. Calls
load knowledge and check it: run them in a thread (two to ten seconds where it says so).

Questions without an answer
    d.groups()                              -> [Gruppo(domande, suggerimenti, volte, ultima, testi)]
    d.teach_example(gruppo.testi, "casellario.costo", autore, domande=[...])      the texts may be rewritten
    d.teach_entry(gruppo.testi, "casellario", autore, etichetta=, risposta=, domande=[three or more], fonti=None)
    d.teach_out_of_scope(gruppo.testi, autore)
    d.ignore(gruppo.testi, autore); d.reopen(testi)

Facts (hours, phones, notices, closures, fees) and answers
    d.forms()                               -> [ModuloFatti(id, titolo, gruppo)]   "ufficio/casellario", "avviso_sito/nuovo"…
    d.form("ufficio/casellario")            -> the same with campi: [CampoModulo(nome, etichetta, tipo, valore…)]
    content = d.form_change(id, {name: typed})        raises ErroriCampi(errori={field: Italian}); d.removal(id) takes away
    content = d.answer_change("casellario.costo", risposta)
    d.preview(content, autore)              -> Anteprima(cambi=[Cambio(chiave, titolo, prima, dopo)], altro=[sentences])
    d.save(content, autore, motivo="")      -> the change; raises Rifiutato(errori={key: Italian})
                                            errors_by_field(d.form(id), rifiutato.errori) puts them beside the fields
    Kinds of fields (fields.py): testo, area, data, ora, importo, orari, scelta, scelte. "orari" takes text, one band a line
    ("lunedì-venerdì 8.30-13.30"), or rows {"giorni": [...], "dalle": "8.30", "alle": "13.30"}; "scelte" takes a list.

The changes
    d.history()                             -> [Passo(cambiamento(numero, autore, quando, tipo…), insegna, attivo, annullato)]
    d.waiting()                             -> those not live yet; Passo.insegna: it needs a training
    describe(cambiamento, d.newest())       -> a line of Italian
    d.undo(numero, autore)                  d.problems() -> [Guasto] to be shown to the staff
    Where somebody has spoilt a file by hand, every call that reads the changes raises KnowledgeError: show d.problems() and offer
    d.set_aside(change_of(guasto)) (knowledge.overlay.change_of). The public notices nothing.

Going live
    d.publish(autore)                       facts: at once, no training (the launcher restarts Rasa, about ten seconds)
    d.waiting_preview()                     what publish() would change
    numero = d.train(autore)                in the background; raises Rifiutato
    d.trainings.get(numero)                 -> Addestramento(stato, fase, percento, esito, errore)
    d.trainings.latest(), d.trainings.running()
    d.activate(numero, autore)              d.previous(autore)
    d.active()                              -> Active(attivo, buono, precedente, nota, quando)
                                            attivo != buono: being switched now; nota: it went back by itself, and why
    Addestramento.esito: {"peggiorate": [...], "migliorate": [...], "uguali": n, "insegnate": [...]} (compare.py)

All refusals are Rifiutato, with sentences for the person.
"""

from bot.didattica.changes import Passo, Rifiutato
from bot.didattica.fields import CampoModulo, ErroriCampi, ModuloFatti, errors_by_field
from bot.didattica.preview import Anteprima, Cambio
from bot.didattica.questions import Domanda, Gruppo, Suggerimento
from bot.didattica.service import Didattica, describe

__all__ = [
    "Anteprima",
    "Cambio",
    "CampoModulo",
    "Didattica",
    "Domanda",
    "ErroriCampi",
    "Gruppo",
    "ModuloFatti",
    "Passo",
    "Rifiutato",
    "Suggerimento",
    "describe",
    "errors_by_field",
]
