// What machines say for people, in Spanish, English, Portuguese and French; patterns on text without case and accents, where "|" ends a sentence.
import { weekdayNames } from "./day-mentions.ts";

/** One of these, as whole words. ".." stands for up to four words of the same sentence. */
function anyOf(phrases: string[], flags = ""): RegExp {
  const patterns = phrases.map((phrase) => phrase.replaceAll(" .. ", " (?:[^ |]+ ){0,4}"));
  return new RegExp(`(?<![a-z0-9])(?:${patterns.join("|")})(?![a-z0-9])`, flags);
}

/** Somebody is away: what makes "until the 15th" a date of return. */
export const absence = anyOf([
  "out of (?:the )?office|ooo|away|(?:on|annual|parental|maternity|paternity|sick|medical) leave|vacations?|holidays?|holiday|travel(?:l?ing)?|on (?:a )?(?:business )?trip|absen(?:t|ce)",
  "unavailable|not (?:be )?(?:available|in the office|working|checking)|no access|limited access|without access|closed|be out|am out|is out|i'm out|out on|out from|out until|out till|not be back",
  "fuera(?: de(?: la)? oficina)?|ausent\\w*|ausencia|vacaciones|vacacional|licencia|permiso|incapacidad|de viaje|viajando|no (?:me )?(?:estare|estoy|encuentro|estaremos|estamos|encontrare)|cerrad[oa]s?|cierre|feriado|receso|descanso|sin acceso|acceso limitado|baja (?:medica|maternal|paternal|laboral)|no laboro|no labora",
  "fora do escritorio|fora da empresa|estou fora|estarei fora|estaremos fora|ferias|de licenca|licenca|ausencia|em viagem|viajando|afastad[oa]|recesso|fechad[oa]s?|indisponivel|sem acesso|nao (?:estarei|estou)",
  "conges?|en vacances|vacances|absente?s?|absence|en deplacement|hors du bureau|indisponible|ferme(?:e|s|es)?|fermeture|arret (?:maladie|de travail)|ne (?:suis|serai) pas|rtt",
]);

/** Somebody comes back, or is there again. */
export const isBack = anyOf(
  [
    "back|return(?:ing|s)?|(?:available|reachable|in the office|at my desk|working) again|resum(?:e|es|ing)|reopen(?:s|ing)?|re-open(?:s|ing)?",
    "(?<!not )(?<!not be )available (?:from|on|again|as of|starting)|in the office (?:from|on|as of)",
    "regres\\w{1,7}|vuelv[oae]n?|volve(?:re|remos|mos|ra|r)|vuelta|retorn\\w{1,7}|reincorpor\\w{1,9}|reintegr\\w{1,9}|incorpor(?:are|o|acion|arme|ara)|reanud\\w{1,8}|retom\\w{1,7}|reabr\\w{1,6}|abri(?:mos|remos)",
    "(?<!no )estar(?:e|emos) (?:\\w+ ){0,2}(?:nuevamente|de nuevo|disponible|en la oficina|en mi puesto)|disponible (?:a partir|desde|nuevamente|de nuevo|el)",
    "(?<!por )volt(?:o|a|arei|aremos|amos|ar|ando)|regress\\w{1,7}|estar(?:ei|emos) (?:\\w+ ){0,2}(?:novamente|de novo|disponivel|disponiveis)|disponivel a partir",
    "(?<!en )retour|revien(?:s|drai|drons|t)|revenons|rentr(?:e|erai|erons)|reprend(?:s|rai|rons)|reprise|rouvr\\w{1,7}|a nouveau (?:joignable|disponible|present|au bureau)|(?<!pas )(?:joignable|disponible) (?:des|a partir|a compter|le)",
  ],
  "g",
);

/** Mail will be answered again. Without a day it says nothing. */
export const answersAgain = anyOf(
  [
    "(?:will|ll|shall|can) (?:[a-z]+ ){0,3}(?:reply|respond|answer|read|attend|reach|contact|get back|process)",
    "(?:respond|contest|atend|revis|le[e]?)(?:er|r)?(?:e|emos|ere|eremos)|(?:podre|podremos) (?:[a-z]+ ){0,2}(?:responder\\w*|contestar\\w*|atender\\w*)|me (?:pondre en contacto|comunicare)|nos (?:pondremos|comunicaremos)|dare (?:respuesta|tramite)|sera (?:respondido|atendido|leido)|seran (?:respondidos|atendidos)",
    "(?:responder|atender|retornar)(?:ei|emos)|entrar(?:ei|emos) em contato|sera respondid[oa]|darei (?:resposta|retorno)",
    "repondr(?:ai|ons)|traiter(?:ai|ons)|prendr(?:ai|ons) connaissance|lir(?:ai|ons)|sera (?:lu|traite)",
  ],
  "g",
);

