import iconv from "iconv-lite";
import { bufferOf } from "./bytes.ts";

/** What a reader of markup is told. Names are in lower case and without prefix: `<ss:Cell` is `cell`. */
export interface MarkupEvents {
  /** `attributes` as written, for `attribute`. */
  open(name: string, attributes: string): void;
  close(name: string): void;
  /** With its entities still in it, for `plainText`; one text can come in several pieces. */
  text(text: string): void;
}

const longestTag = 1_000_000;

// By code, as every character of a file comes by here.
const [space, doubleQuote, singleQuote, slash, equals, closing] = [32, 34, 39, 47, 61, 62];

/**
 * Reads HTML or XML piece by piece, without judging it: tags needn't match, and what is no tag is text. Comments, declarations and, in
 * HTML, scripts and styles are left out. Entities that a document declares itself stay as they are. Time is linear in the text's length,
 * and what is kept between two pieces is at most one tag.
 */
export function markupReader(events: MarkupEvents, { isHtml = false } = {}) {
  let buffer = "";
  let until: { mark: RegExp; length: number; isText?: boolean; staysOpen?: boolean } | undefined;
  let quotesCount = true;

  function drain(isLast: boolean) {
    let at = 0;
    while (at < buffer.length) {
      if (until) {
        until.mark.lastIndex = at;
        const found = until.mark.exec(buffer);
        // The mark itself may be cut in two.
        const end = found?.index ?? Math.max(at, isLast ? buffer.length : buffer.length - until.length + 1);
        if (until.isText && end > at) events.text(buffer.slice(at, end).replaceAll("&", "&amp;"));
        at = end;
        if (!found) break;
        if (!until.staysOpen) at += until.length;
        until = undefined;
        continue;
      }
      const open = buffer.indexOf("<", at);
      if (open !== at) events.text(open < 0 ? buffer.slice(at) : buffer.slice(at, open));
      at = open < 0 ? buffer.length : open;
      // "<![CDATA[" is the longest that must be told apart.
      if (open < 0 || (!isLast && buffer.length - at < 9)) break;
      const skipped = skip(at);
      if (skipped) {
        until = skipped.until;
        at += skipped.length;
      } else if (isLetter(buffer.charCodeAt(at + (buffer.charCodeAt(at + 1) === slash ? 2 : 1)))) {
        const end = tagEnd(at, isLast);
        if (end === undefined) break;
        takeTag(at, end);
        at = end + 1;
      } else {
        events.text("<");
        at++;
      }
    }
    buffer = buffer.slice(at);
  }

  function skip(at: number) {
    if (buffer.startsWith("<!--", at)) return { until: { mark: /-->/g, length: 3 }, length: 4 };
    if (!isHtml && buffer.startsWith("<![CDATA[", at)) {
      return { until: { mark: /\]\]>/g, length: 3, isText: true }, length: 9 };
    }
    const next = buffer[at + 1];
    return next === "!" || next === "?" ? { until: { mark: />/g, length: 1 }, length: 2 } : undefined;
  }

  /** Position of a tag's `>`; undefined while it hasn't come. */
  function tagEnd(start: number, isLast: boolean): number | undefined {
    let quote = 0;
    let first = -1;
    for (let at = start; at < buffer.length; at++) {
      const code = buffer.charCodeAt(at);
      if (code === closing) {
        if (quote === 0 || !quotesCount) return at;
        if (first < 0) first = at;
      } else if (quote !== 0) {
        if (code === quote) quote = 0;
      } else if ((code === doubleQuote || code === singleQuote) && followsEquals(buffer, at)) {
        // A quote that opens no value is part of one: <td title=it's>.
        quote = code;
      }
    }
    if (!isLast && buffer.length - start < longestTag) return undefined;
    // A value without an end would swallow the rest, and every later one would look for its end in vain again.
    quotesCount = false;
    if (first >= 0) return first;
    until = { mark: />/g, length: 1 };
    buffer = buffer.slice(0, start);
    return undefined;
  }

  function takeTag(start: number, end: number) {
    const isClosing = buffer.charCodeAt(start + 1) === slash;
    let nameEnd = start + 2;
    while (nameEnd < end && buffer.charCodeAt(nameEnd) > space && buffer.charCodeAt(nameEnd) !== slash) nameEnd++;
    const name = tagName(buffer.slice(start + (isClosing ? 2 : 1), nameEnd));
    if (isClosing) return events.close(name);
    const isEmpty = buffer.charCodeAt(end - 1) === slash;
    events.open(name, buffer.slice(nameEnd, isEmpty ? end - 1 : end));
    if (isEmpty) events.close(name);
    else if (isHtml && (name === "script" || name === "style")) {
      until = { mark: new RegExp(`</${name}`, "gi"), length: name.length + 2, staysOpen: true };
    }
  }

  return {
    write(piece: string) {
      buffer += piece;
      drain(false);
    },
    end() {
      drain(true);
    },
  };
}

