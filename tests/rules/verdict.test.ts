import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acknowledgements } from "#app/rules/verdict/acknowledgements.ts";
import { addressWordings } from "#app/rules/verdict/address-wordings.ts";
import { autoReplies } from "#app/rules/verdict/auto-replies.ts";
import { type Category, categories } from "#app/rules/verdict/categories.ts";
import { messageWordings } from "#app/rules/verdict/message-wordings.ts";
import { compileRules } from "#app/rules/verdict/reading.ts";
import { recipientWordings } from "#app/rules/verdict/recipient-wordings.ts";
import { senderWordings } from "#app/rules/verdict/sender-wordings.ts";
import { rulesVersion, verdictOf } from "#app/rules/verdict.ts";

const kindOf = (category: Category) => categories[category].kind;

function check(rows: [reason: string, category: Category, kind?: string][]): void {
  test.each(rows)("%s", (reason, category, kind = kindOf(category)) => {
    expect(verdictOf(reason)).toMatchObject({ category, kind, problem: categories[category].problem });
  });
}

describe("Zoho's short reasons, which are PowerMTA's categories, on whichever tab", () => {
  check([
    ["bad-mailbox", "no-such-mailbox"],
    ["Temporary failure:bad-mailbox", "no-such-mailbox"],
    ["bad-domain", "no-such-domain"],
    ["Permanent failure : inactive-mailbox", "mailbox-inactive"],
    ["quota-issues", "mailbox-full"],
    ["Temporary failure:bad-connection", "server-trouble"],
    ["temporary  failure : No-Answer-From-Host", "server-trouble"],
    ["Temporary failure:Delivery time expired", "server-trouble"],
    ["Temporary failure:routing-errors", "routing-dns"],
    ["relaying-issues", "routing-dns"],
    ["policy-related", "sender-blocked"],
    ["invalid-sender", "sender-auth"],
    ["spam-related", "spam-content"],
    ["virus-related", "spam-content"],
    ["content-related", "spam-content"],
    ["protocol-errors", "message-rejected"],
    ["message-expired", "server-trouble"],
    ["other", "unknown"],
    // As Zoho's screen cuts them.
    ["Temporary failure :smtp:550 Your host is not allo...", "sender-blocked"],
    ["Temporary Failure : 5.7.1 smtp: 550 5.7.1 [CS] Me...", "sender-blocked"],
    ["550 5.1.1 The email account that you tried to rea...", "no-such-mailbox"],
    ["552 5.2.2 The email account that you tried to reach is over quo…", "mailbox-full"],
    ["550 5.4.1 Recipient address rejected: Access de...", "no-such-mailbox"],
    ["550 5.7.1 Recipient address rejected: Access de...", "sender-blocked"],
    // A beginning is no word: "blacklisted", "spam".
    ["Please contact your bla...", "unknown"],
    ["Please see http://www.example.com/spa...", "unknown"],
  ]);
});

describe("reason columns of other mailers", () => {
  check([
    // Amazon SES, notification contents
    ["Permanent/NoEmail", "no-such-mailbox"],
    ["Transient/MailboxFull", "mailbox-full"],
    ["Transient: MessageTooLarge", "message-too-big"],
    ["Permanent OnAccountSuppressionList", "mailbox-inactive"],
    ["Undetermined", "unknown"],
    // Postmark, bounce types
    ["BadEmailAddress", "no-such-mailbox"],
    ["HardBounce", "no-such-mailbox"],
    ["DnsError", "routing-dns"],
    ["AutoResponder", "auto-reply"],
    ["ChallengeVerification", "challenge-response"],
    // SparkPost, bounce classification codes
    ["Invalid Recipient", "no-such-mailbox"],
    ["Spam Block", "sender-blocked"],
    ["Prohibited Attachment", "spam-content"],
    // HubSpot
    ["UNKNOWN_USER", "no-such-mailbox"],
    ["IP_REPUTATION", "sender-blocked"],
    // Mailgun, Mailchimp, Brevo
    ["espblock", "sender-blocked"],
    ["soft_bounce", "unknown"],
    ["invalid_domain", "no-such-domain"],
  ]);
});

