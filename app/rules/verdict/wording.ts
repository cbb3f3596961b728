import type { Category, VerdictKind } from "./categories.ts";

/** Where in the SMTP dialogue, or of what kind a text is. */
export type Circumstance = "mail-from" | "greeting" | "data" | "report" | "person";

/**
 * A rule on words. Where several hold, the heaviest decides, and of those the one that stands last. What a status says has a weight of the same
 * scale (statuses.ts): 6 for one that is exact ("5.1.1"), 3 or 4 for one that is vague ("5.7.1"). So 7 and more beats every status, and
 * 5 and less only fills in where a status says nothing.
 */
export type Wording = {
  /** Its stable name, which the verdict tells. */
  rule: string;
  category: Category;
  /** Where it differs from the category's usual kind. */
  kind?: VerdictKind;
  weight: number;
  /** Holds only beside one of these: a status, "x.4.1" for both 4.4.1 and 5.4.1, or a reply code. */
  codes?: string[];
  /** Holds only under that circumstance. */
  circumstance?: Circumstance;
  /** Where the wordings were learned: an RFC's section, a vendor's page, a program. */
  source: string;
  /** As phrases.ts describes. */
  phrases: string[];
};

/** A wording that decides nothing by itself but tells what the others are about. */
export type CircumstanceWording = { circumstance: Circumstance; phrases: string[] };

/** Words that stand in for each other in phrases, as `{name}`. */
export const wordLists = {
  box: "mailbox mailboxes user users userid username account accounts recipient recipients recipient's address addresses addressee adressee email emails mailaddress emailaddress inbox alias rcpt member destination mbox maildrop customer login",
  be: "is are was were has have been be being currently temporarily permanently now",
  owner:
    "mailbox mailboxes user users username account accounts recipient recipients inbox member mailaddress emailaddress",
  buzon:
    "buzon usuario usuarios cuenta cuentas destinatario destinatarios direccion direcciones correo casilla email mailbox conta contas endereco enderecos caixa utilizador casella utente indirizzo account mail bustia",
  boite:
    "destinataire destinataires adresse adresses l'adresse utilisateur l'utilisateur compte boite mailbox d'adresse d'utilisateur messagerie abonne",
  postfach:
    "nutzer anwender empfanger empfangers empfaenger adresse empfangeradresse empfaengeradresse emailadresse mailadresse postfach benutzer konto mailbox email benutzername empfangerpostfach postfachs",
  full: "full overfull overquota stuffed",
  list: "blacklist blacklists blacklisted blocklist blocklists blocklisted denylist denylisted blackhole blackholed rbl rbls dnsbl dnsbls dnsrbl dynablock sbl xbl pbl cbl css bl rhsbl uribl surbl drbl",
  client:
    "ip ips host hosts client server servers network netblock subnet mta relay hostname ipv4 ipv6 mailserver smtp connection connections",
  from: "sender sender's senders from originator emetteur expediteur remitente remetente absender mittente mailfrom",
  refused:
    "rejected refused denied denies refuses blocked banned prohibited forbidden reject rejecting refuse refusing deny block unacceptable unwelcome disallowed barred bounced rejects",
  off: "disabled inactive deactivated suspended closed locked expired discontinued deleted terminated cancelled canceled archived frozen deprecated dormant retired abandoned decommissioned removed disactivated unsubscribed",
  ticket:
    "ticket tickets request requests case inquiry enquiry query submission incident application complaint claim booking reservation registration question",
  solicitud:
    "solicitud peticion consulta caso incidencia reclamo queja radicado requerimiento ticket tiquete gestion comunicacion pqr pqrs pqrsd pedido reserva inquietud solicitacao chamado protocolo atendimento requisicao manifestacao richiesta segnalazione pratica domanda reclamacao duvida mensaje mensagem messaggio correo email",
  demande: "demande requete dossier ticket reclamation candidature commande message courriel mail email courrier",
  anfrage: "anfrage mitteilung ticket vorgang anliegen nachricht mail email bestellung bewerbung meldung schreiben",
  mail: "mail mails email emails message messages letter msg body content e",
} satisfies Record<string, string>;
