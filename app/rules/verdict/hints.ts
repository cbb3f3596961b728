/**
 * Words that hint at a machine that answers for somebody. They are looked for only where no rule reads anything: servers say "we" and "Monday",
 * too, but then what they refuse is read.
 */
export const hints: { hint: "speech" | "news" | "absence" | "transport"; phrases: string[] }[] = [
  {
    // Somebody speaks or greets.
    hint: "speech",
    phrases: [
      "(i|i'm|i'll|i've|me|my|we|we're|we'll|we've|our|us|hi|hello|hey|dear|greetings|thanks|thank|apologies|happy|merry)",
      "(estoy|estare|estamos|estaremos|soy|mi|mis|nuestro|nuestra|nuestros|nuestras|nos|hola|gracias|estimad*|apreciad*|saludos|saludo|cordial|buenas|buenos|felices|informo|informamos|agradezco|agradecemos)",
      "(estou|estarei|estamos|meu|minha|nosso|nossa|nossos|ola|obrigad*|prezad*|informo|informamos|comunicamos|boas|bom)",
      "(je|j'ai|nous|notre|nos|mon|ma|mes|bonjour|bonsoir|merci|cordialement|madame|monsieur)",
      "(ich|wir|unser*|mein*|hallo|danke|dank|geehrt*|bin)",
      "(sono|saro|siamo|nostro|nostra|mio|mia|grazie|gentile|buongiorno|salve|cordiali)",
    ],
  },
  {
    // What becomes of mail.
    hint: "transport",
    phrases: [
      "(deliver*|undeliver*|bounce*|reject*|refus*|fail*|error*|server*|smtp|mailer*|mailbox|recipient*|block*|quota|entreg*|rebot*|rechaz*|fallo*|servidor*|destinatari*|livr*|rejet*|serveur*|zustell*|zugestellt|fehler*|empfanger*|empfaenger*|consegn*|errore|blacklist*|spam|relay*|sender*|hard|soft|domain|dns|user|users|usuario|address|timeout)",
      "(could not|couldn't|unable to|wasn't able|weren't able|no pudo|no se pudo|nao foi possivel|n'a pas pu|konnte nicht|non e stato possibile)",
    ],
  },
  {
    // What answers of machines are about.
    hint: "news",
    phrases: [
      "(monday|tuesday|wednesday|thursday|friday|saturday|sunday|mondays|tuesdays|wednesdays|thursdays|fridays|today|tomorrow|tonight|evening|morning|afternoon|week|weeks|weekend|month|january|february|april|june|july|august|september|october|november|december|until|till)",
      "(return|returning|back|away|leave|holiday|holidays|vacation|break|closed|closure|offline|meeting|meetings|absence|inbox|reply|replies|respond|responses|response|answer|answered|answering|contact|urgent|assistance|assist|colleague|colleagues|team|enquiry|enquiries|inquiry|inquiries|applications|emails|email|messages|moved|changed|retired|office|mailbox|hours|time zone|resend|phone|call)",
      "(lunes|martes|miercoles|jueves|viernes|hoy|manana|semana|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|hasta|regreso|vacaciones|oficina|respuesta|respuestas|correo|correos|mensaje|mensajes|solicitud|direccion|contactar|comunicarse|escribir|urgente|urgencia|companer*|equipo|horario|respond*|contest*|atender*|atendid*|viaje|dominio|telefono|trabajo)",
      "(segunda|terca|quarta|quinta|sexta|hoje|amanha|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro|retorno|mensagem|mensagens|contato|equipe|equipa|retorn*|escritorio|volto|voltamos|empresa)",
      "(lundi|mardi|mercredi|jeudi|vendredi|aujourd'hui|demain|semaine|janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre|decembre|jusqu*|retour|courriel|mails|contacter|joindre|equipe|joignable|adresse|fonctions|fetes|reouverture)",
      "(montag|dienstag|mittwoch|donnerstag|freitag|heute|morgen|woche|januar|februar|marz|juni|juli|oktober|dezember|bis|zuruck|nachricht|nachrichten|urlaub|buro|anfrage|erreichbar|teilzeit|mails)",
      "(lunedi|martedi|mercoledi|giovedi|venerdi|oggi|domani|settimana|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|fino|rientro|messaggio|messaggi|posta|contatt*|ufficio|indirizzo|rispond*|ferie)",
    ],
  },
  {
    // Offices and calendars.
    hint: "absence",
    phrases: [
      "(holiday|holidays|vacation|vacations|sabbatical|leave|colleague|colleagues|successor|weekend|weekends|tomorrow|tonight|retired|retirement|christmas|easter|conference|honeymoon|travelling|traveling|enquiry|enquiries|office|offices)",
      "(monday|tuesday|wednesday|thursday|friday|saturday|sunday|mondays|tuesdays|wednesdays|thursdays|fridays)",
      "(january|february|april|june|july|august|september|october|november|december)",
      "(your|su|tu|seu|sua|votre|vos|ihre|ihr|deine|la sua|il suo) (support)? (request|enquiry|inquiry|email|e mail|mail|message|ticket|case|correo|mensaje|solicitud|peticion|consulta|comunicacion|requerimiento|mensagem|pedido|contato|demande|courriel|anfrage|nachricht|anliegen|richiesta|messaggio|e)",
      "(ticket|case|chamado|radicado|caso|support|helpdesk|agent|agente|hotline)",
      "(out|away|off|closed|back) (until|till|through|this|today|tomorrow|on|from|in)",
      "(no (puedo|podre|podemos|podremos)|can't|cannot|won't be able to|nao poderei|ne pourrai) (contest*|respond*|atend*|revis*|answer|reply|respond|repondre)",
      "(correo|email|mail|adresse|direccion|endereco|indirizzo) (cambiado|changed|alterado|geandert)",
      "(kurzurlaub|sommerurlaub|jahresurlaub|weihnachtsurlaub|resturlaub|betriebsurlaub|vertretung)",
      "(days off|day off|currently out|out today|am out|be out|is out|no longer with|looked after|taken over|filling in|covering for|i'm away|we're away)",
      "(part time|short staffed|medio tiempo|jornada|retiro|expediente|teilzeit|temps partiel)",
      "(vacaciones|licencia|feriado|festivo|festivos|navidad|oficina|oficinas|companer*|remodelacion|jubilacion|incapacidad|capacitacion|descanso|ausente|ausencia|labores|laboral|encargad*|asesor*)",
      "(lunes|martes|miercoles|jueves|viernes|sabado|domingo|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)",
      "(ferias|folga|feriado|feriados|natal|escritorio|colega|colegas|ausente|ausencia|amanha|recesso|fora do ar|segunda feira|terca feira|quarta feira|quinta feira|sexta feira|janeiro|fevereiro|maio|junho|julho|setembro|outubro|novembro|dezembro)",
      "(conges|vacances|absence|absent*|bureau|collegue|collegues|ferie|feries|noel|retraite|demain|lundi|mardi|mercredi|jeudi|vendredi|janvier|fevrier|avril|juin|juillet|aout|septembre|octobre|decembre)",
      "(urlaub|abwesend|abwesenheit|buro|buero|kollege|kollegin|kollegen|rente|feiertag*|weihnachten|ansprechpartner*|elternzeit|montag|dienstag|mittwoch|donnerstag|freitag|januar|februar|marz|juni|juli|oktober|dezember)",
      "(ferie|vacanza|ufficio|collega|colleghi|assente|festivita|pensione|rientro|domani|lunedi|martedi|mercoledi|giovedi|venerdi|gennaio|febbraio|aprile|giugno|luglio|settembre|ottobre|dicembre)",
    ],
  },
];