describe("statuses of RFC 3463 and its registry, where there are no words", () => {
  check([
    ["5.1.1", "no-such-mailbox"],
    ["550 5.1.2", "no-such-domain"],
    ["smtp;550-5.1.3", "no-such-mailbox"],
    ["5.1.6", "mailbox-inactive"],
    ["5.1.7", "sender-auth"],
    ["5.1.8", "sender-auth"],
    ["5.1.10", "no-such-domain"],
    ["5.2.1", "mailbox-inactive"],
    ["5.2.2", "mailbox-full"],
    ["552 5.2.3", "message-too-big"],
    ["5.3.4", "message-too-big"],
    ["4.4.1", "server-trouble"],
    ["(#4.4.3)", "routing-dns"],
    ["5.4.6", "routing-dns"],
    ["4.4.7", "server-trouble"],
    ["5.5.4", "message-rejected"],
    ["5.6.1", "message-rejected"],
    ["5.7.0", "sender-blocked"],
    ["550 5.7.1", "sender-blocked"],
    ["5.7.23", "sender-auth"],
    ["5.7.26", "sender-auth"],
    ["5.7.606", "sender-blocked"],
    ["5.0.0", "unknown"],
    ["550", "unknown"],
    ["554", "unknown"],
    ["421", "server-trouble"],
  ]);
});

describe("words beat the code, and the last verdict counts", () => {
  check([
    ["550 5.7.1 No such user", "no-such-mailbox"],
    ["550 5.1.1 Mailbox quota exceeded", "mailbox-full"],
    ["550 5.1.1 Message rejected: spam content", "spam-content"],
    ["5.1.0 - Unknown address error '552 5.2.2 <ana@example.com>... Mailbox full'", "mailbox-full"],
    ["550 5.1.1 <ana@example.com> User unknown 503 5.5.1 Need RCPT", "no-such-mailbox"],
    ["550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents delivery", "throttled"],
    ["550 5.4.1 Recipient address rejected: Access denied. [x.prod.protection.outlook.com]", "no-such-mailbox"],
    ["550 5.7.1 Recipient address rejected: Access denied", "sender-blocked"],
    ["550 5.5.0 Requested action not taken: mailbox unavailable", "no-such-mailbox"],
    ["550 Requested action not taken: mailbox unavailable", "no-such-mailbox", "soft"],
    // In answer to MAIL FROM it is our domain that doesn't exist.
    [
      "host mx.example.net said: 553 5.1.0 news.example.com does not exist (in reply to MAIL FROM command)",
      "sender-blocked",
    ],
    ["550 5.1.8 Sender address rejected: Domain not found", "sender-auth"],
    ["550 Sender verify failed: unknown user", "sender-auth"],
  ]);

  test("for now is for now: no address is given up for a 4yz", () => {
    expect(verdictOf("450 4.1.1 <ana@example.com>: Recipient address rejected: User unknown")).toMatchObject({
      kind: "soft",
      category: "no-such-mailbox",
      confidence: "low",
    });
    expect(verdictOf("451 4.4.3 Host or domain name not found, try again")).toMatchObject({
      kind: "soft",
      category: "routing-dns",
    });
  });
});

describe("what looks like a code", () => {
  check([
    ["552 5.3.4 message of 535 KB refused", "message-too-big"],
    ["message of 535 KB", "unknown"],
    ["192.5.1.1", "unknown"],
    ["5.1.1.9", "unknown"],
    ["550 552@example.com", "unknown"],
    ["see 5.2.2@example.com", "unknown"],
    ["MailScanner/5.1.1 done", "unknown"],
    ["blocked@example.com", "unknown"],
    ["host spam.full.example.com said something", "unknown"],
  ]);
});