const company =
  "(?:(?:the|our|this|my|her|his) )?(?:[a-z']+ ){0,2}(?:company|firm|organi[sz]ation|business|team|corporation|agency|hotel|university|school|group|bank|department|role|position)";
const empresa =
  "(?:empresa|compania|organizacion|entidad|institucion|firma|equipo|hotel|cargo|universidad|grupo|fundacion|agencia|puesto|banco|corporacion|nosotros)";
const companhia =
  "(?:empresa|companhia|organizacao|instituicao|equipe|equipa|cargo|hotel|universidade|grupo|agencia|banco)";
const societe =
  "(?:societe|entreprise|equipe|agence|groupe|structure|etablissement|poste|fonctions?|organisation|hotel|cabinet|association|universite)";

/** Somebody works there no more. */
export const hasLeft = new RegExp(
  `${
    anyOf([
      "(?:no longer|not|no more) .. (?:works?|working|employed|employee|with us|part of|a member of|associated with|at this company|with the (?:company|firm|organi[sz]ation|business|team))",
      `no longer (?:with|at|in) (?:us|${company})|no longer with [a-z]+|(?:does|do) not work (?:here|for us|for the company|at \\w+) any ?more|doesn't work (?:here|for us|for the company|at \\w+) any ?more`,
      `(?:has|have|had|i've|he's|she's|we've|i|he|she) (?:[a-z]+ )?(?:left|quit|departed(?: from)?|resigned from|retired from|moved on from) (?:us|${company})`,
      `(?:am|'m|is|be|are) leaving ${company}`,
      "(?:has|have|'ve|is|am|'m|are|be) (?:now |since |recently |officially )?retir(?:ed|ing)|ceased .. employment|employment .. (?:ended|has ended)|has moved on to|(?:my|her|his|their) last (?:working )?day|(?:has|have) (?:passed away|resigned)|former employee|ex-employee",
      "ya no (?:.{0,20} )?(?:trabaj[oa]n?|labor[oa]n?|pertenece|pertenezco|forma|formo|hace|hago|presta|presto|colabora|colaboro|se encuentra (?:vinculad|laborand|trabajand|en la empresa|en la compania|con nosotros)[oa]?|esta (?:vinculad[oa]|con nosotros|laborando|trabajando|en la empresa|en la compania|en la organizacion)|estoy (?:vinculad[oa]|laborando|trabajando|en la empresa|en la compania)|es (?:parte|empleado|empleada|funcionari[oa]|colaborador|colaboradora))",
      `no (?:trabaja|labora) (?:mas|ya) .. ${empresa}|(?:no|ni) (?:forma|hace) (?:ya )?parte de|(?:dej(?:o|e|ara|are|ado)) (?:la|el|mi|su|esta|este|nuestr[oa]) ${empresa}|dej(?:o|e|ara|are|ado) de (?:trabajar|laborar|prestar|pertenecer|formar)`,
      `(?:se|me|he|ha|haberme|haberse) .. (?:retir(?:o|e|ado|ada)|desvincul(?:o|e|ado|ada)|march(?:o|e|ado)) (?:[a-z]+ ){0,2}(?:de|del) (?:[a-z]+ )?${empresa}|desvinculad[oa]|(?:se|me) (?:ha |he )?jubil(?:o|e|ado|ada)|(?:esta|estoy|fue|ha sido) (?:jubilad|pensionad|desvinculad)[oa]|(?:mi|su) ultimo dia(?: de trabajo| laboral)?|(?:he|ha) cambiado de (?:empresa|trabajo|empleo)|(?:finaliz|termin)(?:o|e|ado) (?:mi|su) (?:vinculacion|relacion laboral|contrato|relacion contractual)|(?:fallecio|ha fallecido)|ex ?empleado`,
      "(?:nao|ja nao) .. (?:trabalh[oa]|faz|faco|integr[oa]|pertenc[eo]|pertence) (?:mais|parte)?|nao .. (?:esta|estou|atua|atuo|e|sou) mais .. (?:empresa|companhia|conosco|quadro|colaborador|colaboradora|funcionari[oa])",
      `(?:deixou|deixei|saiu|sai|desligou-se|desliguei-me|se desligou|me desliguei|foi desligad[oa]) .. ${companhia}|deix(?:ou|ei) de trabalhar|aposent(?:ou|ei|ad[oa])(?:-se|-me)?|reform(?:ou-se|ei-me|ad[oa])|(?:meu|seu) ultimo dia|mud(?:ei|ou) de (?:empresa|emprego)|faleceu`,
      `ne .. (?:travaill\\w{1,4}|fai[st]|exerce|occupe|collabore|appartien\\w{1,3}) plus|n'(?:est|es|suis|etes|appartien\\w{1,3}|exerce|occupe) plus .. (?:${societe}|salarie|salariee|en poste|employe|employee|parmi nous|collaborateur|collaboratrice|chez)`,
      `(?:a|ai|j'ai|ayant|avoir) (?:definitivement |desormais )?quitte .. ${societe}|(?:en|a la|parti a la|partie a la|depart a la|depart en) retraite|(?:suis|est) retraitee?|(?:mon|son) dernier jour|a change d'(?:employeur|entreprise)|est decedee?`,
    ]).source
  }(?! (?:on|los|el|les|le|as|aos|nas|na|de|em|this|next|at weekends?|weekends|durante|in the) ?(?:${weekdayNames}|afternoons?|mornings?|fines|weekends?|tardes?|manhas?|mananas?)|s? (?:${weekdayNames}))`,
);

const box = `(?:e-?mail|mail|address|mailbox|inbox|account|domain|correo|direccion|buzon|casilla|cuenta|dominio|endereco|caixa|conta|adresse|boite|compte|courriel|domaine)`;

/** An account is closed, about to be, or was changed for another. */
export const isClosing = anyOf([
  `${box} (?:[^ |]+ ){0,4}(?:no longer|has (?:been )?(?:changed|moved|replaced)|changed to|ya no|ha cambiado|cambio (?:a|por)|dej(?:o|a|ara|ado) de|quedara (?:inactiv|deshabilitad|fuera)\\w*|nao (?:[^ |]+ ){1,2}mais|ja nao|mudou|deix(?:ou|ara) de|ne (?:sera|fonctionne|recoit) plus|n'(?:est|existe) plus|a change|va etre (?:supprim|ferm|desactiv)ee?|cesse)`,
  `${box} (?:[^ |]+ ){0,5}(?:closed|closing|deactivated|disabled|discontinued|deleted|decommissioned|terminated|shut down|replaced by|obsolete|cerrad[oa]|desactivad[oa]|deshabilitad[oa]|inhabilitad[oa]|eliminad[oa]|cancelad[oa]|dad[oa] de baja|reemplazad[oa]|sustituid[oa]|encerrad[oa]|desativad[oa]|excluid[oa]|substituid[oa]|desactivee?|fermee?|supprimee?|cloturee?|remplacee?)`,
  `(?:closing|closed|close|deactivating|stopped using|no longer (?:use|using|check|checking|monitor|monitoring|read|reading)|chang(?:ed|ing)|have a new) (?:my|this|our|the|that|these)? ?(?:[a-z]+ )?${box}`,
  "no longer (?:in use|active|valid|monitored|being monitored|used|checked|maintained|attended)|ceased (?:trading|operations?|to exist)|closed (?:down|permanently|our business|its doors)|permanently closed",
  `(?:ya no (?:uso|utilizo|reviso|consulto|leo|usamos|utilizamos|revisamos)|cierro|cerrare|voy a cerrar|cambi(?:e|o|amos|ado)(?: mi| nuestro| de| el| la)?|dej(?:e|are) de (?:usar|utilizar|revisar)|tengo (?:un )?nuev[oa]) (?:[a-z]+ ){0,2}${box}|ces(?:o|ado) (?:sus? )?(?:actividad|actividades|operaciones)|cerrad[oa] (?:definitivamente|permanentemente)|(?:correo|cuenta|buzon) (?:en desuso|fuera de servicio|inactiv[oa])`,
  `(?:nao (?:uso|utilizo|usamos|utilizamos|verifico) mais|mud(?:ei|amos)|alter(?:ei|amos)|encerrar|deixei de usar|tenho um nov[oa]) (?:[a-z]+ ){0,2}${box}|encerr(?:ou|amos) (?:suas |as |nossas )?(?:atividades|operacoes)`,
  `(?:(?:ai|avons) (?:change|ferme|supprime) (?:d'|de |mon |notre |cette )|n'utilise plus (?:cette |mon |cet )?)(?:[a-z]+ )?${box}|cesse (?:son activite|ses activites|nos activites|notre activite|toute activite)`,
]);