function followsEquals(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) <= space) before--;
  return text.charCodeAt(before) === equals;
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

const tagNames = new Map<string, string>();

function tagName(written: string): string {
  let name = tagNames.get(written);
  if (name === undefined) {
    name = written.slice(written.indexOf(":") + 1).toLowerCase();
    if (tagNames.size < 1000) tagNames.set(written, name);
  }
  return name;
}

const attributeForms = new Map<string, RegExp>();

/** An attribute's value out of a tag's attributes, by its name as written (`ss:Index`), in upper or lower case. */
export function attribute(attributes: string, name: string): string | undefined {
  let form = attributeForms.get(name);
  if (!form) {
    form = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i");
    attributeForms.set(name, form);
  }
  const found = form.exec(attributes);
  return found ? plainText(found[1] ?? found[2] ?? found[3] ?? "") : undefined;
}

/** A positive whole number out of an attribute, `fallback` where there is none. */
export function countOf(attributes: string, name: string, fallback = 1): number {
  const value = attribute(attributes, name);
  return value !== undefined && /^\d{1,9}$/.test(value) ? Math.max(1, Number(value)) : fallback;
}

// The names of U+00A0 to U+00FF in their order, and those that occur beside them (https://html.spec.whatwg.org/entities.json).
const latinNames =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
const entities = new Map<string, string>([
  ...latinNames.split(" ").map((name, index) => [name, String.fromCharCode(160 + index)] as const),
  ...Object.entries({
    quot: '"',
    amp: "&",
    lt: "<",
    gt: ">",
    apos: "'",
    euro: "€",
    ndash: "–",
    mdash: "—",
    lsquo: "‘",
    rsquo: "’",
    sbquo: "‚",
    ldquo: "“",
    rdquo: "”",
    bdquo: "„",
    lsaquo: "‹",
    rsaquo: "›",
    bull: "•",
    hellip: "…",
    trade: "™",
    OElig: "Œ",
    oelig: "œ",
    Scaron: "Š",
    scaron: "š",
    ensp: " ",
    emsp: " ",
    thinsp: " ",
    commat: "@",
    period: ".",
    lowbar: "_",
  }),
]);

/** Text with its entities read; those that nobody knows stay as they are. */
export function plainText(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#(\d{1,7});?|#x([\da-f]{1,6});?|([a-z]\w{1,30});)/gi, (whole, decimal, hexadecimal, name) =>
    name ? (entities.get(name) ?? whole) : characterOf(decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16)),
  );
}

function characterOf(code: number): string {
  // What pages write as &#150; is Windows-1252's dash (HTML's "numeric character reference end state").
  if (code >= 128 && code < 160) return iconv.decode(Buffer.of(code), "win1252");
  return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? "\ufffd" : String.fromCodePoint(code);
}

/**
 * The text of an HTML or XML file. Its byte order mark counts first, then what it declares, then whether it is valid UTF-8; what
 * remains is Windows-1252.
 */
export function markupText(bytes: Uint8Array): string {
  return iconv.decode(bufferOf(bytes), charsetOf(bytes));
}

function charsetOf(bytes: Uint8Array): string {
  const [first = 0, second = 0] = bytes;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0 && bytes.length > 1)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return "utf-16be";
  const head = bufferOf(bytes).toString("latin1", 0, 4096);
  const declared =
    /<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})|<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]{2,40})/i.exec(
      head,
    );
  const label = (declared?.[1] ?? declared?.[2] ?? "").toLowerCase();
  const isOther = label !== "" && !/^(?:utf|unicode|us-ascii|iso-8859-1$|latin-?1)/.test(label);
  if (isOther && iconv.encodingExists(label)) return label;
  return isUtf8(bytes) ? "utf-8" : "windows-1252";
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** What a text that begins with `head` is, where it is markup that can hold a table. */
export function markupKind(head: string): "html" | "spreadsheetml" | "ods" | undefined {
  const isExcel = /<\?mso-application[^>]{0,100}Excel\.Sheet/.test(head.slice(0, 1000));
  let text = head.replace(/^[\ufeff\s]+/, "");
  for (let before = ""; before !== text; ) {
    before = text;
    if (text.startsWith("<?")) text = afterMark(text, "?>");
    else if (text.startsWith("<!--")) text = afterMark(text, "-->");
  }
  if (/^<(?:\w+:)?Workbook\b/.test(text) && (isExcel || /office:spreadsheet/.test(text.slice(0, 2000)))) {
    return "spreadsheetml";
  }
  if (/^<office:document[\s>]/.test(text)) return "ods";
  const roots =
    /^<(?:!doctype\s+html|(?:html|head|body|table|meta|style|script|link|title|div|center|form|font|tr)[\s>/])/i;
  return roots.test(text) ? "html" : undefined;
}

function afterMark(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? "" : text.slice(at + mark.length).replace(/^\s+/, "");
}