describe("servers' wordings, by their own pages and sources", () => {
  check([
    // Gmail, "SMTP errors and codes"
    [
      "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the address",
      "no-such-mailbox",
    ],
    ["550 5.2.1 The email account that you tried to reach is disabled.", "mailbox-inactive"],
    [
      "452 4.2.2 The recipient's inbox is out of storage space. https://support.google.com/mail/?p=OverQuotaTemp",
      "mailbox-full",
    ],
    ["421 4.7.28 Gmail has detected an unusual rate of mail originating from your SPF domain", "throttled"],
    ["550 5.7.26 This mail has been blocked because the sender is unauthenticated.", "sender-auth"],
    [
      "550 5.7.1 likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked.",
      "spam-content",
    ],
    [
      "550 5.7.1 very low reputation of the sending IP address. To best protect our users from spam, blocked.",
      "sender-blocked",
    ],
    // Microsoft, "NDR codes in Exchange Online"
    ["550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "no-such-mailbox"],
    ["5.2.122 The recipient has exceeded their limit for receiving messages", "throttled"],
    ["550 5.7.606 Access denied, banned sending IP [192.0.2.1]", "sender-blocked"],
    [
      "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. part of their network is on our block list (S3150).",
      "sender-blocked",
    ],
    ["4.4.316 Connection refused [Message=Socket error code 10061]", "server-trouble"],
    ["5.7.124 Sender not in allowed-senders list", "sender-blocked"],
    // Yahoo, "SMTP error codes"
    ["554 delivery error: dd This user doesn't have a yahoo.com account (ana@yahoo.example) [-5]", "no-such-mailbox"],
    [
      "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints",
      "throttled",
    ],
    ["554 Message not allowed - [PH01] Email not accepted for policy reasons.", "sender-blocked"],
    // Apple, "Postmaster information for iCloud Mail"
    ["550 5.7.1 [CS01] Message rejected due to local policy.", "sender-blocked"],
    // GMX and WEB.DE, postmaster pages
    ["554-No SMTP service. Bad DNS PTR resource record.", "sender-auth"],
    ["550 Requested action not taken: mailbox unavailable. The recipient's mailbox is full", "mailbox-full"],
    // mail.ru and Yandex
    [
      "550 Message was not accepted -- invalid mailbox. Local mailbox ana@mail.example is unavailable: user not found",
      "no-such-mailbox",
    ],
    ["550 spam message rejected. Please visit http://help.mail.ru/notspam-support", "spam-content"],
    // Postfix
    ["<ana@example.com>: Recipient address rejected: User unknown in virtual mailbox table", "no-such-mailbox"],
    ["connect to mx.example.com[192.0.2.1]:25: Connection timed out", "server-trouble"],
    ["mail for example.com loops back to myself", "routing-dns"],
    [
      "Host or domain name not found. Name service error for name=mx.example type=A: Host not found, try again",
      "routing-dns",
    ],
    ["Host or domain name not found. Name service error for name=example.con type=A: Host not found", "no-such-domain"],
    ["450 4.2.0 <ana@example.com>: Recipient address rejected: Greylisted", "throttled"],
    // Exim, Sendmail, qmail
    ["retry timeout exceeded", "server-trouble"],
    ["all relevant MX records point to non-existent hosts", "no-such-domain"],
    ["554 5.3.0 unknown mailer error 1", "server-trouble"],
    ["553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "routing-dns"],
    ["Sorry, no mailbox here by that name. (#5.1.1)", "no-such-mailbox"],
    ["Sorry, I couldn't find any host named example.con. (#5.1.2)", "no-such-domain"],
    // RFC 7505, null MX
    ["556 5.1.10 Recipient address has null MX", "no-such-domain"],
    // Barracuda, Proofpoint, Mimecast, Spamhaus, Cloudmark
    ["554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1", "sender-blocked"],
    ["554 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "sender-blocked"],
    ["550 Rejected by header based anti-spoofing policy", "sender-blocked"],
    ["550 permanent failure for one or more recipients (ana@example.com:blocked)", "sender-blocked"],
    ["550 5.1.1 User unknown (Barracuda)", "no-such-mailbox"],
    ["Your message couldn't be delivered. ana wasn't found at example.com.", "no-such-mailbox"],
    ["550 5.7.1 Messages missing a valid address in From: header are not accepted.", "message-rejected"],
    ["550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", "sender-blocked"],
    [
      "421 RP-001 Unfortunately, some messages weren't sent. We have limits for how many messages can be sent",
      "throttled",
    ],
    ["451 4.7.500 Server busy. Please try again later", "throttled"],
    ["451 4.3.0 Temporary lookup failure", "server-trouble"],
    ["Could not resolve the mail server of the recipient, temporary DNS problem", "routing-dns"],
    ["550 5.7.1 Message identified as SPAM", "spam-content"],
    ["554 5.2.0 STOREDRV.Deliver.Exception:QuotaExceededException", "mailbox-full"],
    ["550 Domain example.con has no A, AAAA, or MX records", "no-such-domain"],
    // Amazon SES
    ["554 Transaction failed: Duplicate header 'Subject'.", "message-rejected"],
  ]);
});

describe("in the languages of our recipients' servers", () => {
  check([
    ["550 El usuario no existe", "no-such-mailbox"],
    ["El usuario no existe. Por favor no le envíe más correos", "no-such-mailbox"],
    ["Почтовый ящик отсутствует", "no-such-mailbox"],
    ["Пользователь отсутствует", "no-such-mailbox"],
    ["550 5.1.1 No existe dicha persona", "no-such-mailbox"],
    ["552 El buzón del destinatario está lleno", "mailbox-full"],
    ["550 Cuenta desactivada", "mailbox-inactive"],
    ["550 Usuário desconhecido", "no-such-mailbox"],
    ["552 Caixa postal do destinatário está cheia", "mailbox-full"],
    ["550 Destinatario sconosciuto", "no-such-mailbox"],
    ["552 La casella di posta è piena", "mailbox-full"],
    ["550 5.1.1 Adresse d au moins un destinataire invalide. LPN007_416", "no-such-mailbox"],
    ["550 Boîte du destinataire pleine", "mailbox-full"],
    ["550 Empfänger unbekannt", "no-such-mailbox"],
    ["552 Postfach ist voll", "mailbox-full"],
    ["550 Пользователь не найден", "no-such-mailbox"],
    ["550 收件人邮箱不存在", "no-such-mailbox"],
    ["552 邮箱已满", "mailbox-full"],
    ["550 垃圾邮件", "spam-content"],
  ]);
});

describe("answers of machines", () => {
  check([
    ["Automatic reply: Oferta de marzo", "auto-reply"],
    ["Out of Office AutoReply: Re: Precios", "auto-reply"],
    ["Respuesta automática: Estoy de vacaciones hasta el lunes", "auto-reply"],
    ["Fuera de la oficina. En caso de urgencia contacte con Marta.", "auto-reply"],
    ["Me encuentro de vacaciones, responderé a mi regreso", "auto-reply"],
    ["Réponse automatique : je suis absent jusqu'au 3 mars", "auto-reply"],
    ["Abwesenheitsnotiz: Ich bin im Urlaub", "auto-reply"],
    ["Resposta automática: Estou de férias", "auto-reply"],
    ["Risposta automatica: sono in ferie", "auto-reply"],
    ["Hemos recibido su mensaje. Le responderemos a la brevedad. Número de caso 4821", "auto-reply"],
    ["We have received your request (ticket number 4821). Do not reply to this email.", "auto-reply"],
    ["Juan ya no trabaja en esta empresa. Por favor escriba a Marta", "auto-reply"],
    // Subjects
    ["Fuera de la oficina hasta el martes", "auto-reply"],
    ["[AUTO] I am out of the office (returning 11/01/2027)", "auto-reply"],
    ["Autom. reply: deals", "auto-reply"],
    ["Office closed: January deals", "auto-reply"],
    ["Cambio de correo electrónico", "auto-reply"],
    ["Leído: Promoción de fin de año", "auto-reply"],
    ["Not read: January newsletter", "auto-reply"],
    ["Lesebestätigung: Angebot", "auto-reply"],
    ["Ticket creado: Lista de precios", "auto-reply"],
    ["Chamado #12331 aberto com sucesso", "auto-reply"],
    // What machines write, too, is no sign of a person.
    ["Estoy de vacaciones, te dejo el contacto de mi compañera", "auto-reply"],
    ["Estoy de licencia. Coordinemos a mi regreso", "auto-reply"],
    ["Carlos ya no trabaja aquí. Por favor no le envíe más correos", "auto-reply"],
    ["Thanks for sending this. This mailbox is not monitored.", "auto-reply"],
    // A phone number's digits are no reply code.
    ["La persona a la que escribe ya no trabaja con nosotros. Comuníquese al (604) 444 00 00 ext 101", "auto-reply"],
    // Exchange and Outlook write "Automatic reply" in the language of their user.
    ["Automaattinen vastaus: Tarjous", "auto-reply"],
    ["Automatická odpověď: nabídka", "auto-reply"],
    ["Automatikus válasz: ajánlat", "auto-reply"],
    ["Răspuns automat: ofertă", "auto-reply"],
    ["Otomatik yanıt: teklif", "auto-reply"],
    ["Αυτόματη απάντηση: προσφορά", "auto-reply"],
    ["Автоматический ответ: предложение", "auto-reply"],
    ["Я в командировке до пятницы", "auto-reply"],
    ["自動応答: 見積もり", "auto-reply"],
    ["رد تلقائي: عرض", "auto-reply"],
    ["מענה אוטומטי: הצעה", "auto-reply"],
    ["Fraværende til mandag", "auto-reply"],
    // Cut off
    ["Estoy fuera de la ofi...", "auto-reply"],
    ["Thanks for your email. I am out o...", "auto-reply"],
    // Away, gone, moved
    ["Salí a vacaciones, regreso el martes", "auto-reply"],
    ["Por calamidad doméstica no estaré revisando mi correo esta semana", "auto-reply"],
    ["En el momento estoy en reunión, te contesto en la tarde.", "auto-reply"],
    ["I don't work on Mondays", "auto-reply"],
    ["Bank holiday today. Back tomorrow.", "auto-reply"],
    ["I am on a flight with no wifi. I will answer when I land.", "auto-reply"],
    ["Our accounts department is closed for year-end.", "auto-reply"],
    ["Me jubilé el pasado 31 de diciembre; para cualquier asunto contactar con secretaria@example.com", "auto-reply"],
    ["La señora Pérez finalizó su contrato con la entidad.", "auto-reply"],
    ["Hotel Example has closed its doors for good. Thank you for all these years.", "auto-reply"],
    ["Mi correo personal es ana@example.com, el corporativo ya no lo uso.", "auto-reply"],
    ["Meu e-mail mudou! Anote: ana@example.com", "auto-reply"],
    ["Estarei em gozo de férias de 04/01 a 18/01. Procure a Marta no meu lugar.", "auto-reply"],
    ["Je travaille à temps partiel et ne suis pas joignable le mercredi.", "auto-reply"],
    ["Frau Schmidt ist in Rente gegangen, Ihre Ansprechpartnerin ist jetzt Frau Vogel.", "auto-reply"],
    ["Sono in trasferta e leggerò la posta solo la sera.", "auto-reply"],
    // Received
    ["Your request (#88213) has been received and is being reviewed by our support staff.", "auto-reply"],
    ["Your enquiry is important to us. We will be in contact with you soon.", "auto-reply"],
    ["Radicado exitoso. Su PQR fue asignada al área encargada.", "auto-reply"],
    ["La casilla a la que usted escribió no recibe respuestas.", "auto-reply"],
    ["Recebido! Em até 48 horas úteis alguém do nosso time fala com você.", "auto-reply"],
    ["Votre message est bien arrivé. Un membre de l'équipe reviendra vers vous rapidement.", "auto-reply"],
    ["Ihre Anfrage wurde erfolgreich übermittelt.", "auto-reply"],
    ["La tua richiesta è stata inoltrata al reparto competente.", "auto-reply"],
    // Prove that you are human
    ["Your email requires verification verify#7Fk2jLq93", "challenge-response"],
    ["As a first-time sender you must confirm that you're a real person", "challenge-response"],
    ["Su mensaje está retenido. Para liberarlo complete el captcha.", "challenge-response"],
    ["Sua mensagem está retida: clique no link para provar que não é spam", "challenge-response"],
    ["Votre e-mail est en attente. Cliquez ici pour vous identifier comme expéditeur légitime.", "challenge-response"],
    ["Ihre E-Mail wartet auf Bestätigung. Bitte klicken Sie auf den Link.", "challenge-response"],
    [
      "To control spam, I now allow incoming messages only from senders I have approved beforehand.",
      "challenge-response",
    ],
    // A person, who should be phoned.
    ["Estaré fuera la próxima semana, pero me interesa", "unknown"],
    ["I will be on vacation next week but I'm interested, call me", "unknown"],
    ["Thanks! I was out of office last week, could you send me the prices again?", "unknown"],
    ["¿Cuánto cuesta la habitación doble? Regreso el lunes de viaje y quisiera reservar", "unknown"],
    ["Hola, salgo de vacaciones mañana, ¿me reservas dos cupos?", "unknown"],
    ["Hoy no estoy, pero paso a dejarle los documentos el lunes", "unknown"],
    ["Hoy no estoy en la oficina, pero le pedí a Andrea que te lo deje. Te mando la dirección", "unknown"],
    ["I'm out all next week but could do a call on the 18th if that works for you", "unknown"],
    ["Hace tres semanas que pedí que me den de baja y me siguen llegando sus correos", "unknown"],
    ["Ciao Marco, scusa il ritardo, ero in ferie. Ti mando tutto domani.", "unknown"],
    ["Gracias Laura, lo miro y te cuento el lunes", "unknown"],
    ["Obrigado, vou estar de férias mas gostaria de receber a proposta.", "unknown"],
    ["Merci, c'est noté, on en parle à mon retour de congés !", "unknown"],
    ["I'm out next week however please keep me posted about the rates", "unknown"],
    // Servers that speak
    ["We could not find your recipient in our directory", "no-such-mailbox"],
    ["Our server could not reach the recipient's server; will try again until Friday", "server-trouble"],
    ["We do not accept mail from your network", "sender-blocked"],
    ["Your message to Ana could not be sent on Monday", "unknown"],
    // Reports look automatic, too.
    [
      "This is an automatically generated Delivery Status Notification. Delivery failed: 550 5.1.1 User unknown",
      "no-such-mailbox",
    ],
    ["Auto-Submitted: auto-replied; smtp; 552 5.2.2 Mailbox full", "mailbox-full"],
  ]);
});

test("nothing to read is soft and unknown", () => {
  for (const reason of ["", "   ", "--", "null", "\u0000", "…", "..."]) {
    expect(verdictOf(reason)).toMatchObject({
      kind: "soft",
      category: "unknown",
      problem: "unknown",
      confidence: "low",
    });
  }
  expect(verdictOf("").rule).toBe("empty");
});

test("what the source told beside the reason fills in", () => {
  expect(verdictOf("", { status: "5.1.1", code: "550" })).toMatchObject({ kind: "hard", rule: "status-5.1.1" });
  expect(verdictOf("rejected", { code: "421" })).toMatchObject({ kind: "soft" });
  expect(verdictOf("User unknown", { code: "450" })).toMatchObject({ kind: "soft", category: "no-such-mailbox" });
  expect(verdictOf("xyz", { label: "Transient/MailboxFull" })).toMatchObject({
    category: "mailbox-full",
    confidence: "low",
  });
  // "Hard" alone is what we are asked about, not a reason.
  expect(verdictOf("", { label: "Hard" })).toMatchObject({ kind: "soft", category: "unknown" });
  expect(verdictOf("User unknown", { label: "Soft" })).toMatchObject({ kind: "hard" });
});

describe("any text", () => {
  const words = [
    "550",
    "5.1.1",
    "user",
    "unknown",
    "mailbox",
    "full",
    "spam",
    "<a@b.com>",
    "...",
    "blocked",
    "https://x.com/?p=a",
    "é",
    "邮箱",
    "'",
    "@",
    ".",
  ];
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.constantFrom(...words), { maxLength: 40 }).map((parts) => parts.join(" ")),
  );

  test("gets a verdict whose parts belong together", () => {
    fc.assert(
      fc.property(text, (reason) => {
        const { category, problem, kind, rule } = verdictOf(reason);
        expect(categories[category].problem).toBe(problem);
        expect(["hard", "soft", "auto-reply"]).toContain(kind);
        expect(rule).not.toBe("");
      }),
    );
  });

  test("is read without regard to case and spacing", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words.filter((word) => word !== "...")), { maxLength: 40 }), (parts) => {
        const once = verdictOf(parts.join(" "));
        expect(verdictOf(parts.join(" ").toUpperCase())).toEqual(once);
        expect(verdictOf(` \t${parts.join("  \n ")} `)).toEqual(once);
      }),
    );
  });
});