const mailWord =
  "(?:(?:e-?mail|mail|address|account|personal|work|business|corporate|electronic|correo|direccion|cuenta|electronic[oa]|corporativ[oa]|institucional|laboral|endereco|conta|eletronic[oa]|pessoal|adresse|courriel|compte|electronique|professionnelle|personnelle|pro|perso|id|de|of|d') ?){1,4}";

/** What comes next is the person's own new address. */
export const isNewAddress = anyOf(
  [
    `(?:new|nuev[oa]|nov[oa]|nouvelle|nouvel|nouveau) ${mailWord}`,
    `(?:chang(?:ed|e)|cambi(?:e|ado|ando|amos)|mud(?:ei|ou|amos)|alter(?:ei|ou)|replaced) (?:a |my |our |mi |nuestr[oa] |meu |nosso |the |this |de |d'|mon |notre )?${mailWord}`,
    `${mailWord}(?:has changed|changed|has been (?:changed|replaced|moved)|ha cambiado|cambio|mudou|foi alterad[oa]|foi substituid[oa]|a change|est desormais|es ahora|is now|agora e)`,
    "(?:update|actuali[cz]\\w{1,4}|atuali[zs]\\w{1,4}|mettre a jour|mettez a jour) (?:[a-z]+ ){0,2}(?:records|address book|contacts?|contactos|libreta|agenda|carnet|registros?|base)",
    "(?:write|reach|contact|email|escrib\\w{1,6}|contact\\w{1,6}) (?:to )?(?:me|a mi)? ?(?:at|en|a|on|to) (?:my|mi) (?:new|personal|private|nuev[oa])",
  ],
  "g",
);

