import type { ReplyText } from "./plain-text.ts";

/** Up to five words with capitals, with what stands in Spanish, Portuguese, French and Dutch names between them. */
const capitals =
  /(?<![\p{L}\p{N}@._-])\p{Lu}[\p{L}'’-]{0,30}\.?(?: (?:(?:de las?|de los|del?|da|das|do|dos|e|van|von|du) )?\p{Lu}[\p{L}'’-]{0,30}\.?){0,4}(?![\p{L}\p{N}@_])/gu;

/** What is written with a capital, too, and is no part of a name. */
const noName = new RegExp(
  `^(?:${[
    "please|kindly|contact|contacts?|call|write|e-?mail|mail|for|in|if|or|and|the|to|at|on|by|with|you|your|my|our|i|he|she|we|they|it|is|are|phone|mobile|cell|office|urgent|matters?|dear|hello|hi|sorry|thank|thanks|regards|best|kind|new|all|any|during|while|until|as|from|reply|automatic|out|of|re|fw|fwd|mr|mrs|ms|dr|ext|tel|meanwhile|instead|alternatively|colleague|also|name|ceo|sales|manager|director|support|team|department",
    "por|para|favor|contact\\w+|comuni\\w+|escrib\\w+|llam\\w+|dirigirse|dirijase|en|el|la|los|las|al|a|con|si|o|u|y|su|mi|nuestr[oa]|caso|ausencia|urgencias?|urgentes?|correo|electronico|telefono|cel|celular|movil|tel|hola|buen[oa]s?|dias|tardes|estimad[oa]s?|gracias|saludos|cordial|atentamente|sr|sra|srta|don|dona|ing|lic|arq|dra|nuevo|nueva|email|whatsapp|ventas|gerente|jef[ea]|director|directora|asistente|coordinador|coordinadora|soporte|mientras|tambien|usted|le|me|fuera|oficina|respuesta|automatica",
    "em|com|no|na|ao|os|as|ou|seu|sua|meu|minha|contato|telefone|ola|bom|boa|dia|prezad[oa]s?|obrigad[oa]|resposta|enquanto|gentileza|entre|entrar|ligue|ligar|escreva|urgencia|gerente|colega",
    "pour|merci|veuillez|vous|votre|mon|ma|mes|je|nous|le|les|de|du|des|et|ou|en|cas|d'urgence|urgence|bonjour|madame|monsieur|mme|mlle|contacter|contactez|joindre|ecrire|telephone|courriel|reponse|automatique|pendant|absence|collegue",
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december",
  ].join("|")})\\.?$`,
);

/** What comes before somebody's name. */
const leadsToName =
  /(?<![a-z])(?:contact\w*|comuni[cq]\w+|escrib\w+|write|writing|reach|call|e-?mail|llam\w+|dirig\w+|diri[jg]\w+|touch with|redirect\w*|forward\w*|refer|reenvi\w+|escrev\w+|falar com|contato com|lig(?:ar|ue)|joindre|joignez|ecri(?:re|vez)|adress(?:er|ez)|appel(?:er|ez)|colleagues?|companer[oa]|colega|collegue|replaced by|reemplazo|reemplaza|remplacee? par)(?![a-z])/;
/** Before a single name. */
const endsWithLead =
  /(?:^|[^a-z])(?:contact\w*|comuni[cq]\w+|a|con|al?|with|to|com|para|por|by|par|call|reach|e-?mail|or|and|o|u|y|ou|e|et|colleagues?|companer[oa]|colega|collegue|joindre|contactez|llam\w+|lig(?:ar|ue)|appel(?:er|ez)|[,:;-])[ ]$/;

/**
 * The name of a person or office that stands between two places, which lead from the end of what came before to an address or phone: the first name
 * behind a word that asks to write or phone, or else the last one. Undefined where there is none.
 */
export function nameIn({ plain, folded }: ReplyText, from: number, to: number): string | undefined {
  const start = Math.max(from, folded.lastIndexOf("|", to - 1) + 1);
  if (start >= to) return undefined;
  const lead = leadsToName.exec(folded.slice(start, to));
  const names = namesIn(plain, folded, start, to);
  const asked = lead ? names.find(({ at }) => at > start + lead.index) : undefined;
  return (asked ?? names.at(-1))?.name;
}

function namesIn(plain: string, folded: string, start: number, to: number): { name: string; at: number }[] {
  const names: { name: string; at: number }[] = [];
  for (const { index, 0: run } of plain.slice(start, to).matchAll(capitals)) {
    const words = run.split(" ");
    let kept: string[] = [];
    let at = start + index;
    let keptAt = at;
    const close = () => {
      while (kept.length > 0 && /^\p{Ll}/u.test(kept.at(-1) ?? "")) kept.pop();
      const name = kept.join(" ").replace(/\.$/, "");
      const isLed =
        endsWithLead.test(folded.slice(Math.max(start, keptAt - 20), keptAt)) ||
        keptAt === start ||
        plain[keptAt - 1] === "(";
      if (name.length > 1 && (kept.length > 1 || isLed)) names.push({ name, at: keptAt });
      kept = [];
    };
    for (const word of words) {
      if (noName.test(folded.slice(at, at + word.length))) close();
      else if (kept.length > 0 || /^\p{Lu}/u.test(word)) {
        if (kept.length === 0) keptAt = at;
        kept.push(word);
      }
      at += word.length + 1;
    }
    close();
  }
  return names;
}