describe("the work grows with the text and no faster", () => {
  const phrases = [
    ...addressWordings,
    ...recipientWordings,
    ...senderWordings,
    ...messageWordings,
    ...autoReplies,
    ...acknowledgements,
  ].flatMap((wording) => wording.phrases);

  test("no phrase has more than four gaps, each of a few words", () => {
    for (const phrase of phrases) expect(phrase.match(/~|\.\./g)?.length ?? 0).toBeLessThanOrEqual(4);
  });

  test.each([
    "user ",
    "mailbox unknown ",
    "5.",
    "5.1.1 ",
    "a@",
    "a.b",
    "the message is too large ",
    "<",
    "x",
    "é",
    "邮",
    "http://",
    "not ",
  ])("100 kB of %j are read whole", (piece) => {
    const hostile = piece.repeat(Math.ceil(100_000 / piece.length));
    expect(verdictOf(`${hostile} 552 5.2.2 mailbox full`)).toMatchObject({ kind: "soft" });
  });
});

test("a phrase that is written wrongly is refused when it is compiled", () => {
  for (const phrase of ["user (unknown", "user unknown)", "{nobody} unknown", "us-er", "[cs]"]) {
    expect(() => compileRules([[phrase]], { box: "user" })).toThrow();
  }
});

test("each rule names a source, and its name is its own", () => {
  const rules = [
    ...addressWordings,
    ...recipientWordings,
    ...senderWordings,
    ...messageWordings,
    ...autoReplies,
    ...acknowledgements,
  ];
  expect(new Set(rules.map(({ rule }) => rule)).size).toBe(rules.length);
  for (const { source, weight } of rules) {
    expect(source).not.toBe("");
    expect(weight).toBeGreaterThan(0);
  }
  expect(rulesVersion).toBeGreaterThan(0);
});