/** Whom to write to or to phone. */
export const asksToContact = anyOf([
  "contact(?:ing|s)?|reach(?: out)?|write|writing|e-?mail|mail|call|phone|telephone|ring|get in touch|in touch with|forward(?:ed|ing)?|redirect(?:ed)?|refer|direct|address(?:ed)?|send|copy|cc|ask for|speak|covering|cover(?:ed)?|attend(?:ed|ing)|assist(?:ed|ance)?|help(?:ed)?|handled?|replaced by|replacement|colleagues?|manager|urgent(?:ly)?|emergenc(?:y|ies)|immediate|in my absence|instead",
  "contact\\w{0,8}|comuni[cq]\\w{1,9}|escrib\\w{0,8}|llam\\w{1,6}|dirig\\w{1,7}|diri[jg]\\w{1,7}|envi\\w{1,6}|remit\\w{1,6}|reenvi\\w{1,5}|acud\\w{1,4}|marcar|marque|hablar|atend\\w{1,8}|encargad[oa]s?|companer[oa]s?|colegas?|jefe|jefa|reemplaz\\w{1,5}|sustitu\\w{1,5}|urgen\\w{1,6}|emergencias?|en mi ausencia",
  "contat\\w{0,6}|entr\\w{1,3} em contato|escrev\\w{1,6}|lig(?:ar|ue|uem)|telefon(?:ar|e|em)|encaminh\\w{1,6}|procur\\w{1,5}|fal(?:ar|e|em) com|substitu\\w{1,7}|responsavel|na minha ausencia",
  "contacter|contactez|joindre|joignez|ecri(?:re|vez)|appel(?:er|ez)|adress(?:er|ez)|envoy(?:er|ez)|transm\\w{1,7}|rapprocher|remplac\\w{1,6}|collegues?|urgence|urgent\\w{0,4}|en mon absence",
]);

/** After it a text tells whose it is. */
export const signOff =
  /(?:^|[|,.] ?)(?:(?:best|kind|warm|with kind|many)? ?regards|best wishes|sincerely|yours|cheers|thank you|thanks|saludos?|un saludo|cordial saludo|saludos cordiales|cordialmente|atentamente|atte|muchas gracias|gracias|atenciosamente|att|abracos|obrigad[oa]|cumprimentos|cordialement|bien cordialement|bien a vous|salutations|sent from|enviado desde|enviado do|envoye de)(?![a-z])/g;

/** Addresses for something else: to be taken off a list, about one's data, or nobody's. */
export const isNobodysAddress =
  /^(?:.*[._-])?(?:unsubscribe|unsub|opt-?out|bajas?|desuscri\w*|remover|descadastr\w*|desabonnement|privacy|privacidad\w*|privacidade|habeas\w*|dpo|dpd|gdpr|rgpd|lopd|datospersonales|protecciondedatos|protecciondatos|proteccion\.?de\.?datos|no-?_?reply|do-?not-?reply|no-?responder|noresponda|naoresponda|nepasrepondre|mailer-daemon|postmaster|abuse|bounces?)(?:[._+-].*)?$/;
export const isAboutData =
  /unsubscri|opt out|stop receiving|privacy|personal data|data protection|confidential|received (?:this|it) (?:e-?mail |message )?(?:in|by) (?:error|mistake)|not the intended|darse de baja|dejar de recibir|privacidad|datos personales|proteccion de datos|habeas data|confidencial|por error|descadastr|deixar de receber|dados pessoais|privacidade|por engano|desabonn|desinscri|donnees personnelles|confidentiel|par erreur/;
