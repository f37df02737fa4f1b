"""What the channel itself says; the facts come from the office (knowledge/), the answers from the conversation."""

from __future__ import annotations

from bot.front.office import Office

COMMANDS = (
    ("start", "Comincia"),
    ("aiuto", "Che cosa può fare l'assistente"),
    ("operatore", "Chiede di una persona dell'ufficio"),
    ("privacy", "Che fine fa quello che scrive"),
    ("cancella", "Cancella la conversazione e i dati"),
)
WISH_FOR_A_PERSON = "vorrei parlare con una persona"  # what /operatore says in the person's place: the same door as the words
GREETING = "Buongiorno! Mi scriva che cosa Le serve, in poche parole."
PASSES_THROUGH = (
    "Qui su Telegram i messaggi e i documenti passano anche dai server di Telegram, che non sono dell'ufficio: per i dati "
    "personali è preferibile il sito o lo sportello."
)
DELETED = (
    "Ho cancellato dal server dell'ufficio questa conversazione, le bozze e i dati che conteneva. I messaggi che vede qui li può "
    "togliere dalla Sua chat con i comandi di Telegram. Se mi scrive ancora, comincia una conversazione nuova."
)
NOT_DELETED = "In questo momento la conversazione non si può cancellare: riprovi tra qualche minuto con /cancella."
EMPTY = "Il messaggio è arrivato vuoto: mi scriva la domanda in poche parole."
EDITED = "Ho già letto il messaggio com'era prima della modifica: se la domanda è cambiata, la scriva in un messaggio nuovo."
GROUP = "Rispondo solo nelle chat private: mi scriva lì. Esco da questo gruppo."
CHOSEN = "La scelta è già stata fatta."
NOTES = {
    "immagine": "Non posso vedere immagini, video o adesivi: mi scriva la domanda con parole Sue.",
    "voce": "Non posso ascoltare messaggi vocali o audio: mi scriva la domanda con parole Sue.",
    "documento": "Non posso aprire documenti, e qui non si depositano atti: mi scriva la domanda con parole Sue.",
    "luogo": "Non leggo le posizioni: se cerca un ufficio, mi scriva quale.",
    "contatto": "Non conservo contatti: mi scriva la domanda con parole Sue.",
    "altro": "Leggo soltanto i messaggi scritti: mi scriva la domanda con parole Sue.",
}


def notice(office: Office) -> str:
    """What everybody reads before the first answer: who answers, and what not to write."""
    return (
        f"**Risponde un sistema automatico della {office.breve}, non una persona**: può sbagliare. Dà informazioni generali, non "
        "pareri legali, e non vede i fascicoli.\n"
        "Non scriva dati personali, Suoi o di altri, se non Le vengono chiesti per preparare una richiesta. "
        f"{PASSES_THROUGH}\n{office.emergenza}\n"
        "Comandi: /aiuto, /operatore, /privacy, /cancella."
    )


def start(office: Office) -> str:
    """The answer to /start."""
    return f"{notice(office)}\n\n{GREETING}"


def help(office: Office) -> str:
    """The answer to /aiuto."""
    return (
        f"Do informazioni sui servizi della {office.breve}: certificati, copie di atti, spese di giustizia, legalizzazioni e "
        "altro. Dico quale modulo serve, quanto costa, dove e quando andare; faccio i calcoli e preparo con Lei le richieste da "
        "firmare.\nMi scriva una domanda, per esempio «Come si chiede il certificato del casellario?»; dove una mia risposta ha "
        "dei pulsanti, può toccarne uno.\n\n"
        "/operatore: chiede di una persona dell'ufficio\n"
        "/privacy: che fine fa quello che scrive\n"
        "/cancella: cancella subito la conversazione e i dati\n\n"
        f"Per una risposta dell'ufficio può contattare {office.contacts}."
    )


def privacy(giorni: int, ore: int) -> str:
    """The answer to /privacy: how long things are kept is in the settings."""
    days = "un giorno" if giorni == 1 else f"{giorni} giorni"
    hours = "un'ora" if ore == 1 else f"{ore} ore"
    return (
        "Quello che scrive arriva al server dell'ufficio, che lo usa solo per risponderLe, senza il Suo nome né il Suo numero: "
        f"la conversazione si cancella {days} dopo l'ultimo messaggio, le bozze dopo {hours}.\n"
        f"{PASSES_THROUGH}\n"
        "Può cancellare tutto subito con /cancella."
    )


def unreachable(office: Office) -> str:
    """What people read when the assistant does not answer."""
    return (
        "L'assistente in questo momento non risponde. Il messaggio è arrivato: appena possibile avrà la risposta "
        f"qui. Se ha fretta può contattare {office.contacts}."
    )


def failed(office: Office) -> str:
    """What people read when there will be no answer."""
    return (
        "Mi scusi: non sono riuscito a rispondere al Suo messaggio. Lo scriva di nuovo tra qualche minuto, oppure contatti "
        f"{office.contacts}."
    )
