export default {
  advice: "Qué hacer y qué decir",
  verdict: "Qué pasó",
  whoseProblem: "De quién es el problema",
  problem: {
    address: "la dirección",
    recipient: "quien recibe",
    sender: "problema nuestro",
    message: "del mensaje",
    passing: "pasajero",
    nobody: "de nadie",
    unknown: "no se sabe",
  },
  /** Before the problem, for who doesn't see its icon. */
  whose: "De quién es el problema:",
  told: "Además, el origen dice: {{told}}",
  says: {
    "no-such-mailbox": "El buzón no existe, o la dirección está mal escrita",
    "no-such-domain": "El dominio no existe o no recibe correo",
    "mailbox-full": "El buzón está lleno",
    "mailbox-inactive": "El buzón está cerrado o suspendido",
    "sender-blocked": "Su servidor nos rechaza a nosotros",
    "sender-auth": "Nuestro correo no pasa sus controles (SPF, DKIM o DNS)",
    "spam-content": "El mensaje fue tomado por spam",
    "message-too-big": "El mensaje es demasiado grande",
    "message-rejected": "El servidor no acepta la forma del mensaje",
    throttled: "Nos piden esperar: demasiado correo a la vez",
    "server-trouble": "Su servidor no responde o falla",
    "routing-dns": "El correo no encuentra el camino a su servidor",
    "auto-reply": "Respuesta automática: el correo llegó",
    "challenge-response": "Pide confirmar que quien escribe es una persona",
    unknown: "El motivo no dice qué pasó",
  },
  todo: {
    "no-such-mailbox": "Pida la dirección correcta, letra por letra.",
    "no-such-domain": "Compare el dominio con la página de la empresa y pida otra dirección.",
    "mailbox-full": "Pida que vacíe el buzón, o que dé otra dirección.",
    "mailbox-inactive": "Pida la dirección que usa ahora, o de quien ocupa el puesto.",
    "sender-blocked": "No es culpa del contacto: avise a quien administra nuestro correo. No lo dé de baja por esto.",
    "sender-auth": "No es culpa del contacto: avise a quien administra nuestro correo. No lo dé de baja por esto.",
    "spam-content": "No es culpa del contacto: avise a mercadeo, para que revise el mensaje.",
    "message-too-big": "No es culpa del contacto: avise a mercadeo, para que reduzca el mensaje.",
    "message-rejected": "No es culpa del contacto: avise a mercadeo, para que revise el mensaje.",
    throttled: "Espere a la próxima campaña: suele pasar solo.",
    "server-trouble": "Pregunte si reciben otros correos. Si sigue así, pida otra dirección.",
    "routing-dns": "Pregunte si reciben otros correos y compare el dominio con su página.",
    "auto-reply": "No hay nada que hacer, salvo que el texto diga que la persona se fue.",
    "challenge-response": "Pida que agregue nuestra dirección a sus contactos.",
    unknown: "Pregunte si le llegan nuestros correos.",
  },
  /** On the phone. */
  say: {
    "no-such-mailbox":
      "«Buenos días, le habla {{caller}} de {{organization}}. Le escribimos a {{email}} y su servidor dice que esa dirección no existe. ¿Me la puede deletrear?»",
    "no-such-domain":
      "«Buenos días, le habla {{caller}} de {{organization}}. Le escribimos a {{email}}, pero ese dominio no existe o no recibe correo. ¿Qué dirección usan ahora?»",
    "mailbox-full":
      "«Buenos días, le habla {{caller}} de {{organization}}. El buzón de {{email}} está lleno y nuestro correo no entra. ¿Puede vaciarlo, o prefiere darnos otra dirección?»",
    "mailbox-inactive":
      "«Buenos días, le habla {{caller}} de {{organization}}. Su servidor dice que el buzón de {{email}} está cerrado. ¿Qué dirección usa ahora?»",
    "sender-blocked":
      "«Buenos días, le habla {{caller}} de {{organization}}. Nuestros correos no le están llegando por un problema nuestro, que ya estamos arreglando. ¿Quiere darnos mientras tanto otra dirección?»",
    "sender-auth":
      "«Buenos días, le habla {{caller}} de {{organization}}. Nuestros correos no le están llegando por un problema nuestro, que ya estamos arreglando. ¿Quiere darnos mientras tanto otra dirección?»",
    "spam-content":
      "«Buenos días, le habla {{caller}} de {{organization}}. El filtro de {{email}} tomó nuestro correo por spam. ¿Nos puede agregar a sus contactos?»",
    "message-too-big":
      "«Buenos días, le habla {{caller}} de {{organization}}. Nuestro último correo era demasiado grande para su buzón. ¿Sigue usando {{email}}? Se lo enviamos más liviano.»",
    "message-rejected":
      "«Buenos días, le habla {{caller}} de {{organization}}. Su servidor no aceptó nuestro último correo por un problema nuestro. ¿Sigue usando {{email}}?»",
    throttled:
      "«Buenos días, le habla {{caller}} de {{organization}}. El servidor de {{email}} nos pidió esperar; lo intentaremos de nuevo. ¿Sigue usando esa dirección?»",
    "server-trouble":
      "«Buenos días, le habla {{caller}} de {{organization}}. Le escribimos a {{email}} y su servidor no responde. ¿Les llegan otros correos? ¿Hay otra dirección?»",
    "routing-dns":
      "«Buenos días, le habla {{caller}} de {{organization}}. Nuestro correo a {{email}} no encuentra su servidor. ¿Les llegan otros correos? ¿Cambiaron de dominio?»",
    "auto-reply":
      "«Buenos días, le habla {{caller}} de {{organization}}. Nos llegó una respuesta automática de {{email}}. ¿Sigue siendo su dirección?»",
    "challenge-response":
      "«Buenos días, le habla {{caller}} de {{organization}}. Su buzón {{email}} pide confirmar quién escribe. ¿Nos puede agregar a sus contactos?»",
    unknown:
      "«Buenos días, le habla {{caller}} de {{organization}}. Le escribimos a {{email}} y nuestro correo no llega. ¿Usan todavía esa dirección, o tienen otra?»",
  },
};
